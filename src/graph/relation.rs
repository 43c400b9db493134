//! Relations and what failure does over them.

use super::state::State;
use crate::base::span::Span;

/// Types of relation. The edge is written on the record that needs, pointing at what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// Needs it to work.
    DependsOn,
    /// Is carried out by it.
    RunsOn,
    /// Stands in it.
    LocatedIn,
    /// Is a part of it.
    PartOf,
    /// Is delivered by it.
    SuppliedBy,
    /// Is a copy of it.
    ReplicaOf,
    /// Is joined to it.
    ConnectsTo,
    /// Is backed up by it.
    BackedUpBy,
    /// Is watched by it.
    MonitoredBy,
    /// Is protected by it.
    ProtectedBy,
    /// Sends it data.
    SendsDataTo,
    /// Is ruled by it.
    GovernedBy,
    /// Is described in it.
    DocumentedIn,
}

impl Relation {
    /// All types, in the order of the schema.
    pub const ALL: [Self; 13] = [
        Self::DependsOn,
        Self::RunsOn,
        Self::LocatedIn,
        Self::PartOf,
        Self::SuppliedBy,
        Self::ReplicaOf,
        Self::ConnectsTo,
        Self::BackedUpBy,
        Self::MonitoredBy,
        Self::ProtectedBy,
        Self::SendsDataTo,
        Self::GovernedBy,
        Self::DocumentedIn,
    ];

    /// The word in records.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::DependsOn => "depends_on",
            Self::RunsOn => "runs_on",
            Self::LocatedIn => "located_in",
            Self::PartOf => "part_of",
            Self::SuppliedBy => "supplied_by",
            Self::ReplicaOf => "replica_of",
            Self::ConnectsTo => "connects_to",
            Self::BackedUpBy => "backed_up_by",
            Self::MonitoredBy => "monitored_by",
            Self::ProtectedBy => "protected_by",
            Self::SendsDataTo => "sends_data_to",
            Self::GovernedBy => "governed_by",
            Self::DocumentedIn => "documented_in",
        }
    }

    /// The words seen from the other end.
    #[must_use]
    pub const fn inverse(self) -> &'static str {
        match self {
            Self::DependsOn => "needed by",
            Self::RunsOn => "runs",
            Self::LocatedIn => "houses",
            Self::PartOf => "has part",
            Self::SuppliedBy => "supplies",
            Self::ReplicaOf => "has replica",
            Self::ConnectsTo => "connects to",
            Self::BackedUpBy => "backs up",
            Self::MonitoredBy => "monitors",
            Self::ProtectedBy => "protects",
            Self::SendsDataTo => "receives data from",
            Self::GovernedBy => "governs",
            Self::DocumentedIn => "documents",
        }
    }

    /// The relation with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.word() == word)
    }

    /// What failure does over a relation of this type and strength.
    #[must_use]
    pub const fn effect(self, strength: Strength) -> Effect {
        let by_strength = match strength {
            Strength::Hard => State::Down,
            Strength::Soft => State::Degraded,
        };
        match self {
            Self::DependsOn | Self::RunsOn | Self::LocatedIn | Self::SuppliedBy => Effect::OnHolder(by_strength),
            Self::BackedUpBy | Self::MonitoredBy | Self::ProtectedBy => Effect::OnHolder(State::AtRisk),
            Self::PartOf | Self::SendsDataTo => Effect::OnTarget(State::Degraded),
            Self::ReplicaOf | Self::ConnectsTo | Self::GovernedBy | Self::DocumentedIn => Effect::None,
        }
    }
}

/// How much of the holder depends on the target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// All of it.
    #[default]
    Hard,
    /// Some of it.
    Soft,
}

impl Strength {
    /// The word in records.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
        }
    }
}

/// Which end of a relation feels the failure of the other, and at most how hard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The record that holds the relation feels the failure of what it names.
    OnHolder(State),
    /// What is named feels the failure of the record that holds the relation.
    OnTarget(State),
    /// Neither.
    None,
}

/// A relation as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Its type.
    pub relation: Relation,
    /// Its strength.
    pub strength: Strength,
    /// Where the target is named; for relations that follow from another field, that field's value.
    pub span: Span,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_match_the_schema() {
        let schema: serde_json::Value = serde_json::from_str(include_str!("../../schemas/common.schema.json")).unwrap();
        let words = schema.pointer("/$defs/relation/oneOf/1/properties/type/enum").unwrap();
        let words: Vec<&str> = words.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        assert_eq!(words, Relation::ALL.map(Relation::word));
        for relation in Relation::ALL {
            assert_eq!(Relation::parse(relation.word()), Some(relation));
        }
    }

    #[test]
    fn failure_travels_as_the_table_says() {
        use Effect::{None, OnHolder, OnTarget};
        assert_eq!(Relation::DependsOn.effect(Strength::Hard), OnHolder(State::Down));
        assert_eq!(Relation::DependsOn.effect(Strength::Soft), OnHolder(State::Degraded));
        assert_eq!(Relation::SuppliedBy.effect(Strength::Soft), OnHolder(State::Degraded));
        assert_eq!(Relation::BackedUpBy.effect(Strength::Hard), OnHolder(State::AtRisk));
        assert_eq!(Relation::PartOf.effect(Strength::Hard), OnTarget(State::Degraded));
        assert_eq!(Relation::SendsDataTo.effect(Strength::Hard), OnTarget(State::Degraded));
        assert_eq!(Relation::ConnectsTo.effect(Strength::Hard), None);
    }
}
