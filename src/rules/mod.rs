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

mod service_no_sla;

pub use rule::{Check, Report, Rule};
pub use run::{Selection, UnknownRule, codes, find, run};

/// Every rule, by name.
pub const ALL: &[&dyn Rule] = &[&service_no_sla::ServiceNoSla];
