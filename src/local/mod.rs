//! Rules of a repository's own, without a line of Rust: `schemas/local/NAME.rule.yaml`.
//!
//! A file says which records are judged and, in CEL, what must be true of them. What an expression may cost is bounded;
//! it sees the records and the instant of the run, and nothing else. Reading a file also runs its examples.

pub mod codes;
#[cfg(feature = "local-rules")]
mod eval;
#[cfg(feature = "local-rules")]
mod example;
#[cfg(feature = "local-rules")]
mod expr;
#[cfg(feature = "local-rules")]
mod file;
#[cfg(test)]
#[cfg(feature = "local-rules")]
mod fixture;
#[cfg(feature = "local-rules")]
mod functions;
#[cfg(feature = "local-rules")]
mod judge;
#[cfg(feature = "local-rules")]
mod known;
#[cfg(feature = "local-rules")]
mod lower;
#[cfg(feature = "local-rules")]
mod message;
#[cfg(feature = "local-rules")]
mod place;
#[cfg(feature = "local-rules")]
mod read;
mod rule;
#[cfg(feature = "local-rules")]
mod value;
mod world;

use std::collections::BTreeSet;

use crate::base::code::Code;
use crate::base::date::AsOf;
use crate::base::finding::Finding;
use crate::base::source::Sources;
use crate::base::span::FileId;
use crate::schema::Catalog;
pub use rule::LocalRule;
pub use world::{Subject, World};

/// The schema of a rule file, for editors.
pub const SCHEMA: &str = include_str!("../../schemas/local-rule.json");

/// The rules of a repository's own, by name.
#[derive(Debug, Default)]
pub struct Rules {
    rules: Vec<LocalRule>,
}

impl Rules {
    /// Reads the rule files among `sources`, but for the `unusable` ones, and runs their examples; with what is wrong.
    #[must_use]
    #[cfg_attr(not(feature = "local-rules"), expect(unused_variables, reason = "there are none"))]
    pub fn read(sources: &Sources, unusable: &BTreeSet<FileId>, catalog: &Catalog) -> (Self, Vec<Finding>) {
        #[cfg(feature = "local-rules")]
        {
            let (rules, findings) = read::all(sources, unusable, catalog);
            (Self { rules }, findings)
        }
        #[cfg(not(feature = "local-rules"))]
        (Self::default(), Vec::new())
    }

    /// All rules, by name; those that cannot be run are among them.
    pub fn iter(&self) -> impl Iterator<Item = &LocalRule> {
        self.rules.iter()
    }

    /// The codes of all rules, by name.
    pub fn codes(&self) -> impl Iterator<Item = &Code> {
        self.rules.iter().map(|rule| &rule.code)
    }

    /// Judges the records of `world` by those rules that `wanted` takes; each finding once, in no order.
    #[must_use]
    #[cfg_attr(not(feature = "local-rules"), expect(unused_variables, reason = "there are none"))]
    pub fn judge(&self, world: &dyn World, as_of: AsOf, wanted: impl Fn(&LocalRule) -> bool) -> Vec<Finding> {
        #[cfg(feature = "local-rules")]
        {
            judge::all(self.rules.iter().filter(|rule| wanted(rule)), world, as_of)
        }
        #[cfg(not(feature = "local-rules"))]
        Vec::new()
    }
}

#[cfg(test)]
#[cfg(feature = "local-rules")]
mod tests;
