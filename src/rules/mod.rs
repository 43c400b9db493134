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

mod change_category_unknown;
mod change_failed_open;
mod change_impact_missing;
mod change_no_pir;
mod change_no_rollback;
mod change_no_test;
mod ci_orphan;
mod ci_owner_missing;
mod contract_content_missing;
mod contract_expired;
mod criticality_inversion;
mod dependency_cycle;
mod other_party_unlisted;
mod retired_ci_used;
mod service_incomplete;
mod service_lifecycle_clash;
mod service_no_ci;
mod service_no_customer;
mod service_no_requirement;
mod service_no_sla;
mod sla_content_missing;
mod spof_critical;
mod supplier_no_contract;

pub use rule::{Check, Report, Rule};
pub use run::{Selection, UnknownRule, codes, find, run};

/// Every rule, by name.
pub const ALL: &[&dyn Rule] = &[
    &change_category_unknown::ChangeCategoryUnknown,
    &change_failed_open::ChangeFailedOpen,
    &change_impact_missing::ChangeImpactMissing,
    &change_no_pir::ChangeNoPir,
    &change_no_rollback::ChangeNoRollback,
    &change_no_test::ChangeNoTest,
    &ci_orphan::CiOrphan,
    &ci_owner_missing::CiOwnerMissing,
    &contract_content_missing::ContractContentMissing,
    &contract_expired::ContractExpired,
    &criticality_inversion::CriticalityInversion,
    &dependency_cycle::DependencyCycle,
    &other_party_unlisted::OtherPartyUnlisted,
    &retired_ci_used::RetiredCiUsed,
    &service_incomplete::ServiceIncomplete,
    &service_lifecycle_clash::ServiceLifecycleClash,
    &service_no_ci::ServiceNoCi,
    &service_no_customer::ServiceNoCustomer,
    &service_no_requirement::ServiceNoRequirement,
    &service_no_sla::ServiceNoSla,
    &sla_content_missing::SlaContentMissing,
    &spof_critical::SpofCritical,
    &supplier_no_contract::SupplierNoContract,
];
