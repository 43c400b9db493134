//! Service management as code. Modules stand in the order in which data flows; a module uses only those above it.

pub mod base;
#[cfg(feature = "bot")]
pub mod bot;
pub mod cli;
pub mod diff;
pub mod evidence;
pub mod gap;
pub mod gate;
pub mod graph;
pub mod levels;
pub mod load;
pub mod local;
pub mod mend;
pub mod model;
pub mod pack;
pub mod report;
pub mod rules;
pub mod schedule;
pub mod schema;
pub mod since;
#[cfg(feature = "site")]
pub mod site;
pub mod slm;
pub mod standard;
pub mod yaml;
