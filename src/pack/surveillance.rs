//! Surveillance and recertification: what happened since the last visit.

use super::table::{Part, Table};
use super::{Input, Stage, one, statistics, two};
use crate::evidence::sample::day;
use crate::model::Record;

/// Processes of clause 8, of which each visit looks at some.
const TURNS: [(&str, &str); 9] = [
    ("change", "Change management"),
    ("incident", "Incident management"),
    ("problem", "Problem management"),
    ("service_request", "Service request management"),
    ("release", "Release and deployment management"),
    ("supplier_review", "Supplier management"),
    ("sla_report", "Service level management"),
    ("capacity_plan", "Capacity management"),
    ("continuity_test", "Service continuity management"),
];

/// The parts, in the order of what the audit asks for.
pub(super) fn parts(input: &Input<'_>) -> Vec<Part> {
    let within =
        |record: &Record<'_>| day(record).is_none_or(|day| input.range.first <= day && day <= input.range.last);
    let of = |kind: &str| Table::of_kind(input.sms, kind, within);
    let all = |kind: &str| Table::of_kind(input.sms, kind, |_| true);
    let mut parts = vec![
        Part::new("1", "Internal audits and management review since the last visit")
            .with([of("audit"), of("management_review")]),
        Part::new("2", "Actions on earlier findings").with([all("finding"), all("nonconformity"), of("action")]),
        Part::new("3", "Complaints").with([of("complaint")]),
        Part::new("4", "Progress against objectives").with([all("objective"), of("measurement")]),
        Part::new("5", "Improvement").with([of("improvement"), of("opportunity")]),
        changed(input),
        Part::new("7", "Use of marks")
            .say("To be looked at on site: offers, web pages, contracts.")
            .with([all("certification")]),
    ];
    // Every process is looked at within three years; which ones when follows from the year.
    let year = usize::try_from(input.range.last.year()).unwrap_or(0);
    let whole = input.stage == Stage::Recertification;
    let turn = TURNS.into_iter().enumerate().filter(|(at, _)| whole || at % 3 == year % 3 || *at == 0);
    for (number, (_, (kind, title))) in turn.enumerate() {
        parts.push(two::process(input, &format!("8.{}", number + 1), kind, title));
    }
    parts.push(statistics::part(input).renumbered("9", "Whole populations"));
    if whole {
        parts.push(one::scope(input, "10"));
        parts.push(super::trails::part(input).renumbered("11", "Trails over the whole cycle"));
    }
    parts
}

/// What changed in the system itself: its record, its policies, its processes, who supplies it.
fn changed(input: &Input<'_>) -> Part {
    const OF: [&str; 8] = ["sms", "policy", "process", "role", "service", "supplier", "contract", "change_policy"];
    let head = ["commit", "time", "verdict", "path", "changes", "summary"];
    let mut table = Table::new("system-changes", "Changes of system, scope, organisation and suppliers", &head);
    for commit in &input.report.commits {
        let day = commit.time.get(..10).unwrap_or_default();
        let within = input.range.first.to_string().as_str() <= day && day <= input.range.last.to_string().as_str();
        let kind = |path: &str| path.strip_prefix("sms/").and_then(|rest| rest.split('/').next().map(str::to_owned));
        for path in
            commit.paths.iter().filter(|path| within && kind(path).is_some_and(|kind| OF.contains(&kind.as_str())))
        {
            table.row([
                commit.commit.clone(),
                commit.time.clone(),
                commit.verdict.words().to_owned(),
                path.clone(),
                commit.changes.join(" "),
                commit.summary.clone(),
            ]);
        }
    }
    Part::new("6", "Changes of the system")
        .say("`gitsm diff TAG` shows the same between two tags such as audit/2026-11-20, field by field.")
        .with([table])
}
