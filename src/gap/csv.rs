//! A gap analysis as comma-separated values, one requirement a line.

use super::{Assessed, Input};
use crate::base::csv::csv_line;
use crate::standard::Pdca;

/// The columns.
const HEAD: [&str; 11] =
    ["requirement", "clause", "pdca", "says", "need", "status", "grade", "evidence", "against", "performed_by", "next"];

/// The whole analysis; lists are joined by spaces.
#[must_use]
pub fn csv(input: &Input<'_>, assessed: &[Assessed<'_>]) -> String {
    let mut out = String::new();
    csv_line(HEAD, &mut out);
    for one in assessed {
        let ids = one.evidence.iter().map(|evidence| input.sms.id(evidence.record).as_str());
        let mut rules: Vec<&str> = one.against.iter().map(|finding| finding.rule).collect();
        rules.dedup();
        let cells = [
            input.pack.label(one.requirement),
            one.requirement.clause().to_owned(),
            Pdca::of(one.requirement.clause()).to_string(),
            one.requirement.says.clone(),
            one.requirement.need.to_string(),
            one.status.to_string(),
            one.grade().map(|grade| grade.to_string()).unwrap_or_default(),
            ids.collect::<Vec<_>>().join(" "),
            rules.join(" "),
            one.performed_by.clone().unwrap_or_default(),
            one.next.clone(),
        ];
        csv_line(cells.iter().map(String::as_str), &mut out);
    }
    out
}
