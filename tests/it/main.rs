//! All integration tests, as one program. Each module is a surface or a property; keep the list sorted.

#![cfg(test)] // Helpers are tests too, for the lints that are milder there.

mod chain;
mod cli;
mod determinism;
mod docs;
mod drift;
mod graph_properties;
mod program;
mod real_input;
mod repos;
mod tidy;
mod torture;
mod yaml_properties;
mod yaml_text;
