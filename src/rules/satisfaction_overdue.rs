use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::model::customer::{Customer, CustomerStatus};
use crate::model::survey::Survey;
use crate::model::{Ix, Record};

rule! {
    /// A customer that nobody has asked for too long whether it is satisfied.
    ///
    /// Every active customer is part of a survey once in its `survey_interval`; where it has none, once a year, or once in
    /// the time that a policy in force sets in `limits` for this rule. A survey counts from the last day on which people
    /// could answer, once the answers have been analysed, and for the customers in `by_customer`; without these, for all.
    /// The first one is due one interval after `customer_since`. The rule asks once the system is `operating`.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, status: operating}
    /// # sms/customer/cus-harbour.yaml
    /// kind: customer
    /// id: cus-harbour
    /// status: active
    /// survey_interval: 365d
    /// # sms/survey/sur-spring.yaml
    /// kind: survey
    /// id: sur-spring
    /// status: reported
    /// asked_until: 2025-03-14
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, status: operating}
    /// # sms/customer/cus-harbour.yaml
    /// kind: customer
    /// id: cus-harbour
    /// status: active
    /// survey_interval: 365d
    /// # sms/survey/sur-spring.yaml
    /// kind: survey
    /// id: sur-spring
    /// status: reported
    /// asked_until: 2026-03-13
    /// by_customer: [{customer: cus-harbour, population: 40, sample: 20, responses: 11}]
    /// ```
    ///
    /// Ask a fair share of the customer's users, and write it down (`gitsm new survey`).
    SatisfactionOverdue = "satisfaction-overdue", Warning, clauses: ["8.3.2"], kinds: ["customer", "survey"], clock;
}

fn message(customer: &Record<'_>, last: Option<Date>) -> String {
    match last {
        Some(last) => format!("the customer '{}' was last asked until {last} whether it is satisfied", customer.id),
        None => format!("the customer '{}' was never asked whether it is satisfied", customer.id),
    }
}

const HELP: &str = "ask a fair share of its users and write it down with `gitsm new survey`";

const INTERVAL: Duration = Duration::from_days(365);

impl Rule for SatisfactionOverdue {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        if cx.operating().is_none() {
            return;
        }
        let limit = cx.time_limit(self.code().id, INTERVAL);
        let (mut everybody, mut asked): (Option<Date>, BTreeMap<Ix, Date>) = (None, BTreeMap::new());
        for survey in cx.sms.all::<Survey<'_>>() {
            let Some(day) = survey.done_on().filter(|day| *day <= cx.today()) else { continue };
            let rows = survey.by_customer();
            if rows.is_empty() {
                everybody = everybody.max(Some(day));
            }
            for ix in rows.into_iter().filter_map(|row| cx.sms.find(row.customer()?)) {
                let last = asked.entry(ix).or_insert(day);
                *last = day.max(*last);
            }
        }
        for (ix, record) in cx.sms.of_kind("customer") {
            let customer = cx.sms.view::<Customer<'_>>(ix);
            let Some(customer) = customer.filter(|it| it.status() == Some(CustomerStatus::Active)) else { continue };
            let last = asked.get(&ix).copied().max(everybody);
            let from = last.or(customer.customer_since());
            let interval = customer.survey_interval().unwrap_or(limit);
            if from.is_none_or(|from| after(from, interval) < cx.today()) {
                out.field(record, "survey_interval", message(record, last)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const SMS: &str = "
        # sms/sms/sms.yaml
        {kind: sms, id: sms, status: operating}
";

    #[test]
    fn surveys_count_from_their_last_day_once_they_are_analysed() {
        let rest = "
        # sms/customer/a.yaml
        {kind: customer, id: a, status: active, survey_interval: 180d}
        #                                                        ^^^^ 'a' was last asked until 2026-05-23
        # sms/customer/b.yaml
        {kind: customer, id: b, status: active, survey_interval: 180d}
        # sms/customer/c.yaml
        {kind: customer, id: c, status: active, customer_since: 2025-11-19}
        #                    ^ the customer 'c' was never asked
        # sms/customer/d.yaml
        {kind: customer, id: d, status: active, customer_since: 2025-11-20}
        # sms/survey/s.yaml
        {kind: survey, id: s, status: analysed, asked_until: 2026-05-23, by_customer: [{customer: a}]}
        # sms/survey/t.yaml
        {kind: survey, id: t, status: reported, asked_until: 2026-05-24, by_customer: [{customer: b}]}
        # sms/survey/u.yaml
        {kind: survey, id: u, status: running, asked_until: 2026-11-01, by_customer: [{customer: a}, {customer: c}]}
";
        check(&SatisfactionOverdue, &format!("{SMS}{rest}"));
    }

    #[test]
    fn a_survey_without_customers_asked_them_all() {
        let rest = "
        # sms/customer/a.yaml
        {kind: customer, id: a, status: active}
        # sms/customer/b.yaml
        {kind: customer, id: b, status: prospective}
        # sms/survey/s.yaml
        {kind: survey, id: s, status: reported, asked_until: 2025-11-20}
";
        check(&SatisfactionOverdue, &format!("{SMS}{rest}"));
        check(&SatisfactionOverdue, "# sms/customer/a.yaml\n{kind: customer, id: a, status: active}\n");
    }

    #[test]
    fn a_policy_sets_the_time_where_the_customer_has_none() {
        let rest = "
        # sms/policy/p.yaml
        {kind: policy, id: p, status: in_force, limits: [{rule: satisfaction-overdue, value: 90d}]}
        # sms/customer/a.yaml
        {kind: customer, id: a, status: active}
        #                    ^ until 2026-08-21
        # sms/survey/s.yaml
        {kind: survey, id: s, status: reported, asked_until: 2026-08-21}
";
        check(&SatisfactionOverdue, &format!("{SMS}{rest}"));
    }
}
