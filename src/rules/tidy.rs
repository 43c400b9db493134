//! Tests over all rules: named alike everywhere, documented, with examples that do what they say.

use std::collections::BTreeSet;

use super::{ALL, harness};
use crate::base::clause;
use crate::schema::Catalog;

#[test]
fn every_file_is_listed_and_every_rule_has_its_file() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| {
            !["mod.rs", "rule.rs", "run.rs", "harness.rs", "limits.rs", "tidy.rs", "again", "waiver"]
                .contains(&name.as_str())
        })
        .collect();
    let listed: BTreeSet<String> = ALL.iter().map(|rule| format!("{}.rs", rule.code().id.replace('-', "_"))).collect();
    assert_eq!(files, listed);
    let ids: Vec<_> = ALL.iter().map(|rule| rule.code().id).collect();
    assert!(ids.is_sorted(), "the list is kept by name: {ids:?}");
}

/// What a rule looks at is noted, so that a later run need not ask it again; what notes nothing must not be looked at unseen.
#[test]
fn no_rule_looks_at_the_hour_or_at_whole_texts_without_saying_so() {
    for folder in ["rules", "levels", "graph"] {
        for entry in std::fs::read_dir(format!("{}/src/{folder}", env!("CARGO_MANIFEST_DIR"))).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() || ["run.rs", "harness.rs", "tidy.rs"].contains(&name.as_str()) {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            assert!(!code.contains("as_of.instant()"), "{name}: take the hour from `Sms::now`");
            let is_noted = !code.contains("snapshot.sources.as_slice()") || code.contains("note(Read::Everything)");
            assert!(is_noted, "{name}: reads every text and does not note it");
            let is_traced = !code.contains("par_iter()") || code.contains("note(Read::Everything)");
            let is_traced = is_traced || code.contains("aside(|| ") || name == "build.rs";
            assert!(is_traced, "{name}: what other threads read is noted nowhere");
        }
    }
}

#[test]
fn names_do_not_repeat_over_all_stages() {
    let mut seen = BTreeSet::new();
    for code in super::codes() {
        assert!(crate::base::id::is_slug(code.id) && !code.id.contains(['_', '.']), "{}", code.id);
        assert!(seen.insert(code.id), "{} is there twice", code.id);
    }
}

#[test]
fn every_page_says_what_and_shows_good_and_bad() {
    for code in super::codes() {
        assert!(code.summary().ends_with('.'), "{}: the first line is a sentence", code.id);
        for clause in code.clauses.iter() {
            assert!(clause::find(clause).is_some(), "{}: clause {clause}", code.id);
        }
    }
    for rule in ALL {
        let code = rule.code();
        let examples = harness::examples(&code.doc);
        assert!(examples.iter().any(|(bad, _)| *bad), "{}: no bad example", code.id);
        assert!(examples.iter().any(|(bad, _)| !bad), "{}: no good example", code.id);
        assert!(!code.clauses.is_empty(), "{}: no clause", code.id);
    }
}

#[test]
fn kinds_of_rules_exist() {
    let catalog = Catalog::built_in().unwrap();
    for rule in ALL {
        for kind in rule.code().kinds.iter() {
            assert!(catalog.find(kind).is_some(), "{}: {kind}", rule.code().id);
        }
    }
}

#[test]
fn examples_do_what_they_say() {
    for rule in ALL {
        for (bad, text) in harness::examples(&rule.code().doc) {
            let found = harness::findings(*rule, &text);
            assert_eq!(!found.is_empty(), bad, "{}:\n{text}\n{found:#?}", rule.code().id);
            for finding in found {
                assert!(finding.help.is_some(), "{}: what to do next?", rule.code().id);
                assert!(!finding.message.ends_with('.'), "{}: messages have no full stop", rule.code().id);
            }
        }
    }
}

#[test]
fn the_pack_of_the_standard_names_rules_that_exist() {
    let pack = crate::standard::pack();
    let against = pack.requirements.iter().flat_map(|requirement| &requirement.rules);
    let told = pack.documents.iter().chain(&pack.records).filter_map(|item| item.told_by.as_ref());
    for name in against.chain(told) {
        assert!(super::find(name).is_some(), "there is no rule '{name}'");
    }
}
