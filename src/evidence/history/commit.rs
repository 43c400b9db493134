//! A commit as it claims to be. Names, addresses and times in it are set by whoever made it.

use git2::Oid;
use jiff::Timestamp;

/// A person as a commit names them, and a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// When, by the clock of whoever made the commit.
    pub time: Timestamp,
}

impl Who {
    fn new(signature: &git2::Signature<'_>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            name: text(signature.name_bytes()),
            email: text(signature.email_bytes()),
            time: time(signature.when().seconds()),
        }
    }
}

/// An instant from seconds since 1970; the end of the calendar for what lies beyond it.
pub(super) fn time(seconds: i64) -> Timestamp {
    let edge = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(seconds).unwrap_or(edge)
}

/// The parents that the object itself names, whatever the clone says of them.
fn parents(header: &[u8]) -> Vec<Oid> {
    let lines = header.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
    let hashes = lines.filter_map(|line| line.strip_prefix(b"parent "));
    hashes.filter_map(|hash| Oid::from_str(std::str::from_utf8(hash).ok()?).ok()).collect()
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its hash.
    pub id: Oid,
    /// The hash of its tree.
    pub tree: Oid,
    /// The commits before it.
    pub parents: Vec<Oid>,
    /// Who wrote it.
    pub author: Who,
    /// Who put it there.
    pub committer: Who,
    /// The whole message.
    pub message: String,
}

impl Commit {
    pub(super) fn new(commit: &git2::Commit<'_>) -> Self {
        Self {
            id: commit.id(),
            tree: commit.tree_id(),
            parents: parents(commit.raw_header_bytes()),
            author: Who::new(&commit.author()),
            committer: Who::new(&commit.committer()),
            message: String::from_utf8_lossy(commit.message_bytes()).into_owned(),
        }
    }

    /// The first line of the message.
    #[must_use]
    pub fn summary(&self) -> &str {
        self.message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("")
    }

    /// The first ten characters of the hash.
    #[must_use]
    pub fn short(&self) -> String {
        self.id.to_string().chars().take(10).collect()
    }

    /// The trailers at the end of the message, as git reads them: key and value.
    #[must_use]
    pub fn trailers(&self) -> Vec<(String, String)> {
        let Ok(found) = git2::message_trailers_strs(&self.message) else { return Vec::new() };
        found.iter().map(|(key, value)| (key.to_owned(), value.trim().to_owned())).collect()
    }

    /// The values of the trailers with this key, whatever its case.
    #[must_use]
    pub fn trailer(&self, key: &str) -> Vec<String> {
        let named = self.trailers().into_iter().filter(|(name, _)| name.eq_ignore_ascii_case(key));
        named.map(|(_, value)| value).collect()
    }

    /// Name and address of everybody whom a `Co-authored-by` trailer names.
    #[must_use]
    pub fn co_authors(&self) -> Vec<(String, String)> {
        let person = |text: String| {
            let (name, rest) = text.split_once('<').unwrap_or((&text, ""));
            (name.trim().to_owned(), rest.trim_end_matches('>').trim().to_owned())
        };
        self.trailer("Co-authored-by").into_iter().map(person).collect()
    }

    /// The ids of change records that the message names in a `Change` trailer.
    #[must_use]
    pub fn changes(&self) -> Vec<String> {
        let ids = self.trailer("Change").into_iter();
        ids.flat_map(|ids| ids.split([',', ' ']).filter(|id| !id.is_empty()).map(str::to_owned).collect::<Vec<_>>())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(message: &str) -> Commit {
        let who = Who { name: "Ann".into(), email: "ann@example.org".into(), time: Timestamp::UNIX_EPOCH };
        let id = Oid::ZERO_SHA1;
        Commit { id, tree: id, parents: Vec::new(), author: who.clone(), committer: who, message: message.into() }
    }

    #[test]
    fn trailers_stand_in_the_last_paragraph_alone() {
        let message = "Move the ledger\n\nChange: chg-not-this\n\nIt was slow.\n\nChange: chg-a, chg-b\nco-authored-by: Bo Berg <bo@example.org>\nCo-Authored-By: Cy\n";
        let commit = commit(message);
        assert_eq!(commit.changes(), ["chg-a", "chg-b"]);
        let expected = [("Bo Berg", "bo@example.org"), ("Cy", "")];
        assert_eq!(commit.co_authors(), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert_eq!(commit.summary(), "Move the ledger");
    }

    #[test]
    fn a_message_without_trailers_names_nobody() {
        for message in [
            "",
            "One line",
            "Subject: like a trailer but the subject\n",
            "A\n\nText, then: no trailer here\nmore text\n",
        ] {
            assert!(commit(message).changes().is_empty() && commit(message).co_authors().is_empty(), "{message}");
        }
        assert_eq!(commit("\n\n  x \n").summary(), "x");
    }

    #[test]
    fn times_beyond_the_calendar_stand_at_its_end() {
        assert_eq!((time(i64::MAX), time(i64::MIN)), (Timestamp::MAX, Timestamp::MIN));
        assert_eq!(time(0), Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn keys_of_trailers_match_in_any_case_and_values_are_trimmed() {
        let message =
            "Edit\n\nCHANGE:   chg-a ,chg-b,, chg-c\nchange: chg-a\nChanged: chg-no\nCorrection: a\n longer reason\n";
        let commit = commit(message);
        assert_eq!(commit.changes(), ["chg-a", "chg-b", "chg-c", "chg-a"]);
        assert_eq!(commit.trailer("cORRECTION").len(), 1);
        assert!(commit.trailer("Correction")[0].ends_with("longer reason"), "a folded line belongs to its trailer");
        assert_eq!(commit.trailer("Chang"), [""; 0]);
    }

    #[test]
    fn co_authors_are_read_whatever_is_left_out() {
        let told = |value: &str| commit(&format!("A\n\nCo-authored-by: {value}\n")).co_authors();
        for (value, name, email) in [
            ("Bo Berg <bo@example.org>", "Bo Berg", "bo@example.org"),
            ("<bo@example.org>", "", "bo@example.org"),
            ("Bo < bo@example.org >", "Bo", "bo@example.org"),
            ("Bo <bo@example.org", "Bo", "bo@example.org"),
            ("Bo", "Bo", ""),
        ] {
            assert_eq!(told(value), [(name.to_owned(), email.to_owned())], "{value}");
        }
    }

    #[test]
    fn parents_are_those_of_the_header_and_never_of_the_message() {
        let (one, two) = ("1".repeat(40), "2".repeat(40));
        let told = |header: &str| parents(header.as_bytes()).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(told(&format!("tree {two}\nparent {one}\nauthor A\n\nparent {two}\n")), [one.as_str()]);
        assert_eq!(told(&format!("parent {two}\nparent {one}\n")), [two.as_str(), &one], "in their order");
        assert_eq!(told(&format!("parent\nparent {}\n parent {one}\nPARENT {one}\n", "z".repeat(40))), [""; 0]);
        assert_eq!(parents(b"parent \xff\xfe\n"), []);
        assert_eq!(told(""), [""; 0]);
    }

    #[test]
    fn raw_commits_are_read_as_they_claim_to_be_and_broken_ones_are_refused() {
        use git2::ObjectType;
        let store = super::super::fixture::Store::new();
        let tree = store.tree(&[]);
        let raw = |author: &[u8], message: &[u8]| {
            let mut bytes = format!("tree {tree}\n").into_bytes();
            bytes.extend(author);
            bytes.extend(b"committer Bo <bo@example.org> 1790000000 +0200\n");
            bytes.extend(message);
            store.history.commit(store.raw(ObjectType::Commit, &bytes))
        };
        let odd = raw(b"author A\xff <a@example.org> 0 +0000\n", b"\n\xfe\n").unwrap();
        assert_eq!((odd.author.name.as_str(), odd.message.as_str()), ("A\u{fffd}", "\u{fffd}\n"));
        assert_eq!(odd.author.time, Timestamp::UNIX_EPOCH);
        assert_eq!(odd.committer.time, Timestamp::from_second(1_790_000_000).unwrap(), "the zone changes no instant");
        assert_eq!((odd.tree, odd.parents.len(), odd.short().len()), (tree, 0, 10));
        assert_eq!(odd.short(), odd.id.to_string()[..10]);
        let empty = raw(b"author A <a@example.org> 0 +0000\n", b"\n").unwrap();
        assert_eq!((empty.summary(), empty.trailers()), ("", Vec::new()));
        assert!(raw(b"", b"\nNo author\n").is_err());
        assert!(store.history.commit(tree).is_err(), "a tree is no commit");
        let told = store.history.commit(Oid::from_str(&"1".repeat(40)).unwrap()).unwrap_err().to_string();
        assert!(told.contains(&"1".repeat(40)), "{told}");
    }
}
