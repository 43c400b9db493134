//! How hard a failure hits.

use std::fmt;

/// State of a node when something has failed; later is worse.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not touched.
    #[default]
    Ok,
    /// Works, but has lost a safeguard: a redundant part, its backup, its monitoring, its protection.
    AtRisk,
    /// Works in part.
    Degraded,
    /// Does not work.
    Down,
}

impl State {
    /// The word in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::AtRisk => "at_risk",
            Self::Degraded => "degraded",
            Self::Down => "down",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ok => "not touched",
            Self::AtRisk => "at risk",
            Self::Degraded => "degraded",
            Self::Down => "down",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}
