//! What makes a finding the same one, and what another.

use super::*;
use crate::base::finding::Severity;
use crate::model::fixture::with;

/// A finding of the rule `r` at the `nth` place where `marked` stands in file `file`, counted from 0.
fn at(sms: &Sms<'_>, file: u32, marked: &str, nth: usize) -> Finding {
    let text = sms.snapshot.sources.get(FileId(file)).text();
    let (start, _) = text.match_indices(marked).nth(nth).unwrap_or_else(|| panic!("no {marked} in {text}"));
    let span = Span::new(FileId(file), u32::try_from(start).unwrap(), u32::try_from(start + marked.len()).unwrap());
    Finding::new("r", Severity::Error, span, "what is wrong")
}

/// The identity of a finding at the first `marked` of a record.
fn of(text: &str, marked: &str) -> Identity {
    with(&[("sms/ci/ci-a.yaml", text)], |sms| Identities::new(sms).of(&at(sms, 0, marked, 0)))
}

fn place(text: &str, marked: &str) -> (String, String) {
    let Place { path, text, .. } = of(text, marked).place;
    (path, text)
}

#[test]
fn items_of_lists_go_by_what_they_are_called() {
    let text = "kind: ci\nid: ci-a\ntags: [x, y]\nredundancy: [{of: [p, q], min_up: 1}]\n\
                relations:\n  - {type: runs_on, to: ci-b, strength: hardd}\n  - {type: runs_on, to: ci-c}\n";
    for (marked, path, value) in [
        ("y", "/tags/[y]", "y"),
        ("hardd", "/relations/[ci-b]/strength", "hardd"),
        ("ci-c", "/relations/[ci-c]/to", "ci-c"),
        ("{of: [p, q], min_up: 1}", "/redundancy/[p]", ""),
        ("1}", "/redundancy/[p]", ""),
        ("relations", "/relations", ""),
        ("ci-a", "/id", ""),
    ] {
        assert_eq!(place(text, marked), (path.to_owned(), value.to_owned()), "{marked}");
    }
}

#[test]
fn edits_elsewhere_leave_a_finding_the_same() {
    let text = "kind: ci\nid: ci-a\nrelations:\n  - {type: runs_on, to: ci-x, strength: hardd}\n";
    for edited in [
        "# A comment.\n\nkind: ci\nid: ci-a\ntitle: More\nrelations:\n  - {type: runs_on, to: ci-x, strength: hardd}\n",
        "kind: ci\nid: ci-a\nrelations:\n  - ci-first\n  - {type: runs_on, to: ci-x, strength: hardd}\n",
        "kind: ci\nid: ci-a\nrelations: [{strength: hardd, to: ci-x}, ci-second]\n",
        "id: ci-a\nkind: ci\nrelations:\n- type: depends_on\n  to: 'ci-x'\n  strength: hardd\n",
    ] {
        assert_eq!(of(edited, "hardd"), of(text, "hardd"), "{edited}");
    }
}

#[test]
fn other_values_places_rules_and_names_make_another_finding() {
    let text =
        "kind: ci\nid: ci-a\nowner: ann\nrelations: [{to: ci-x, strength: hardd}, {to: ci-y, strength: hardd}]\n";
    with(&[("sms/ci/ci-a.yaml", text)], |sms| {
        let first = at(sms, 0, "hardd", 0);
        let mut other_rule = first.clone();
        other_rule.rule = "s";
        let mut named = first.clone();
        named.message = "lacks `owner`".to_owned();
        let mut named_otherwise = first.clone();
        named_otherwise.message = "lacks `title`".to_owned();
        let findings = [
            first.clone(),
            at(sms, 0, "hardd", 1),
            at(sms, 0, "ann", 0),
            other_rule,
            named,
            named_otherwise,
            first.clone().subject("ci", "ci-b"),
            first.clone().subject("service", "ci-a"),
        ];
        let identities = Identities::new(sms);
        let distinct: std::collections::BTreeSet<_> = findings.iter().map(|finding| identities.of(finding)).collect();
        assert_eq!(distinct.len(), findings.len(), "{distinct:#?}");
    });
}

#[test]
fn the_words_of_a_message_may_be_put_better_but_for_what_they_name() {
    let names = |message| quoted(message).into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(names("'ci-a' names 'ci-b' in `relations`, the service's own"), ["ci-a", "ci-b", "relations"]);
    assert_eq!(names("nobody's turn, and 31 days late"), Vec::<String>::new());
    assert_eq!(names("'it's' and an open 'end"), ["it's"]);
    assert_eq!(names("''"), [""]);
    assert_eq!(names("`a 'b' c`"), ["a 'b' c"]);
}

#[test]
fn a_moved_file_holds_the_same_record_and_a_broken_one_goes_by_its_name() {
    let text = "kind: ci\nid: ci-a\nowner: ann\n";
    let broken = "kind: ci\nid: [\n";
    for (text, marked) in [(text, "ann"), (broken, "[")] {
        let of = |path: &str| with(&[(path, text)], |sms| Identities::new(sms).of(&at(sms, 0, marked, 0)));
        assert_eq!(of("sms/ci/ci-a.yaml"), of("sms/ci/below/ci-a.yaml"), "{marked}");
        assert_eq!(of("sms/ci/ci-a.yaml").place.holder.starts_with("file:"), marked == "[");
    }
    let other = with(&[("sms/ci/ci-b.yaml", broken)], |sms| Identities::new(sms).of(&at(sms, 0, "[", 0)));
    assert_ne!(other, with(&[("sms/ci/ci-a.yaml", broken)], |sms| Identities::new(sms).of(&at(sms, 0, "[", 0))));
}

#[test]
fn records_of_one_file_are_told_apart() {
    let text = "kind: ci\nid: ci-a\nowner: ann\n---\nkind: ci\nid: ci-b\nowner: ann\n";
    with(&[("sms/ci/all.yaml", text)], |sms| {
        let identities = Identities::new(sms);
        let holders = [0, 1].map(|nth| identities.of(&at(sms, 0, "ann", nth)).place.holder);
        assert_eq!(holders, ["ci:ci-a", "ci:ci-b"]);
        assert!(identities.record(Span::new(FileId(0), 28, 31)).is_none(), "between the documents");
    });
}

#[test]
fn a_record_with_a_new_id_and_the_old_one_as_alias_is_the_same() {
    let before = [("sms/ci/old.yaml", "kind: ci\nid: old\nowner: old-ann\n")];
    let after = [
        ("sms/ci/new.yaml", "kind: ci\nid: new\naliases: [old]\nowner: ann\n"),
        ("sms/person/ann.yaml", "kind: person\nid: ann\naliases: [old-ann]\n"),
    ];
    with(&before, |base| {
        with(&after, |head| {
            let told = |words: &str, mut finding: Finding| {
                finding.message = words.to_owned();
                finding
            };
            let was =
                Identities::inherited(base, head).of(&told("the owner of 'old' is away", at(base, 0, "old-ann", 0)));
            let is = Identities::new(head).of(&told("the owner of 'new' is away", at(head, 0, "ann", 0)));
            assert_eq!(was, is);
            assert_ne!(
                Identities::new(base).of(&at(base, 0, "old-ann", 0)),
                was,
                "without the new names it is another"
            );
        });
    });
}

#[test]
fn long_texts_are_cut_on_a_whole_character() {
    assert_eq!(clip(&"é".repeat(400)).len(), MAX_TEXT);
    assert_eq!(clip(&format!("a{}", "é".repeat(400))).len(), MAX_TEXT - 1);
    assert_eq!(clip("short"), "short");
}

#[test]
fn fingerprints_number_what_repeats_and_nothing_else() {
    let text = "kind: ci\nid: ci-a\nowner: ann\n";
    with(&[("sms/ci/ci-a.yaml", text)], |sms| {
        let finding = at(sms, 0, "ann", 0);
        let mut prints = Fingerprints::new(sms);
        let (first, second) = (prints.next(&finding), prints.next(&finding));
        assert_ne!(first, second);
        assert!(first.len() == 16 && first.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let mut anew = Fingerprints::new(sms);
        anew.next(&at(sms, 0, "ci-a", 0));
        assert_eq!(anew.next(&finding), first, "what stands before changes nothing");
    });
}

#[test]
fn the_fingerprint_of_a_known_finding_stays_as_it_is() {
    let text = "kind: ci\nid: ci-a\nrelations: [ci-x]\n";
    with(&[("sms/ci/ci-a.yaml", text)], |sms| {
        let mut finding = at(sms, 0, "ci-x", 0).subject("ci", "ci-a").pointer("/relations/0");
        finding.message = "'ci-a' names 'ci-x' in relations, but there is no such record".to_owned();
        // SHA-256 of "1:r\n7:ci:ci-a\n17:/relations/[ci-x]\n4:ci-x\n4:ci-a\n4:ci-x\n1", by another program.
        assert_eq!(Fingerprints::new(sms).next(&finding), "96350683369da9bb");
    });
}
