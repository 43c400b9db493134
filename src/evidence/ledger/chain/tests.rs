//! Chains that are whole, and every way in which one is not.

use proptest::prelude::*;

use super::super::entry::tests::decision;
use super::*;
use crate::evidence::sign::fixture::{public, signer};
use crate::evidence::sign::{GIT, Signer, verify};

/// A ledger with this many entries, signed when there is a key.
fn ledger(count: u64, key: Option<&Signer>) -> Vec<Raw> {
    let mut commits = Vec::new();
    let mut previous: Option<String> = None;
    for number in 1..=count {
        let entry = decision(number, previous.as_deref());
        let text = codec::encode(&entry, key).unwrap();
        let message = message(&entry, text.as_bytes());
        let ring = Keyring::always("recorder", &[public(1)]);
        let signed = key.map_or(Signed::None, |key| {
            let armoured = key.armoured(GIT, message.as_bytes()).unwrap();
            verify(message.as_bytes(), &armoured, GIT, &ring, entry.at)
        });
        previous = Some(sha256(text.as_bytes()));
        let added = vec![(path(number), text.into_bytes())];
        let commit = format!("c{number}");
        commits.push(Raw { commit, parents: usize::from(number > 1), message, added, touched: Vec::new(), signed });
    }
    commits
}

/// `kind commit` of each flaw.
fn flaws(commits: &[Raw], ring: &Keyring) -> Vec<String> {
    let told = check(commits, ring).flaws.into_iter();
    told.map(|flaw| format!("{} {}", serde_json::to_value(flaw.kind).unwrap().as_str().unwrap(), flaw.commit)).collect()
}

#[test]
fn an_unbroken_chain_has_no_flaws_and_every_entry_counts() {
    let found = check(&ledger(3, None), &Keyring::default());
    assert_eq!(found.flaws, []);
    assert_eq!(
        found.entries.iter().map(|kept| (kept.entry.number, kept.counts)).collect::<Vec<_>>(),
        [(1, true), (2, true), (3, true)]
    );
    assert_eq!(found.tip.as_deref(), Some("c3"));
    assert_eq!(check(&[], &Keyring::default()), Ledger::default());
    assert_eq!(flaws(&ledger(3, Some(&signer(1))), &Keyring::always("recorder", &[public(1)])), [""; 0]);
}

#[test]
fn an_entry_taken_out_put_in_or_swapped_breaks_the_chain() {
    let none = Keyring::default();
    let mut without = ledger(4, None);
    without.remove(1);
    assert_eq!(flaws(&without, &none)[0], "ledger-broken c3");
    let mut swapped = ledger(4, None);
    swapped.swap(1, 2);
    assert!(flaws(&swapped, &none).contains(&"ledger-broken c3".to_owned()));
    let mut twice = ledger(3, None);
    twice.insert(1, twice[1].clone());
    assert!(flaws(&twice, &none).len() > 1);
    let mut first = ledger(3, None);
    first.remove(0);
    assert_eq!(flaws(&first, &none)[0], "ledger-broken c2", "its parent is gone, or it names an entry before it");
}

#[test]
fn an_entry_of_other_content_is_found_even_when_it_is_the_last() {
    for at in 0..3 {
        let mut commits = ledger(3, None);
        let (_, bytes) = &mut commits[at].added[0];
        *bytes = String::from_utf8(bytes.clone()).unwrap().replace("PASS", "FAIL").into_bytes();
        let found = check(&commits, &Keyring::default());
        assert!(found.flaws.iter().any(|flaw| flaw.commit == format!("c{}", at + 1)), "{at}: {:?}", found.flaws);
        assert!(!found.entries.iter().any(|kept| kept.commit == format!("c{}", at + 1) && kept.counts), "{at}");
    }
}

#[test]
fn changing_or_removing_what_is_written_is_told_at_the_commit_that_did_it() {
    let mut commits = ledger(3, None);
    commits[2].touched = vec![path(1)];
    assert_eq!(flaws(&commits, &Keyring::default()), ["ledger-altered c3"]);
    commits[2].touched.clear();
    commits[1].added.push(("x".to_owned(), Vec::new()));
    assert_eq!(flaws(&commits, &Keyring::default())[0], "ledger-broken c2");
}

#[test]
fn where_recorders_are_named_only_what_they_signed_counts() {
    let ring = Keyring::always("recorder", &[public(1)]);
    assert_eq!(
        flaws(&ledger(2, None), &ring),
        ["ledger-signature c1"; 2].into_iter().chain(["ledger-signature c2"; 2]).collect::<Vec<_>>()
    );
    let other = ledger(2, Some(&signer(2)));
    let found = check(&other, &ring);
    assert!(found.entries.iter().all(|kept| !kept.counts));
    // Rewriting the whole chain is no help to whoever does not have the key.
    assert!(found.flaws[0].words.contains("which no person has"), "{:?}", found.flaws[0]);
}

#[test]
fn a_clock_that_goes_back_is_told_and_the_entry_still_counts() {
    let mut previous = None;
    let mut commits = Vec::new();
    for (number, second) in [(1, 100), (2, 50), (3, 60)] {
        let at = jiff::Timestamp::from_second(second).unwrap();
        let entry = Entry { at, ..decision(number, previous.as_deref()) };
        let text = codec::encode(&entry, None).unwrap();
        previous = Some(sha256(text.as_bytes()));
        let message = message(&entry, text.as_bytes());
        let added = vec![(path(number), text.into_bytes())];
        let (commit, touched, signed) = (format!("c{number}"), Vec::new(), Signed::None);
        commits.push(Raw { commit, parents: usize::from(number > 1), message, added, touched, signed });
    }
    assert_eq!(flaws(&commits, &Keyring::default()), ["clock-backwards c2"]);
    assert!(check(&commits, &Keyring::default()).entries.iter().all(|kept| kept.counts));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_single_changed_byte_of_any_entry_or_message_is_found(
        entry in 0usize..4, at in any::<prop::sample::Index>(), bit in 0u8..8, in_message in any::<bool>(), signed in any::<bool>()
    ) {
        // Signing takes its time, so both ledgers are made once.
        static MADE: std::sync::OnceLock<[Vec<Raw>; 2]> = std::sync::OnceLock::new();
        let made = MADE.get_or_init(|| [ledger(4, None), ledger(4, Some(&signer(1)))]);
        let mut commits = made[usize::from(signed)].clone();
        if in_message {
            let mut bytes = commits[entry].message.clone().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            commits[entry].message = String::from_utf8_lossy(&bytes).into_owned();
        } else {
            let (_, bytes) = &mut commits[entry].added[0];
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        prop_assert!(!check(&commits, &Keyring::default()).flaws.is_empty());
    }
}

/// `kind commit: words` of each flaw, and which entries count.
fn told(commits: &[Raw], ring: &Keyring) -> (Vec<String>, Vec<bool>) {
    let found = check(commits, ring);
    let flaws = found.flaws.iter().map(|flaw| {
        format!("{} {}: {}", serde_json::to_value(flaw.kind).unwrap().as_str().unwrap(), flaw.commit, flaw.words)
    });
    (flaws.collect(), found.entries.iter().map(|kept| kept.counts).collect())
}

#[test]
fn a_ledger_is_one_line_of_commits() {
    for (at, parents, counts) in [(0, 1, [false, true, true]), (1, 2, [true, false, true]), (2, 0, [true, true, false])]
    {
        let mut commits = ledger(3, None);
        commits[at].parents = parents;
        let number = at + 1;
        let words = format!("ledger-broken c{number}: entry {number} has {parents} parents; the ledger is one line");
        assert_eq!(told(&commits, &Keyring::default()), (vec![words], counts.to_vec()), "what follows still counts");
    }
}

#[test]
fn each_commit_adds_one_file_that_stands_where_its_number_says() {
    let none = Keyring::default();
    let mut moved = ledger(3, None);
    moved[1].added[0].0 = "entries/0000/00000009.json".to_owned();
    let words = "'entries/0000/00000009.json' stands where 'entries/0000/00000002.json' belongs";
    assert_eq!(told(&moved, &none), (vec![format!("ledger-broken c2: {words}")], vec![true, false, true]));
    let mut empty = ledger(2, None);
    empty[1].added.clear();
    let words = "ledger-broken c2: a commit writes one entry, but this one adds 0 files";
    assert_eq!(told(&empty, &none), (vec![words.to_owned()], vec![true]));
    let mut two = ledger(1, None);
    two[0].added.push(("x".to_owned(), Vec::new()));
    let words = "ledger-broken c1: a commit writes one entry, but this one adds 2 files";
    assert_eq!(told(&two, &none), (vec![words.to_owned()], vec![]));
}

#[test]
fn an_entry_that_cannot_be_read_is_told_with_the_reason_and_leaves_a_gap() {
    let mut commits = ledger(2, None);
    commits[0].added[0].1 = vec![0xff];
    let (flaws, counts) = told(&commits, &Keyring::default());
    assert_eq!(flaws[0], "ledger-altered c1: entry 1 cannot be read: it is not text");
    assert!(flaws[1].starts_with("ledger-broken c2: entry 2 says it is entry 2 and does not follow"), "{flaws:?}");
    assert_eq!((flaws.len(), counts), (2, vec![false]));
}

#[test]
fn the_message_of_a_commit_is_the_one_of_its_entry() {
    let mut commits = ledger(2, None);
    let sum = sha256(&commits[0].added[0].1);
    assert_eq!(commits[0].message, format!("Record decision 1 about 0000000000\n\nEntry-Sha256: {sum}\n"));
    commits[1].message = commits[0].message.clone();
    let words = "ledger-altered c2: entry 2 is not the one that its commit was made for";
    assert_eq!(told(&commits, &Keyring::default()), (vec![words.to_owned()], vec![true, false]));
}

#[test]
fn a_signed_entry_in_an_unsigned_commit_does_not_count() {
    let mut commits = ledger(2, Some(&signer(1)));
    commits[1].signed = Signed::None;
    let ring = Keyring::always("recorder", &[public(1)]);
    let words = "ledger-signature c2: the signature of commit of entry 2 is missing";
    assert_eq!(told(&commits, &ring), (vec![words.to_owned()], vec![true, false]));
    assert_eq!(told(&commits, &Keyring::default()), (vec![], vec![true, true]), "nobody is named as a recorder");
}

#[test]
fn a_vote_needs_no_signature_of_a_recorder() {
    let vote = Body::Vote { signed: "{}\n".to_owned(), signature: "---\n".to_owned() };
    let entry = Entry { body: vote, ..decision(1, None) };
    let text = codec::encode(&entry, None).unwrap();
    let message = message(&entry, text.as_bytes());
    let added = vec![(path(1), text.into_bytes())];
    let (commit, touched, signed) = ("c1".to_owned(), Vec::new(), Signed::None);
    let commits = [Raw { commit, parents: 0, message, added, touched, signed }];
    assert_eq!(told(&commits, &Keyring::always("recorder", &[public(1)])), (vec![], vec![true]));
}

#[test]
fn a_folder_holds_a_thousand_entries() {
    for (number, expected) in [
        (1, "entries/0000/00000001.json"),
        (999, "entries/0000/00000999.json"),
        (1000, "entries/0001/00001000.json"),
        (12_345_678, "entries/12345/12345678.json"),
    ] {
        assert_eq!(path(number), expected);
    }
}
