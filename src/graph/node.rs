//! Nodes.

use crate::base::id::Id;
use crate::model::Ix;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// A service.
    Service,
    /// A configuration item.
    Ci,
    /// A contract with an external supplier.
    Contract,
    /// An agreement with an internal supplier.
    Ola,
    /// A supplier.
    Supplier,
    /// Named by a relation, but there is no such record.
    Unknown,
}

impl NodeKind {
    /// The kinds of record that are nodes.
    pub const RECORDS: [Self; 5] = [Self::Service, Self::Ci, Self::Contract, Self::Ola, Self::Supplier];

    /// The word of the kind in records; `unknown` for nodes without one.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Ci => "ci",
            Self::Contract => "contract",
            Self::Ola => "ola",
            Self::Supplier => "supplier",
            Self::Unknown => "unknown",
        }
    }

    /// The node kind of a kind of record.
    #[must_use]
    pub fn of(kind: &str) -> Option<Self> {
        Self::RECORDS.into_iter().find(|node| node.word() == kind)
    }
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub kind: NodeKind,
    /// Its record; none for unknown ones.
    pub record: Option<Ix>,
}
