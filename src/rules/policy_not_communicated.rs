use std::collections::BTreeSet;

use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::date::{after, before};
use crate::base::duration::Duration;
use crate::base::text;
use crate::model::Sms;
use crate::model::awareness::{Awareness, Subject};
use crate::model::communication::Communication;
use crate::model::policy::Policy;

rule! {
    /// A version of a policy that some of those who must know it were never told of.
    ///
    /// Within thirty days after a version takes effect it is made known to everybody in its `audience`: to staff, to
    /// customers, to suppliers. An audience that names customers or suppliers means those, anything else means staff; a
    /// policy without an audience is made known to staff. The information security policy goes to all three, as far as
    /// there are customers and suppliers. What counts is an entry in `communicated`, an event of a `communication` about
    /// the policy, or for staff an `awareness` event that showed it, from sixty days before the version takes effect.
    ///
    /// ```yaml,bad
    /// # sms/policy/pol-supplier.yaml
    /// kind: policy
    /// id: pol-supplier
    /// status: in_force
    /// version: "2.0"
    /// effective_from: 2026-09-01
    /// audience: [Buyers, Suppliers]
    /// communicated: [{at: 2026-09-02, to: Buyers}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/policy/pol-supplier.yaml
    /// kind: policy
    /// id: pol-supplier
    /// status: in_force
    /// version: "2.0"
    /// effective_from: 2026-09-01
    /// audience: [Buyers, Suppliers]
    /// communicated: [{at: 2026-09-02, to: Buyers}, {at: 2026-09-14, to: All suppliers}]
    /// ```
    ///
    /// Make the version known, then write in `communicated` when, to whom and how.
    PolicyNotCommunicated = "policy-not-communicated", Warning, clauses: ["5.2.2", "8.7.3.1"],
        kinds: ["awareness", "communication", "policy"], clock;
}

const WITHIN: Duration = Duration::from_days(30);
/// How long before it takes effect a version can be made known.
const AHEAD: Duration = Duration::from_days(60);

fn message(policy: Policy<'_>, untold: &[&str], from: Date) -> String {
    let version = policy.version().map_or_else(String::new, |version| format!("version {version} of "));
    let (id, untold) = (&policy.0.record.id, text::and(untold));
    format!("{version}the policy '{id}', in effect since {from}, was not made known to {untold}")
}

const HELP: &str = "make it known to them and write in `communicated` when, to whom and how";

/// The three groups of people who can be told something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Staff,
    Customers,
    Suppliers,
}

impl Group {
    const fn word(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Customers => "customers",
            Self::Suppliers => "suppliers",
        }
    }
}

/// Whom a phrase means: "Customers and suppliers with access to data".
fn meant(phrase: &str) -> BTreeSet<Group> {
    let words = phrase.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    let mut groups = BTreeSet::new();
    for word in words {
        match word.as_str() {
            "customers" | "clients" => groups.insert(Group::Customers),
            "suppliers" | "vendors" | "contractors" => groups.insert(Group::Suppliers),
            "staff" | "employees" | "everybody" | "everyone" | "teams" => groups.insert(Group::Staff),
            _ => false,
        };
    }
    if groups.is_empty() {
        groups.insert(Group::Staff);
    }
    groups
}

/// Who must be told of the policy.
fn needed(sms: &Sms<'_>, policy: Policy<'_>) -> BTreeSet<Group> {
    let mut needed: BTreeSet<Group> = policy.audience().into_iter().flat_map(meant).collect();
    let active = |kind| sms.of_kind(kind).any(|(_, record)| record.status() == Some("active"));
    if policy.policy_type() == Some("information_security") {
        needed.insert(Group::Staff);
        needed.extend(active("customer").then_some(Group::Customers));
        needed.extend(active("supplier").then_some(Group::Suppliers));
    }
    if needed.is_empty() {
        needed.insert(Group::Staff);
    }
    needed
}

/// Who was told of the policy in the time for which `counts` says yes.
fn told(sms: &Sms<'_>, policy: Policy<'_>, counts: impl Fn(Option<Date>) -> bool) -> BTreeSet<Group> {
    let mut told = BTreeSet::new();
    let own = policy.communicated().into_iter().filter(|entry| counts(entry.at()));
    told.extend(own.filter_map(|entry| entry.to()).flat_map(meant));
    let Some(ix) = sms.find(policy.0.record.id.as_str()) else { return told };
    for holder in sms.incoming(ix).map(|reference| reference.from).collect::<BTreeSet<_>>() {
        if let Some(row) = sms.view::<Communication<'_>>(holder) {
            if row.events().into_iter().any(|event| counts(event.at())) {
                told.extend(row.audience().into_iter().flat_map(meant));
                told.extend(row.recipients().into_iter().filter_map(|who| sms.follow(who)).map(|who| {
                    match who.kind.name.as_str() {
                        "customer" => Group::Customers,
                        "supplier" => Group::Suppliers,
                        _ => Group::Staff,
                    }
                }));
            }
        } else if let Some(event) = sms.view::<Awareness<'_>>(holder) {
            let shown = event.subjects().into_iter().filter_map(Subject::id).any(|id| sms.find(id) == Some(ix));
            if shown && event.held_by(Date::MAX).is_some() && counts(event.date()) {
                told.insert(Group::Staff);
            }
        }
    }
    told
}

impl Rule for PolicyNotCommunicated {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let today = cx.today();
        for policy in Policy::in_force(cx.sms) {
            let Some(from) = policy.effective_from().filter(|from| after(*from, WITHIN) < today) else { continue };
            let first = before(from, AHEAD);
            let told = told(cx.sms, policy, |day| day.is_some_and(|day| first <= day && day <= today));
            let untold = needed(cx.sms, policy).into_iter().filter(|group| !told.contains(group));
            let untold: Vec<&str> = untold.map(Group::word).collect();
            if !untold.is_empty() {
                let record = policy.0.record;
                out.field(record, "communicated", message(policy, &untold, from)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn what_was_told_of_an_older_version_does_not_count() {
        check(
            &PolicyNotCommunicated,
            "
            # sms/policy/pol-a.yaml
            kind: policy
            id: pol-a
            status: in_force
            version: '3.0'
            effective_from: 2026-09-01
            audience: [All staff, Contacts of our customers]
            communicated:
            #^^^^^^^^^^^^ version 3.0 of the policy 'pol-a', in effect since 2026-09-01, was not made known to customers
              - {at: 2026-07-02, to: Customers}
              - {at: 2026-07-03, to: Everybody}
              - {at: 2026-11-21, to: Customers}
            # sms/policy/pol-b.yaml
            {kind: policy, id: pol-b, status: in_force, effective_from: 2026-10-20}
            #                  ^^^^^ the policy 'pol-b', in effect since 2026-10-20, was not made known to staff
            # sms/policy/pol-c.yaml
            {kind: policy, id: pol-c, status: in_force, effective_from: 2026-10-21, audience: [Suppliers]}
            # sms/policy/pol-d.yaml
            {kind: policy, id: pol-d, status: superseded, effective_from: 2025-10-21}
            ",
        );
    }

    #[test]
    fn the_security_policy_goes_to_customers_and_suppliers_where_there_are_any() {
        check(
            &PolicyNotCommunicated,
            "
            # sms/policy/pol-a.yaml
            {kind: policy, id: pol-a, status: in_force, policy_type: information_security, effective_from: 2026-09-01,
              communicated: [{at: 2026-09-01, to: Teams}]}
            # ^^^^^^^^^^^^ was not made known to suppliers
            # sms/customer/cus-a.yaml
            {kind: customer, id: cus-a, status: ended}
            # sms/supplier/sup-a.yaml
            {kind: supplier, id: sup-a, status: active}
            ",
        );
    }

    #[test]
    fn rows_of_the_communication_plan_and_awareness_count_too() {
        check(
            &PolicyNotCommunicated,
            "
            # sms/policy/pol-a.yaml
            {kind: policy, id: pol-a, status: in_force, effective_from: 2026-09-01,
             audience: [Service owners, Customers, Suppliers]}
            # sms/communication/com-a.yaml
            {kind: communication, id: com-a, about: [pol-a], audience: [Customers], recipients: [sup-a],
             events: [{at: 2026-09-05}]}
            # sms/awareness/awa-a.yaml
            {kind: awareness, id: awa-a, status: held, date: 2026-09-05, subjects: [{ref: pol-a}]}
            # sms/supplier/sup-a.yaml
            {kind: supplier, id: sup-a, status: active}
            # sms/policy/pol-b.yaml
            {kind: policy, id: pol-b, status: in_force, effective_from: 2026-09-01}
            #                  ^^^^^ to staff
            # sms/awareness/awa-b.yaml
            {kind: awareness, id: awa-b, status: planned, date: 2026-09-05, subjects: [{ref: pol-b}]}
            ",
        );
    }
}
