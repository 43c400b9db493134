//! A gap analysis as Markdown.

use std::fmt::Write as _;

use super::{Assessed, Input, View, count, sections, told};
use crate::base::markdown::{escaped, table};

/// A table for each heading.
#[must_use]
pub fn markdown(input: &Input<'_>, assessed: &[Assessed<'_>], view: View) -> String {
    let pack = input.pack;
    let mut out = format!(
        "# Gaps against ISO/IEC {}:{}\n\nAs of {}: {} requirements: {}. Records show evidence; whether it is enough is for people to judge.\n",
        pack.standard,
        pack.edition,
        input.sms.snapshot.as_of,
        assessed.len(),
        told(&count(assessed)),
    );
    for section in sections(view, pack, assessed) {
        let _ = write!(out, "\n## {}\n\n", escaped(&section.title));
        let head = ["Requirement", "Status", "Grade", "What is asked", "Evidence", "Next"].map(str::to_owned).to_vec();
        let body = section.items.iter().map(|one| row(input, one));
        out.push_str(&table(&std::iter::once(head).chain(body).collect::<Vec<_>>()));
    }
    out
}

fn row(input: &Input<'_>, one: &Assessed<'_>) -> Vec<String> {
    let ids = one.evidence.iter().map(|evidence| input.sms.record(evidence.record).id.to_string());
    let performed = one.performed_by.iter().map(|other| format!("performed by {other}"));
    let next: Vec<String> =
        Some(one.next.clone()).into_iter().filter(|next| !next.is_empty()).chain(performed).collect();
    vec![
        one.requirement.id.clone(),
        one.status.to_string(),
        one.grade().map(|grade| grade.to_string()).unwrap_or_default(),
        one.requirement.says.clone(),
        ids.collect::<Vec<_>>().join(", "),
        next.join("; "),
    ]
}
