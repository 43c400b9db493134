//! What a comment shows, folds, cuts and links to.

use super::*;
use crate::report::fixture::{at, checked};
use crate::since::Since;

const TEXT: &str = "kind: ci\nid: ci-a\nowner: ann\n";
const PATH: &str = "sms/ci/ci-a.yaml";

fn printed(findings: &[Finding], links: Option<&str>) -> String {
    checked(&[(PATH, TEXT)], findings, |checked| markdown(checked, links))
}

fn weighing(severity: Severity) -> Finding {
    Finding { severity, ..at(0, TEXT, "ann") }
}

#[test]
fn a_comment_has_the_counts_and_each_finding_with_its_places() {
    let finding = at(0, TEXT, "ann").help("use `gitsm new`").related(at(0, TEXT, "ci-a").primary, "of this");
    let expected = "### gitsm check: 1 warning\n\n1 record, as of 2026-11-20T23:59:59Z.\n\n**1 warning**\n\n\
                    - [`sms/ci/ci-a.yaml:3:8`](sms/ci/ci-a.yaml#L3) `ci-orphan`\n  <br>What is wrong.\n  \
                    <br>_Help:_ Use `gitsm new`.\n  - [`sms/ci/ci-a.yaml:2:5`](sms/ci/ci-a.yaml#L2) of this\n";
    assert_eq!(printed(&[finding], None), expected);
}

#[test]
fn links_lead_below_the_address_that_is_given() {
    for links in ["https://example.org/o/r/blob/0123", "https://example.org/o/r/blob/0123/"] {
        let text = printed(&[at(0, TEXT, "ann")], Some(links));
        assert!(text.contains("](https://example.org/o/r/blob/0123/sms/ci/ci-a.yaml#L3)"), "{text}");
    }
    let (odd, findings) = ("sms/ci/a (b) [c]é#?.yaml", [at(0, TEXT, "ann")]);
    let text = checked(&[(odd, TEXT)], &findings, |checked| markdown(Checked { folder: "x/", ..checked }, None));
    assert!(text.contains("](x/sms/ci/a%20%28b%29%20%5Bc%5D%C3%A9%23%3F.yaml#L3)"), "{text}");
}

#[test]
fn many_findings_of_one_weight_are_folded_and_the_weightiest_come_first() {
    let mut findings = vec![weighing(Severity::Info); OPEN + 1];
    findings.push(weighing(Severity::Error));
    let text = printed(&findings, None);
    let (errors, hints) =
        (text.find("**1 error**").unwrap(), text.find("<details><summary>11 hints</summary>\n\n- ").unwrap());
    assert!(errors < hints && text.ends_with("\n</details>\n"), "{text}");
    assert!(!printed(&findings[1..], None).contains("<details>"), "ten stand open");
}

#[test]
fn a_comment_never_grows_beyond_what_github_takes_and_says_what_is_cut() {
    let text = printed(&vec![weighing(Severity::Error); 2_000], None);
    assert!(text.len() < 65_536 && text.len() > MAX_BYTES / 2, "{}", text.len());
    let told = text.matches("\n- [").count();
    assert!(text.ends_with(&format!(
        "And {} more, for which there is no room here; `gitsm check` tells them all.\n",
        2_000 - told
    )));
    assert!(text.contains("\n</details>\n"), "what is folded ends");
}

#[test]
fn many_related_places_are_counted() {
    let related = at(0, TEXT, "ci-a").primary;
    let finding = (0..8).fold(at(0, TEXT, "ann"), |finding, _| finding.related(related, "x"));
    let text = printed(&[finding], None);
    assert_eq!(text.matches("#L2").count(), MAX_RELATED);
    assert!(text.ends_with("  - and 3 more places\n"), "{text}");
}

#[test]
fn a_difference_is_named_with_what_it_leaves_out_and_what_got_worse() {
    let finding = Finding { state: Some(State::Worse), ..at(0, TEXT, "ann") };
    let since = Since { rev: "main`*".to_owned(), commit: "0123456789abcdef".to_owned(), hidden: 1 };
    let findings = [finding];
    let text =
        checked(&[(PATH, TEXT)], &findings, |checked| markdown(Checked { since: Some(&since), ..checked }, None));
    assert!(
        text.contains("Only what changed since ``main`*`` (`0123456789`) is told; 1 older finding is left out."),
        "{text}"
    );
    assert!(text.contains("`ci-orphan` (worse than before)\n"), "{text}");
    assert_eq!((older(0), older(2)), ("0 older findings are".to_owned(), "2 older findings are".to_owned()));
}

#[test]
fn without_findings_there_is_the_head_alone() {
    assert_eq!(printed(&[], None), "### gitsm check: no findings\n\n1 record, as of 2026-11-20T23:59:59Z.\n");
}
