//! The figure of each part of a chain: how often it is up by itself, and who says so.

use super::chance::Chance;
use crate::base::exact::Exact;
use crate::base::span::Span;
use crate::graph::{Chain, NodeKind};
use crate::model::ci::{AvailabilityBasis, Ci};
use crate::model::sla::SlaTarget;
use crate::model::support::Support;
use crate::model::{Ix, Record, Sms};

/// How often a part is up by itself, whatever becomes of the rest.
#[derive(Debug, Clone)]
pub struct Figure<'s> {
    /// Share of time in percent.
    pub percent: Exact,
    /// The record that says so.
    pub record: &'s Record<'s>,
    /// Where it says so.
    pub span: Span,
    /// Where the figure of an item comes from; none for a promise that is counted by itself.
    pub basis: Option<AvailabilityBasis>,
    /// The promise of the other party behind it.
    pub promise: Option<Promise<'s>>,
}

/// A promise of availability by another party.
#[derive(Debug, Clone, Copy)]
pub struct Promise<'s> {
    /// The contract or OLA.
    pub support: Support<'s>,
    /// The target in it.
    pub target: SlaTarget<'s>,
}

impl Figure<'_> {
    /// The figure as a probability.
    #[must_use]
    pub fn chance(&self) -> Chance {
        Chance::percent(&self.percent)
    }
}

/// The figures of all parts of a chain, by their places; none where nobody has stated one.
///
/// An item whose figure comes from its contract carries the promise of that contract: the contract is not counted again.
/// Of several promises in one contract the one with the item's figure is meant, else the lowest. A contract or OLA that
/// something else needs as well is a part by itself, with the lowest availability that it promises; one that is not in
/// force promises nothing. Services and suppliers have no figure of their own; what they need has.
#[must_use]
pub fn figures<'s>(sms: &'s Sms<'s>, chain: &Chain<'_>) -> Vec<Option<Figure<'s>>> {
    let needed = |at: usize| chain.nodes[at].needed();
    let record = |at: usize| chain.nodes[at].node.record;
    let is_support = |at: &usize| matches!(chain.nodes[*at].node.kind, NodeKind::Contract | NodeKind::Ola);
    let mut figures: Vec<Option<Figure<'s>>> = vec![None; chain.nodes.len()];
    for at in (0..chain.nodes.len()).filter(|at| chain.nodes[*at].node.kind == NodeKind::Ci) {
        let Some(mut figure) = record(at).and_then(|ix| item(sms, ix)) else { continue };
        if figure.basis == Some(AvailabilityBasis::Contract) {
            let promises = needed(at).filter(is_support).filter_map(|at| Some(promises(sms, record(at)?)));
            for promises in promises {
                let same =
                    promises.iter().find(|promise| promise.target.availability().as_ref() == Some(&figure.percent));
                figure.promise = figure.promise.or(same.or(promises.first()).copied());
            }
        }
        figures[at] = Some(figure);
    }
    let carried = carried(chain, &figures);
    for at in (0..chain.nodes.len()).filter(is_support).filter(|at| !carried[*at]) {
        let lowest = record(at).and_then(|ix| promises(sms, ix).into_iter().next());
        figures[at] = lowest.and_then(|promise| {
            let percent = promise.target.availability()?;
            let span = promise.target.0.field_span("value");
            Some(Figure { percent, record: promise.support.record(), span, basis: None, promise: Some(promise) })
        });
    }
    figures
}

/// By its place in the chain, whether a contract or OLA is carried by all that need it: whoever has no figure of its own
/// that rests on one leaves it a part by itself.
pub(super) fn carried(chain: &Chain<'_>, figures: &[Option<Figure<'_>>]) -> Vec<bool> {
    let is_support = |at: &usize| matches!(chain.nodes[*at].node.kind, NodeKind::Contract | NodeKind::Ola);
    let mut carried: Vec<bool> = (0..chain.nodes.len()).map(|at| is_support(&at)).collect();
    for (at, figure) in figures.iter().enumerate() {
        let rests_on_one = figure.as_ref().is_some_and(|it| it.promise.is_some() && it.basis.is_some());
        chain.nodes[at].needed().filter(is_support).for_each(|support| carried[support] &= rests_on_one);
    }
    carried
}

fn item<'s>(sms: &'s Sms<'s>, ix: Ix) -> Option<Figure<'s>> {
    let ci: Ci<'s> = sms.item_with_figure(ix)?;
    let span = ci.0.field_span("availability");
    Some(Figure {
        percent: ci.availability()?,
        record: ci.0.record,
        span,
        basis: ci.availability_basis(),
        promise: None,
    })
}

/// The promises of availability of a contract or OLA, the lowest first.
fn promises<'s>(sms: &'s Sms<'s>, ix: Ix) -> Vec<Promise<'s>> {
    let today = sms.snapshot.as_of.day();
    let Some(support) = Support::find(sms, ix).filter(|support| support.is_in_force(today)) else { return Vec::new() };
    let targets = support.targets().into_iter();
    let mut promised: Vec<(Exact, Promise<'s>)> =
        targets.filter_map(|target| Some((target.availability()?, Promise { support, target }))).collect();
    promised.sort_by(|a, b| a.0.cmp(&b.0));
    promised.into_iter().map(|(_, promise)| promise).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Graph;
    use crate::model::fixture::records;

    fn told(text: &str) -> Vec<String> {
        records(text, |sms| {
            let graph = Graph::build(sms);
            let chain = graph.chain("svc").unwrap();
            let line = |(needs, figure): (&crate::graph::Needs<'_>, &Option<Figure<'_>>)| {
                let figure = figure.as_ref()?;
                let promise = figure.promise.map(|promise| {
                    format!(" by {} {}", promise.support.record().id, promise.target.id().unwrap_or_default())
                });
                Some(format!("{} {}{}", needs.node.id, figure.percent, promise.unwrap_or_default()))
            };
            chain.nodes.iter().zip(&figures(sms, &chain)).filter_map(line).collect()
        })
    }

    const CONTRACT: &str = "
        == contract ctr-a
        status: in_force
        targets:
          - {id: high, metric: availability, operator: '>=', value: 99.99, window: month}
          - {id: low, metric: availability, operator: '>=', value: 99.5, window: year}
          - {id: answer, metric: response, operator: <=, value: 15m, window: month}";

    #[test]
    fn an_item_that_rests_on_its_contract_is_counted_and_the_contract_is_not() {
        let text = |percent: &str, basis: &str| {
            format!(
                "== service svc\nrelations: [ci-a]\n== ci ci-a\navailability: {percent}\navailability_basis: {basis}\nrelations: [{{type: supplied_by, to: ctr-a}}]{CONTRACT}"
            )
        };
        assert_eq!(told(&text("99.99", "contract")), ["ci-a 99.99 by ctr-a high"]);
        assert_eq!(
            told(&text("99.7", "contract")),
            ["ci-a 99.7 by ctr-a low"],
            "no target says so; the lowest is meant"
        );
        assert_eq!(
            told(&text("99.9", "measured")),
            ["ci-a 99.9", "ctr-a 99.5 by ctr-a low"],
            "two things that can fail"
        );
    }

    #[test]
    fn a_contract_without_an_item_counts_with_its_lowest_promise() {
        let text = format!(
            "== service svc\nrelations: [{{type: supplied_by, to: ctr-a}}, svc-b, sup-x]{CONTRACT}\n== service svc-b\n== supplier sup-x"
        );
        assert_eq!(told(&text), ["ctr-a 99.5 by ctr-a low"], "services and suppliers have no figure");
    }

    #[test]
    fn a_contract_that_something_else_needs_too_is_a_part_by_itself() {
        let text = format!(
            "== service svc\nrelations: [ci-a, {{type: supplied_by, to: ctr-a}}]\n== ci ci-a\navailability: 99.99\navailability_basis: contract\nrelations: [{{type: supplied_by, to: ctr-a}}]{CONTRACT}"
        );
        assert_eq!(told(&text), ["ci-a 99.99 by ctr-a high", "ctr-a 99.5 by ctr-a low"]);
    }

    #[test]
    fn an_agreement_that_is_over_promises_nothing() {
        let text = format!(
            "== service svc\nrelations: [{{type: supplied_by, to: ctr-a}}]{}",
            CONTRACT.replace("in_force", "terminated")
        );
        assert!(told(&text).is_empty());
    }

    #[test]
    fn what_promises_nothing_of_the_sort_has_no_figure() {
        let text = "
            == service svc
            relations: [ci-a, ci-gone, {type: supplied_by, to: ola-a}]
            == ci ci-a
            availability: soon
            == ola ola-a
            targets: [{id: up, metric: availability, operator: <=, value: 99, window: month}]";
        assert!(told(text).is_empty());
    }
}
