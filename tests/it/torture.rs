//! Hostile texts through the reader and through the whole chain: no panic, no hang, a place inside the file for each
//! finding, and the finding that one expects.

mod mutate;
mod records;
mod texts;

use std::time::{Duration, Instant};

use gitsm::base::span::FileId;
use gitsm::graph::Graph;
use gitsm::load;
use gitsm::model::Sms;
use gitsm::yaml;
use texts::Case;

use crate::chain::{self, Dice};

/// Longest time for a file of a megabyte in an unoptimised build on a busy machine; an optimised one takes far less.
const PER_MEGABYTE: Duration = Duration::from_secs(20);

#[expect(clippy::cast_precision_loss, reason = "sizes of a few megabytes")]
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

#[test]
fn the_whole_chain_survives_each_hostile_text_in_time() {
    let mut wrong = Vec::new();
    for Case { name, text, .. } in texts::all() {
        println!("{name}");
        let header = "kind: ci\nid: ci-a\ntitle: A\nstatus: live\n";
        let behind = format!("{header}{text}");
        let below = format!("{header}relations:\n  - {}\n", text.replace('\n', "\n    "));
        let all = [("sms/ci/ci-b.yaml", &text), ("sms/ci/ci-a.yaml", &behind), ("sms/ci/ci-a.yaml", &below)];
        // The large ones take long in an unoptimised build, so they come once.
        let all = if text.len() > 100_000 { &all[1..2] } else { &all[..] };
        for (path, text) in all {
            let start = Instant::now();
            let snapshot = load::memory([(*path, text.as_str())], chain::as_of()).expect("there are no settings");
            let outcome = chain::run(&snapshot);
            let took = start.elapsed();
            if took > allowed(text.len()) {
                wrong.push(format!("{name}: took {took:?}"));
            }
            wrong.extend(
                chain::stray_places(&snapshot, &outcome.findings).iter().map(|stray| format!("{name}: {stray}")),
            );
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn records_that_are_large_where_nobody_expects_it_end_in_time() {
    for (name, text) in records::all() {
        let start = Instant::now();
        let snapshot =
            load::memory([("sms/ci/ci-0.yaml", text.as_str())], chain::as_of()).expect("there are no settings");
        let sms = Sms::build(&snapshot, chain::catalog());
        let graph = Graph::build(&sms);
        let outcome = chain::check(&sms, &graph);
        let impact = graph.impact(["ci-0", "ci-1", "ci-m1"]);
        assert!(impact.affected.len() <= sms.len());
        let took = start.elapsed();
        println!("{name}: {took:?}, {} findings", outcome.findings.len());
        assert!(took < allowed(text.len()), "{name} took {took:?}");
        assert!(chain::stray_places(&snapshot, &outcome.findings).is_empty(), "{name}");
    }
}

#[test]
fn the_whole_chain_survives_damaged_copies_of_real_records() {
    let sample = chain::sample();
    let records: Vec<usize> = (0..sample.len()).filter(|at| sample[*at].0.starts_with("sms/")).collect();
    for batch in 0..12 {
        let mut files = sample.clone();
        let mut dice = Dice(batch + 1);
        for _ in 0..25 {
            let at = records[dice.below(records.len())];
            mutate::damage(&mut files[at].1, &mut dice);
        }
        println!("batch {batch}");
        let texts = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let snapshot = load::memory(texts, chain::as_of()).expect("the settings are as they were");
        let outcome = chain::run(&snapshot);
        let stray = chain::stray_places(&snapshot, &outcome.findings);
        assert!(stray.is_empty(), "{stray:#?}");
        assert!(!outcome.findings.is_empty(), "damage shows");
    }
}

#[test]
fn bytes_that_are_no_text_are_findings_on_disk() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let records = folder.path().join("sms/ci");
    std::fs::create_dir_all(&records).expect("a folder");
    let mut dice = Dice(7);
    let sample = chain::sample();
    for number in 0..60 {
        let mut bytes = sample[dice.below(sample.len())].1.clone().into_bytes();
        for _ in 0..4 {
            let at = dice.below(bytes.len());
            bytes[at] = u8::try_from(dice.below(256)).unwrap_or(0xff);
        }
        std::fs::write(records.join(format!("ci-{number}.yaml")), bytes).expect("a file");
    }
    for (name, bytes) in
        [("utf-16", &b"\xff\xfea\0:\0 \0b\0"[..]), ("latin-1", b"title: caf\xe9\n"), ("cut", b"title: caf\xc3")]
    {
        std::fs::write(records.join(format!("{name}.yaml")), bytes).expect("a file");
    }
    let snapshot = load::worktree(folder.path(), chain::as_of()).expect("it can be read");
    let outcome = chain::run(&snapshot);
    assert!(chain::stray_places(&snapshot, &outcome.findings).is_empty());
    let at = |name: &str| {
        let file = snapshot.sources.find(&format!("sms/ci/{name}.yaml")).expect("it is there");
        outcome.findings.iter().find(|finding| finding.primary.file == file).map(|f| (f.rule, f.primary.start))
    };
    assert_eq!(at("utf-16"), Some(("file-not-utf8", 0)));
    assert_eq!(at("latin-1"), Some(("file-not-utf8", 10)));
    assert_eq!(at("cut"), Some(("file-not-utf8", 10)));
}
