//! Any bytes as the change policy at the base: never a panic; one that cannot be read lets nothing pass.
#![no_main]

mod world;

use std::sync::OnceLock;

use gitsm::base::finding::Severity;
use gitsm::diff::State;
use gitsm::gate::facts::Facts;
use gitsm::gate::{Outcome, decide};
use gitsm::rules;
use libfuzzer_sys::fuzz_target;

const POLICY: &str = "sms/change_policy/policy.yaml";

/// Whether the policy of this state has an error that is no rule's opinion.
fn is_broken(state: State<'_>) -> bool {
    state.findings.iter().any(|finding| {
        let there = state.side.sms.snapshot.sources.get(finding.primary.file).path() == POLICY;
        let opinion = rules::ALL.iter().any(|rule| rule.code().id == finding.rule);
        there && finding.severity == Severity::Error && !finding.clock && !opinion
    })
}

fuzz_target!(|bytes: &[u8]| {
    static FACTS: OnceLock<Facts> = OnceLock::new();
    let facts = FACTS.get_or_init(|| Facts::parse(world::FACTS).expect("good facts"));
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut files = world::base();
    files.insert(POLICY.to_owned(), text.to_owned());
    let at = world::at().instant();
    world::with(&files, |base| {
        world::with(&world::head(&files), |head| {
            let decision = decide(base, head, facts, at);
            assert!(!decision.reasons.is_empty());
            assert!(!is_broken(base) || decision.outcome == Outcome::Error, "{:?}", decision.outcome);
        })
    });
});
