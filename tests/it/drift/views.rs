//! Typed views name only what the schemas have, with the same words and kinds; and they read what stands in a record.

use std::collections::BTreeSet;
use std::path::Path;

use gitsm::model::action::*;
use gitsm::model::asset::*;
use gitsm::model::audit::*;
use gitsm::model::audit_programme::*;
use gitsm::model::awareness::*;
use gitsm::model::budget::*;
use gitsm::model::calendar::*;
use gitsm::model::capacity_plan::*;
use gitsm::model::certification::*;
use gitsm::model::change::*;
use gitsm::model::change_model::*;
use gitsm::model::change_policy::*;
use gitsm::model::change_scenario::{ChangeScenario, Expected, Given, ScenarioEdit, ScenarioVote};
use gitsm::model::change_trend::*;
use gitsm::model::ci::*;
use gitsm::model::communication::*;
use gitsm::model::competence::*;
use gitsm::model::config_audit::*;
use gitsm::model::context_issue::*;
use gitsm::model::continuity_plan::*;
use gitsm::model::continuity_test::*;
use gitsm::model::contract::*;
use gitsm::model::control::*;
use gitsm::model::customer::*;
use gitsm::model::demand::*;
use gitsm::model::design::*;
use gitsm::model::finding::*;
use gitsm::model::freeze::*;
use gitsm::model::improvement::*;
use gitsm::model::incident::*;
use gitsm::model::interested_party::*;
use gitsm::model::knowledge::*;
use gitsm::model::maintenance_window::*;
use gitsm::model::management_review::*;
use gitsm::model::measurement::*;
use gitsm::model::metric::*;
use gitsm::model::nonconformity::*;
use gitsm::model::objective::*;
use gitsm::model::obligation::*;
use gitsm::model::organisation::*;
use gitsm::model::outage::*;
use gitsm::model::policy::*;
use gitsm::model::problem::*;
use gitsm::model::process::*;
use gitsm::model::release::*;
use gitsm::model::report::*;
use gitsm::model::request::*;
use gitsm::model::risk::*;
use gitsm::model::service::*;
use gitsm::model::sla::*;
use gitsm::model::sla_report::*;
use gitsm::model::sm_plan::*;
use gitsm::model::supplier::*;
use gitsm::model::supplier_review::*;
use gitsm::model::survey::*;
use gitsm::model::{Field, View};

use super::walk::{self, Schema};
use crate::chain;

/// What a view says of itself.
struct Seen {
    name: &'static str,
    kind: &'static str,
    path: &'static str,
    fields: &'static [Field],
}

macro_rules! seen {
    ($($name:ident)*) => {
        [$(Seen {
            name: stringify!($name),
            kind: <$name<'_> as View<'_>>::KIND,
            path: <$name<'_> as View<'_>>::PATH,
            fields: <$name<'_> as View<'_>>::FIELDS,
        }),*]
    };
}

/// Every view. A test below fails when one of src/model is missing here.
fn views() -> impl IntoIterator<Item = Seen> {
    seen! {
        Action
        Asset Licence
        Audit Coverage Days
        AuditProgramme Cycle ProgrammeEntry
        AuditFinding
        Budget BudgetLine BudgetPart Allocation Money CostReport CostLine Variance
        CapacityPlan Resource Commitment
        Certification SmsCertification Visit
        Change Assessment Test Rollback Actual Failure Pir
        ChangePolicy Category
        Calendar WeeklyHours Holiday
        Change Window Assessment Conflicts Test Rollback Actual Failure Pir
        ChangeModel Match Suspension
        ChangePolicy Controlled Category SeatEntry Stage LevelSeats Authority When MajorEffect RiskTerms LevelFrom VotingBot SmallTeam
        Reverts
        ChangeScenario Given ScenarioEdit ScenarioVote Expected
        ChangeTrend Elsewhere
        Ci CiRecovery CiType
        ConfigAudit
        ContinuityPlan Recovery RecoveryStep RecoverySite OfflineAccess
        ContinuityTest Achieved Deficiency Invocation Lookback
        Contract Responsibilities Renewal Amendment Ola
        Control
        Customer
        Demand Forecast
        Improvement Criteria ImprovementDecision ImprovementTarget Measured
        MaintenanceWindow Recurs RecurringTime
        ManagementReview
        Measurement Metric
        Nonconformity Effectiveness
        Outage
        SmsRecord Organisation Scope Excluded Site Climate Person ForgeAccount Team Role Holder Delegation
        Policy Limit
        Process
        ServiceReport ReportDefinition
        Awareness Subject
        Change Assessment Test Rollback Actual Failure Pir
        ChangePolicy Category
        Ci CiType
        Communication Told
        Competence Training
        ContextIssue
        Contract Responsibilities Ola
        InterestedParty
        Knowledge
        Measurement
        Metric Threshold
        Objective ObjectivePlan ObjectiveResult
        Obligation
        SmsRecord Organisation Scope Excluded Climate Person Team Role Holder
        Policy Commitments Communicated Limit
        Process Activity Input Output
        Risk Rating Acceptance RiskCriteria MatrixRow RiskLevel
        Service SlaWaiver Requirement ServiceRecovery
        Sla
        SmPlan PlanPeriod PlanResponsibilities PlanResources PlanParties
        Design Criterion Decision DesignOutcome Reported Removal
        Freeze FreezeScope Exception
        Incident IncidentOutage Breached Major MajorReview
        SmsRecord Organisation Scope Excluded Climate Person Team Role Holder
        Policy PriorityCell MajorCriterion Limit
        Problem Step KnownError
        Process
        Release ReleaseType Baseline
        RequestModel ServiceRequest RequestBatch
        Risk Rating Acceptance RiskCriteria MatrixRow RiskLevel
        Service SlaWaiver Requirement
        Sla Ended SlaHours SlaTarget
        Supplier
        Service SlaWaiver Requirement Duplicate
        Sla Reporting Agreement
        SlaReport SlaResult SlaWorkload SlaMiss
        Supplier Selection SupplierControl
        SupplierReview SupplierResult SupplierMiss Dispute DisputeStep
        Survey CustomerSample Complaint Escalated ServiceReview
    }
}

/// The names of the views that a file of src/model declares.
fn declared(text: &str) -> Vec<String> {
    let blocks = text.split("\nview! {").skip(1);
    let names = blocks.filter_map(|block| {
        let head = block.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("//"))?;
        Some(head.split('<').next()?.to_owned())
    });
    names.collect()
}

#[test]
fn every_view_is_held_to_its_schema_here() {
    let listed: BTreeSet<String> = views().into_iter().map(|view| view.name.to_owned()).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/model");
    for entry in
        ignore::Walk::new(folder).flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
    {
        let path = entry.path();
        if path.ends_with("tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(path).expect("text");
        for name in declared(&text).into_iter().filter(|name| name.chars().all(char::is_alphanumeric)) {
            assert!(listed.contains(&name), "{}: add `{name}` to views() in tests/it/drift/views.rs", path.display());
        }
    }
}

#[test]
fn a_view_names_only_fields_that_the_schema_has() {
    for view in views() {
        let kind = chain::catalog().find(view.kind).unwrap_or_else(|| panic!("{}: kind {}", view.name, view.kind));
        let schema = Schema { root: kind.bundled_schema() };
        let holders = schema.at(view.path);
        assert!(!holders.is_empty(), "{}: nothing stands at {} of {}", view.name, view.path, view.kind);
        for field in view.fields {
            let name = field.name;
            assert!(
                !schema.step(&holders, name).is_empty(),
                "{}: {} has no {}/{name}",
                view.name,
                view.kind,
                view.path
            );
        }
    }
}

#[test]
fn closed_words_of_a_view_are_those_of_the_schema() {
    for view in views() {
        let schema = Schema { root: chain::catalog().find(view.kind).expect("the kind").bundled_schema() };
        for field in view.fields {
            let mut layers = schema.step(&schema.at(view.path), field.name);
            layers.extend(schema.step(&layers.clone(), "*"));
            let (name, words) = (field.name, walk::words(&layers));
            if let Some(known) = field.words {
                let known: BTreeSet<String> = known.iter().map(|word| (*word).to_owned()).collect();
                assert_eq!(known, words, "{}.{name}: the view's words, then the schema's", view.name);
            }
        }
    }
}

#[test]
fn references_of_a_view_lead_where_the_schema_lets_them() {
    for view in views() {
        let schema = Schema { root: chain::catalog().find(view.kind).expect("the kind").bundled_schema() };
        for field in view.fields.iter().filter(|field| !field.kinds.is_empty()) {
            let mut layers = schema.step(&schema.at(view.path), field.name);
            layers.extend(schema.step(&layers.clone(), "*"));
            let known: BTreeSet<String> = field.kinds.iter().map(|kind| (*kind).to_owned()).collect();
            assert_eq!(
                known,
                walk::kinds(&layers),
                "{}.{}: the view's kinds, then the schema's",
                view.name,
                field.name
            );
        }
    }
}

#[test]
fn one_view_can_serve_two_places_of_the_same_shape() {
    let schema = Schema { root: chain::catalog().find("risk").expect("the kind").bundled_schema() };
    let names = |path: &str| -> BTreeSet<&String> {
        schema
            .at(path)
            .iter()
            .filter_map(|layer| layer.get("properties")?.as_object())
            .flat_map(|all| all.keys())
            .collect()
    };
    let (inherent, residual) = (names("/inherent"), names("/residual"));
    for field in <Rating<'_> as View<'_>>::FIELDS {
        assert!(
            inherent.contains(&field.name.to_owned()) && residual.contains(&field.name.to_owned()),
            "{}",
            field.name
        );
    }
}

#[test]
fn declarations_are_found_behind_their_words() {
    let text =
        "x\nview! {\n    /// Words.\n    Sla<'a> of \"sla\" at \"\" {\n\nwords! {\n    A {\nview! {\n    Ci<'a> of\n";
    assert_eq!(declared(text), ["Sla", "Ci"]);
}
