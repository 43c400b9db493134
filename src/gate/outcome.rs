//! What a decision comes to.

use serde::{Deserialize, Serialize};

/// What a decision, or a part of one, comes to; worse is later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Outcome {
    /// It may go.
    Pass,
    /// It waits for people.
    Pending,
    /// A rule says no.
    Blocked,
    /// It cannot be decided.
    Error,
}

impl Outcome {
    /// The word in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Pending => "PENDING",
            Self::Blocked => "BLOCKED",
            Self::Error => "ERROR",
        }
    }

    /// What all of them come to: the worst; PASS when there is none.
    #[must_use]
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().max().unwrap_or(Self::Pass)
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_part_decides() {
        use Outcome::{Blocked, Error, Pass, Pending};
        assert_eq!(Outcome::all([]), Pass);
        assert_eq!(Outcome::all([Pass, Pending, Pass]), Pending);
        assert_eq!(Outcome::all([Pending, Blocked]), Blocked);
        assert_eq!(Outcome::all([Blocked, Error, Pass]), Error);
    }

    #[test]
    fn its_word_is_the_same_in_json() {
        for outcome in [Outcome::Pass, Outcome::Pending, Outcome::Blocked, Outcome::Error] {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.word());
        }
    }
}
