use std::collections::{BTreeMap, BTreeSet};

use super::rule::{Check, Report, Rule};
use crate::model::change::{Change, ChangeStatus, ChangeType};
use crate::model::change_policy::{Category, ChangePolicy};
use crate::model::design::{Design, DesignStatus};
use crate::model::{Ix, Record};

rule! {
    /// A change with a major effect, or one by which a service comes, goes or changes hands, without a design.
    ///
    /// Such a change is planned and designed before it is built: who does what, what it takes, what must be true before
    /// it goes live. A design is needed where the category has `needs_design: true`, and for every change of type
    /// `add`, `remove` or `transfer` that affects a service itself. It stands in `design`, as the id of a record or
    /// with its heart written there, or a design names the change in `changes`; one that was withdrawn is none. Drafts,
    /// and changes that were turned down or called off, need none; changes asked for before the policy took effect are
    /// not judged by its categories.
    ///
    /// ```yaml,bad
    /// # sms/change/chg-portal.yaml
    /// {kind: change, id: chg-portal, status: requested, category: normal, type: add, affects: [svc-portal]}
    /// # sms/service/svc-portal.yaml
    /// {kind: service, id: svc-portal, status: designed}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change/chg-portal.yaml
    /// {kind: change, id: chg-portal, status: requested, category: normal, type: add, affects: [svc-portal],
    ///  design: {responsibilities: Ann builds and Bo accepts it., acceptance: [{criterion: It works., result: open}]}}
    /// # sms/service/svc-portal.yaml
    /// {kind: service, id: svc-portal, status: designed}
    /// ```
    ///
    /// Write the design (`gitsm new design`) and name it in `design`, or write its heart there.
    ChangeMajorNoDesign = "change-major-no-design", Error, clauses: ["8.5.1.2"],
        kinds: ["change", "design", "change_policy"];
}

fn message(change: &Record<'_>, why: &str, withdrawn: Option<&Record<'_>>) -> String {
    match withdrawn {
        Some(design) => format!("the change '{}' {why}, and its design '{}' was withdrawn", change.id, design.id),
        None => format!("the change '{}' {why} and has no design", change.id),
    }
}

const HELP: &str = "write one with `gitsm new design` and name it in `design`, or write its heart there";

/// Why the change needs a design, and the field that says so.
fn need(cx: &Check<'_>, change: Change<'_>, category: Option<Category<'_>>) -> Option<(&'static str, String)> {
    let service = || change.affected(cx.sms).into_iter().find(|(_, record)| record.kind.name == "service");
    let what = match change.r#type() {
        Some(ChangeType::Add) => Some("brings in"),
        Some(ChangeType::Remove) => Some("removes"),
        Some(ChangeType::Transfer) => Some("hands over"),
        _ => None,
    };
    if let Some((what, (_, service))) = what.and_then(|what| Some((what, service()?))) {
        return Some(("type", format!("{what} the service '{}'", service.id)));
    }
    let category = category.filter(|category| category.needs_design() == Some(true))?;
    Some(("category", format!("is of the category '{}'", category.id()?)))
}

impl Rule for ChangeMajorNoDesign {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let categories: BTreeMap<&str, Category<'_>> = ChangePolicy::categories_in_force(cx.sms);
        let since = ChangePolicy::in_force(cx.sms).find_map(ChangePolicy::effective_from);
        let good = |design: &Design<'_>| design.status() != Some(DesignStatus::Withdrawn);
        let designs = cx.sms.all::<Design<'_>>().filter(good);
        let designed: BTreeSet<Ix> =
            designs.flat_map(|design| design.changes()).filter_map(|change| cx.sms.find(change.id)).collect();
        for (ix, record) in cx.sms.of_kind("change") {
            let Some(change) = cx.sms.view::<Change<'_>>(ix) else { continue };
            if !change.status().is_some_and(ChangeStatus::is_up_for_decision) || designed.contains(&ix) {
                continue;
            }
            let asked = change.requested_at().map(crate::base::date::When::day);
            let bound = since.is_none_or(|since| asked.is_none_or(|asked| asked >= since));
            let category = change.category().filter(|_| bound).and_then(|word| categories.get(word)).copied();
            let Some((field, why)) = need(cx, change, category) else { continue };
            let withdrawn = match change.design().and_then(|at| at.node.as_str()) {
                Some(id) => match cx.sms.find(id).map(|ix| (cx.sms.record(ix), cx.sms.view::<Design<'_>>(ix))) {
                    Some((record, Some(design))) if !good(&design) => Some(record),
                    _ => continue,
                },
                None if change.design().is_some() => continue,
                None => None,
            };
            let field = if withdrawn.is_some() { "design" } else { field };
            out.field(record, field, message(record, &why, withdrawn)).help(HELP);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn services_that_come_go_or_change_hands_and_the_categories_of_the_policy_need_one() {
        check(
            &ChangeMajorNoDesign,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: requested, type: remove, affects: [ci-a, svc-a]}
            #                                                  ^^^^^^ 'chg-a' removes the service 'svc-a' and has no design
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: closed, category: big, type: transfer, affects: [svc-a]}
            #                                                              ^^^^^^^^ 'chg-b' hands over
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: implemented, category: big, type: modify, affects: [ci-a]}
            #                                                        ^^^ 'chg-c' is of the category 'big' and
            # sms/change/chg-d.yaml
            {kind: change, id: chg-d, status: requested, category: big, type: modify, affects: [ci-a], design: dsg-old}
            #                                                                                                  ^^^^^^^ 'dsg-old' was withdrawn
            # sms/change/chg-e.yaml
            {kind: change, id: chg-e, status: closed, category: big, type: modify, requested_at: 2025-12-31T23:00:00Z}
            # sms/change/chg-f.yaml
            {kind: change, id: chg-f, status: closed, category: big, type: modify, requested_at: 2026-01-01T01:00:00Z}
            #                                                   ^^^ 'chg-f'
            # sms/change_policy/p.yaml
            {kind: change_policy, id: p, status: in_force, effective_from: 2026-01-01,
             categories: [{id: big, needs_design: true}, {id: normal, needs_design: false}]}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live}
            # sms/design/dsg-old.yaml
            {kind: design, id: dsg-old, status: withdrawn, changes: [chg-c]}
            ",
        );
    }

    #[test]
    fn a_design_of_any_shape_settles_it_and_parts_and_drafts_need_none() {
        check(
            &ChangeMajorNoDesign,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: requested, type: add, affects: [svc-a]}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: requested, type: add, affects: [svc-a], design: dsg-a}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: requested, type: add, affects: [svc-a], design: dsg-lost}
            # sms/change/chg-d.yaml
            {kind: change, id: chg-d, status: requested, type: add, category: normal, affects: [ci-a]}
            # sms/change/chg-e.yaml
            {kind: change, id: chg-e, status: draft, type: add, affects: [svc-a]}
            # sms/change/chg-f.yaml
            {kind: change, id: chg-f, status: rejected, type: add, affects: [svc-a]}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live}
            # sms/design/dsg-a.yaml
            {kind: design, id: dsg-a, status: planned, changes: [chg-a]}
            ",
        );
    }
}
