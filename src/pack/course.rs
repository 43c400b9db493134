//! How findings and coverage went over time, from a few commits of the branch that were checked again.

use std::collections::BTreeSet;

use super::table::Table;
use crate::since::Identity;

/// A commit of the branch that was checked again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sampled {
    /// The commit, in full.
    pub commit: String,
    /// When it was put there, by the clock of whoever made it.
    pub time: String,
    /// What was found there.
    pub found: BTreeSet<Identity>,
    /// Requirements that are shown, shown in part, and not shown.
    pub coverage: [usize; 3],
}

/// What was found at some commits, the newest first, and what is found now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Course {
    /// The commits.
    pub sampled: Vec<Sampled>,
    /// How many more were to be checked and could not be judged.
    pub skipped: usize,
    /// How many commits of the branch there are to choose from.
    pub commits: usize,
    /// The findings now, in their order.
    pub now: Vec<Identity>,
}

impl Course {
    /// How it was found out.
    pub(super) fn method(&self) -> String {
        let skipped = match self.skipped {
            0 => String::new(),
            1 => " One more could not be judged, and is left out.".to_owned(),
            more => format!(" {more} more could not be judged, and are left out."),
        };
        format!(
            "There since: the oldest of {} checked commits, spread evenly over the {} of the branch, from which on every later one has the finding; all were judged by the instant and the settings of this pack.{skipped}",
            self.sampled.len(),
            self.commits
        )
    }

    /// Since when the finding of this number is there.
    pub(super) fn since(&self, at: usize) -> String {
        let Some(identity) = self.now.get(at) else { return String::new() };
        let there = self.sampled.iter().take_while(|one| one.found.contains(identity)).count();
        let short = |one: &Sampled| one.commit.chars().take(10).collect::<String>();
        match (there.checked_sub(1).map(|last| &self.sampled[last]), self.sampled.get(there)) {
            (None, _) => "new in this commit".to_owned(),
            (Some(one), None) => format!("{} ({}) or before", one.time, short(one)),
            (Some(one), Some(before)) => format!("{} ({}); not in {}", one.time, short(one), short(before)),
        }
    }

    /// Findings and coverage at each commit, the oldest first.
    pub(super) fn table(&self) -> Table {
        let head = ["commit", "time", "findings", "conform", "partly", "missing"];
        let mut table = Table::new("course", "Findings and coverage over time", &head)
            .note("Requirements by what their evidence shows, at commits spread evenly over the branch; all judged by the instant of this pack.");
        for one in self.sampled.iter().rev() {
            let [conform, partly, missing] = one.coverage.map(|count| count.to_string());
            table.row([one.commit.clone(), one.time.clone(), one.found.len().to_string(), conform, partly, missing]);
        }
        table
    }
}

/// The places on a line of so many commits that are checked, the newest first: both ends, and others spread evenly.
#[must_use]
pub fn places(commits: usize, most: usize) -> Vec<usize> {
    let last = commits.saturating_sub(1);
    let steps = most.saturating_sub(1).max(1).min(last.max(1));
    let all: BTreeSet<usize> = (0..=steps).map(|step| last * step / steps).filter(|place| *place < commits).collect();
    all.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::since::Place;

    fn identity(rule: &str) -> Identity {
        let place = Place { holder: "h".to_owned(), path: String::new(), text: String::new() };
        Identity { rule: rule.to_owned(), place, names: Vec::new() }
    }

    fn sampled(commit: &str, found: &[&str]) -> Sampled {
        let (commit, time) = (commit.repeat(20), format!("{commit}-time"));
        Sampled { commit, time, found: found.iter().map(|rule| identity(rule)).collect(), coverage: [1, 2, 3] }
    }

    #[test]
    fn a_finding_is_as_old_as_the_oldest_checked_commit_without_a_gap() {
        let course = Course {
            sampled: vec![
                sampled("c", &["old", "back", "new"]),
                sampled("b", &["old"]),
                sampled("a", &["old", "back"]),
            ],
            skipped: 0,
            commits: 9,
            now: ["old", "back", "new", "fresh"].map(identity).to_vec(),
        };
        assert_eq!(
            [0, 1, 2, 3, 4].map(|at| course.since(at)),
            [
                "a-time (aaaaaaaaaa) or before",
                "c-time (cccccccccc); not in bbbbbbbbbb",
                "c-time (cccccccccc); not in bbbbbbbbbb",
                "new in this commit",
                ""
            ]
        );
        assert!(!course.method().contains("left out"), "{}", course.method());
        let part = Course { skipped: 2, ..course.clone() };
        assert!(part.method().ends_with("2 more could not be judged, and are left out."), "{}", part.method());
        let rows = course.table().rows;
        assert_eq!(rows[0][1..], ["a-time", "2", "1", "2", "3"].map(str::to_owned), "the oldest first");
    }

    #[test]
    fn both_ends_are_checked_and_never_more_than_asked() {
        assert_eq!(places(0, 8), [0; 0]);
        assert_eq!(places(1, 8), [0]);
        assert_eq!(places(3, 8), [2, 1, 0]);
        assert_eq!(places(100, 4), [99, 66, 33, 0]);
        for commits in 0..50 {
            let places = places(commits, 8);
            assert!(places.len() <= 8 && places.len() == commits.min(8), "{commits}: {places:?}");
        }
    }
}
