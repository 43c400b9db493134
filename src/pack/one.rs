//! Stage 1: documents and readiness.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::table::{Part, Table};
use crate::base::text::and;
use crate::model::Record;
use crate::model::organisation::SmsRecord;
use crate::yaml::Node;

/// The parts, in the order of what the audit asks for.
pub(super) fn parts(input: &Input<'_>) -> Vec<Part> {
    let all = |kind: &str| Table::of_kind(input.sms, kind, |_| true);
    let live = |kind: &str| Table::of_kind(input.sms, kind, |record| !record.is_over());
    vec![
        scope(input, "1").with([all("context_issue"), all("interested_party"), all("obligation")]),
        super::common::documents(input).renumbered("2", "Mandatory documents and their register"),
        Part::new("3", "Policy, objectives, plan, risks, roles").with([
            live("policy"),
            live("objective"),
            live("sm_plan"),
            live("risk_criteria"),
            live("risk"),
            live("opportunity"),
            live("role"),
        ]),
        Part::new("4", "Processes: owners, inputs, outputs, metrics").with([processes(input), clauses(input), live("metric")]),
        Part::new("5", "Other parties and what they run")
            .say("Whatever others run, the organisation stays accountable for it; what each runs stands in its contract or agreement.")
            .with([live("supplier"), live("contract"), live("ola"), all("supplier_review")]),
        Part::new("6", "Change, major incidents, continuity, security, service levels").with([
            live("change_policy"),
            live("procedure"),
            live("continuity_plan"),
            live("control"),
            live("sla"),
        ]),
        readiness(input),
        plan(input),
    ]
}

impl Part {
    /// The same part under another number and title.
    pub(super) fn renumbered(mut self, item: &str, title: &str) -> Self {
        item.clone_into(&mut self.item);
        title.clone_into(&mut self.title);
        self
    }
}

/// The statement of scope, and whether it says what the catalogue says.
pub(super) fn scope(input: &Input<'_>, item: &str) -> Part {
    let part = Part::new(item, "Scope");
    let sms = input.sms;
    let Some(record) = SmsRecord::operating(sms).or_else(|| sms.all::<SmsRecord<'_>>().next()) else {
        return part.say("No record of kind sms says what the system covers.");
    };
    let title = |id: &str| sms.find(id).map_or(id.to_owned(), |ix| sms.record(ix).title().to_owned());
    let scope = record.scope();
    let list = |ids: Vec<&str>| and(&ids.into_iter().map(title).collect::<Vec<_>>());
    let services: Vec<&str> =
        scope.map(|scope| scope.services()).unwrap_or_default().into_iter().map(|it| it.id).collect();
    let customers: Vec<&str> =
        scope.map(|scope| scope.customers()).unwrap_or_default().into_iter().map(|it| it.id).collect();
    let sites: Vec<String> = scope
        .map(|scope| scope.sites())
        .unwrap_or_default()
        .into_iter()
        .filter_map(|site| site.node.get("name").and_then(Node::as_str).or(site.node.as_str()).map(str::to_owned))
        .collect();
    let name = record.organisation().and_then(|it| it.name()).unwrap_or("the organisation");
    let statement = format!(
        "The service management system of {name} that manages and delivers {} to {} from {}.",
        list(services.clone()),
        list(customers),
        and(&sites)
    );
    let mut table = Table::new("scope-services", "Services and the scope", &["service", "title", "status", "in scope"]);
    for (_, service) in sms.of_kind("service") {
        let inside = services.contains(&service.id.as_str());
        let excluded = scope.is_some_and(|scope| {
            scope.excluded().into_iter().any(|it| it.service().is_some_and(|of| of.id == service.id.as_str()))
        });
        let word = if inside {
            "yes"
        } else if excluded {
            "left out, with a reason"
        } else {
            "no"
        };
        table.row([service.id.to_string(), service.title().to_owned(), super::table::status(service), word.to_owned()]);
    }
    part.say(statement).say("To be compared with the text of the certificate word by word.").with([table])
}

/// The map of processes.
fn processes(input: &Input<'_>) -> Table {
    let head = ["id", "title", "owner", "clauses", "inputs", "outputs", "metrics", "status"];
    let mut table = Table::new("process-map", "Process map", &head);
    for (_, record) in input.sms.of_kind("process").filter(|(_, record)| !record.is_over()) {
        let cell = |field: &str| record.get(field).map_or_else(String::new, Node::in_one_line);
        let cells = ["owner", "clauses", "inputs", "outputs", "metrics"].map(cell);
        let ends = [record.id.to_string(), record.title().to_owned()];
        table.row(ends.into_iter().chain(cells).chain([super::table::status(record)]));
    }
    table
}

/// From each clause to the processes that answer for it and to the records that show it.
fn clauses(input: &Input<'_>) -> Table {
    let head = ["clause", "processes", "kinds of record", "records", "requirements without evidence"];
    let mut table = Table::new("clause-process", "From clause to process to record", &head);
    let mut rows: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<crate::model::Ix>, usize)> = BTreeMap::new();
    for one in input.assessed {
        let (kinds, records, missing) = rows.entry(one.requirement.clause()).or_default();
        *missing += usize::from(one.status == crate::gap::Status::Missing);
        for evidence in &one.evidence {
            kinds.insert(input.sms.record(evidence.record).kind.name.as_str());
            records.insert(evidence.record);
        }
    }
    for (clause, (kinds, records, missing)) in rows {
        let of = |record: &Record<'_>| {
            let own = record.get("clauses").map(Node::items).unwrap_or_default();
            own.iter().filter_map(Node::as_str).any(|own| {
                let own = own.rsplit(':').next().unwrap_or(own);
                clause == own || clause.strip_prefix(own).is_some_and(|rest| rest.starts_with('.'))
            })
        };
        let processes: Vec<&str> = input
            .sms
            .of_kind("process")
            .filter(|(_, record)| !record.is_over() && of(record))
            .map(|(_, record)| record.id.as_str())
            .collect();
        let told = |list: Vec<&str>| if list.is_empty() { "none".to_owned() } else { list.join(" ") };
        let kinds = told(kinds.into_iter().collect());
        table.row([clause.to_owned(), told(processes), kinds, records.len().to_string(), missing.to_string()]);
    }
    table.note("Clauses 4 to 7, 9 and 10 are answered for by roles rather than by processes.")
}

/// Audits, reviews, and whether the gates of readiness are passed.
fn readiness(input: &Input<'_>) -> Part {
    let mut gates = Table::new("readiness", "Gates of readiness", &["gate", "what the records show"]);
    let missing = input.assessed.iter().filter(|one| one.status == crate::gap::Status::Missing).count();
    gates.row(["Documents are complete".to_owned(), format!("{missing} requirements without evidence")]);
    let started = SmsRecord::operating(input.sms).and_then(|record| record.started_on());
    let started =
        started.map_or("no day of beginning is recorded".to_owned(), |day| format!("in operation since {day}"));
    gates.row(["Records in operation for some months".to_owned(), started]);
    let done = |kind: &str| input.sms.of_kind(kind).filter(|(_, record)| record.is_over()).count();
    gates.row([
        "Internal audit and management review closed".to_owned(),
        format!("{} audits and {} management reviews closed", done("audit"), done("management_review")),
    ]);
    let all = |kind: &str| Table::of_kind(input.sms, kind, |_| true);
    Part::new("7", "Internal audit, management review, readiness").with([
        gates,
        all("audit_programme"),
        all("audit"),
        all("finding"),
        all("management_review"),
    ])
}

/// The last assessment of gaps, and what the plan of stage 2 needs to know.
fn plan(input: &Input<'_>) -> Part {
    let mut table = Table::new("stage-2-input", "What the plan of stage 2 needs to know", &["what", "number"]);
    let live = |record: &Record<'_>| !record.is_at_rest();
    for (kind, words) in [
        ("person", "people"),
        ("service", "services"),
        ("customer", "customers"),
        ("supplier", "suppliers"),
        ("ci", "configuration items"),
        ("sla", "agreements"),
    ] {
        let count = input.sms.of_kind(kind).filter(|(_, record)| live(record)).count();
        table.row([words.to_owned(), count.to_string()]);
    }
    let sites =
        SmsRecord::operating(input.sms).and_then(|record| record.scope()).map_or(0, |scope| scope.sites().len());
    table.row(["sites".to_owned(), sites.to_string()]);
    Part::new("8", "Last gap assessment and input to the plan of stage 2")
        .say("Languages, shifts and the tools of the organisation itself are no records; ask.")
        .with([Table::of_kind(input.sms, "gap_assessment", |_| true), table])
}
