//! Waivers against findings.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::collect::about;
use super::{Waived, Waiver, codes};
use crate::base::finding::Finding;
use crate::base::span::FileId;
use crate::base::text::counted;

/// Takes the findings that are waived on the day `today` out of `findings`; counts for each waiver what it is about.
pub(in crate::rules) fn apply(
    findings: &mut Vec<Finding>,
    waivers: &[Waiver],
    today: Date,
) -> (Vec<Waived>, Vec<usize>) {
    let mut by_place: BTreeMap<(&str, FileId, &str), Vec<usize>> = BTreeMap::new();
    for (at, waiver) in waivers.iter().enumerate() {
        let id = waiver.subject.as_ref().map_or("", |subject| subject.id.as_str());
        by_place.entry((&waiver.rule, waiver.file(), id)).or_default().push(at);
    }
    let mut covered = vec![0; waivers.len()];
    let mut taken_out = Vec::new();
    if waivers.is_empty() {
        return (taken_out, covered);
    }
    let mut cover = |finding: &Finding| {
        let id = finding.subject.as_ref().map_or("", |subject| subject.id.as_str());
        let ids = if id.is_empty() { &[""][..] } else { &[id, ""] };
        let about = ids.iter().filter_map(|id| by_place.get(&(finding.rule, finding.primary.file, *id))).flatten();
        let mut first = None;
        for at in about.copied().filter(|at| waivers[*at].covers(finding)) {
            covered[at] += 1;
            first = first.or(Some(at).filter(|at| !waivers[*at].is_expired(today)));
        }
        first.map(|at| &waivers[at])
    };
    let mut left = Vec::with_capacity(findings.len());
    for finding in std::mem::take(findings) {
        if finding.parts.is_empty() {
            match cover(&finding) {
                Some(waiver) => taken_out.push(Waived { finding, waiver: waiver.clone() }),
                None => left.push(finding),
            }
            continue;
        }
        let before = finding.parts.len();
        let mut parts = Vec::with_capacity(before);
        for part in &finding.parts {
            match cover(&part.finding) {
                Some(waiver) => taken_out.push(Waived { finding: part.finding.clone(), waiver: waiver.clone() }),
                None => parts.push(part.clone()),
            }
        }
        left.extend(if parts.len() == before { Some(finding) } else { Finding::group(parts) });
    }
    *findings = left;
    (taken_out, covered)
}

/// What the day and what they cover make of the waivers themselves. `ran` says which rules were asked.
pub(in crate::rules) fn judge_waivers(
    waivers: &[Waiver],
    covered: &[usize],
    today: Date,
    ran: impl Fn(&str) -> bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (waiver, covered) in waivers.iter().zip(covered) {
        let rule = &waiver.rule;
        if waiver.is_expired(today) {
            let mut words = format!("the waiver of '{rule}' ended on {}", waiver.until);
            if *covered > 0 {
                words = format!("{words}; {} again", counted(*covered, "finding counts", "findings count"));
            }
            let help = "mend what it covered and remove it, or give it a later end if there still is a reason";
            let finding = codes::WAIVER_EXPIRED.finding(waiver.until_span, words).help(help);
            findings.push(about(finding, waiver, "until"));
        } else if *covered == 0 && ran(rule) {
            let words = format!("the waiver of '{rule}' covers nothing");
            let help = "remove it, or correct its rule or place";
            findings.push(about(codes::WAIVER_UNUSED.finding(waiver.span, words).help(help), waiver, "rule"));
        }
    }
    findings
}
