//! What cannot be run ends with 2, says why on standard error in words that help, and prints no result.

use crate::program::Folder;
use crate::repos::copy;

/// The error text of a run on the small repository.
#[track_caller]
fn refused(arguments: &[&str]) -> String {
    copy("ok-small").run(arguments).refused()
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest_one() {
    for (arguments, word, near) in [
        (&["list", "servce"][..], "no kind 'servce'", "service"),
        (&["list", "persn"], "no kind 'persn'", "person"),
        (&["new", "chnage"], "no kind 'chnage'", "change"),
        (&["schema", "supplyer"], "no kind 'supplyer'", "supplier"),
        (&["explain", "ref-dangliing"], "nothing is called 'ref-dangliing'", "gitsm explain ref-dangling"),
        (&["explain", "polcy"], "nothing is called 'polcy'", "gitsm explain policy"),
        (&["check", "--rule", "ref-danglin"], "no rule 'ref-danglin'", "ref-dangling"),
        (&["show", "svc-shp"], "no record 'svc-shp'", "svc-shop"),
        (&["impact", "ci-bd"], "no 'ci-bd'", "ci-db"),
        (&["graph", "ci-apq"], "no 'ci-apq'", "ci-app"),
        (&["list", "ci", "--where", "statuss=live"], "no field 'statuss'", "status"),
        (&["new", "ci", "--set", "titel=x"], "no field 'titel'", "title"),
        (&["chekc"], "unrecognized subcommand 'chekc'", "check"),
        (&["check", "--formt", "json"], "unexpected argument '--formt'", "--format"),
    ] {
        let text = refused(arguments);
        assert!(text.starts_with("error: "), "{arguments:?}: {text}");
        assert!(text.contains(word) && text.contains(near), "{arguments:?} lacks '{word}' or '{near}':\n{text}");
    }
}

#[test]
fn a_name_near_to_nothing_is_answered_with_the_way_to_the_list() {
    for (arguments, way) in [
        (&["list", "zebra"][..], "gitsm explain"),
        (&["new", "zebra"], "gitsm explain"),
        (&["schema", "zebra"], "gitsm schema"),
        (&["explain", "zebra"], "gitsm explain"),
        (&["show", "zebra-stripes"], "gitsm list KIND"),
        (&["impact", "zebra-stripes"], "gitsm list ci"),
        (&["man", "zebra"], "gitsm help"),
    ] {
        let text = refused(arguments);
        assert!(text.contains("zebra") && text.contains(way), "{arguments:?} does not name `{way}`:\n{text}");
        assert!(!text.contains("did you mean"), "{arguments:?}: {text}");
    }
}

#[test]
fn a_value_that_is_none_is_answered_with_what_may_stand_there() {
    for (arguments, words) in [
        (&["check", "--as-of", "yesterday"][..], &["'yesterday'", "2026-11-09T10:00:00+00:00"][..]),
        (&["check", "--as-of", "2026-02-30"], &["2026-02-30"]),
        (&["check", "--as-of", "2026-11-09T10:00:00"], &["offset"]),
        (&["check", "--format", "xml"], &["'xml'", "human, json"]),
        (&["check", "--deny", "fatal"], &["'fatal'", "error"]),
        (&["graph", "--format", "png"], &["'png'", "dot, mermaid, json"]),
        (&["graph", "--depth", "many"], &["'many'", "--depth"]),
        (&["completions", "tcsh"], &["'tcsh'", "bash", "fish", "zsh"]),
        (&["list", "ci", "--where", "status"], &["status=", "'status'"]),
        (&["new", "ci", "--set", "title"], &["'title' is not a setting"]),
        (&["new", "ci", "--set", "kind=service"], &["the kind is ci already"]),
        (&["new", "ci", "--set", "id=CI 7"], &["'CI 7' is not an id", "lower-case"]),
        (&["new", "ci", "--set", "id=ci-db"], &["'ci-db' is taken by sms/ci/ci-db.yaml"]),
        (&["check", "--quiet", "--verbose"], &["cannot be used with"]),
        (&["list"], &["<KIND>"]),
        (&["diff"], &["<BASE>"]),
    ] {
        let text = refused(arguments);
        for word in words {
            assert!(text.contains(word), "{arguments:?} lacks '{word}':\n{text}");
        }
    }
}

#[test]
fn a_record_outside_the_graph_has_no_impact_and_no_picture() {
    for command in ["impact", "graph"] {
        let text = refused(&[command, "ann"]);
        assert!(text.contains("'ann' is a person"), "{text}");
    }
}

#[test]
fn paths_outside_the_repository_and_paths_that_are_not_there_are_refused() {
    let folder = copy("ok-small");
    for path in ["../elsewhere", "..", "/", "sms/../../x"] {
        let text = folder.run(&["check", path]).refused();
        assert!(text.contains(path) && text.contains("lies outside"), "{path}: {text}");
    }
    let text = folder.run(&["check", "sms/ci/none.yaml"]).refused();
    assert!(text.contains("sms/ci/none.yaml does not exist"), "{text}");
}

#[test]
fn a_folder_without_records_names_the_command_that_starts_some() {
    let empty = Folder::new();
    for arguments in [&["check"][..], &["list", "ci"], &["show", "x"], &["graph"], &["new", "ci"], &["impact", "x"]] {
        let text = empty.run(arguments).refused();
        assert!(
            text.contains("no gitsm.toml and no sms folder") && text.contains("gitsm init"),
            "{arguments:?}: {text}"
        );
    }
    let text = empty.run(&["-C", "nowhere", "check"]).refused();
    assert!(text.contains("nowhere"), "{text}");
}

#[test]
fn a_revision_that_cannot_be_read_is_named_once() {
    let folder = copy("ok-small");
    let text = folder.run(&["check", "--at", "HEAD"]).refused();
    assert!(text.contains("no git repository at "), "{text}");
    assert_eq!(text.matches("could not find repository").count(), 1, "the reason stands there once: {text}");
    folder.commit("Begin", 1_760_000_000);
    let text = folder.run(&["check", "--at", "v9"]).refused();
    assert!(text.contains("no revision 'v9'"), "{text}");
    assert_eq!(text.matches("v9").count(), 2, "named by us and by git, once each: {text}");
    let text = folder.run(&["new", "ci", "--at", "HEAD"]).refused();
    assert!(text.contains("leave --at out"), "{text}");
}

#[test]
fn settings_and_own_schemas_that_cannot_be_used_are_told_with_their_place() {
    for (path, text, words) in [
        ("gitsm.toml", "format = 1\n[site]\ntitel = \"x\"\n", &["gitsm.toml:3:1", "titel", "title"][..]),
        ("gitsm.toml", "format = 99\n", &["format 99", "newer gitsm"]),
        ("gitsm.toml", "format = 1\n[rules]\nref-danglin = \"off\"\n", &["'ref-danglin'", "ref-dangling"]),
        ("gitsm.toml", "format = 1\n[rules]\nref-dangling = \"none\"\n", &["gitsm.toml:3:", "off", "warning"]),
        ("schemas/local/x.schema.json", "{", &["schemas/local/x.schema.json", "correct the schema"]),
        ("schemas/local/x.json", "{}", &["schemas/local/x.json", "KIND.schema.json"]),
    ] {
        let folder = copy("ok-small");
        folder.write(path, text);
        let error = folder.run(&["check"]).refused();
        for word in words {
            assert!(error.contains(word), "{path} with {text:?} lacks '{word}':\n{error}");
        }
    }
}
