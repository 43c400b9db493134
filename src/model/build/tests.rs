//! Files to records: kinds, ids, files that cannot be read, references and their order.

use crate::model::fixture::with;
use crate::model::{Ix, Sms, Target};

/// Kind and id of every record.
fn told(sms: &Sms<'_>) -> Vec<String> {
    sms.records().map(|(_, record)| format!("{} {}", record.kind.name, record.id)).collect()
}

/// Findings that do not come from the shape of a record: rule, marked text, subject.
fn findings(sms: &Sms<'_>) -> Vec<String> {
    let shape = ["field-missing", "field-unknown", "value-type", "value-unknown", "state-incomplete", "value-range"];
    let others = sms.findings.iter().filter(|finding| !shape.contains(&finding.rule));
    let told = others.map(|finding| {
        let subject = finding.subject.as_ref().map_or("-", |subject| subject.id.as_str());
        format!("{} [{}] {subject}", finding.rule, sms.snapshot.sources.slice(finding.primary))
    });
    told.collect()
}

#[test]
fn the_word_in_the_record_names_the_kind_and_else_the_folder_does() {
    let files = [
        ("sms/ci/a.yaml", "kind: team\nid: a\n"),
        ("sms/ci/b.yaml", "id: b\n"),
        ("sms/ci/deep/c.yaml", "id: c\n"),
        ("sms/ci/d.yaml", "kind: 5\nid: d\n"),
        ("sms/e.yaml", "kind: role\nid: e\n"),
        ("sms/ci/f.yaml", "kind:\nid: f\n"),
    ];
    with(&files, |sms| {
        assert_eq!(told(sms), ["team a", "ci b", "ci c", "ci d", "role e", "ci f"]);
        assert!(findings(sms).is_empty());
    });
}

#[test]
fn an_unknown_kind_is_told_with_what_may_be_meant() {
    for (path, text, marked, help) in [
        ("sms/ci/a.yaml", "kind: servise\n", "servise", "did you mean `service`?"),
        ("sms/ci/a.yaml", "kind: computer\n", "computer", "did you mean `ci`?"),
        (
            "sms/x/a.yaml",
            "kind: computer\n",
            "computer",
            "`gitsm explain` lists the kinds; declare your own in schemas/local/",
        ),
        ("sms/x/a.yaml", "id: a\n", "", "begin the record with `kind:`; `gitsm explain` lists the kinds"),
        ("sms/a.yaml", "kind: [ci]\n", "[ci]", "begin the record with `kind:`; `gitsm explain` lists the kinds"),
    ] {
        with(&[(path, text)], |sms| {
            assert!(sms.is_empty(), "{text}");
            let [finding] = sms.findings.as_slice() else { panic!("{text}: {:#?}", sms.findings) };
            assert_eq!((finding.rule, sms.snapshot.sources.slice(finding.primary)), ("kind-unknown", marked), "{text}");
            assert_eq!(finding.help.as_deref(), Some(help), "{text}");
        });
    }
}

#[test]
fn a_record_without_an_id_goes_by_its_file() {
    let files = [
        ("sms/ci/ci-a.yaml", "kind: ci\n"),
        ("sms/ci/ci-b.yaml", "kind: ci\nid: 7\n"),
        ("sms/ci/ci-c.yaml", "kind: ci\nid:\n"),
        ("sms/ci/ci-d.yaml", "kind: ci\nid: other\n"),
    ];
    with(&files, |sms| {
        assert_eq!(told(sms), ["ci ci-a", "ci ci-b", "ci ci-c", "ci other"]);
        assert_eq!(findings(sms), ["id-missing [7] ci-b"]);
    });
}

#[test]
fn bulk_kinds_share_a_file_and_others_do_not() {
    let text = "kind: ci\nid: ci-b\n---\nkind: ci\nid: ci-a\n---\n---\nkind: ci\nid: ci-c\n";
    with(&[("sms/ci/all.yaml", text)], |sms| {
        assert_eq!(told(sms), ["ci ci-a", "ci ci-b", "ci ci-c"], "empty documents are left out");
        assert!(findings(sms).is_empty());
    });
    let text = "kind: team\nid: t-b\n---\nkind: team\nid: t-a\n---\nkind: team\nid: t-c\n";
    with(&[("sms/team/t-b.yaml", text)], |sms| {
        assert_eq!(told(sms), ["team t-a", "team t-b", "team t-c"], "all are kept");
        assert_eq!(findings(sms), ["record-shares-file [t-a] t-a"], "and it is told once");
    });
}

#[test]
fn a_kind_with_one_record_a_file_shares_it_with_no_other_kind() {
    for text in [
        "kind: team\nid: t\n---\nkind: ci\nid: c\n",
        "kind: ci\nid: t\n---\nkind: ci\nid: u\n---\nkind: team\nid: c\n",
        "- x\n---\nkind: ci\nid: b\n---\nkind: team\nid: c\n",
    ] {
        with(&[("sms/team/t.yaml", text)], |sms| {
            let shared: Vec<_> =
                findings(sms).into_iter().filter(|found| found.starts_with("record-shares-file")).collect();
            assert_eq!(shared, ["record-shares-file [c] c"], "{text}");
        });
    }
}

#[test]
fn what_is_no_mapping_is_told_and_its_file_stays_known() {
    let files = [
        ("sms/ci/ci-a.yaml", "- a\n"),
        ("sms/ci/ci-b.yaml", "just text\n"),
        ("sms/ci/ci-c.yaml", ""),
        ("sms/ci/ci-d.yaml", "# only a comment\n"),
        ("sms/ci/ci-e.yaml", "a: [\n"),
        ("sms/ci/ci-f.yaml", "kind: nothing\n"),
        ("sms/service/svc.yaml", "kind: service\nid: svc\nrelations: [ci-a, ci-b, ci-c, ci-d, ci-e, ci-f, ci-g]\n"),
    ];
    with(&files, |sms| {
        let rules: Vec<_> = sms.findings.iter().take(6).map(|found| found.rule).collect();
        let not_mapping = "record-not-mapping";
        assert_eq!(rules, [not_mapping, not_mapping, not_mapping, not_mapping, "yaml-syntax", "kind-unknown"]);
        let targets: Vec<bool> = sms
            .outgoing(sms.find("svc").unwrap())
            .iter()
            .map(|held| matches!(held.target, Target::Unreadable(_)))
            .collect();
        assert_eq!(targets, [true, true, true, true, true, true, false]);
    });
}

#[test]
fn files_that_cannot_be_used_keep_the_ids_that_they_promise() {
    let pointer = "version https://git-lfs.github.com/spec/v1\n";
    let files = [
        ("sms/ci/ci-a.yaml", pointer),
        ("sms/ci/ci-b.yml", "kind: ci\nid: ci-b\n"),
        ("sms/ci/ci-c.yaml", pointer),
        ("sms/ci/x.yaml", "kind: ci\nid: ci-c\n"),
        ("sms/service/svc.yaml", "kind: service\nid: svc\nrelations: [ci-a, ci-b, ci-c]\n"),
    ];
    with(&files, |sms| {
        let held = sms.outgoing(sms.find("svc").unwrap());
        let path = |at: usize| match held[at].target {
            Target::Unreadable(file) => sms.snapshot.sources.get(file).path(),
            Target::Record(ix) => sms.path(sms.record(ix)),
            Target::Address | Target::Missing => "-",
        };
        assert_eq!((path(0), path(1)), ("sms/ci/ci-a.yaml", "sms/ci/ci-b.yml"));
        assert_eq!(path(2), "sms/ci/x.yaml", "a record that can be read comes first");
    });
}

#[test]
fn documents_before_a_mistake_are_records() {
    with(&[("sms/ci/all.yaml", "kind: ci\nid: ci-a\n---\nkind: ci\nid: ci-b\n---\na: [\n")], |sms| {
        assert_eq!(told(sms), ["ci ci-a", "ci ci-b"]);
        assert!(findings(sms)[0].starts_with("yaml-syntax"));
    });
}

#[test]
fn a_damaged_record_is_kept_and_not_judged_by_its_shape() {
    with(&[("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\nnonsense: *x\n")], |sms| {
        assert_eq!(told(sms), ["ci ci-a"]);
        assert_eq!(sms.findings.iter().map(|found| found.rule).collect::<Vec<_>>(), ["yaml-alias"]);
    });
}

#[test]
fn findings_of_a_record_name_it_and_findings_of_a_file_do_not() {
    with(&[("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\nid: ci-b\nnonsense: 1\n")], |sms| {
        for finding in &sms.findings {
            let named = finding.subject.as_ref().map(|subject| (subject.kind.as_str(), subject.id.as_str()));
            let expected = (finding.rule != "yaml-duplicate-key").then_some(("ci", "ci-a"));
            assert_eq!(named, expected, "{}", finding.rule);
        }
        assert!(sms.findings.len() > 2);
    });
}

#[test]
fn of_two_records_with_one_id_the_first_file_answers() {
    let files = [
        ("sms/ci/b.yaml", "kind: ci\nid: twin\ntitle: B\n"),
        ("sms/ci/a.yaml", "kind: ci\nid: twin\ntitle: A\n---\nkind: ci\nid: twin\ntitle: A2\n"),
    ];
    with(&files, |sms| {
        let titles: Vec<_> = sms.records().map(|(_, record)| record.title().to_owned()).collect();
        assert_eq!(titles, ["A", "A2", "B"], "by file and place");
        assert_eq!(sms.record(sms.find("twin").unwrap()).title(), "A");
    });
}

#[test]
fn former_ids_resolve_unless_someone_bears_them_now() {
    let files = [
        ("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\naliases: [old, ci-b, 5, ci-a]\n"),
        ("sms/ci/ci-b.yaml", "kind: ci\nid: ci-b\naliases: [old]\n"),
        ("sms/ci/ci-c.yaml", "kind: ci\nid: ci-c\naliases: lone\n"),
    ];
    with(&files, |sms| {
        let id = |name: &str| sms.find(name).map(|ix| sms.record(ix).id.to_string());
        assert_eq!(id("old").as_deref(), Some("ci-a"), "the first claimant");
        assert_eq!(id("ci-b").as_deref(), Some("ci-b"));
        assert_eq!((id("lone"), id("5")), (None, None), "what is no list of texts names nothing");
        let claims: Vec<_> = sms.aliases().map(|(alias, claimants)| (alias.as_str(), claimants.len())).collect();
        assert_eq!(claims, [("ci-a", 1), ("ci-b", 1), ("old", 2)]);
    });
}

const LINKED: [(&str, &str); 4] = [
    (
        "sms/service/svc-b.yaml",
        "kind: service\nid: svc-b\nrelations:\n  - {type: runs_on, to: ci-a}\n  - ci-a\nowner: ann\n",
    ),
    (
        "sms/service/svc-a.yaml",
        "kind: service\nid: svc-a\nowner: ann\nrelations: [ci-a]\nlinks: [{rel: doc, to: 'https://a.example/x'}, {rel: r, to: svc-b}]\n",
    ),
    ("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\nowner: [ann]\nx-note: svc-a\n"),
    ("sms/person/ann.yaml", "kind: person\nid: ann\n"),
];

#[test]
fn references_are_told_by_holder_and_place() {
    with(&LINKED, |sms| {
        let held = |id: &str| -> Vec<&str> {
            sms.outgoing(sms.find(id).unwrap()).iter().map(|held| sms.named(held)).collect()
        };
        assert_eq!(held("svc-a"), ["ann", "ci-a", "https://a.example/x", "svc-b"]);
        assert_eq!(held("svc-b"), ["ci-a", "ci-a", "ann"], "in the order of the file");
        assert!(held("ci-a").is_empty(), "a list where an id is wanted and a key of one's own are no references");
        assert_eq!(sms.references().len(), 7);
        assert!(sms.references().iter().map(|held| held.from).is_sorted());
    });
}

#[test]
fn incoming_references_mirror_outgoing_ones() {
    with(&LINKED, |sms| {
        let holders = |id: &str| -> Vec<String> {
            sms.incoming(sms.find(id).unwrap()).map(|held| sms.record(held.from).id.to_string()).collect()
        };
        assert_eq!(holders("ci-a"), ["svc-a", "svc-b", "svc-b"]);
        assert_eq!(holders("ann"), ["svc-a", "svc-b"]);
        assert_eq!(holders("svc-b"), ["svc-a"]);
        assert!(holders("svc-a").is_empty());
        let into: usize = sms.records().map(|(ix, _)| sms.incoming(ix).count()).sum();
        assert_eq!(into, sms.references().iter().filter(|held| sms.target(held).is_some()).count());
    });
}

#[test]
fn a_web_address_is_no_missing_record_where_one_may_stand() {
    with(&LINKED, |sms| {
        let addresses = sms.references().iter().filter(|held| held.target == Target::Address);
        assert_eq!(addresses.map(|held| sms.named(held)).collect::<Vec<_>>(), ["https://a.example/x"]);
    });
    with(&[("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\nowner: 'https://a.example/x'\n")], |sms| {
        assert_eq!(sms.references()[0].target, Target::Missing);
    });
}

#[test]
fn a_reference_is_named_as_it_reads_however_it_is_written() {
    for written in ["team-a", "'team-a'", "\"team-a\"", "\"team\\x2da\"", ">-\n  team-a"] {
        let text = format!("kind: ci\nid: ci-a\nowner: {written}\n");
        with(&[("sms/ci/ci-a.yaml", &text)], |sms| {
            assert_eq!(sms.named(&sms.references()[0]), "team-a", "{written}");
        });
    }
}

#[test]
fn a_reference_in_a_list_that_is_not_indented_is_named_too() {
    with(&[("sms/service/svc-a.yaml", "kind: service\nid: svc-a\nrelations:\n- ci-a\n")], |sms| {
        let held = &sms.references()[0];
        assert_eq!((sms.named(held), sms.record(held.from).pointer(held.span).as_str()), ("ci-a", "/relations/0"));
    });
}

#[test]
fn the_order_in_which_files_come_does_not_matter() {
    let forward = with(&LINKED, |sms| {
        (told(sms), findings(sms), sms.references().iter().map(|held| held.from.0).collect::<Vec<_>>())
    });
    let mut files = LINKED;
    files.reverse();
    let backward = with(&files, |sms| {
        (told(sms), findings(sms), sms.references().iter().map(|held| held.from.0).collect::<Vec<_>>())
    });
    assert_eq!(forward, backward);
}

#[test]
fn records_of_a_kind_are_found_by_its_word() {
    with(&LINKED, |sms| {
        let services: Vec<_> = sms.of_kind("service").map(|(ix, record)| (ix, record.id.as_str())).collect();
        assert_eq!(services.iter().map(|(_, id)| *id).collect::<Vec<_>>(), ["svc-a", "svc-b"]);
        assert_eq!(sms.record(services[0].0).id.as_str(), "svc-a");
        assert_eq!((sms.of_kind("policy").count(), sms.of_kind("nothing").count()), (0, 0));
        assert_eq!((sms.len(), sms.is_empty()), (4, false));
        assert_eq!(sms.records().map(|(ix, _)| ix).collect::<Vec<_>>(), [Ix(0), Ix(1), Ix(2), Ix(3)]);
    });
    with(&[], |sms| assert!(sms.is_empty() && sms.references().is_empty() && sms.findings.is_empty()));
}
