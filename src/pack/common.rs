//! What every pack has: the clause matrix, the register of documents, what is open, and the history.

use super::Input;
use super::table::{Part, Table, status};
use crate::base::finding::Severity;
use crate::evidence::ledger::Body;
use crate::evidence::verify::Verdict;
use crate::gap::Status;
use crate::yaml::Node;

/// Every requirement with its evidence, status and grade.
pub(super) fn clauses(input: &Input<'_>) -> Part {
    let head = ["requirement", "what is asked for, in our words", "form", "status", "grade", "evidence", "next"];
    let mut table = Table::new("clauses", "Requirement, evidence, status, grade", &head);
    for one in input.assessed {
        let ids = one.evidence.iter().map(|evidence| input.sms.record(evidence.record).id.as_str());
        table.row([
            one.requirement.id.clone(),
            one.requirement.says.clone(),
            one.requirement.need.to_string(),
            one.status.to_string(),
            one.grade().map(|grade| grade.to_string()).unwrap_or_default(),
            ids.collect::<Vec<_>>().join(" "),
            one.next.clone(),
        ]);
    }
    let counts = crate::gap::told(&crate::gap::count(input.assessed));
    Part::new("A", "Clause matrix")
        .say(format!(
            "{} requirements: {counts}. The tool shows evidence and its weight; people judge.",
            input.assessed.len()
        ))
        .with([table])
}

/// The register of controlled documents.
pub(super) fn documents(input: &Input<'_>) -> Part {
    let head = ["id", "kind", "title", "version", "status", "owner", "in force from", "last review", "grade", "file"];
    let mut table = Table::new("documents", "Document register", &head);
    for (_, record) in input.sms.records().filter(|(_, record)| record.is_document()) {
        let text = |field: &str| record.text(field).unwrap_or_default().to_owned();
        let path = input.sms.path(record);
        let last =
            record.get("review").and_then(|review| review.get("last")).map_or_else(String::new, Node::in_one_line);
        table.row([
            record.id.to_string(),
            record.kind.name.clone(),
            record.title().to_owned(),
            text("version"),
            status(record),
            text("owner"),
            text("effective_from"),
            last,
            input.gap.grades.get(path).map_or("E0".to_owned(), ToString::to_string),
            path.to_owned(),
        ]);
    }
    let mut missing =
        Table::new("documents-asked-for", "Documents that the standard asks for", &["clause", "document", "records"]);
    for item in &input.gap.pack.documents {
        let found = crate::standard::matching(input.sms, &item.shown);
        let ids: Vec<String> = found.into_iter().map(|ix| input.sms.record(ix).id.to_string()).collect();
        missing.row([
            item.clause.clone(),
            item.name.clone(),
            if ids.is_empty() { "none".to_owned() } else { ids.join(" ") },
        ]);
    }
    Part::new("B", "Documents")
        .say("How documents are kept: each is a file in git; a version in force came by a reviewed merge; older ones stay in the history.")
        .with([table, missing])
}

/// What is open: gaps, findings, waivers.
pub(super) fn open(input: &Input<'_>) -> Part {
    let mut gaps = Table::new("gaps", "Open gaps", &["requirement", "what is asked for", "status", "next"]);
    for one in input.assessed.iter().filter(|one| matches!(one.status, Status::Missing | Status::Partly)) {
        gaps.row([one.requirement.id.clone(), one.requirement.says.clone(), one.status.to_string(), one.next.clone()]);
    }
    let mut found = Table::new(
        "findings",
        "What the rules find",
        &["severity", "rule", "record", "place", "message", "there since"],
    )
    .note(input.course.method());
    for (at, finding) in input.findings.iter().enumerate().filter(|(_, finding)| finding.severity > Severity::Info) {
        let source = input.sms.snapshot.sources.get(finding.primary.file);
        let line = source.position(finding.primary.start).line;
        let record = finding.subject.as_ref().map(|subject| subject.id.clone()).unwrap_or_default();
        let place = format!("{}:{line}", source.path());
        found.row([
            finding.severity.to_string(),
            finding.rule.to_owned(),
            record,
            place,
            finding.message.clone(),
            input.course.since(at),
        ]);
    }
    let mut waived = Table::new("waivers", "Waivers", &["rule", "record", "until", "reason", "what it covers"]);
    for it in input.waived {
        let record = it.finding.subject.as_ref().map(|subject| subject.id.clone()).unwrap_or_default();
        waived.row([
            it.waiver.rule.clone(),
            record,
            it.waiver.until.to_string(),
            it.waiver.reason.clone(),
            it.finding.message.clone(),
        ]);
    }
    let live = |record: &crate::model::Record<'_>| !record.is_over();
    Part::new("C", "What is open")
        .say("Nothing is left out here because it looks bad. A waiver says that something is known; it closes nothing.")
        .with([gaps, Table::of_kind(input.sms, "nonconformity", live), found, waived])
}

/// History and ledger.
pub(super) fn history(input: &Input<'_>) -> Part {
    let report = input.report;
    let head = [
        "commit",
        "time",
        "verdict",
        "how it came",
        "author",
        "taken over by",
        "changes",
        "entry",
        "signature",
        "why",
        "summary",
    ];
    let mut table = Table::new("history", "Commits under control since adoption", &head);
    for commit in &report.commits {
        table.row([
            commit.commit.clone(),
            commit.time.clone(),
            commit.verdict.words().to_owned(),
            commit.landing.to_owned(),
            commit.author.clone(),
            commit.committer.clone(),
            commit.changes.join(" "),
            commit.entry.map(|entry| entry.to_string()).unwrap_or_default(),
            commit.signed.words(),
            commit.reasons.iter().map(|reason| reason.message.as_str()).collect::<Vec<_>>().join("; "),
            commit.summary.clone(),
        ]);
    }
    let mut problems =
        Table::new("history-problems", "What is wrong with the trace", &["code", "commit", "record", "message"]);
    for problem in &report.problems {
        let (commit, record) = (problem.commit.clone().unwrap_or_default(), problem.record.clone().unwrap_or_default());
        problems.row([problem.code.to_owned(), commit, record, problem.message.clone()]);
    }
    let mut ledger = Table::new(
        "ledger",
        "Ledger",
        &["entry", "kind", "recorded", "by", "about commit", "outcome", "counts", "signature", "sha256"],
    );
    for kept in &input.ledger.entries {
        let outcome = kept.entry.body.decision().and_then(|decision| decision["outcome"].as_str()).unwrap_or_default();
        ledger.row([
            kept.entry.number.to_string(),
            kept.entry.body.word().to_owned(),
            crate::base::date::AsOf::new(kept.entry.at).to_string(),
            kept.entry.recorder.clone(),
            kept.entry.subject.commit.clone(),
            outcome.to_owned(),
            if kept.counts { "yes" } else { "no" }.to_owned(),
            kept.signed.words(),
            kept.sha256.clone(),
        ]);
    }
    let unauthorised = report.commits.iter().filter(|commit| commit.verdict == Verdict::Unauthorised).count();
    let votes = input.ledger.entries.iter().filter(|kept| matches!(kept.entry.body, Body::Vote { .. })).count();
    let counts = report.counts;
    Part::new("D", "History and decisions")
        .say(format!(
            "Branch {} at {}: {} commits, {} of them before adoption, {} with nothing under control, {} authorised, {} emergency, {unauthorised} unauthorised, {} not assessable.",
            report.branch, report.head, counts.commits, counts.before_adoption, counts.free, counts.authorised, counts.emergency, counts.not_assessable
        ))
        .say(format!("Ledger {}: {} entries, {votes} of them votes.", report.ledger, report.entries))
        .with([table, problems, ledger])
}

/// What the words and grades mean.
pub(super) fn legend() -> Part {
    let mut grades = Table::new("grades", "Grades of evidence", &["grade", "meaning"]);
    for (grade, meaning) in [
        ("E0", "Stated in a file, and no more."),
        ("E1", "Committed by one person and taken over by another."),
        (
            "E2",
            "Signed with a key that the person's record holds, or merged with a decision in the ledger that carries the approval.",
        ),
        ("E3", "Attested from outside: an export of the forge, a time stamp, an auditor's signature."),
    ] {
        grades.row([grade.to_owned(), meaning.to_owned()]);
    }
    let mut words = Table::new("status-words", "Status words", &["word", "meaning"]);
    for (word, meaning) in [
        ("conform", "Records show it and nothing speaks against it."),
        ("partly", "Something shows it, and something speaks against it."),
        ("missing", "Nothing shows it."),
        ("needs a person", "Records cannot tell; ask somebody."),
        ("no instance yet", "It is stated that there was no instance."),
        ("not assessable", "This clone does not show it."),
    ] {
        words.row([word.to_owned(), meaning.to_owned()]);
    }
    Part::new("E", "Legend")
        .say("An id is the name of a record; its file is the one below sms/ that ends with it, at the commit on the first page. Every table of records tells the grade of each file.")
        .with([grades, words, glossary()])
}

/// Words that a reader may not know.
fn glossary() -> Table {
    let mut table = Table::new("glossary", "Words", &["word", "meaning"]);
    for (word, meaning) in [
        ("adoption", "The commit after which the process holds; older ones are counted, never judged."),
        ("decision", "What the gate made of a change, with the facts that it was made from."),
        ("entry", "One statement of the ledger, numbered from 1; each names the hash of the one before it."),
        ("ledger", "A branch of git to which entries are only ever added."),
        ("population", "Every record of a kind that belongs to the period."),
        ("seed", "The text from which a sample is drawn: with the same one anybody draws the same records."),
        ("under control", "What may change only by a decision, as the change policy in force says."),
    ] {
        table.row([word.to_owned(), meaning.to_owned()]);
    }
    table
}
