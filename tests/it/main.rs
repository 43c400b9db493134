//! All integration tests, as one program. Each module is a surface or a property; keep the list sorted.

#![cfg(test)] // Helpers are tests too, for the lints that are milder there.
#![allow(
    clippy::cast_lossless,
    clippy::large_stack_arrays,
    clippy::cast_precision_loss,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::format_push_string,
    clippy::needless_for_each,
    clippy::similar_names,
    clippy::struct_excessive_bools,
    reason = "tests are read more often than they are run; these ask for code that is harder to read"
)]

mod alone;
#[cfg(feature = "bot")]
mod bot;
mod chain;
mod cli;
mod determinism;
mod docs;
mod drift;
mod evidence;
mod formats;
mod gate;
mod graph_properties;
mod kinds;
mod levels_properties;
mod mend;
mod program;
mod real_input;
mod repos;
mod sample_gate;
mod sample_rules;
mod since;
#[cfg(feature = "site")]
mod site;
mod tidy;
mod torture;
mod yaml_properties;
mod yaml_text;
