//! A decision and what it rests on.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use super::conflict::Conflict;
use super::facts::{Content, End, SourceKind};
use super::outcome::Outcome;
use super::reason::Reason;
use super::risk::Rated;
use super::votes::Left;
use crate::graph::State;
use crate::model::words::Criticality;

/// What was decided on a pull request at one instant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// What it comes to.
    pub outcome: Outcome,
    /// The change that is decided; none when there is none, or several.
    pub change: Option<String>,
    /// Every change that asks for a decision.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
    /// The category in which it is decided.
    pub category: Option<String>,
    /// Its risk.
    pub risk: Option<Rated>,
    /// What votes are bound to.
    pub digest: Option<String>,
    /// The planned windows that belong to the digest.
    #[serde(skip)]
    pub content: Option<Content>,
    /// The policy by which it was decided.
    pub policy: Option<By>,
    /// Where the facts come from.
    pub source: SourceKind,
    /// Number of the pull request; 0 without a forge.
    pub number: u64,
    /// Where it is to go.
    pub base: End,
    /// What is to go there.
    pub head: End,
    /// The instant by which it was judged.
    pub instant: Timestamp,
    /// What it reaches.
    pub affected: Affected,
    /// Who must agree, and who does.
    pub requirements: Vec<Filled>,
    /// Who does not count, and why.
    pub excluded: Vec<Left>,
    /// Other changes in the way.
    pub conflicts: Vec<Conflict>,
    /// Why it is so.
    pub reasons: Vec<Reason>,
    /// What to do next.
    pub next: Next,
}

/// The policy of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct By {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: Option<String>,
    /// The commit at which it stood.
    pub commit: String,
}

/// What a change reaches, for people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Affected {
    /// What it affects itself, by id.
    pub items: BTreeSet<String>,
    /// The services that would feel its failure.
    pub services: Vec<Felt>,
    /// Their agreements.
    pub slas: BTreeSet<String>,
    /// The customers of those agreements.
    pub customers: BTreeSet<String>,
    /// Records under control that are edited, by id.
    pub edits: Vec<String>,
    /// Other files under control that are edited.
    pub files: Vec<String>,
    /// What else would feel it, with how hard.
    pub others: BTreeMap<String, State>,
}

/// A service that would feel it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Felt {
    /// The service.
    pub id: String,
    /// How hard.
    pub state: State,
    /// How critical it is.
    pub criticality: Option<&'static str>,
}

impl Felt {
    /// A service with its state.
    #[must_use]
    pub fn new(id: &str, state: State, criticality: Option<Criticality>) -> Self {
        Self { id: id.to_owned(), state, criticality: criticality.map(Criticality::word) }
    }
}

/// A requirement and who fills it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Filled {
    /// Where it comes from.
    pub id: String,
    /// What it asks for, in words.
    pub needs: String,
    /// Its stage; 0 for what has no order.
    pub stage: usize,
    /// Who fills its seats.
    pub filled: Vec<String>,
    /// How many seats are open.
    pub missing: usize,
    /// Everybody who could fill one of them.
    pub candidates: BTreeSet<String>,
    /// What it comes to.
    pub outcome: Outcome,
}

/// What would make it PASS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Next {
    /// The smallest set of people whose agreement fills the seats that are open now.
    pub ask: BTreeSet<String>,
    /// What to edit, or to do otherwise.
    #[serde(rename = "do")]
    pub steps: Vec<String>,
    /// When it can be different by the passing of time alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub look_again: Option<Timestamp>,
    /// All of it in a sentence.
    pub text: String,
}
