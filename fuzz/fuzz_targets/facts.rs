//! Any bytes as facts: never a panic; what is no facts is an ERROR, and what is decided is decided the same twice.
#![no_main]

mod world;

use std::sync::OnceLock;

use gitsm::diff::State;
use gitsm::gate::facts::Facts;
use gitsm::gate::{Decision, Outcome, decide};
use libfuzzer_sys::fuzz_target;

type Two = (State<'static>, State<'static>);

/// Base and merge result, read once; they live as long as the program.
fn states() -> &'static Two {
    static STATES: OnceLock<Two> = OnceLock::new();
    STATES.get_or_init(|| (world::kept(&world::base()), world::kept(&world::head(&world::base()))))
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let at = world::at().instant();
    match Facts::parse(text) {
        Err(why) => assert_eq!(Decision::unreadable(&why.to_string(), at).outcome, Outcome::Error),
        Ok(facts) => {
            let (base, head) = *states();
            let decision = decide(base, head, &facts, at);
            assert!(!decision.reasons.is_empty());
            assert!(facts.failed.is_empty() || decision.outcome == Outcome::Error);
            assert_eq!(decision, decide(base, head, &facts, at));
        }
    }
});
