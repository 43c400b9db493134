//! The rules: one file each, with its page, its code and its tests.
//!
//! To add one, write `src/rules/<name>.rs` and two lines here: its `mod`, and its place in [`ALL`].

#[cfg(test)]
mod harness;
mod limits;
#[macro_use]
pub mod rule;
mod run;
#[cfg(test)]
mod tidy;

mod change_category_unknown;
mod change_collision;
mod change_failed_open;
mod change_freeze;
mod change_impact_missing;
mod change_major_no_design;
mod change_no_pir;
mod change_no_rollback;
mod change_no_test;
mod change_policy_incomplete;
mod change_standard_no_model;
mod change_target_retired;
mod change_trend_overdue;
mod ci_orphan;
mod ci_owner_missing;
mod clause_tag_unknown;
mod clause_uncovered;
mod climate_undetermined;
mod contract_content_missing;
mod contract_expired;
mod contract_expiring;
mod criticality_inversion;
mod date_in_future;
mod date_order;
mod dependency_cycle;
mod design_not_accepted;
mod design_outcome_unreported;
mod emergency_share_high;
mod id_duplicate;
mod id_path_mismatch;
mod incident_breach_flag;
mod incident_closed_empty;
mod incident_from_change;
mod incident_priority_wrong;
mod incident_repeat;
mod known_error_fixed_open;
mod major_incomplete;
mod major_no_problem;
mod major_not_flagged;
mod mandatory_doc_missing;
mod mandatory_record_silent;
mod other_party_unlisted;
mod owner_inactive;
mod owner_missing;
mod policy_limit_unknown;
mod problem_closed_no_fix;
mod problem_no_known_error;
mod problem_open_stale;
mod process_incomplete;
mod ref_dangling;
mod ref_wrong_kind;
mod release_acceptance_failed;
mod release_no_analysis;
mod release_no_baseline;
mod release_unapproved_change;
mod removal_incomplete;
mod request_no_model;
mod retired_ci_used;
mod review_overdue;
mod risk_level_wrong;
mod risk_matrix_not_monotone;
mod risk_residual_higher;
mod risk_score_wrong;
mod risk_untreated;
mod role_vacant;
mod scope_catalogue_mismatch;
mod scope_incomplete;
mod service_incomplete;
mod service_lifecycle_clash;
mod service_no_ci;
mod service_no_customer;
mod service_no_requirement;
mod service_no_sla;
mod sla_content_missing;
mod spof_critical;
mod superseded_referenced;
mod supplier_no_contract;

pub use rule::{Check, Report, Rule};
pub use run::{Selection, UnknownRule, codes, find, run};

/// Every rule, by name.
pub const ALL: &[&dyn Rule] = &[
    &change_category_unknown::ChangeCategoryUnknown,
    &change_collision::ChangeCollision,
    &change_failed_open::ChangeFailedOpen,
    &change_freeze::ChangeFreeze,
    &change_impact_missing::ChangeImpactMissing,
    &change_major_no_design::ChangeMajorNoDesign,
    &change_no_pir::ChangeNoPir,
    &change_no_rollback::ChangeNoRollback,
    &change_no_test::ChangeNoTest,
    &change_policy_incomplete::ChangePolicyIncomplete,
    &change_standard_no_model::ChangeStandardNoModel,
    &change_target_retired::ChangeTargetRetired,
    &change_trend_overdue::ChangeTrendOverdue,
    &ci_orphan::CiOrphan,
    &ci_owner_missing::CiOwnerMissing,
    &clause_tag_unknown::ClauseTagUnknown,
    &clause_uncovered::ClauseUncovered,
    &climate_undetermined::ClimateUndetermined,
    &contract_content_missing::ContractContentMissing,
    &contract_expired::ContractExpired,
    &contract_expiring::ContractExpiring,
    &criticality_inversion::CriticalityInversion,
    &date_in_future::DateInFuture,
    &date_order::DateOrder,
    &dependency_cycle::DependencyCycle,
    &design_not_accepted::DesignNotAccepted,
    &design_outcome_unreported::DesignOutcomeUnreported,
    &emergency_share_high::EmergencyShareHigh,
    &id_duplicate::IdDuplicate,
    &id_path_mismatch::IdPathMismatch,
    &incident_breach_flag::IncidentBreachFlag,
    &incident_closed_empty::IncidentClosedEmpty,
    &incident_from_change::IncidentFromChange,
    &incident_priority_wrong::IncidentPriorityWrong,
    &incident_repeat::IncidentRepeat,
    &known_error_fixed_open::KnownErrorFixedOpen,
    &major_incomplete::MajorIncomplete,
    &major_no_problem::MajorNoProblem,
    &major_not_flagged::MajorNotFlagged,
    &mandatory_doc_missing::MandatoryDocMissing,
    &mandatory_record_silent::MandatoryRecordSilent,
    &other_party_unlisted::OtherPartyUnlisted,
    &owner_inactive::OwnerInactive,
    &owner_missing::OwnerMissing,
    &policy_limit_unknown::PolicyLimitUnknown,
    &problem_closed_no_fix::ProblemClosedNoFix,
    &problem_no_known_error::ProblemNoKnownError,
    &problem_open_stale::ProblemOpenStale,
    &process_incomplete::ProcessIncomplete,
    &ref_dangling::RefDangling,
    &ref_wrong_kind::RefWrongKind,
    &release_acceptance_failed::ReleaseAcceptanceFailed,
    &release_no_analysis::ReleaseNoAnalysis,
    &release_no_baseline::ReleaseNoBaseline,
    &release_unapproved_change::ReleaseUnapprovedChange,
    &removal_incomplete::RemovalIncomplete,
    &request_no_model::RequestNoModel,
    &retired_ci_used::RetiredCiUsed,
    &review_overdue::ReviewOverdue,
    &risk_level_wrong::RiskLevelWrong,
    &risk_matrix_not_monotone::RiskMatrixNotMonotone,
    &risk_residual_higher::RiskResidualHigher,
    &risk_score_wrong::RiskScoreWrong,
    &risk_untreated::RiskUntreated,
    &role_vacant::RoleVacant,
    &scope_catalogue_mismatch::ScopeCatalogueMismatch,
    &scope_incomplete::ScopeIncomplete,
    &service_incomplete::ServiceIncomplete,
    &service_lifecycle_clash::ServiceLifecycleClash,
    &service_no_ci::ServiceNoCi,
    &service_no_customer::ServiceNoCustomer,
    &service_no_requirement::ServiceNoRequirement,
    &service_no_sla::ServiceNoSla,
    &sla_content_missing::SlaContentMissing,
    &spof_critical::SpofCritical,
    &superseded_referenced::SupersededReferenced,
    &supplier_no_contract::SupplierNoContract,
];
