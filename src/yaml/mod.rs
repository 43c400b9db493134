//! Text to tree: one parse of each file, with a place for every key and value.
//!
//! Records are strict YAML 1.2 with the core schema. What a reader could misunderstand (anchors, aliases, tags,
//! merge keys, keys that are not text, odd numbers) is a finding, and reading goes on behind it.

pub mod codes;
pub mod fields;
pub mod node;
mod number;
mod parse;
pub mod pointer;
mod write;

pub use node::{Entry, Node, Number, Value};
pub use parse::{Document, Parsed, parse};
pub use write::scalar_like;
