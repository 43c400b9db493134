//! The text of a vote, and which votes of a ledger count.

use super::super::history::fixture::Store;
use super::super::ledger::{Entry, Subject};
use super::super::sign::GIT;
use super::super::sign::fixture::{public, signer};
use super::*;

const TEXT: &str = r#"{"vote":"approve","change":"chg-a","digest":"d","base":"b","head":"h","person":"ann","at":"2026-11-20T10:00:00Z","reason":"Seen"}
"#;

fn vote() -> Vote {
    let [change, digest, base, head, person] = ["chg-a", "d", "b", "h", "ann"].map(str::to_owned);
    let (at, reason) = ("2026-11-20T10:00:00Z".to_owned(), "Seen".to_owned());
    Vote { say: Say::Approve, change, digest, base, head, person, at, reason }
}

#[test]
fn a_vote_is_one_line_in_one_order_and_read_back_as_it_was() {
    assert_eq!(vote().text(), TEXT);
    assert_eq!(Vote::parse(TEXT), Ok(vote()));
    for (say, word) in [(Say::Object, "object"), (Say::Withdraw, "withdraw")] {
        let text = TEXT.replace("approve", word);
        assert_eq!(Vote::parse(&text), Ok(Vote { say, ..vote() }));
    }
    let reason = "\"no\"\n\u{2028}é\\".to_owned();
    let odd = Vote { reason, ..vote() };
    assert_eq!(odd.text().lines().count(), 1, "a line end in a reason is written as an escape");
    assert_eq!(Vote::parse(&odd.text()), Ok(odd));
    let at = "2026-11-20T11:00:00.9+01:00".parse().unwrap();
    assert_eq!(Vote::instant(at), "2026-11-20T10:00:00Z");
}

#[test]
fn what_is_not_exactly_a_vote_is_refused() {
    let told = |text: &str| Vote::parse(text).unwrap_err();
    let value: serde_json::Value = serde_json::from_str(TEXT).unwrap();
    for field in ["vote", "change", "digest", "base", "head", "person", "at", "reason"] {
        let mut without = value.clone();
        without.as_object_mut().unwrap().shift_remove(field);
        let why = told(&format!("{without}\n"));
        assert!(why.starts_with(&format!("it is no vote: missing field `{field}`")), "{why}");
        let mut number = value.clone();
        number[field] = 1.into();
        assert!(told(&format!("{number}\n")).starts_with("it is no vote: "), "{field}");
    }
    for (old, new, why) in [
        ("\"approve\"", "\"Approve\"", "it is no vote: unknown variant `Approve`"),
        ("\"reason\"", "\"more\":1,\"reason\"", "it is no vote: unknown field `more`"),
        ("\"d\"", "\"d\",\"digest\":\"e\"", "it is no vote: duplicate field `digest`"),
        ("2026-11-20T10:00:00Z", "2026-11-20", "'2026-11-20' is not an instant"),
        ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00", "'2026-11-20T10:00:00' has no offset"),
        ("}\n", "}", "it is not written as gitsm writes it"),
        ("}\n", "}\n\n", "it is not written as gitsm writes it"),
        (":\"ann\"", ": \"ann\"", "it is not written as gitsm writes it"),
        ("\"ann\"", "\"\\u0061nn\"", "it is not written as gitsm writes it"),
        ("\"digest\":\"d\",\"base\":\"b\"", "\"base\":\"b\",\"digest\":\"d\"", "it is not written as gitsm writes it"),
    ] {
        let text = TEXT.replacen(old, new, 1);
        assert_ne!(text, TEXT, "{old}");
        assert!(told(&text).starts_with(why), "{new}: {}", told(&text));
    }
    assert!(told("").starts_with("it is no vote: ") && told("[]\n").starts_with("it is no vote: "));
}

#[test]
fn a_vote_counts_only_for_the_person_who_signed_it() {
    let cast = |vote: Option<Vote>, signed: Signed| Cast { number: 1, at: Timestamp::UNIX_EPOCH, vote, signed };
    let good = |who: &str| Signed::Good { who: who.to_owned(), key: "k".to_owned() };
    assert_eq!(cast(Some(vote()), good("ann")).counted(), Some(&vote()));
    assert_eq!(cast(Some(vote()), good("bo")).counted(), None, "bo cannot vote as ann");
    assert_eq!(cast(Some(vote()), Signed::None).counted(), None);
    assert_eq!(cast(Some(vote()), Signed::UnknownKey { key: "k".to_owned() }).counted(), None);
    assert_eq!(cast(None, good("ann")).counted(), None);
}

/// A ledger with one vote of ann's, given at 10:00, after `change`; at its base her key is the first one.
fn told(change: impl FnOnce(&mut Vote, &mut Kept, &mut &str, &mut u8)) -> (bool, String, Vec<String>) {
    let store = Store::new();
    let ann = format!("kind: person\nid: ann\nsigning_keys:\n  - {}\n", public(1));
    let base = store.commit("Begin", &[("sms/person/ann.yaml", &ann)], &[]);
    let mut vote = Vote { base: base.id.to_string(), ..vote() };
    let entry = Entry {
        number: 4,
        previous: None,
        at: "2026-11-20T10:05:00Z".parse().unwrap(),
        recorder: "Bot".to_owned(),
        tool: "gitsm 0".to_owned(),
        subject: Subject { commit: vote.base.clone(), tree: "t".to_owned() },
        body: Body::Adoption { reason: String::new() },
    };
    let [commit, sha256] = ["l", "s"].map(str::to_owned);
    let mut kept = Kept { entry, commit, signed: Signed::None, counts: true, sha256 };
    let (mut namespace, mut key) = (VOTE, 1);
    change(&mut vote, &mut kept, &mut namespace, &mut key);
    let signature = signer(key).armoured(namespace, vote.text().as_bytes()).unwrap();
    kept.entry.body = Body::Vote { signed: vote.text(), signature };
    let ledger = Ledger { entries: vec![kept], ..Ledger::default() };
    let cast = cast(&store.history, &ledger).unwrap().remove(0);
    let problems = problems(&store.history, &ledger).unwrap();
    (cast.counted().is_some(), cast.signed.words(), problems.into_iter().map(|it| it.message).collect())
}

#[test]
fn a_vote_is_checked_against_the_keys_at_its_base() {
    let (counts, words, problems) = told(|_, _, _, _| ());
    assert_eq!((counts, problems), (true, Vec::new()));
    assert_eq!(words, format!("is good, by ann with {}", signer(1).fingerprint()));
    let (counts, words, problems) = told(|_, _, _, key| *key = 2);
    assert_eq!((counts, &words), (false, &format!("is by {}, which no person has", signer(2).fingerprint())));
    assert_eq!(problems, [format!("the vote of ann in entry 4 does not count: its signature {words}")]);
    let (counts, words, _) = told(|_, _, namespace, _| *namespace = GIT);
    assert_eq!((counts, words.as_str()), (false, "is bad: it was made for 'git', not for 'gitsm-vote'"));
    let (counts, _, problems) = told(|vote, _, _, _| "bo".clone_into(&mut vote.person));
    assert!(!counts && problems.len() == 1, "signed by ann in the name of bo: {problems:?}");
}

#[test]
fn the_clock_of_a_voter_may_be_ten_minutes_ahead_of_the_recorder_and_no_more() {
    let at = |at: &str| told(|vote, _, _, _| at.clone_into(&mut vote.at));
    assert!(at("2026-11-20T10:15:00Z").0);
    let (counts, words, _) = at("2026-11-20T10:15:01Z");
    let early = "is bad: its entry does not count, or was recorded before the vote was given";
    assert_eq!((counts, words.as_str()), (false, early));
    let (counts, words, _) = told(|_, kept, _, _| kept.counts = false);
    assert_eq!((counts, words.as_str()), (false, early));
}

#[test]
fn a_vote_for_another_base_or_one_that_is_not_here_does_not_count() {
    let (counts, words, problems) = told(|vote, _, _, _| vote.base = "1".repeat(40));
    assert_eq!((counts, words.as_str()), (false, "is bad: it was signed for another base than its entry names"));
    assert!(problems[0].starts_with("the vote of somebody in entry 4 does not count"), "{problems:?}");
    let gone = "1".repeat(40);
    let (counts, words, _) = told(|vote, kept, _, _| {
        vote.base.clone_from(&gone);
        kept.entry.subject.commit.clone_from(&gone);
    });
    assert_eq!((counts, words.as_str()), (false, "cannot be checked: its base is not in this clone"));
}
