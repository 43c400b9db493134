//! The two documents that rules are taken from: change policy and risk criteria.

use super::plan::Plan;
use super::record::{Draft, Head, Record};

/// The change policy.
pub(crate) fn change_policy(_plan: &Plan, _index: usize) -> Record {
    let mut draft = Draft::new(&Head {
        kind: "change_policy",
        id: "change-policy",
        title: "Change policy",
        status: "in_force",
        owner: "role-change-manager",
    });
    draft
        .field("version", "\"1.0\"")
        .field("effective_from", "2024-11-04")
        .field("review", "{ interval: 365d, last: 2026-09-14, by: role-change-manager }")
        .open("controlled")
        .inner("kinds", "[service, ci, sla, contract, change_policy]")
        .open("categories");
    for (id, label, retrospective, role) in [
        ("normal", "Normal", "", "role-change-manager"),
        ("emergency", "Emergency", "retrospective_within: 3d, ", "role-emergency-authority"),
    ] {
        draft.item(format!(
            "{{ id: {id}, label: {label}, description: {label} change., test_required: true, \
             pir_required: false, {retrospective}needs_design: false, seats: [{{ role: {role}, count: 1 }}] }}"
        ));
    }
    draft
        .open("major_criteria")
        .item("{ id: vital, text: A vital service is down by plan., criticality: [vital], downtime_over: 2h }")
        .field("conflict_hops", 1)
        .field("tolerance", "2h");
    draft.done()
}

/// The level of a risk with that score.
pub(crate) fn level(score: usize) -> &'static str {
    match score {
        0..=4 => "low",
        5..=9 => "medium",
        10..=15 => "high",
        _ => "extreme",
    }
}

/// The risk criteria.
pub(crate) fn risk_criteria(_plan: &Plan, _index: usize) -> Record {
    let mut draft = Draft::new(&Head {
        kind: "risk_criteria",
        id: "risk-criteria",
        title: "Risk criteria",
        status: "in_force",
        owner: "role-risk-owner",
    });
    draft
        .field("version", "\"1.0\"")
        .field("effective_from", "2024-11-04")
        .field("review", "{ interval: 365d, last: 2026-09-14, by: role-risk-owner }");
    for scale in ["likelihood_scale", "impact_scale"] {
        draft.open(scale);
        for value in 1..=5 {
            draft.item(format!("{{ value: {value}, label: Step {value}, meaning: Step {value} of five. }}"));
        }
    }
    draft.field("score", "product").open("matrix");
    for likelihood in 1..=5 {
        let row = [1, 2, 3, 4, 5].map(|impact| level(likelihood * impact));
        draft.item(format!("{{ likelihood: {likelihood}, levels: [{}] }}", row.join(", ")));
    }
    draft.open("levels");
    for (id, acceptable, interval) in
        [("low", true, "365d"), ("medium", true, "365d"), ("high", false, "180d"), ("extreme", false, "90d")]
    {
        draft.item(format!(
            "{{ id: {id}, label: {id}, acceptable: {acceptable}, acceptance_roles: [role-risk-owner], \
             review_interval: {interval} }}"
        ));
    }
    draft.field("appetite", "medium");
    draft.done()
}
