//! Hostile texts through the reader and through the whole chain: no panic, no hang, a place inside the file for each
//! finding, and the finding that one expects.

mod texts;

use std::time::{Duration, Instant};

use gitsm::base::date::AsOf;
use gitsm::base::span::FileId;
use gitsm::graph::Graph;
use gitsm::load::{self, Snapshot};
use gitsm::model::Sms;
use gitsm::report::{self, Checked};
use gitsm::rules::{self, Check, Selection};
use gitsm::schema::Catalog;
use gitsm::yaml;
use texts::Case;

/// Longest time for a file of a megabyte in an unoptimised build on a busy machine; an optimised one takes far less.
const PER_MEGABYTE: Duration = Duration::from_secs(20);

fn allowed(bytes: usize) -> Duration {
    PER_MEGABYTE.mul_f64((bytes as f64 / 1_048_576.0).max(1.0))
}

#[test]
fn each_hostile_text_ends_in_time_with_the_finding_one_expects() {
    let cases = texts::all();
    assert!(cases.len() >= 70);
    let mut wrong = Vec::new();
    for Case { name, text, rule } in &cases {
        let start = Instant::now();
        let parsed = yaml::parse(FileId(0), text);
        let took = start.elapsed();
        let first = parsed.findings.first().map(|finding| finding.rule);
        if first != *rule {
            wrong.push(format!(
                "{name}: {first:?} instead of {rule:?}: {:?}",
                parsed.findings.first().map(|f| (&f.message, f.primary.start))
            ));
        }
        if took > allowed(text.len()) {
            wrong.push(format!("{name}: took {took:?}"));
        }
        if std::env::var_os("VERBOSE").is_some() {
            println!("{took:?} {name} {first:?}");
        }
        for finding in &parsed.findings {
            for span in std::iter::once(finding.primary).chain(finding.related.iter().map(|label| label.span)) {
                let inside = text.get(span.start as usize..span.end as usize);
                if inside.is_none() {
                    wrong.push(format!("{name}: {} has the place {}..{}", finding.rule, span.start, span.end));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
