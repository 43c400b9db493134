//! Records as a whole: every record with its kind, and every reference resolved.
//!
//! [`Sms`] is one immutable snapshot; a check, a graph, a site or a gate loads one and asks it. Typed views of single
//! kinds stand in the files named after them; a kind needs one only where a rule computes with it.

#[macro_use]
pub mod view;
mod build;
pub mod codes;
#[cfg(test)]
pub(crate) mod fixture;
pub mod record;
pub mod reference;
mod sms;
pub mod words;

pub mod calendar;
pub mod change;
pub mod change_model;
pub mod change_policy;
pub mod change_trend;
pub mod ci;
pub mod contract;
pub mod design;
pub mod freeze;
pub mod incident;
pub mod organisation;
pub mod policy;
pub mod problem;
pub mod process;
pub mod release;
pub mod request;
pub mod risk;
pub mod service;
pub mod sla;
pub mod supplier;

pub use record::Record;
pub use reference::{Reference, Target};
pub use sms::{Ix, Sms};
pub use view::{At, Cell, Field, Ref, View};
