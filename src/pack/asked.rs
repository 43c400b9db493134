//! What an auditor asks for at each stage, in our words, and where in the pack it stands.

use super::Stage;

/// One thing that is asked for: in words, the item of its part, and the tables that show it.
pub(super) type Asked = (&'static str, &'static str, &'static [&'static str]);

const ONE: [Asked; 13] = [
    ("Statement of scope beside catalogue and sites", "1", &["scope-services"]),
    ("Context, interested parties, obligations", "1", &["context-issue", "interested-party", "obligation"]),
    (
        "Documents that are asked for: version, owner, state, last review, grade",
        "2",
        &["documents", "documents-asked-for"],
    ),
    ("Policy, objectives that can be measured, plan of the system", "3", &["policy", "objective", "sm-plan"]),
    ("Criteria and register of risks", "3", &["risk-criteria", "risk"]),
    ("Roles and authorities", "3", &["role"]),
    ("Map of processes with owners, inputs, outputs, metrics", "4", &["process-map", "metric"]),
    ("From clause to process to record, without holes", "4", &["clause-process"]),
    ("Other parties, what they run, contracts and agreements with them", "5", &["supplier", "contract", "ola"]),
    (
        "Change policy, procedures, continuity, security, service levels",
        "6",
        &["change-policy", "procedure", "continuity-plan", "control", "sla"],
    ),
    (
        "Internal audit, management review, gates of readiness",
        "7",
        &["audit-programme", "audit", "management-review", "readiness"],
    ),
    ("Last assessment of gaps", "8", &["gap-assessment"]),
    ("Numbers that the plan of stage 2 needs", "8", &["stage-2-input"]),
];

const TWO: [Asked; 14] = [
    (
        "Trails from need to report, from incident to change, of suppliers, risks and findings",
        "1",
        &["trail-need", "trail-incident", "trail-supplier", "trail-risk", "trail-finding"],
    ),
    (
        "Of each process: own rules, population, sample, what was measured",
        "2.1",
        &["rules-change", "population-change", "sample-change", "metrics-change"],
    ),
    ("Sampled changes: request, assessment, votes, test, way back, window, outcome, review", "2.1", &["sample-change"]),
    ("Sampled incidents: times, priority, clock", "2.3", &["sample-incident"]),
    ("Agreements: targets, and their reports by period", "2.13", &["sample-sla", "population-sla"]),
    ("Reports on service levels by period", "2.7", &["sample-sla-report", "population-sla-report"]),
    ("Contracts and reviews of suppliers", "2.9", &["sample-contract"]),
    ("People: what their role asks for, and the proof", "2.11", &["sample-training"]),
    ("Items to be compared with reality on site", "2.10", &["sample-ci"]),
    ("Figures over whole populations, with exceptions by name", "3", &["changes-all"]),
    (
        "Where time went; failures, emergencies and coverage over time",
        "3",
        &["clocks", "change-trend", "trend", "course"],
    ),
    ("Questions on awareness", "4", &["awareness"]),
    ("Grades of evidence", "E", &["grades"]),
    ("Waivers", "C", &["waivers"]),
];

const SURVEILLANCE: [Asked; 9] = [
    ("Internal audits and management review", "1", &["audit", "management-review"]),
    ("Actions on earlier findings", "2", &["finding", "nonconformity", "action"]),
    ("Complaints", "3", &["complaint"]),
    ("Progress against objectives", "4", &["objective", "measurement"]),
    ("Improvement", "5", &["improvement", "opportunity"]),
    ("Changes of system, scope, organisation and suppliers", "6", &["system-changes"]),
    ("Use of marks", "7", &["certification"]),
    ("Operation of some processes, by turns", "8.1", &["sample-change"]),
    ("Figures over whole populations", "9", &["changes-all"]),
];

const WHOLE: [Asked; 2] = [
    ("Whether the scope is still right", "10", &["scope-services"]),
    ("How it went over the whole cycle", "11", &["trail-need"]),
];

const EVERY: [Asked; 5] = [
    ("Requirement, evidence, status, grade", "A", &["clauses"]),
    (
        "What is open: gaps, nonconformities, findings with their age, waivers",
        "C",
        &["gaps", "nonconformity", "findings", "waivers"],
    ),
    ("History: who brought what, by which decision, signed by whom", "D", &["history", "history-problems"]),
    ("Ledger of decisions", "D", &["ledger"]),
    ("What words and grades mean", "E", &["grades", "status-words", "glossary"]),
];

/// Everything that is asked for at a stage, in the order of the pack.
pub(super) fn asked(stage: Stage) -> Vec<Asked> {
    let mut all = match stage {
        Stage::One => ONE.to_vec(),
        Stage::Two => TWO.to_vec(),
        Stage::Surveillance => SURVEILLANCE.to_vec(),
        Stage::Recertification => SURVEILLANCE.into_iter().chain(WHOLE).collect(),
    };
    if stage != Stage::One {
        all.push(("Register of documents", "B", &["documents", "documents-asked-for"]));
    }
    all.extend(EVERY);
    all
}
