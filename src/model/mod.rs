//! Records as a whole: every record with its kind, and every reference resolved.
//!
//! [`Sms`] is one immutable snapshot; a check, a graph, a site or a gate loads one and asks it. Typed views of single
//! kinds stand in the files named after them; a kind needs one only where a rule computes with it.

#[macro_use]
pub mod view;
mod build;
pub mod changed;
pub mod codes;
#[cfg(test)]
pub(crate) mod fixture;
pub mod record;
pub mod reference;
mod sms;
pub mod trace;
pub mod words;
mod world;

pub mod action;
pub mod asset;
pub mod audit;
pub mod audit_programme;
pub mod awareness;
pub mod budget;
pub mod calendar;
pub mod capacity_plan;
pub mod certification;
pub mod change;
pub mod change_model;
pub mod change_policy;
pub mod change_scenario;
pub mod change_trend;
pub mod ci;
pub mod communication;
pub mod competence;
pub mod config_audit;
pub mod context_issue;
pub mod continuity_plan;
pub mod continuity_test;
pub mod contract;
pub mod control;
pub mod customer;
pub mod demand;
pub mod design;
pub mod finding;
pub mod freeze;
pub mod improvement;
pub mod incident;
pub mod interested_party;
pub mod knowledge;
pub mod maintenance_window;
pub mod management_review;
pub mod measurement;
pub mod metric;
pub mod nonconformity;
pub mod objective;
pub mod obligation;
pub mod organisation;
pub mod outage;
pub mod places;
pub mod policy;
pub mod problem;
pub mod process;
pub mod release;
pub mod report;
pub mod request;
pub mod risk;
pub mod seat_words;
pub mod service;
pub mod sla;
pub mod sla_report;
pub mod sm_plan;
pub mod supplier;
pub mod supplier_review;
pub mod support;
pub mod survey;

pub use record::Record;
pub use reference::{Reference, Target};
pub use sms::{Ix, Sms};
pub use view::{At, Cell, Field, Ref, View};
