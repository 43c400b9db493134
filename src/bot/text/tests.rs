//! Texts, from cases made by hand.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::base::finding::Severity;
use crate::bot::judge::Noted;
use crate::bot::plan::tests::case;
use crate::gate::facts::{Content, Span};
use crate::gate::{By, Conflict, Felt, Meeting, Rated, Term};
use crate::graph::State;

fn words(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn noted(at: u32) -> Noted {
    Noted {
        path: "sms/ci/a.yaml".to_owned(),
        line: at,
        column: 3,
        severity: Severity::Warning,
        rule: "spof-critical".to_owned(),
        message: "<b> *alone*".to_owned(),
    }
}

#[test]
fn the_title_says_what_may_be_done_in_one_short_line() {
    let titles =
        [Outcome::Pass, Outcome::Pending, Outcome::Blocked, Outcome::Error].map(|outcome| title(&case(outcome)));
    assert_eq!(titles, ["may be merged", "waits for people", "may not be merged", "cannot be decided"]);
    let mut shared = case(Outcome::Pass);
    shared.heard.decision.change = Some("chg-a\n\u{1b}b".to_owned());
    assert_eq!(title(&shared), "chg-ab: may be merged");
    shared.twins.insert(8, Outcome::Blocked);
    assert_eq!(title(&shared), "chg-ab: may not be merged", "the worst of all that share the commit");
    shared.heard.decision.change = Some("ü".repeat(300));
    assert_eq!(title(&shared), "ü".repeat(200));
}

#[test]
fn what_is_to_be_done_next_is_told_unless_it_may_go() {
    let mut it = case(Outcome::Pending);
    it.heard.decision.next.text = "ask @ann or <bo>".to_owned();
    assert!(summary(&it).contains("**Next:** ask @\u{200b}ann or &lt;bo&gt;\n\n"), "{}", summary(&it));
    it.heard.decision.outcome = Outcome::Pass;
    assert_eq!(summary(&it), "### ✅ PASS\n\n");
}

#[test]
fn only_twins_that_are_worse_are_named() {
    let mut it = case(Outcome::Pending);
    it.twins = BTreeMap::from([(8, Outcome::Pass), (9, Outcome::Pending)]);
    assert_eq!(twins(&it), "");
    it.twins.extend([(10, Outcome::Blocked), (12, Outcome::Error)]);
    assert_eq!(
        twins(&it),
        "The same commit is the head of #10 (BLOCKED), #12 (ERROR). A check belongs to a commit, so that it says the worst of them.\n\n"
    );
}

#[test]
fn the_comment_begins_with_its_mark_and_ends_with_how_to_vote() {
    let mut it = case(Outcome::Blocked);
    it.heard.decision.head.commit = "0123456789abcdef".to_owned();
    it.heard.decision.base.commit = "fedcba9876543210".to_owned();
    it.heard.decision.policy =
        Some(By { id: "pol-a".to_owned(), version: Some("@2".to_owned()), commit: String::new() });
    let text = comment(&it);
    assert!(text.starts_with("<!-- gitsm:decision -->\n### ⛔ BLOCKED\n\n"), "{text}");
    let foot = "\n<sub>Decided for `0123456789` into `main` at `fedcba9876` by `pol-a` @\u{200b}2. To agree: approve in a \
                review, or write `/gitsm approve 0123456789` as a line of its own. Also: `/gitsm object REASON`, \
                `/gitsm withdraw`, `/gitsm explain`, `/gitsm recheck`.</sub>\n";
    assert!(text.ends_with(foot), "{text}");
    assert_eq!(crate::bot::commands(&text), [], "the bot gives itself no commands");
    it.seen.forged = true;
    assert!(comment(&it).ends_with("Let the required check accept this App alone.\n"));
}

#[test]
fn what_would_feel_it_is_counted_and_listed() {
    let mut it = case(Outcome::Pass);
    assert_eq!(reach(&it), "");
    it.heard.decision.affected.items = words(&["ci-b", "ci-a"]);
    let none = "#### What would feel it\n\nIt affects `ci-a`, `ci-b`. No service would feel its failure.\n\n";
    assert_eq!(reach(&it), none);
    let felt = |id: &str, state, criticality| Felt { id: id.to_owned(), state, criticality };
    let affected = &mut it.heard.decision.affected;
    affected.services = vec![felt("svc-a", State::Down, Some("high")), felt("svc-`b`|c", State::AtRisk, None)];
    affected.slas = words(&["sla-a"]);
    affected.customers = words(&["cus-a"]);
    assert_eq!(
        reach(&it),
        "#### What would feel it\n\nIt affects `ci-a`, `ci-b`. Its failure would be felt by 2 services, 1 agreement and \
         1 customer.\n\n| service | state | criticality |\n|---|---|---|\n| `svc-a` | down | high |\n\
         | `svc-b\\|c` | at risk | – |\n\nCustomers: `cus-a`.\n\n"
    );
    it.heard.picture = Some("graph LR\n  a --> b\n".to_owned());
    assert!(
        reach(&it)
            .ends_with("<details><summary>Picture</summary>\n\n```mermaid\ngraph LR\n  a --> b\n```\n\n</details>\n\n")
    );
}

#[test]
fn long_lists_end_with_how_many_are_left_out() {
    let names = |most: usize| listed((1..=most).map(|at| at.to_string()));
    assert_eq!(names(0), "");
    assert_eq!(names(12), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12");
    assert_eq!(names(14), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 2 more");
    let mut it = case(Outcome::Pass);
    let felt = |at: usize| Felt { id: format!("svc-{at}"), state: State::Down, criticality: None };
    it.heard.decision.affected.services = (1..=15).map(felt).collect();
    let text = reach(&it);
    assert!(text.contains("| `svc-12` | down | – |\n| and 3 more | | |\n") && !text.contains("svc-13"), "{text}");
}

#[test]
fn windows_are_told_with_the_terms_that_weigh_them() {
    let mut it = case(Outcome::Pass).heard.decision;
    assert_eq!(window(&it), "");
    it.content = Some(Content { digest: "d".to_owned(), windows: BTreeMap::new() });
    assert_eq!(window(&it), "", "nothing is planned");
    let (start, end) = ("2026-12-05T22:00:00Z".parse().unwrap(), "2026-12-06T02:00:00Z".parse().unwrap());
    it.content.as_mut().unwrap().windows.insert("chg-a".to_owned(), Span { start, end });
    let term = |id, why: &str| Term { id, points: 1, most: 10, why: why.to_owned() };
    it.risk = Some(Rated {
        level: "low".to_owned(),
        rank: 0,
        score: 2,
        computed: "low".to_owned(),
        declared: None,
        terms: vec![term("service_hours", "within [hours]"), term("reach", "far")],
    });
    assert_eq!(
        window(&it),
        "#### When\n\n- `chg-a`: 2026-12-05T22:00:00Z to 2026-12-06T02:00:00Z\n- within \\[hours\\]\n\n"
    );
}

#[test]
fn changes_in_the_way_are_told_with_where_they_are() {
    let mut it = case(Outcome::Pass).heard.decision;
    assert_eq!(conflicts(&it), "");
    let other = |change: &str, number, settled, outcome| Conflict {
        change: change.to_owned(),
        number,
        meeting: Meeting::SameItem,
        on: words(&["ci-a"]),
        settled,
        outcome,
    };
    it.conflicts = vec![other("chg-b", Some(8), true, Outcome::Pass), other("chg-c", None, false, Outcome::Blocked)];
    assert_eq!(
        conflicts(&it),
        "#### Other changes in the way\n\n- ✅ `chg-b` (#8) on `ci-a`, which both know\n- ⛔ `chg-c` on `ci-a`\n\n"
    );
}

#[test]
fn findings_are_told_with_their_place_and_the_rest_is_counted() {
    let mut it = case(Outcome::Pass);
    assert_eq!(findings(&it), "");
    (it.heard.introduced, it.heard.findings) = (vec![noted(1)], 1);
    let one = "- warning: `sms/ci/a.yaml:1:3` &lt;b&gt; \\*alone\\* `spof-critical`\n";
    assert_eq!(findings(&it), format!("#### It brings 1 finding\n\n{one}\n"));
    (it.heard.introduced, it.heard.findings) = ((1..=50).map(noted).collect(), 70);
    let text = findings(&it);
    assert!(text.starts_with("#### It brings 70 findings\n\n") && text.contains("a.yaml:12:3`"), "{text}");
    assert!(!text.contains("a.yaml:13:3`"), "{text}");
    assert!(text.ends_with("- and 58 more; `gitsm check --since` the base shows all\n\n"), "{text}");
}

#[test]
fn reasons_are_open_for_whoever_asks() {
    let mut it = case(Outcome::Error);
    let shut = folded(&it);
    assert!(
        shut.starts_with("<details><summary>Reasons</summary>\n\n- ‼ nothing was read `facts-unreadable`\n"),
        "{shut}"
    );
    it.explain = true;
    assert_eq!(folded(&it), shut.replacen("<details>", "<details open>", 1));
}

#[test]
fn what_is_too_long_is_cut_at_a_line_with_every_block_closed() {
    assert_eq!(cut("ü".repeat(60_000)), "ü".repeat(60_000), "characters count, not bytes");
    let tail = "\n\n… and more than can be shown here.\n";
    let line = "0123456789\n".repeat(6_000);
    let short = cut(line.clone());
    assert_eq!(short.strip_suffix(tail), Some("0123456789\n".repeat(5_454).trim_end()));
    let open = cut(format!("<details>a</details>\n<details>\n```mermaid\n{line}"));
    assert!(open.ends_with(&format!("0123456789\n```\n\n</details>{tail}")), "{}", &open[open.len() - 100..]);
    assert!(open.chars().count() < 65_000);
}

#[test]
fn a_comment_that_is_too_long_keeps_its_top_and_its_foot() {
    let mut it = case(Outcome::Blocked);
    it.heard.decision.affected.items = words(&["ci-a"]);
    it.heard.picture = Some("x\n".repeat(40_000));
    let text = comment(&it);
    assert!(text.starts_with(MARKER) && text.contains("`/gitsm approve abcdef0123`"), "{text}");
    assert!(text.ends_with("The details are too long for a comment; they stand on the page of the check.\n"), "{text}");
    assert!(!text.contains("mermaid"), "{text}");
    assert!(details(&it).ends_with("x\n```\n\n</details>\n\n… and more than can be shown here.\n"));
}
