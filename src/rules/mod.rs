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

pub mod waiver;

mod action_overdue;
mod audit_overdue;
mod audit_programme_gap;
mod auditor_not_independent;
mod change_category_unknown;
mod change_failed_open;
mod change_impact_missing;
mod change_no_pir;
mod change_no_rollback;
mod change_no_test;
mod ci_orphan;
mod ci_owner_missing;
mod claim_wording;
mod clause_tag_unknown;
mod clause_uncovered;
mod climate_undetermined;
mod config_accuracy_low;
mod config_audit_overdue;
mod contract_content_missing;
mod contract_expired;
mod contract_expiring;
mod criticality_inversion;
mod date_in_future;
mod date_order;
mod dependency_cycle;
mod external_major_nc_late;
mod finding_without_nc;
mod id_duplicate;
mod id_path_mismatch;
mod improvement_no_target;
mod improvement_unmeasured;
mod kpi_arithmetic;
mod kpi_gap;
mod management_review_input;
mod management_review_no_top;
mod management_review_overdue;
mod mandatory_doc_missing;
mod mandatory_record_silent;
mod nc_no_effectiveness;
mod nc_no_root_cause;
mod other_party_unlisted;
mod owner_inactive;
mod owner_missing;
mod policy_limit_unknown;
mod process_incomplete;
mod recertification_late;
mod ref_dangling;
mod ref_former_id;
mod ref_wrong_kind;
mod report_no_trend;
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
mod security_analysis_overdue;
mod security_risk_no_control;
mod service_incomplete;
mod service_lifecycle_clash;
mod service_no_ci;
mod service_no_customer;
mod service_no_requirement;
mod service_no_sla;
mod service_silent;
mod sla_content_missing;
mod spof_critical;
mod superseded_referenced;
mod supplier_no_contract;
mod supplier_no_security_terms;
mod surveillance_overdue;

pub use rule::{Check, Report, Rule};
pub use run::{Judged, Selection, UnknownRule, all, bound, codes, find, judge, run};
pub use waiver::{Waived, Waiver, may_be_waived};

/// Every rule, by name.
pub const ALL: &[&dyn Rule] = &[
    &action_overdue::ActionOverdue,
    &audit_overdue::AuditOverdue,
    &audit_programme_gap::AuditProgrammeGap,
    &auditor_not_independent::AuditorNotIndependent,
    &change_category_unknown::ChangeCategoryUnknown,
    &change_failed_open::ChangeFailedOpen,
    &change_impact_missing::ChangeImpactMissing,
    &change_no_pir::ChangeNoPir,
    &change_no_rollback::ChangeNoRollback,
    &change_no_test::ChangeNoTest,
    &ci_orphan::CiOrphan,
    &ci_owner_missing::CiOwnerMissing,
    &claim_wording::ClaimWording,
    &clause_tag_unknown::ClauseTagUnknown,
    &clause_uncovered::ClauseUncovered,
    &climate_undetermined::ClimateUndetermined,
    &config_accuracy_low::ConfigAccuracyLow,
    &config_audit_overdue::ConfigAuditOverdue,
    &contract_content_missing::ContractContentMissing,
    &contract_expired::ContractExpired,
    &contract_expiring::ContractExpiring,
    &criticality_inversion::CriticalityInversion,
    &date_in_future::DateInFuture,
    &date_order::DateOrder,
    &dependency_cycle::DependencyCycle,
    &external_major_nc_late::ExternalMajorNcLate,
    &finding_without_nc::FindingWithoutNc,
    &id_duplicate::IdDuplicate,
    &id_path_mismatch::IdPathMismatch,
    &improvement_no_target::ImprovementNoTarget,
    &improvement_unmeasured::ImprovementUnmeasured,
    &kpi_arithmetic::KpiArithmetic,
    &kpi_gap::KpiGap,
    &management_review_input::ManagementReviewInput,
    &management_review_no_top::ManagementReviewNoTop,
    &management_review_overdue::ManagementReviewOverdue,
    &mandatory_doc_missing::MandatoryDocMissing,
    &mandatory_record_silent::MandatoryRecordSilent,
    &nc_no_effectiveness::NcNoEffectiveness,
    &nc_no_root_cause::NcNoRootCause,
    &other_party_unlisted::OtherPartyUnlisted,
    &owner_inactive::OwnerInactive,
    &owner_missing::OwnerMissing,
    &policy_limit_unknown::PolicyLimitUnknown,
    &process_incomplete::ProcessIncomplete,
    &recertification_late::RecertificationLate,
    &ref_dangling::RefDangling,
    &ref_former_id::RefFormerId,
    &ref_wrong_kind::RefWrongKind,
    &report_no_trend::ReportNoTrend,
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
    &security_analysis_overdue::SecurityAnalysisOverdue,
    &security_risk_no_control::SecurityRiskNoControl,
    &service_incomplete::ServiceIncomplete,
    &service_lifecycle_clash::ServiceLifecycleClash,
    &service_no_ci::ServiceNoCi,
    &service_no_customer::ServiceNoCustomer,
    &service_no_requirement::ServiceNoRequirement,
    &service_no_sla::ServiceNoSla,
    &service_silent::ServiceSilent,
    &sla_content_missing::SlaContentMissing,
    &spof_critical::SpofCritical,
    &superseded_referenced::SupersededReferenced,
    &supplier_no_contract::SupplierNoContract,
    &supplier_no_security_terms::SupplierNoSecurityTerms,
    &surveillance_overdue::SurveillanceOverdue,
];
