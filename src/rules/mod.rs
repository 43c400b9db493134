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
mod date_in_future;
mod date_order;
mod id_duplicate;
mod id_path_mismatch;
mod owner_inactive;
mod owner_missing;
mod ref_dangling;
mod ref_wrong_kind;
mod review_overdue;
mod service_no_sla;
mod superseded_referenced;

pub use rule::{Check, Report, Rule};
pub use run::{Selection, UnknownRule, codes, find, run};

/// Every rule, by name.
pub const ALL: &[&dyn Rule] = &[
    &clause_tag_unknown::ClauseTagUnknown,
    &date_in_future::DateInFuture,
    &date_order::DateOrder,
    &id_duplicate::IdDuplicate,
    &id_path_mismatch::IdPathMismatch,
    &owner_inactive::OwnerInactive,
    &owner_missing::OwnerMissing,
    &ref_dangling::RefDangling,
    &ref_wrong_kind::RefWrongKind,
    &review_overdue::ReviewOverdue,
    &service_no_sla::ServiceNoSla,
    &superseded_referenced::SupersededReferenced,
];
