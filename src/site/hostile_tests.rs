//! Records that mean harm: their text is shown as text, and pages stay small.

use std::fmt::Write as _;

use super::fixture::{record, site};

/// Largest page that a record may make, in bytes.
const MOST: usize = 400_000;

/// Whether a file has this ending.
fn is(path: &str, ending: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, own)| own == ending)
}

#[test]
fn markup_in_every_field_is_shown_as_text_on_every_page() {
    let bad = "<script>alert(1)</script><img src=x onerror=alert(1)> \\\" onclick=x' ]]> --> {{ page.raw }}";
    let text = format!(
        "kind: ci\nid: ci-a\ntitle: \"{bad}\"\nstatus: live\nowner: \"{bad}\"\ndescription: \"{bad}\"\nci_type: \"{bad}\"\n\
         tags: [\"{bad}\"]\nclauses: [\"{bad}\"]\naliases: [\"{bad}\"]\nrelations: [{{type: \"{bad}\", to: \"{bad}\"}}]\n"
    );
    let made = site(&[("sms/ci/ci-a.yaml".to_owned(), text)]);
    for (path, page) in made.iter().filter(|(path, _)| is(path, "html") || is(path, "svg")) {
        for harm in ["<script>alert", "<img src=x"] {
            assert!(!page.contains(harm), "{path} holds {harm}");
        }
    }
    let page = &made["configuration-items/ci-a.html"];
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.contains("{{ page.raw }}"));
}

#[test]
fn a_title_of_a_million_letters_makes_no_large_page() {
    let (path, text) = record("ci", "ci-a", "");
    let text = text.replace("The ci-a", &"long ".repeat(200_000));
    let other = record("service", "svc-a", "relations: [{type: depends_on, to: ci-a}]\n");
    let made = site(&[(path, text), other]);
    for (path, page) in made.iter().filter(|(path, _)| is(path, "html")) {
        assert!(page.len() < MOST, "{path} has {} bytes", page.len());
    }
    assert!(made["configuration-items/ci-a.html"].contains("<h1>long long"));
}

#[test]
fn signs_that_turn_text_around_stay_within_their_record() {
    let (path, text) = record("ci", "ci-a", "");
    let made = site(&[(path, text.replace("The ci-a", "\"a \\u202Egnp.exe\"")), record("team", "team-a", "")]);
    for page in ["configuration-items/index.html", "teams/team-a.html", "records/index.html"] {
        assert!(!made[page].contains('\u{202e}'), "{page}");
    }
    assert!(made["configuration-items/index.html"].contains("a \u{fffd}gnp.exe"));
}

#[test]
fn fifty_thousand_relations_are_counted_and_a_few_are_shown() {
    let mut text = record("ci", "ci-hub", "relations:\n").1;
    for at in 0..50_000 {
        let _ = writeln!(text, "- {{type: depends_on, to: ci-{at}}}");
    }
    let made = site(&[("sms/ci/ci-hub.yaml".to_owned(), text), record("ci", "ci-7", "")]);
    let page = &made["configuration-items/ci-hub.html"];
    // Its text alone is cut at 64 KiB; lists and the picture are folded.
    assert!(page.len() < 2 * MOST, "{} bytes", page.len());
    assert!(page.contains("<h1>The ci-hub</h1>"));
}
