//! Kinds of record as data: the JSON Schemas below `schemas/`, and records validated against them in place.
//!
//! Everything that is known of a kind stands in its schema file: fields, states, references, columns, example.
//! Nothing here names a kind.

mod adapter;
pub mod catalog;
pub mod codes;
mod compile;
mod errors;
pub mod fields;
#[cfg(test)]
mod fixture;
mod formats;
pub mod kind;
mod messages;
pub mod shape;
mod states;
pub mod template;
mod validate;

pub use catalog::{Catalog, SchemaError};
pub use kind::{Field, Kind, State, Tone};
pub use shape::Shape;
pub use validate::validate;
