//! What is kept says what objects say, however it was damaged.

use git2::{ObjectType, Oid};

use super::super::fixture::Store;
use super::super::{Commit, Told};
use super::*;

/// What is told of a branch, in whole.
fn all(told: &Told<'_>) -> Vec<(Commit, Vec<Touched>)> {
    (0..told.len()).map(|at| (told.commit(at).unwrap().unwrap().into_owned(), told.touched(at).unwrap())).collect()
}

/// Reads the branch from what was kept, which must say what objects say; gives what is kept now, if there is anything new.
#[track_caller]
fn same(store: &Store, tip: Oid, kept: Option<Vec<u8>>) -> Option<Vec<u8>> {
    let (plain, told) = (store.history.told(tip).unwrap(), store.history.told_from(tip, kept).unwrap());
    assert_eq!(all(&plain), all(&told));
    assert!(plain.to_keep().is_none(), "objects alone give nothing to keep");
    let paths =
        all(&plain).into_iter().flat_map(|(_, touched)| touched).map(|it| it.path).chain(["sms/no.yaml".into()]);
    for path in paths.collect::<std::collections::BTreeSet<_>>() {
        for at in 0..=plain.len() {
            assert_eq!(plain.same_at(at, &path).unwrap(), told.same_at(at, &path).unwrap(), "{at} {path}");
        }
    }
    for at in 0..=plain.len() {
        assert!(!plain.is_idle(at) || told.is_idle(at) || at == plain.len());
        assert_eq!(plain.is_cut(at), told.is_cut(at));
    }
    assert!(told.commit(told.len()).unwrap().is_none() && told.touched(told.len()).unwrap().is_empty());
    told.to_keep().map(<[u8]>::to_vec)
}

/// The commits of which something new is read, given what is kept.
fn fresh(store: &Store, tip: Oid, kept: &[u8]) -> bool {
    store.history.told_from(tip, Some(kept.to_vec())).unwrap().to_keep().is_some()
}

/// A branch with a root, an edit, a merge, a commit that does nothing, one with an odd name and time, and a removal.
fn branch(store: &Store) -> Vec<Commit> {
    let root = store.commit("Begin", &[("sms/ci/a.yaml", "a\n"), ("sms/ci/b.yaml", "b\n"), ("gitsm.toml", "f\n")], &[]);
    let side = store.commit_by(("Bo", 1), "Aside", &[("sms/ci/a.yaml", "x\n"), ("sms/ci/b.yaml", "b\n")], &[&root]);
    let edit = store.commit("Edit\n\nChange: chg-a\n", &[("sms/ci/a.yaml", "a\n"), ("sms/ci/b.yaml", "c\n")], &[&root]);
    let files = [("sms/ci/a.yaml", "x\n"), ("sms/ci/b.yaml", "c\n"), ("README", "r\n")];
    let merge = store.commit("Merge", &files, &[&edit, &side]);
    let idle = store.commit("Nothing", &files, &[&merge]);
    let raw = format!(
        "tree {}\nparent {}\nauthor A\u{fffd} <a> 99999999999999 +0000\ncommitter \u{e6} <> 0 +0000\n\nOdd \u{1f600}\n",
        store.tree(&[("sms/ci/a.yaml", "x\n"), ("sms/ci/b/c.yaml", "c\n")]),
        idle.id
    );
    let odd = store.history.commit(store.raw(ObjectType::Commit, raw.as_bytes())).unwrap();
    let gone = store.commit("Remove", &[], &[&odd]);
    vec![root, edit, merge, idle, odd, gone]
}

#[test]
fn every_tip_of_a_branch_is_told_from_what_was_kept_of_any_other() {
    let store = Store::new();
    let line = branch(&store);
    for first in &line {
        let kept = same(&store, first.id, None).expect("there is something to keep");
        assert_eq!(same(&store, first.id, Some(kept.clone())), None, "nothing is new");
        for (at, then) in line.iter().enumerate() {
            let is_later = at > line.iter().position(|commit| commit.id == first.id).unwrap();
            let grown = same(&store, then.id, Some(kept.clone()));
            assert_eq!(grown.is_some(), is_later, "only later commits are new");
            if let Some(grown) = grown {
                assert_eq!(Some(grown), same(&store, then.id, None), "grown or made at once, the same bytes");
            }
        }
    }
}

#[test]
fn a_hundred_new_commits_are_put_in_front_of_what_was_kept() {
    let store = Store::new();
    let mut tip = branch(&store).pop().unwrap();
    let kept = same(&store, tip.id, None).unwrap();
    for step in 0..100 {
        tip = store.commit(&step.to_string(), &[("sms/ci/a.yaml", &format!("{step}\n"))], &[&tip]);
    }
    let grown = same(&store, tip.id, Some(kept.clone())).unwrap();
    let commits = &kept[kept.windows(20).position(|it| it == &branch(&store)[5].id.as_bytes()[..20]).unwrap()..];
    assert!(grown.ends_with(commits), "what was kept is taken over as it is");
    assert_eq!(same(&store, tip.id, Some(grown)), None);
}

#[test]
fn what_a_force_push_threw_away_is_left_out() {
    let store = Store::new();
    let line = branch(&store);
    let old = same(&store, line[5].id, None).unwrap();
    let other = store.commit("Instead", &[("sms/ci/a.yaml", "z\n")], &[&line[1]]);
    let new = same(&store, other.id, Some(old.clone())).unwrap();
    assert_eq!(Some(&new), same(&store, other.id, None).as_ref());
    let holds = |kept: &[u8], id: Oid| kept.windows(20).any(|bytes| bytes == id.as_bytes());
    assert!(holds(&new, line[1].id) && !holds(&new, line[4].id) && holds(&old, line[4].id));
    let unrelated = store.commit("Elsewhere", &[("sms/ci/a.yaml", "z\n")], &[]);
    assert_eq!(same(&store, unrelated.id, Some(old)), same(&store, unrelated.id, None), "a history of its own");
}

#[test]
fn any_damaged_byte_and_any_cut_is_seen_and_all_is_read_anew() {
    let store = Store::new();
    let tip = branch(&store).pop().unwrap();
    let kept = same(&store, tip.id, None).unwrap();
    assert!(!fresh(&store, tip.id, &kept));
    let subject = store.history.subject(&super::super::Watch::default());
    assert!(Kept::read(kept.clone(), &subject).is_some());
    let refused = |bytes: Vec<u8>| Kept::read(bytes, &subject).is_none();
    for at in 0..kept.len() {
        for bits in [1, 0x20, 0x80, 0xff] {
            let mut bytes = kept.clone();
            bytes[at] ^= bits;
            assert!(refused(bytes), "byte {at} by {bits}");
        }
        assert!(refused(kept[..at].to_vec()) && (at == 0 || refused(kept[at..].to_vec())), "cut at {at}");
        let mut bytes = kept.clone();
        bytes.insert(at, b'0');
        assert!(refused(bytes), "one more at {at}");
    }
    assert!(refused([&kept[..], b"\0"].concat()) && refused(Vec::new()));
    for bytes in [kept[..kept.len() / 2].to_vec(), b"gitsm history 2\n".to_vec(), vec![0xff; 500]] {
        assert_eq!(same(&store, tip.id, Some(bytes)).as_ref(), Some(&kept));
    }
}

#[test]
fn whatever_stands_behind_a_right_checksum_reading_it_ends() {
    let store = Store::new();
    let tip = branch(&store).pop().unwrap();
    let kept = same(&store, tip.id, None).unwrap();
    let subject = store.history.subject(&super::super::Watch::default());
    let reads = |rest: &[u8]| {
        let mut bytes = [sealed(VERSION).as_slice(), rest].concat();
        seal(VERSION, &mut bytes);
        let found = Kept::read(bytes, &subject);
        for at in 0..found.as_ref().map_or(0, Kept::len) {
            let record = found.as_ref().and_then(|found| found.record(at)).expect("all of it can be read");
            assert!(record.commit().is_some() && record.touched().len() == record.count());
        }
        found.is_some()
    };
    let rest = unseal(VERSION, &kept).unwrap();
    assert!(reads(rest));
    for at in 0..rest.len() {
        for bits in [1, 0x7f, 0x80, 0xff] {
            let mut bytes = rest.to_vec();
            bytes[at] ^= bits;
            reads(&bytes);
        }
        assert!(!reads(&rest[..at]), "a branch that does not reach its root is refused");
    }
}

#[test]
fn what_was_kept_for_another_folder_of_records_is_not_used() {
    let store = Store::new();
    let tip = branch(&store).pop().unwrap();
    let kept = same(&store, tip.id, None).unwrap();
    assert!(Kept::read(kept.clone(), "docs/\ngitsm.toml\nschemas/local\nsms").is_none());
    let elsewhere = store.open("docs/");
    assert_ne!(elsewhere.place_to_keep(), store.history.place_to_keep());
    let told = elsewhere.told_from(tip.id, Some(kept)).unwrap();
    assert!((0..told.len()).all(|at| told.touched(at).unwrap().is_empty()) && told.to_keep().is_some());
}

#[test]
fn a_clone_with_gaps_uses_nothing_that_was_kept_and_keeps_nothing() {
    let store = Store::new();
    let line = branch(&store);
    let kept = same(&store, line[5].id, None).unwrap();
    store.point("x", &line[5]);
    std::fs::create_dir_all(store.history.repository().path().join("info")).unwrap();
    std::fs::write(store.history.repository().path().join("info/grafts"), "").unwrap();
    let gapped = store.open("");
    for kept in [None, Some(kept)] {
        assert!(gapped.told_from(line[5].id, kept).unwrap().to_keep().is_none());
    }
}
