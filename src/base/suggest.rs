//! "Did you mean": the nearest known name to a mistyped one.

/// The candidate nearest to `word` by edits, when it is near enough to be a likely slip.
///
/// Looks at every candidate, so it is for short lists such as the keys of a kind; [`Nearest`] is for thousands.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let limit = reach(word);
    candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(word, candidate, limit)?, candidate)))
        .min()
        .map(|(_, candidate)| candidate)
}

/// The candidate that `word` can only mean: itself in another case, or else the only one that is near enough to be a
/// likely slip.
pub fn only_near<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let lower = word.to_lowercase();
    let limit = reach(word);
    let near = candidates.into_iter().filter_map(|candidate| Some((distance(&lower, candidate, limit)?, candidate)));
    let mut near: Vec<(usize, &str)> = near.collect();
    near.sort_unstable();
    near.dedup();
    match near.as_slice() {
        [(_, only)] | [(0, only), ..] => Some(only),
        _ => None,
    }
}

/// How many edits still count as a slip: one in short words, up to three in long ones.
fn reach(word: &str) -> usize {
    (word.chars().count() / 4).clamp(1, 3)
}

/// Edits (insert, delete, replace, swap of neighbours) from `a` to `b`, or `None` above `limit`.
fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (last[j - 1] + same).min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        if row.iter().min().copied().unwrap_or(0) > limit {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|edits| *edits <= limit)
}

/// Longest name that [`Nearest`] looks at, in bytes.
const LONGEST: usize = super::id::MAX_ID + 20;

/// Nearest-name search over many names, such as all ids of a repository.
///
/// Indexes every name by itself with one character left out, so that a question costs the length of the word
/// and not the number of names. It finds names within two edits of which each side accounts for one, and
/// names that share all parts but one (`svc-mail` for `svc-email-service` is not near, `svc-maill` is).
/// Names and words too long to be ids are passed over, so that a file full of nonsense costs nothing.
pub struct Nearest<'n> {
    names: Vec<&'n str>,
    /// Hash and name, by hash: one allocation, which is several times faster to fill than a map of lists.
    by_deletion: Vec<(u64, u32)>,
}

impl<'n> Nearest<'n> {
    /// Indexes `names`.
    pub fn new(names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut names: Vec<&str> = names.into_iter().filter(|name| name.len() <= LONGEST).collect();
        names.sort_unstable();
        names.dedup();
        let numbered = names.iter().enumerate();
        let mut by_deletion: Vec<(u64, u32)> =
            numbered.flat_map(|(at, name)| deletions(name).map(move |key| (key, super::span::offset(at)))).collect();
        by_deletion.sort_unstable();
        Self { names, by_deletion }
    }

    /// The known name nearest to `word`; of equally near ones the first in order.
    #[must_use]
    pub fn find(&self, word: &str) -> Option<&'n str> {
        self.find_where(word, |_| true)
    }

    /// The nearest to `word` among the known names that `fits` takes.
    #[must_use]
    pub fn find_where(&self, word: &str, fits: impl Fn(&str) -> bool) -> Option<&'n str> {
        if word.len() > LONGEST {
            return None;
        }
        let mut candidates: Vec<u32> = Vec::new();
        for key in deletions(word) {
            let from = self.by_deletion.partition_point(|(known, _)| *known < key);
            candidates.extend(self.by_deletion[from..].iter().take_while(|(known, _)| *known == key).map(|(_, at)| at));
        }
        candidates.sort_unstable();
        candidates.dedup();
        nearest(word, candidates.into_iter().map(|at| self.names[at as usize]).filter(|name| fits(name)))
    }
}

/// Hashes of `word` and of `word` with each single character left out.
fn deletions(word: &str) -> impl Iterator<Item = u64> + '_ {
    let whole = std::iter::once(hash(word.bytes()));
    let shorter = word
        .char_indices()
        .map(move |(at, character)| hash(word[..at].bytes().chain(word[at + character.len_utf8()..].bytes())));
    whole.chain(shorter)
}

/// FNV-1a; collisions only cost one more comparison.
fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_a_stranger_does_not() {
        let keys = ["owner", "status", "criticality"];
        assert_eq!(nearest("onwer", keys), Some("owner"));
        assert_eq!(nearest("critcality", keys), Some("criticality"));
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest("x", ["y"]), Some("y"), "one edit in a one-letter word is still one edit");
    }

    #[test]
    fn the_index_agrees_with_the_plain_search_on_single_slips() {
        let names = ["svc-mail", "svc-main", "svc-settlement", "ci-payments-db", "ctr-hosting"];
        let index = Nearest::new(names);
        for (slip, meant) in [
            ("svc-settlment", "svc-settlement"),
            ("ci-payment-db", "ci-payments-db"),
            ("ctr-hostingg", "ctr-hosting"),
            ("svc-mial", "svc-mail"),
        ] {
            assert_eq!(index.find(slip), Some(meant));
            assert_eq!(nearest(slip, names), Some(meant));
        }
        assert_eq!(index.find("team-unknown"), None);
        assert_eq!(index.find_where("svc-mial", |name| name != "svc-mail"), None);
        assert_eq!(index.find(&"x".repeat(1_000_000)), None, "what cannot be an id is not looked for");
    }

    #[test]
    fn the_nearest_of_several_wins_and_ties_go_by_order() {
        assert_eq!(nearest("svc-maim", ["svc-mail", "svc-main"]), Some("svc-mail"));
        assert_eq!(Nearest::new(["b1", "a1"]).find("c1"), Some("a1"));
    }

    #[test]
    fn a_word_that_is_near_to_several_means_none_for_certain() {
        assert_eq!(only_near("svc-maim", ["svc-mail", "svc-main"]), None);
        assert_eq!(only_near("onwer", ["owner", "status", "owner"]), Some("owner"));
        assert_eq!(only_near("P1", ["p1", "p2", "p3"]), Some("p1"), "the same word in another case");
        assert_eq!(only_near("p4", ["p1", "p2"]), None);
        assert_eq!(only_near("colour", ["owner"]), None);
    }

    #[test]
    fn every_kind_of_single_slip_is_near() {
        for (slip, what) in [("ownr", "left out"), ("ownerr", "doubled"), ("owmer", "replaced"), ("onwer", "swapped")] {
            assert_eq!(nearest(slip, ["owner"]), Some("owner"), "{what}");
            assert_eq!(Nearest::new(["owner"]).find(slip), Some("owner"), "{what}");
        }
    }

    #[test]
    fn how_many_slips_count_grows_with_the_word_up_to_three() {
        assert_eq!(nearest("abc", ["axy"]), None, "two in a short word");
        assert_eq!(nearest("availabilty-plna", ["availability-plan"]), Some("availability-plan"), "two in a long one");
        assert_eq!(nearest("abcdefghijkl", ["abcdefghixyz"]), Some("abcdefghixyz"), "three of twelve");
        assert_eq!(nearest("abcdefghijklmnopqrst", ["abcdefghijklmnopwxyz"]), None, "never four");
    }

    #[test]
    fn letters_count_and_not_bytes() {
        assert_eq!(nearest("tjänst", ["tjanst"]), Some("tjanst"));
        assert_eq!(nearest("日本語文書", ["日本話文書"]), Some("日本話文書"));
        assert_eq!(Nearest::new(["日本語"]).find("日語"), Some("日本語"));
    }

    #[test]
    fn nothing_to_choose_from_gives_nothing() {
        assert_eq!(nearest("owner", []), None);
        assert_eq!(Nearest::new([]).find("owner"), None);
        assert_eq!(nearest("", ["owner"]), None);
    }

    #[test]
    fn a_word_that_is_known_is_nearest_to_itself() {
        let names = ["ci-a", "ci-b", "ci-c"];
        assert_eq!(nearest("ci-b", names), Some("ci-b"));
        assert_eq!(Nearest::new(names).find("ci-b"), Some("ci-b"));
    }

    #[test]
    fn the_index_keeps_names_once_and_passes_over_those_too_long_for_ids() {
        let long = "x".repeat(LONGEST + 1);
        let index = Nearest::new(["b", "a", "b", long.as_str()]);
        assert_eq!(index.names, ["a", "b"]);
        assert_eq!(index.find(&long), None);
    }
}
