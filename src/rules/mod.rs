//! The rules: one file each, with its page, its code and its tests.
//!
//! To add one, write `src/rules/<name>.rs` and two lines here: its `mod`, and its place in [`ALL`].

#[cfg(test)]
mod harness;
#[macro_use]
pub mod rule;
mod run;
#[cfg(test)]
mod tidy;

mod clause_tag_unknown;
mod climate_undetermined;
mod date_in_future;
mod date_order;
mod id_duplicate;
mod id_path_mismatch;
mod owner_inactive;
mod owner_missing;
mod process_incomplete;
mod ref_dangling;
mod ref_wrong_kind;
mod review_overdue;
mod risk_level_wrong;
mod risk_matrix_not_monotone;
mod risk_residual_higher;
mod risk_score_wrong;
mod risk_untreated;
mod role_vacant;
mod scope_catalogue_mismatch;
mod scope_incomplete;
mod service_no_sla;
mod superseded_referenced;

pub use rule::{Check, Report, Rule};
pub use run::{Selection, UnknownRule, codes, find, run};

/// Every rule, by name.
pub const ALL: &[&dyn Rule] = &[
    &clause_tag_unknown::ClauseTagUnknown,
    &climate_undetermined::ClimateUndetermined,
    &date_in_future::DateInFuture,
    &date_order::DateOrder,
    &id_duplicate::IdDuplicate,
    &id_path_mismatch::IdPathMismatch,
    &owner_inactive::OwnerInactive,
    &owner_missing::OwnerMissing,
    &process_incomplete::ProcessIncomplete,
    &ref_dangling::RefDangling,
    &ref_wrong_kind::RefWrongKind,
    &review_overdue::ReviewOverdue,
    &risk_level_wrong::RiskLevelWrong,
    &risk_matrix_not_monotone::RiskMatrixNotMonotone,
    &risk_residual_higher::RiskResidualHigher,
    &risk_score_wrong::RiskScoreWrong,
    &risk_untreated::RiskUntreated,
    &role_vacant::RoleVacant,
    &scope_catalogue_mismatch::ScopeCatalogueMismatch,
    &scope_incomplete::ScopeIncomplete,
    &service_no_sla::ServiceNoSla,
    &superseded_referenced::SupersededReferenced,
];
