use std::collections::BTreeMap;

use super::rule::{Check, Report, Rule};
use crate::base::span::Span;
use crate::base::text;
use crate::levels::{Clocks, Delivery, Promise, each_delivery};
use crate::model::sla::{SlaTarget, TargetWindow};
use crate::model::support::Support;

rule! {
    /// A contract or OLA measures its availability over a longer time than an SLA that rests on it.
    ///
    /// What is allowed in a year may all be used in one month: the other party keeps its promise and ours is broken.
    ///
    /// ```yaml,bad
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail,
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99, window: month}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, relations: [{type: supplied_by, to: ctr-mail}]}
    /// # sms/contract/ctr-mail.yaml
    /// {kind: contract, id: ctr-mail, status: in_force,
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99.9, window: year}]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail,
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99, window: month}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, relations: [{type: supplied_by, to: ctr-mail}]}
    /// # sms/contract/ctr-mail.yaml
    /// {kind: contract, id: ctr-mail, status: in_force,
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99.9, window: month}]}
    /// ```
    ///
    /// Agree on the same time with the other party, or promise over theirs.
    AvailWindowMismatch = "avail-window-mismatch", Warning, clauses: ["8.3.4.1"], kinds: ["contract", "ola", "sla"];
}

const HELP: &str = "agree on the shorter time when the contract is renewed, or let the SLA promise over the longer one";

/// Promises of other parties by where they stand, each with what of ours rests on it.
pub(super) type Resting<'s, T> = BTreeMap<Span, (Promise<'s>, Vec<T>)>;

/// Every availability that a contract or OLA promises: following chains is dear, and often nothing here calls for it.
pub(super) fn theirs<'c>(cx: &Check<'c>) -> impl Iterator<Item = SlaTarget<'c>> {
    let of_kind = |kind| cx.sms.of_kind(kind).filter_map(|(ix, _)| Support::find(cx.sms, ix));
    let supports = of_kind("contract").chain(of_kind("ola"));
    supports.flat_map(Support::targets).filter(|target| target.availability().is_some())
}

/// Gathers what `of` tells of each of our promises and the promise of another party in its chain.
pub(super) fn resting<'c, T: Send>(
    cx: &Check<'c>,
    of: impl Fn(&Delivery<'c, 'c>, Promise<'c>) -> Option<T> + Sync,
) -> Resting<'c, T> {
    let clocks = Clocks::new(cx.sms);
    let told = each_delivery(cx.sms, cx.graph, &clocks, |delivery| {
        let promises = delivery.promises();
        Some(promises.filter_map(|(_, promise)| Some((promise, of(delivery, promise)?))).collect::<Vec<_>>())
    });
    let mut resting: Resting<'c, T> = BTreeMap::new();
    for (promise, told) in told.into_iter().flatten() {
        resting.entry(promise.target.0.span()).or_insert((promise, Vec::new())).1.push(told);
    }
    resting
}

fn message(support: &str, theirs: TargetWindow, slas: &[String]) -> String {
    let word = theirs.word();
    let rest = if slas.len() == 1 { "rests" } else { "rest" };
    format!("'{support}' measures over a {word}, and {} that {rest} on it over less", text::and(slas))
}

impl Rule for AvailWindowMismatch {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        if theirs(cx).all(|target| target.window() == Some(TargetWindow::Month)) {
            return;
        }
        let shorter = resting(cx, |delivery, promise| {
            let sla = delivery.sla.0.record;
            let theirs = promise.target.window()?.length();
            (theirs > delivery.window).then(|| (format!("'{}'", sla.id), delivery.target.0.field_span("window")))
        });
        for (promise, mut slas) in shorter.into_values() {
            let (Some(theirs), support) = (promise.target.window(), promise.support.record()) else { continue };
            slas.dedup_by(|a, b| a.0 == b.0);
            let names: Vec<String> = slas.iter().map(|(name, _)| name.clone()).collect();
            let message = message(support.id.as_str(), theirs, &names);
            let draft = out.at(support, promise.target.0.field_span("window"), message).help(HELP);
            slas.into_iter().fold(draft, |draft, (_, span)| draft.related(span, "measured over a shorter time"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn one_contract_under_several_promises_is_told_once_and_a_shorter_window_is_none() {
        check(
            &AvailWindowMismatch,
            "
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, status: in_force, service: svc-a,
             targets: [{id: up, metric: availability, operator: '>=', value: 99, window: month}]}
            # sms/sla/sla-b.yaml
            {kind: sla, id: sla-b, status: agreed, service: svc-a,
             targets: [{id: up, metric: availability, operator: '>=', value: 99, window: month}]}
            # sms/sla/sla-c.yaml
            {kind: sla, id: sla-c, status: in_force, service: svc-a,
             targets: [{id: up, metric: availability, operator: '>=', value: 99, window: year}]}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, relations: [{type: supplied_by, to: ctr-a}, {type: supplied_by, to: ctr-b}]}
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: in_force, targets: [{id: up, metric: availability, operator: '>=', value: 99.9, window: quarter}]}
            #                                                                                                                           ^^^^^^^ 'ctr-a' measures over a quarter, and 'sla-a' and 'sla-b' that rest on it over less
            # sms/contract/ctr-b.yaml
            {kind: contract, id: ctr-b, status: in_force, targets: [{id: up, metric: availability, operator: '>=', value: 99.9, window: month}]}
            ",
        );
    }
}
