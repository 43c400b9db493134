//! Stage 2: population, sample, trail and figures of each process.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Input;
use super::html::cut;
use super::statistics;
use super::table::{Part, Table, status};
use super::trails;
use crate::evidence::sample::{Sample, draw, population, seed};
use crate::model::Record;
use crate::yaml::Node;

/// The kinds of record that are sampled, with the process that they belong to.
const SAMPLED: [(&str, &str); 13] = [
    ("change", "Change management"),
    ("release", "Release and deployment management"),
    ("incident", "Incident management"),
    ("service_request", "Service request management"),
    ("problem", "Problem management"),
    ("complaint", "Business relationship management"),
    ("sla_report", "Service level management"),
    ("supplier_review", "Supplier management"),
    ("contract", "Contracts"),
    ("ci", "Configuration management: to be compared on site"),
    ("training", "Competence"),
    ("risk", "Risks"),
    ("sla", "Agreements: targets and periods"),
];

/// The parts, in the order of what the audit asks for.
pub(super) fn parts(input: &Input<'_>) -> Vec<Part> {
    let mut parts = vec![trails::part(input)];
    for (at, (kind, title)) in SAMPLED.into_iter().enumerate() {
        parts.push(process(input, &format!("2.{}", at + 1), kind, title));
    }
    parts.push(statistics::part(input));
    parts.push(awareness(input));
    parts
}

/// The sample of a kind, drawn by the seed of the commit.
pub(super) fn sample(input: &Input<'_>, kind: &str) -> Sample {
    let seed = seed(input.commit, kind, input.range);
    draw(input.sms, kind, input.range, &seed, &BTreeSet::new(), None)
}

/// One process: who is in the population, what is drawn, what each shows, and what to ask its owner.
pub(super) fn process(input: &Input<'_>, item: &str, kind: &str, title: &str) -> Part {
    let sample = sample(input, kind);
    let ids: BTreeSet<&str> =
        population(input.sms, kind, input.range).into_iter().map(|ix| input.sms.record(ix).id.as_str()).collect();
    let mut all = Table::of_kind(input.sms, kind, |record| ids.contains(record.id.as_str()));
    all.name = format!("population-{}", all.name);
    "Population".clone_into(&mut all.title);
    let head = ["id", "why it is in", "title", "status", "what it shows", "decided", "to be checked on site"];
    let mut drawn = Table::new(&format!("sample-{}", kind.replace('_', "-")), "Sample", &head)
        .note(format!("{} of {}; method: {}; seed {}", sample.size, sample.population, sample.method, sample.seed));
    drawn.below = Some(4);
    for one in &sample.drawn {
        let Some(ix) = input.sms.find(&one.id) else { continue };
        let record = input.sms.record(ix);
        drawn.row([
            one.id.clone(),
            one.why.clone(),
            record.title().to_owned(),
            status(record),
            shows(record),
            decided(input, record),
            String::new(),
        ]);
    }
    let owner = owner(input, kind);
    Part::new(item, title)
        .say(format!("{} records in the period, {} drawn.", sample.population, sample.size))
        .say(format!("To ask {owner}: how is it known that nothing was left out; what is measured, and what followed from it; what went wrong last, and what was changed."))
        .with([rules(input, kind), statistics::by_status(input, kind), drawn, all, metrics(input, kind)])
}

/// Whether a record is about what a kind is evidence for, by its clauses.
fn about(input: &Input<'_>, kind: &str, record: &Record<'_>) -> bool {
    let clauses = input.sms.catalog.find(kind).map(|kind| kind.clauses.as_slice()).unwrap_or_default();
    let own = record.get("clauses").map(Node::items).unwrap_or_default();
    own.iter().filter_map(Node::as_str).any(|own| clauses.iter().any(|clause| own.ends_with(clause.as_str())))
}

/// The organisation's own rules for what a kind is evidence for: records are held against these, not against constants.
fn rules(input: &Input<'_>, kind: &str) -> Table {
    let head = ["id", "kind", "title", "version", "status", "owner"];
    let name = format!("rules-{}", kind.replace('_', "-"));
    let mut table = Table::new(&name, "Own rules for it", &head).note("Documents in force that name the same clauses.");
    for (_, record) in input.sms.records().filter(|(_, record)| record.is_document() && !record.is_over()) {
        if about(input, kind, record) {
            let text = |field: &str| record.get(field).map_or_else(String::new, Node::in_one_line);
            table.row([
                record.id.to_string(),
                record.kind.name.clone(),
                record.title().to_owned(),
                text("version"),
                status(record),
                text("owner"),
            ]);
        }
    }
    table
}

/// The metrics of the processes that a kind is evidence for, with their values in order of time.
fn metrics(input: &Input<'_>, kind: &str) -> Table {
    let name = format!("metrics-{}", kind.replace('_', "-"));
    let mut table =
        Table::new(&name, "Metrics and their trend", &["id", "title", "unit", "periods", "values, oldest first"]);
    let processes = input.sms.of_kind("process").filter(|(_, record)| about(input, kind, record));
    let named: BTreeSet<&str> = processes
        .flat_map(|(_, record)| record.get("metrics").map(Node::items).unwrap_or_default())
        .filter_map(Node::as_str)
        .collect();
    for ix in named.into_iter().filter_map(|id| input.sms.find(id)) {
        let metric = input.sms.record(ix);
        let mut values: Vec<(String, String)> = input
            .sms
            .of_kind("measurement")
            .filter(|(_, record)| record.text("metric").and_then(|id| input.sms.find(id)) == Some(ix))
            .map(|(_, record)| {
                let text = |field: &str| record.get(field).map_or_else(String::new, Node::in_one_line);
                (text("period"), text("value"))
            })
            .collect();
        values.sort();
        let count = values.len();
        let shown: Vec<String> = values
            .into_iter()
            .skip(count.saturating_sub(12))
            .map(|(period, value)| format!("{period}: {value}"))
            .collect();
        let unit = metric.get("unit").map_or_else(String::new, Node::in_one_line);
        table.row([metric.id.to_string(), metric.title().to_owned(), unit, count.to_string(), shown.join("; ")]);
    }
    table
}

/// Who owns the process that a kind is evidence for.
fn owner(input: &Input<'_>, kind: &str) -> String {
    let process = input.sms.of_kind("process").find(|(_, record)| about(input, kind, record));
    process.and_then(|(_, record)| record.text("owner")).unwrap_or("the owner of the process").to_owned()
}

/// The fields of a record that an auditor looks at, one a line; what it does not say is named as missing.
fn shows(record: &Record<'_>) -> String {
    let asked: &[&str] = match record.kind.name.as_str() {
        "change" => &[
            "requested_at",
            "category",
            "assessment",
            "test",
            "rollback",
            "communication",
            "planned",
            "actual",
            "outcome",
            "pir",
        ],
        "incident" => &[
            "reported_at",
            "impact",
            "urgency",
            "priority",
            "responded_at",
            "resolved_at",
            "closed_at",
            "timeline",
            "service",
        ],
        "sla" => &["customer", "service", "services", "targets", "starts", "ends", "agreed", "review"],
        "contract" => &["supplier", "starts", "ends", "targets", "review"],
        "ci" => &["ci_type", "owner", "version", "last_verified", "relations"],
        _ => &[],
    };
    let own: Vec<&str> = record.kind.columns.iter().map(String::as_str).collect();
    let fields = if asked.is_empty() { own.as_slice() } else { asked };
    let cell = |field: &&str| {
        let text = record.get(field).map(Node::in_one_line);
        let text: String = text.map_or("missing".to_owned(), |text| cut(&text, 160).into_owned());
        format!("{field}: {text}")
    };
    fields.iter().filter(|field| record.kind.field(field).is_some()).map(cell).collect::<Vec<_>>().join("\n")
}

/// Who decided about a change and when, by the ledger; else the commits of the branch that name it.
fn decided(input: &Input<'_>, record: &Record<'_>) -> String {
    let id = record.id.as_str();
    let told = input.decisions.of(record).into_iter().map(|kept| {
        let decision = kept.entry.body.decision().unwrap_or(&Value::Null);
        let seats = decision["requirements"].as_array().into_iter().flatten();
        let people: Vec<&str> =
            seats.flat_map(|seat| seat["filled"].as_array().into_iter().flatten()).filter_map(Value::as_str).collect();
        format!(
            "{} at {}, entry {}: {}",
            decision["outcome"].as_str().unwrap_or_default(),
            decision["instant"].as_str().unwrap_or_default(),
            kept.entry.number,
            people.join(", ")
        )
    });
    let told: Vec<String> = told.collect();
    if !told.is_empty() {
        return told.join("\n");
    }
    let named = input.report.commits.iter().filter(|commit| commit.changes.iter().any(|change| change == id));
    let commits: Vec<String> = named
        .map(|commit| format!("{} {}", &commit.commit.chars().take(10).collect::<String>(), commit.verdict.words()))
        .collect();
    commits.join("\n")
}

/// Questions for people who are met on site.
fn awareness(input: &Input<'_>) -> Part {
    let mut table = Table::new(
        "awareness",
        "To ask people",
        &["subject", "what they should be able to say", "who was asked", "answer"],
    );
    let mut ask = |subject: String, say: &str| table.row([subject, say.to_owned(), String::new(), String::new()]);
    for (_, policy) in input.sms.of_kind("policy").filter(|(_, record)| !record.is_over()) {
        ask(policy.title().to_owned(), "where it stands, and what it means for the own work");
    }
    for (_, objective) in input.sms.of_kind("objective").filter(|(_, record)| !record.is_over()) {
        ask(objective.title().to_owned(), "what the own work does for it");
    }
    ask("Own services".to_owned(), "which ones, for whom, and what was promised");
    ask("Consequences".to_owned(), "what happens when a process is not followed");
    Part::new("4", "Awareness, grades, waivers")
        .say("Grades of evidence stand in the clause matrix, waivers under what is open.")
        .with([table])
}
