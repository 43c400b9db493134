use std::collections::BTreeMap;

use super::rule::{Check, Report, Rule};
use crate::base::exact::Exact;
use crate::base::period::Period;
use crate::base::span::Span;
use crate::model::budget::{Budget, BudgetLine, BudgetStatus, LineType, Money};
use crate::model::service::{Service, ServiceStatus};
use crate::model::{Ix, Record};

rule! {
    /// A budget that does not add up, or that leaves a live service out.
    ///
    /// Whoever decides by a budget believes its sum. The lines make up `total`, the parts of a line its `planned`, the
    /// keys of an indirect line 1, and all amounts are in the `currency` of the budget. In the active budget of today's
    /// period every live service stands in the `services` of exactly one direct line: in none, nobody pays for it; in two,
    /// it is paid twice. Drafts may still be rough.
    ///
    /// ```yaml,bad
    /// # sms/budget/bud-2025.yaml
    /// kind: budget
    /// id: bud-2025
    /// status: closed
    /// period: "2025"
    /// currency: EUR
    /// lines:
    ///   - {id: mail, type: direct, services: [svc-mail], planned: {amount: 700.00, currency: EUR}}
    ///   - id: rent
    ///     type: indirect
    ///     planned: {amount: 350.00, currency: EUR}
    ///     allocation: [{service: svc-mail, key: 0.53}, {service: svc-desk, key: 0.5}]
    /// total: {amount: 1050.00, currency: EUR}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/budget/bud-2025.yaml
    /// kind: budget
    /// id: bud-2025
    /// status: closed
    /// period: "2025"
    /// currency: EUR
    /// lines:
    ///   - {id: mail, type: direct, services: [svc-mail], planned: {amount: 700.00, currency: EUR}}
    ///   - id: rent
    ///     type: indirect
    ///     planned: {amount: 350.00, currency: EUR}
    ///     allocation: [{service: svc-mail, key: 0.5}, {service: svc-desk, key: 0.5}]
    /// total: {amount: 1050.00, currency: EUR}
    /// ```
    ///
    /// Correct the figure that is wrong; when a decided budget changes, have it decided again.
    BudgetSum = "budget-sum", Error, clauses: ["8.4.1"], kinds: ["budget", "service"], clock;
}

fn message_lines(budget: &Record<'_>, sum: &Exact, total: &Exact) -> String {
    format!("the lines of the budget '{}' add up to {}, not to {}", budget.id, sum.text(2), total.text(2))
}

fn message_parts(line: &str, sum: &Exact, planned: &Exact) -> String {
    format!("the parts of the line '{line}' add up to {}, not to {}", sum.text(2), planned.text(2))
}

fn message_keys(line: &str, sum: &Exact) -> String {
    format!("the keys of the indirect line '{line}' add up to {}, not to 1", sum.text(6))
}

fn message_shared_by_none(line: &str) -> String {
    format!("the indirect line '{line}' does not say which services share it")
}

fn message_currency(budget: &Record<'_>, own: &str, other: &str) -> String {
    format!("an amount of the budget '{}' is in {other}, not in {own}", budget.id)
}

fn message_left_out(budget: &Record<'_>, service: &Record<'_>) -> String {
    format!("the live service '{}' stands in no direct line of the active budget '{}'", service.id, budget.id)
}

fn message_twice(service: &Record<'_>, line: &str) -> String {
    format!("the service '{}' stands in the line '{line}' already", service.id)
}

const HELP: &str = "correct the figure that is wrong";
const HELP_KEYS: &str = "say in `allocation` which share each service carries; the shares add up to 1";
const HELP_CURRENCY: &str = "convert it, and say in `assumptions` at which rate";
const HELP_LINE: &str = "name each live service in the `services` of exactly one direct line";

/// The sum, when every amount is known.
fn sum(amounts: impl IntoIterator<Item = Option<Exact>>) -> Option<Exact> {
    amounts.into_iter().sum()
}

fn amount(money: Option<Money<'_>>) -> Option<Exact> {
    money?.amount()
}

/// Lines against the total, parts against lines, keys against 1.
fn sums(budget: Budget<'_>, lines: &[BudgetLine<'_>], out: &mut Report) {
    let record = budget.0.record;
    let differs = |sum: Option<Exact>, whole: Option<Exact>| sum.zip(whole).filter(|(sum, whole)| sum != whole);
    if let Some((sum, total)) = differs(sum(lines.iter().map(|line| amount(line.planned()))), amount(budget.total())) {
        out.field(record, "total", message_lines(record, &sum, &total)).help(HELP);
    }
    for line in lines {
        let name = line.id().unwrap_or("?");
        let parts = line.parts();
        let parts_sum = sum(parts.iter().map(|part| amount(part.planned()))).filter(|_| !parts.is_empty());
        if let Some((sum, planned)) = differs(parts_sum, amount(line.planned())) {
            out.at(record, line.0.field_span("planned"), message_parts(name, &sum, &planned)).help(HELP);
        }
        if line.r#type() == Some(LineType::Indirect) {
            let keys = line.allocation();
            let span = line.0.field_span("allocation");
            if keys.is_empty() {
                out.at(record, span, message_shared_by_none(name)).help(HELP_KEYS);
            } else if let Some((sum, _)) = differs(sum(keys.iter().map(|key| key.key())), Some(Exact::from(1))) {
                out.at(record, span, message_keys(name, &sum)).help(HELP_KEYS);
            }
        }
    }
}

/// Amounts in another currency.
fn currencies(budget: Budget<'_>, lines: &[BudgetLine<'_>], out: &mut Report) -> bool {
    let record = budget.0.record;
    let Some(own) = budget.currency() else { return true };
    let planned = lines.iter().filter_map(|line| line.planned());
    let parts = lines.iter().flat_map(|line| line.parts()).filter_map(|part| part.planned());
    let mut same = true;
    for money in planned.chain(parts).chain(budget.total()) {
        if let Some(other) = money.currency().filter(|other| *other != own) {
            same = false;
            let span = money.0.field_span("currency");
            out.at(record, span, message_currency(record, own, other)).help(HELP_CURRENCY);
        }
    }
    same
}

/// Every live service in exactly one direct line.
fn services(cx: &Check<'_>, budget: Budget<'_>, lines: &[BudgetLine<'_>], out: &mut Report) {
    let record = budget.0.record;
    let mut seen: BTreeMap<Ix, (Span, &str)> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.r#type() == Some(LineType::Direct)) {
        for reference in line.services() {
            let Some(ix) = cx.sms.find(reference.id) else { continue };
            if let Some((first, name)) = seen.get(&ix) {
                out.at(record, reference.span, message_twice(cx.sms.record(ix), name))
                    .help(HELP_LINE)
                    .related(*first, "here");
            } else {
                seen.insert(ix, (reference.span, line.id().unwrap_or("?")));
            }
        }
    }
    for (ix, service) in cx.sms.of_kind("service") {
        let live = cx.sms.view(ix).and_then(Service::status) == Some(ServiceStatus::Live);
        if live && !seen.contains_key(&ix) {
            out.field(record, "lines", message_left_out(record, service))
                .help(HELP_LINE)
                .related(service.id_span(), "the service");
        }
    }
}

impl Rule for BudgetSum {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for budget in cx.sms.all::<Budget<'_>>() {
            let counts =
                matches!(budget.status(), Some(BudgetStatus::InReview | BudgetStatus::Active | BudgetStatus::Closed));
            let lines = budget.lines();
            if !counts || lines.is_empty() {
                continue;
            }
            if currencies(budget, &lines, out) {
                sums(budget, &lines, out);
            }
            let period = budget.period().and_then(Period::parse);
            let now = period.is_some_and(|period| period.first <= cx.today() && cx.today() <= period.last);
            if now && budget.status() == Some(BudgetStatus::Active) {
                services(cx, budget, &lines, out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn sums_parts_and_keys_are_exact() {
        check(
            &BudgetSum,
            "
            # sms/budget/b.yaml
            kind: budget
            id: b
            status: closed
            currency: EUR
            lines:
              - id: one
                type: direct
                planned: {amount: 0.30, currency: EUR}
                parts: [{planned: {amount: 0.1, currency: EUR}}, {planned: {amount: 0.2, currency: EUR}}]
              - id: two
                type: direct
                planned: {amount: 100, currency: EUR}
            #   ^^^^^^^ the parts of the line 'two' add up to 99.99, not to 100
                parts: [{planned: {amount: 99.99, currency: EUR}}]
              - id: three
                type: indirect
                planned: {amount: 50, currency: EUR}
                allocation: [{service: a, key: 0.333333}, {service: b, key: 0.666666}]
            #   ^^^^^^^^^^ the keys of the indirect line 'three' add up to 0.999999, not to 1
              - {id: four, type: indirect, planned: {amount: 1, currency: EUR}}
            #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ does not say which services share it
            total: {amount: 151.31, currency: EUR}
            #^^^^^ the lines of the budget 'b' add up to 151.3, not to 151.31
            ",
        );
    }

    #[test]
    fn another_currency_is_told_instead_of_a_sum_of_pears_and_apples() {
        check(
            &BudgetSum,
            "
            # sms/budget/b.yaml
            kind: budget
            id: b
            status: in_review
            currency: EUR
            lines:
              - {id: one, type: direct, planned: {amount: 5, currency: NOK}}
            #                                                          ^^^ an amount of the budget 'b' is in NOK, not in EUR
            total: {amount: 7, currency: EUR}
            # sms/budget/draft.yaml
            {kind: budget, id: draft, status: draft, currency: EUR, lines: [{id: a, planned: {amount: 5, currency: NOK}}]}
            ",
        );
    }

    #[test]
    fn a_live_service_stands_in_one_direct_line_of_the_budget_of_now() {
        let budget = "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, aliases: [svc-old]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live}
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: retiring}
            # sms/budget/b.yaml
            kind: budget
            id: b
            status: active
            period: PERIOD
            lines:
            #^^^^^ the live service 'svc-b' stands in no direct line of the active budget 'b'
              - {id: one, type: direct, services: [svc-a]}
              - {id: two, type: direct, services: [svc-old]}
            #                                      ^^^^^^^ the service 'svc-a' stands in the line 'one' already
              - {id: rest, type: indirect, services: [svc-b], allocation: [{service: svc-b, key: 1.0}]}
";
        check(&BudgetSum, &budget.replace("PERIOD", "2026-Q4"));
        let unmarked: Vec<&str> = budget.lines().filter(|line| !line.contains('^')).collect();
        check(&BudgetSum, &unmarked.join("\n").replace("PERIOD", "2026-Q3"));
    }
}
