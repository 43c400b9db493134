//! The rules: one file each, with its page, its code and its tests.
//!
//! To add one, write `src/rules/<name>.rs` and two lines here: its `mod`, and its place in [`ALL`].

pub mod again;
#[cfg(test)]
mod harness;
mod limits;
#[macro_use]
pub mod rule;
mod run;
#[cfg(test)]
mod tidy;
pub mod waiver;

mod account_shared;
mod action_overdue;
mod all_outsourced;
mod asset_ci_contradiction;
mod asset_licence_over;
mod audit_overdue;
mod audit_programme_gap;
mod auditor_not_independent;
mod avail_clock_worst_case;
mod avail_composite_short;
mod avail_exclusion_mismatch;
mod avail_report_mismatch;
mod avail_window_mismatch;
mod awareness_overdue;
mod budget_sum;
mod budget_variance_silent;
mod capacity_below_commitment;
mod capacity_lead_time;
mod capacity_threshold_no_action;
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
mod claim_wording;
mod clause_tag_unknown;
mod clause_uncovered;
mod climate_undetermined;
mod communication_missed;
mod competence_expired;
mod competence_gap;
mod complaint_not_closed;
mod config_accuracy_low;
mod config_audit_overdue;
mod context_one_sided;
mod continuity_offline;
mod continuity_retest;
mod continuity_test_missed;
mod continuity_test_overdue;
mod continuity_uncovered;
mod contract_change_unassessed;
mod contract_content_missing;
mod contract_ends_before_sla;
mod contract_expired;
mod contract_expiring;
mod criticality_inversion;
mod customer_no_owner;
mod date_in_future;
mod date_order;
mod demand_forecast_stale;
mod dependency_cycle;
mod design_not_accepted;
mod design_outcome_unreported;
mod dispute_stuck;
mod emergency_share_high;
mod external_major_nc_late;
mod finding_without_nc;
mod id_duplicate;
mod id_path_mismatch;
mod improvement_no_target;
mod improvement_unmeasured;
mod incident_breach_flag;
mod incident_closed_empty;
mod incident_from_change;
mod incident_priority_wrong;
mod incident_repeat;
mod internal_supplier_no_agreement;
mod knowledge_stale;
mod known_error_fixed_open;
mod kpi_arithmetic;
mod kpi_gap;
mod maintenance_in_service_hours;
mod maintenance_windows_clash;
mod major_incomplete;
mod major_no_problem;
mod major_not_flagged;
mod management_review_input;
mod management_review_no_top;
mod management_review_overdue;
mod mandatory_doc_missing;
mod mandatory_record_silent;
mod nc_no_effectiveness;
mod nc_no_root_cause;
mod objective_miss_no_action;
mod objective_not_measurable;
mod objective_unplanned;
mod obligation_unmapped;
mod other_party_unlisted;
mod owner_inactive;
mod owner_missing;
mod party_no_controls;
mod party_without_requirement;
mod personal_data_suspected;
mod policy_commitment_missing;
mod policy_limit_unknown;
mod policy_not_communicated;
mod policy_row_unreached;
mod policy_seat_unfillable;
mod problem_closed_no_fix;
mod problem_no_known_error;
mod problem_open_stale;
mod process_incomplete;
mod process_io_unmatched;
mod process_metric_silent;
mod recertification_late;
mod redundancy_common_cause;
mod ref_dangling;
mod ref_former_id;
mod ref_wrong_kind;
mod release_acceptance_failed;
mod release_no_analysis;
mod release_no_baseline;
mod release_unapproved_change;
mod removal_incomplete;
mod report_no_trend;
mod request_no_model;
mod resolution_path_too_long;
mod response_target_too_slow;
mod retired_ci_used;
mod review_interval_missing;
mod review_overdue;
mod risk_acceptance_invalid;
mod risk_level_wrong;
mod risk_matrix_not_monotone;
mod risk_reduce_without_effect;
mod risk_residual_higher;
mod risk_score_wrong;
mod risk_untreated;
mod role_conflict;
mod role_vacant;
mod rpo_backup;
mod rto_dependency;
mod rto_over_mtpd;
mod rto_vs_contract;
mod satisfaction_overdue;
mod scope_catalogue_mismatch;
mod scope_incomplete;
mod secret_suspected;
mod security_analysis_overdue;
mod security_risk_no_control;
mod service_duplicate;
mod service_incomplete;
mod service_lifecycle_clash;
mod service_no_ci;
mod service_no_customer;
mod service_no_requirement;
mod service_no_sla;
mod service_silent;
mod sla_content_missing;
mod sla_miss_no_improvement;
mod sla_not_agreed;
mod sla_period_unreported;
mod sla_workload_exceeded;
mod sm_plan_stale;
mod sm_plan_topic_missing;
mod spof_critical;
mod superseded_referenced;
mod supplier_concentration;
mod supplier_miss_no_action;
mod supplier_no_contract;
mod supplier_no_security_terms;
mod supplier_review_overdue;
mod support_hours_gap;
mod surveillance_overdue;
mod survey_sample_invalid;
mod training_effect_missing;

pub use rule::{Check, Report, Rule};
pub use run::{
    Judged, Selection, UnknownRule, all, bound, codes, codes_with, find, find_with, judge, judge_after, run, some,
};
pub use waiver::{Waived, Waiver, may_be_waived};

/// Every rule, by name.
pub const ALL: &[&dyn Rule] = &[
    &account_shared::AccountShared,
    &action_overdue::ActionOverdue,
    &all_outsourced::AllOutsourced,
    &asset_ci_contradiction::AssetCiContradiction,
    &asset_licence_over::AssetLicenceOver,
    &audit_overdue::AuditOverdue,
    &audit_programme_gap::AuditProgrammeGap,
    &auditor_not_independent::AuditorNotIndependent,
    &avail_clock_worst_case::AvailClockWorstCase,
    &avail_composite_short::AvailCompositeShort,
    &avail_exclusion_mismatch::AvailExclusionMismatch,
    &avail_report_mismatch::AvailReportMismatch,
    &avail_window_mismatch::AvailWindowMismatch,
    &awareness_overdue::AwarenessOverdue,
    &budget_sum::BudgetSum,
    &budget_variance_silent::BudgetVarianceSilent,
    &capacity_below_commitment::CapacityBelowCommitment,
    &capacity_lead_time::CapacityLeadTime,
    &capacity_threshold_no_action::CapacityThresholdNoAction,
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
    &claim_wording::ClaimWording,
    &clause_tag_unknown::ClauseTagUnknown,
    &clause_uncovered::ClauseUncovered,
    &climate_undetermined::ClimateUndetermined,
    &communication_missed::CommunicationMissed,
    &competence_expired::CompetenceExpired,
    &competence_gap::CompetenceGap,
    &complaint_not_closed::ComplaintNotClosed,
    &config_accuracy_low::ConfigAccuracyLow,
    &config_audit_overdue::ConfigAuditOverdue,
    &context_one_sided::ContextOneSided,
    &continuity_offline::ContinuityOffline,
    &continuity_retest::ContinuityRetest,
    &continuity_test_missed::ContinuityTestMissed,
    &continuity_test_overdue::ContinuityTestOverdue,
    &continuity_uncovered::ContinuityUncovered,
    &contract_change_unassessed::ContractChangeUnassessed,
    &contract_content_missing::ContractContentMissing,
    &contract_ends_before_sla::ContractEndsBeforeSla,
    &contract_expired::ContractExpired,
    &contract_expiring::ContractExpiring,
    &criticality_inversion::CriticalityInversion,
    &customer_no_owner::CustomerNoOwner,
    &date_in_future::DateInFuture,
    &date_order::DateOrder,
    &demand_forecast_stale::DemandForecastStale,
    &dependency_cycle::DependencyCycle,
    &design_not_accepted::DesignNotAccepted,
    &design_outcome_unreported::DesignOutcomeUnreported,
    &dispute_stuck::DisputeStuck,
    &emergency_share_high::EmergencyShareHigh,
    &external_major_nc_late::ExternalMajorNcLate,
    &finding_without_nc::FindingWithoutNc,
    &id_duplicate::IdDuplicate,
    &id_path_mismatch::IdPathMismatch,
    &improvement_no_target::ImprovementNoTarget,
    &improvement_unmeasured::ImprovementUnmeasured,
    &incident_breach_flag::IncidentBreachFlag,
    &incident_closed_empty::IncidentClosedEmpty,
    &incident_from_change::IncidentFromChange,
    &incident_priority_wrong::IncidentPriorityWrong,
    &incident_repeat::IncidentRepeat,
    &internal_supplier_no_agreement::InternalSupplierNoAgreement,
    &knowledge_stale::KnowledgeStale,
    &known_error_fixed_open::KnownErrorFixedOpen,
    &kpi_arithmetic::KpiArithmetic,
    &kpi_gap::KpiGap,
    &maintenance_in_service_hours::MaintenanceInServiceHours,
    &maintenance_windows_clash::MaintenanceWindowsClash,
    &major_incomplete::MajorIncomplete,
    &major_no_problem::MajorNoProblem,
    &major_not_flagged::MajorNotFlagged,
    &management_review_input::ManagementReviewInput,
    &management_review_no_top::ManagementReviewNoTop,
    &management_review_overdue::ManagementReviewOverdue,
    &mandatory_doc_missing::MandatoryDocMissing,
    &mandatory_record_silent::MandatoryRecordSilent,
    &nc_no_effectiveness::NcNoEffectiveness,
    &nc_no_root_cause::NcNoRootCause,
    &objective_miss_no_action::ObjectiveMissNoAction,
    &objective_not_measurable::ObjectiveNotMeasurable,
    &objective_unplanned::ObjectiveUnplanned,
    &obligation_unmapped::ObligationUnmapped,
    &other_party_unlisted::OtherPartyUnlisted,
    &owner_inactive::OwnerInactive,
    &owner_missing::OwnerMissing,
    &party_no_controls::PartyNoControls,
    &party_without_requirement::PartyWithoutRequirement,
    &personal_data_suspected::PersonalDataSuspected,
    &policy_commitment_missing::PolicyCommitmentMissing,
    &policy_limit_unknown::PolicyLimitUnknown,
    &policy_not_communicated::PolicyNotCommunicated,
    &policy_row_unreached::PolicyRowUnreached,
    &policy_seat_unfillable::PolicySeatUnfillable,
    &problem_closed_no_fix::ProblemClosedNoFix,
    &problem_no_known_error::ProblemNoKnownError,
    &problem_open_stale::ProblemOpenStale,
    &process_incomplete::ProcessIncomplete,
    &process_io_unmatched::ProcessIoUnmatched,
    &process_metric_silent::ProcessMetricSilent,
    &recertification_late::RecertificationLate,
    &redundancy_common_cause::RedundancyCommonCause,
    &ref_dangling::RefDangling,
    &ref_former_id::RefFormerId,
    &ref_wrong_kind::RefWrongKind,
    &release_acceptance_failed::ReleaseAcceptanceFailed,
    &release_no_analysis::ReleaseNoAnalysis,
    &release_no_baseline::ReleaseNoBaseline,
    &release_unapproved_change::ReleaseUnapprovedChange,
    &removal_incomplete::RemovalIncomplete,
    &report_no_trend::ReportNoTrend,
    &request_no_model::RequestNoModel,
    &resolution_path_too_long::ResolutionPathTooLong,
    &response_target_too_slow::ResponseTargetTooSlow,
    &retired_ci_used::RetiredCiUsed,
    &review_interval_missing::ReviewIntervalMissing,
    &review_overdue::ReviewOverdue,
    &risk_acceptance_invalid::RiskAcceptanceInvalid,
    &risk_level_wrong::RiskLevelWrong,
    &risk_matrix_not_monotone::RiskMatrixNotMonotone,
    &risk_reduce_without_effect::RiskReduceWithoutEffect,
    &risk_residual_higher::RiskResidualHigher,
    &risk_score_wrong::RiskScoreWrong,
    &risk_untreated::RiskUntreated,
    &role_conflict::RoleConflict,
    &role_vacant::RoleVacant,
    &rpo_backup::RpoBackup,
    &rto_dependency::RtoDependency,
    &rto_over_mtpd::RtoOverMtpd,
    &rto_vs_contract::RtoVsContract,
    &satisfaction_overdue::SatisfactionOverdue,
    &scope_catalogue_mismatch::ScopeCatalogueMismatch,
    &scope_incomplete::ScopeIncomplete,
    &secret_suspected::SecretSuspected,
    &security_analysis_overdue::SecurityAnalysisOverdue,
    &security_risk_no_control::SecurityRiskNoControl,
    &service_duplicate::ServiceDuplicate,
    &service_incomplete::ServiceIncomplete,
    &service_lifecycle_clash::ServiceLifecycleClash,
    &service_no_ci::ServiceNoCi,
    &service_no_customer::ServiceNoCustomer,
    &service_no_requirement::ServiceNoRequirement,
    &service_no_sla::ServiceNoSla,
    &service_silent::ServiceSilent,
    &sla_content_missing::SlaContentMissing,
    &sla_miss_no_improvement::SlaMissNoImprovement,
    &sla_not_agreed::SlaNotAgreed,
    &sla_period_unreported::SlaPeriodUnreported,
    &sla_workload_exceeded::SlaWorkloadExceeded,
    &sm_plan_stale::SmPlanStale,
    &sm_plan_topic_missing::SmPlanTopicMissing,
    &spof_critical::SpofCritical,
    &superseded_referenced::SupersededReferenced,
    &supplier_concentration::SupplierConcentration,
    &supplier_miss_no_action::SupplierMissNoAction,
    &supplier_no_contract::SupplierNoContract,
    &supplier_no_security_terms::SupplierNoSecurityTerms,
    &supplier_review_overdue::SupplierReviewOverdue,
    &support_hours_gap::SupportHoursGap,
    &surveillance_overdue::SurveillanceOverdue,
    &survey_sample_invalid::SurveySampleInvalid,
    &training_effect_missing::TrainingEffectMissing,
];
