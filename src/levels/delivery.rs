//! What the chain behind a promised availability can deliver (8.3.3, 8.7.1).

use std::collections::BTreeSet;
use std::sync::OnceLock;

use rayon::prelude::*;

use super::chance::Chance;
use super::clocks::{self, Clocks, Running};
use super::composite::{Composite, Effort, closure};
use super::figures::{Figure, Promise, carried, figures};
use crate::base::exact::Exact;
use crate::base::period::Length;
use crate::graph::{Chain, Graph, Node, NodeKind};
use crate::model::Sms;
use crate::model::sla::{Clock, Sla, SlaTarget};
use crate::model::trace::{Trace, aside, note, traced};

/// A promised availability beside what stands behind it.
#[derive(Debug)]
pub struct Delivery<'s, 'g> {
    /// The promise to the customer.
    pub sla: Sla<'s>,
    /// The target in it.
    pub target: SlaTarget<'s>,
    /// The promised share of time in percent.
    pub promised: Exact,
    /// Over which time it is measured.
    pub window: Length,
    /// Seconds of a mean window in the clock of the target; none when its calendar cannot be read.
    pub seconds: Option<Exact>,
    /// The service and all that it cannot do without.
    pub chain: Chain<'g>,
    /// For each node of the chain its own figure.
    pub figures: Vec<Option<Figure<'s>>>,
    /// For each node of the chain the least that the promise behind it comes to in this window and clock, as a share of
    /// one; none where no promise stands behind it or clocks cannot be compared.
    pub worst: Vec<Option<Exact>>,
    /// For each node of the chain how probable it is that it is up by itself.
    chances: Vec<Chance>,
    effort: Effort,
    /// What must be up in any case.
    series: BTreeSet<usize>,
    /// Taken apart when it is first asked for.
    composite: OnceLock<Composite>,
    /// How probable it is that the service is up.
    expected: OnceLock<Chance>,
}

/// What a single part does to the whole.
#[derive(Debug)]
pub struct Part<'d> {
    /// The part.
    pub node: &'d Node,
    /// Its own figure in percent.
    pub percent: &'d Exact,
    /// The figure in percent that this part alone would need for the promise to be kept; none when it cannot do that alone.
    pub needed: Option<Exact>,
    /// Whether the loss of it takes the service down by itself.
    pub single: bool,
    /// How much more probable it would be that the whole is up, were this part always up.
    harm: Chance,
    /// How probable it is that the whole is up with this part always down.
    down: Chance,
    /// How much more probable that is with this part always up.
    gain: Chance,
    /// How probable it is that this part is down.
    fails: Chance,
}

impl<'s, 'g> Delivery<'s, 'g> {
    /// Works out what stands behind a target; none when it promises no availability or its service is no node.
    #[must_use]
    pub fn new(
        sms: &'s Sms<'s>,
        graph: &'g Graph,
        clocks: &Clocks<'s>,
        sla: Sla<'s>,
        target: SlaTarget<'s>,
        effort: Effort,
    ) -> Option<Self> {
        let promised = target.availability()?;
        let window = target.window()?.length();
        let chain = graph.chain(sms.id_now(sla.service()?.id))?;
        let figures = figures(sms, &chain);
        let hours = clocks.of_sla(sla, target.clock().unwrap_or(Clock::Always));
        let seconds = hours.map(|hours| clocks::mean(hours.year.total(), window));
        let worst = |figure: &Option<Figure<'s>>| {
            let figure = figure.as_ref()?;
            converted(clocks, hours?, window, figure.promise?, &figure.percent)
        };
        let worst = figures.iter().map(worst).collect();
        let chance = |figure: &Option<Figure<'_>>| figure.as_ref().map_or_else(Chance::certain, Figure::chance);
        let chances = figures.iter().map(chance).collect();
        let series = closure(&chain, [0]);
        let (composite, expected) = (OnceLock::new(), OnceLock::new());
        Some(Self {
            sla,
            target,
            promised,
            window,
            seconds,
            chain,
            figures,
            worst,
            chances,
            effort,
            series,
            composite,
            expected,
        })
    }

    /// The same, to be taken apart anew.
    fn with(self, effort: Effort) -> Self {
        Self { effort, composite: OnceLock::new(), expected: OnceLock::new(), ..self }
    }

    fn composite(&self) -> &Composite {
        self.composite.get_or_init(|| Composite::new(&self.chain, self.effort, |at| self.figures[at].is_some()))
    }

    /// How probable it is that the service is up, as a share of time.
    #[must_use]
    pub fn expected(&self) -> &Chance {
        self.expected.get_or_init(|| self.composite().chance(&|at| self.chance(at)))
    }

    /// The same when every supplier loses all that its promise allows at the worst time for this target.
    #[must_use]
    pub fn at_worst(&self) -> Chance {
        self.composite().chance(&|at| self.worst[at].as_ref().map_or_else(|| self.chance(at), Chance::share))
    }

    /// Whether groups were computed in full; if not, what is deliverable is at most what is told.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.composite().is_complete()
    }

    /// Whether the chain can keep the promise as far as figures are known.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.expected().reaches(&Chance::percent(&self.promised))
    }

    /// Whether the chain can keep the promise; none when groups were left out and what is left would be enough.
    #[must_use]
    pub fn verdict(&self) -> Option<bool> {
        let kept = self.is_kept();
        (self.is_complete() || !kept).then_some(kept)
    }

    /// Whether anything in the chain has a figure.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.figures.iter().any(Option::is_some)
    }

    /// Items and agreements of the chain that nobody has given a figure; they count as always up. An agreement whose
    /// figure an item carries is none of them.
    pub fn silent(&self) -> impl Iterator<Item = &Node> {
        let can_have = |node: &Node| !matches!(node.kind, NodeKind::Service | NodeKind::Supplier);
        let carried = carried(&self.chain, &self.figures);
        let nodes = self.chain.nodes.iter().zip(&self.figures).zip(carried);
        nodes
            .filter(move |((needs, figure), carried)| figure.is_none() && !carried && can_have(needs.node))
            .map(|((needs, _), _)| needs.node)
    }

    /// The promises of other parties in the chain: the place of the part in the chain, and the promise.
    pub fn promises(&self) -> impl Iterator<Item = (usize, Promise<'s>)> {
        self.figures.iter().enumerate().filter_map(|(at, figure)| Some((at, figure.as_ref()?.promise?)))
    }

    /// The figure of a node of the chain.
    #[must_use]
    pub fn figure(&self, node: &Node) -> Option<&Figure<'s>> {
        let at = self.chain.nodes.iter().position(|needs| needs.node.id == node.id)?;
        self.figures[at].as_ref()
    }

    /// Whether the loss of this part of the chain takes the service down by itself.
    #[must_use]
    pub fn is_single(&self, at: usize) -> bool {
        self.series.contains(&at)
    }

    /// The time in seconds that is promised to be lost at most in a mean window.
    #[must_use]
    pub fn allowed(&self) -> Option<Exact> {
        Some(lost(&self.promised, self.seconds.as_ref()?))
    }

    /// What parts with a figure below 100 do to the whole, the most harmful first, then by id: every part when somebody asks,
    /// those with the lowest figures in a check.
    #[must_use]
    pub fn parts(&self) -> Vec<Part<'_>> {
        let hundred = Exact::from(100);
        let (is_kept, promised) = (self.is_kept(), Chance::percent(&self.promised));
        let part = |(at, up, down): (usize, Chance, Chance)| {
            let figure = self.figures[at].as_ref().filter(|figure| figure.percent < hundred)?;
            // The whole grows evenly with the figure of one part.
            let gain = up.minus(&down);
            let needed = || {
                let missing = promised.minus(&down);
                let share = if gain.reaches(&missing) { missing.over(&gain) } else { None };
                share.map(|share| up_to(&share.in_percent(), PLACES)).filter(|needed| *needed > figure.percent)
            };
            let harm = up.minus(self.expected());
            let needed = if is_kept || harm.is_never() { None } else { needed() };
            (!harm.is_never()).then(|| Part {
                node: self.chain.nodes[at].node,
                percent: &figure.percent,
                needed,
                single: self.is_single(at),
                fails: self.chances[at].not(),
                harm,
                down,
                gain,
            })
        };
        let each = self.composite().without_each(&self.candidates(), &|at| self.chance(at));
        let mut parts: Vec<Part<'_>> = each.into_iter().filter_map(part).collect();
        parts.sort_by(|a, b| (&b.harm, &a.node.id).cmp(&(&a.harm, &b.node.id)));
        parts
    }

    /// The parts whose effect is worked out: all of them when somebody asks, those with the lowest figures in a check.
    fn candidates(&self) -> Vec<usize> {
        const LOWEST: usize = 8;
        let parts = self.composite().parts();
        if self.effort == Effort::Full {
            return parts;
        }
        // A low figure does little harm behind redundancy, so the lowest of both sorts are looked at.
        let percent = |at: &usize| self.figures[*at].as_ref().map(|figure| &figure.percent);
        let (mut needed, mut spare): (Vec<usize>, Vec<usize>) = parts.into_iter().partition(|at| self.is_single(*at));
        for sort in [&mut needed, &mut spare] {
            sort.sort_by(|a, b| (percent(a), a).cmp(&(percent(b), b)));
            sort.truncate(LOWEST);
        }
        needed.extend(spare);
        needed
    }

    fn chance(&self, at: usize) -> Chance {
        self.chances[at].clone()
    }
}

impl Part<'_> {
    /// The share of time in percent that the whole would gain, were this part always up.
    #[must_use]
    pub fn harm(&self) -> Exact {
        self.harm.in_percent()
    }

    /// How much of a window of so many seconds it costs.
    #[must_use]
    pub fn lost(&self, seconds: &Exact) -> Exact {
        self.harm.of(seconds)
    }

    /// What the whole would come to, in percent, with a second one beside it that fails independently.
    #[must_use]
    pub fn doubled(&self) -> Exact {
        self.down.or_else(&self.gain.and(&self.fails.and(&self.fails).not())).in_percent()
    }

    /// The figure that it needs, with at most three places, rounded up so that it is really enough.
    #[must_use]
    pub fn needed_text(&self) -> Option<String> {
        let needed = self.needed.as_ref()?;
        Some(up_to(needed, 3).text(3))
    }

    /// How many times shorter its own downtime must get for the promise to be kept; none when no figure short of 100
    /// does.
    #[must_use]
    pub fn effort(&self) -> Option<Exact> {
        let hundred = Exact::from(100);
        (&hundred - self.percent).over(&(&hundred - self.needed.as_ref()?))
    }
}

/// Places behind the point to which a needed figure is worked out.
const PLACES: u32 = 16;

/// Rounded up to `places` behind the point.
fn up_to(number: &Exact, places: u32) -> Exact {
    let negative = (&Exact::zero() - number).scaled(places);
    Exact::decimal(-negative, places)
}

/// What is lost of `seconds` at this share of time in percent.
#[must_use]
pub fn lost(percent: &Exact, seconds: &Exact) -> Exact {
    let lost = &(&Exact::from(100) - percent) * seconds;
    lost.over(&Exact::from(100)).unwrap_or_else(Exact::zero)
}

/// Chains with more parts are first looked at by what must be up in any case.
const LONG: usize = 100;

/// What `of` tells of everything promised about availability by SLAs that hold or are agreed on the day, in the order of
/// the SLAs and their targets, with the effort of a check: of a long chain whose parts in a row already fall short,
/// redundant parts are left out. Chains are followed side by side and let go one by one, since all of them together are
/// large.
pub fn each_delivery<'s, 'g, T: Send>(
    sms: &'s Sms<'s>,
    graph: &'g Graph,
    clocks: &Clocks<'s>,
    of: impl Fn(&Delivery<'s, 'g>) -> Option<T> + Sync,
) -> Vec<T> {
    let today = sms.snapshot.as_of.day();
    let slas: Vec<Sla<'s>> = sms.all::<Sla<'s>>().filter(|sla| sla.is_promised(today)).collect();
    let told = |sla: &Sla<'s>| -> Vec<T> {
        let targets = sla.target_rows().into_iter();
        let deliveries = targets.filter_map(|target| {
            let delivery = Delivery::new(sms, graph, clocks, *sla, target, Effort::Series)?;
            let is_told = delivery.chain.nodes.len() > LONG && !delivery.is_kept();
            Some(if is_told { delivery } else { delivery.with(Effort::Check) })
        });
        deliveries.filter_map(|delivery| of(&delivery)).collect()
    };
    // What other threads read was read by whoever asked.
    let told: Vec<(Vec<T>, Trace)> = aside(|| slas.par_iter().map(|sla| traced(|| told(sla))).collect());
    Trace::union(told.iter().map(|(_, trace)| trace)).reads().for_each(note);
    told.into_iter().flat_map(|(told, _)| told).collect()
}

/// In words what a single part would have to do for the promise to be kept.
#[must_use]
pub fn enough(delivery: &Delivery<'_, '_>, parts: &[Part<'_>]) -> String {
    let Some(part) = least_effort(parts) else {
        let second = parts.iter().find(|part| part.doubled() >= delivery.promised);
        return second.map_or_else(
            || "no single part is enough; make several better, or promise less".to_owned(),
            |part| format!("a second one beside '{}' would be enough", part.node.id),
        );
    };
    let needed = part.needed_text().unwrap_or_default();
    let times = part.effort().map(|effort| effort.text(1)).unwrap_or_default();
    let second = if part.doubled() >= delivery.promised { ", or a second one beside it," } else { "" };
    format!("{needed} % for '{}'{second} would be enough: {times} times less downtime than now", part.node.id)
}

/// The part that keeps the promise with the least shortening of its downtime.
#[must_use]
pub fn least_effort<'p, 'd>(parts: &'p [Part<'d>]) -> Option<&'p Part<'d>> {
    let reachable = parts.iter().filter_map(|part| Some((part.effort()?, part)));
    reachable.min_by(|a, b| (&a.0, &a.1.node.id).cmp(&(&b.0, &b.1.node.id))).map(|(_, part)| part)
}

/// What the promise of another party is worth at least in our window and hours, as a share of one.
fn converted(
    clocks: &Clocks<'_>,
    ours: &Running,
    window: Length,
    promise: Promise<'_>,
    percent: &Exact,
) -> Option<Exact> {
    let theirs = clocks.of_support(promise.support, promise.target.clock().unwrap_or(Clock::Always))?;
    let (ours, theirs) = (&ours.year, &theirs.year);
    let covered = clocks::mean(ours.intersection(theirs).total(), window);
    let uncovered = clocks::mean(ours.difference(theirs).total(), window);
    let share = percent.over(&Exact::from(100))?;
    clocks::worst(&share, &clocks::mean(theirs.total(), promise.target.window()?.length()), &covered, &uncovered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    /// What `then` tells of the one promise in `text`, as of the year 2026.
    fn with<T: Send>(text: &str, then: impl Fn(&Delivery<'_, '_>) -> T + Sync) -> T {
        records(text, |sms| {
            let (graph, clocks) = (Graph::build(sms), Clocks::new(sms));
            let told = each_delivery(sms, &graph, &clocks, |delivery| Some(then(delivery)));
            told.into_iter().next().expect("a promise")
        })
    }

    fn sla(promised: &str, clock: &str) -> String {
        format!(
            "
            == sla sla-a
            status: in_force
            service: svc
            hours: {{service: cal-day}}
            targets: [{{id: up, metric: availability, operator: '>=', value: {promised}, window: month, clock: {clock}}}]
            == calendar cal-day
            zone: Europe/Oslo
            weekly: [{{days: [mon, tue, wed, thu, fri, sat, sun], from: '08:00', to: '18:00'}}]
            "
        )
    }

    const ROW: &str = "
        == service svc
        relations: [ci-a, ci-b, ci-c]
        == ci ci-a
        availability: 99.9
        == ci ci-b
        availability: 99.9
        == ci ci-c
        availability: 99.9";

    #[test]
    fn three_nines_three_times_do_not_keep_three_nines() {
        with(&format!("{ROW}{}", sla("99.9", "24x7")), |delivery| {
            assert_eq!(delivery.expected().in_percent().text(2), "99.7");
            assert!(!delivery.is_kept() && delivery.is_complete() && delivery.is_known());
            assert_eq!(delivery.allowed().unwrap(), Exact::from(2628), "43m 48s of a mean month");
            assert_eq!(delivery.silent().count(), 0);
        });
        with(&format!("{ROW}{}", sla("99.7", "24x7")), |delivery| assert!(delivery.is_kept()));
    }

    #[test]
    fn what_a_single_part_must_reach_is_told_exactly() {
        let text = format!(
            "
            == service svc
            relations: [ci-a, ci-b]
            == ci ci-a
            availability: 99
            == ci ci-b
            availability: 99.5{}",
            sla("99", "24x7")
        );
        with(&text, |delivery| {
            let parts = delivery.parts();
            let told: Vec<String> = parts
                .iter()
                .map(|part| {
                    let needed = part.needed.as_ref().map_or("never".to_owned(), |needed| needed.text(4));
                    format!("{} harm {} needs {needed} doubled {}", part.node.id, part.harm(), part.doubled().text(4))
                })
                .collect();
            // Whole: 98.505. With a at 100: 99.5; with b at 100: 99.
            assert_eq!(
                told,
                ["ci-a harm 0.995 needs 99.4975 doubled 99.4901", "ci-b harm 0.495 needs 100 doubled 98.9975"]
            );
            let least = least_effort(&parts).unwrap();
            assert_eq!((least.node.id.as_str(), least.effort().unwrap().text(2)), ("ci-a", "1.99".to_owned()));
            assert_eq!(least.needed_text().unwrap(), "99.498", "99.497 would not be enough");
        });
    }

    #[test]
    fn members_of_a_group_do_little_harm_and_what_they_share_does_all() {
        let text = format!(
            "
            == service svc
            relations: [ci-a, ci-b]
            redundancy: [{{of: [ci-a, ci-b], min_up: 1}}]
            == ci ci-a
            availability: 99
            relations: [ci-room]
            == ci ci-b
            availability: 99
            relations: [ci-room, ci-new]
            == ci ci-new
            == ci ci-room
            availability: 99.9{}",
            sla("99.95", "24x7")
        );
        with(&text, |delivery| {
            assert_eq!(delivery.expected().in_percent().text(5), "99.89001", "0.999 · (1 − 0.01²)");
            let parts = delivery.parts();
            let told: Vec<_> = parts.iter().map(|part| (part.node.id.as_str(), part.single)).collect();
            assert_eq!(told, [("ci-room", false), ("ci-a", false), ("ci-b", false)], "the room is no direct need");
            assert_eq!(parts[0].needed.as_ref().unwrap().text(3), "99.96");
            assert_eq!(delivery.silent().map(|node| node.id.as_str()).collect::<Vec<_>>(), ["ci-new"]);
        });
    }

    #[test]
    fn a_promise_of_a_year_around_the_clock_is_worth_less_in_the_hours_of_a_month() {
        let text = format!(
            "
            == service svc
            relations: [{{type: supplied_by, to: ctr-a}}]
            == contract ctr-a
            status: in_force
            targets: [{{id: up, metric: availability, operator: '>=', value: 99.9, window: year, clock: 24x7}}]{}",
            sla("99.5", "service_hours")
        );
        with(&text, |delivery| {
            assert_eq!(delivery.seconds.as_ref().unwrap().whole(), Some(365 * 36_000 / 12), "ten hours a day");
            assert_eq!(delivery.expected().in_percent().text(3), "99.9");
            // 8.76 h of a mean month of 304.1667 h.
            assert_eq!(delivery.at_worst().in_percent().text(2), "97.12");
            assert_eq!(
                delivery.promises().map(|(at, _)| (at, delivery.is_single(at))).collect::<Vec<_>>(),
                [(1, true)]
            );
        });
    }

    #[test]
    fn a_clock_that_cannot_be_read_leaves_out_what_needs_it() {
        let text = "
            == service svc
            relations: [ci-a]
            == ci ci-a
            availability: 99
            == sla sla-a
            status: agreed
            service: svc
            targets:
              - {id: answer, metric: response, operator: <=, value: 15m, window: month}
              - {id: up, metric: availability, operator: '>=', value: 98, window: month, clock: service_hours}";
        with(text, |delivery| {
            assert!(delivery.is_kept() && delivery.seconds.is_none() && delivery.allowed().is_none());
        });
    }

    #[test]
    fn a_check_finds_the_part_that_costs_most_among_many_spare_ones() {
        let spare: Vec<String> = (0..9).map(|at| format!("ci-m{at}")).collect();
        let names = spare.join(", ");
        let parts: String = spare.iter().map(|id| format!("\n== ci {id}\navailability: 90")).collect();
        let text = format!(
            "== service svc\nrelations: [ci-x, {names}]\nredundancy: [{{of: [{names}], min_up: 1}}]\n== ci ci-x\navailability: 99.5{parts}{}",
            sla("99.9", "24x7")
        );
        with(&text, |delivery| {
            let parts = delivery.parts();
            assert_eq!(parts[0].node.id.as_str(), "ci-x");
            assert_eq!(
                enough(delivery, &parts),
                "99.901 % for 'ci-x', or a second one beside it, would be enough: 5 times less downtime than now"
            );
        });
    }

    #[test]
    fn what_would_be_enough_is_a_better_part_a_second_one_or_several() {
        let told = |a: &str, b: &str, promised: &str| {
            let text = format!(
                "== service svc\nrelations: [ci-a, ci-b]\n== ci ci-a\navailability: {a}\n== ci ci-b\navailability: {b}{}",
                sla(promised, "24x7")
            );
            with(&text, |delivery| enough(delivery, &delivery.parts()))
        };
        assert_eq!(told("99", "99", "99.5"), "no single part is enough; make several better, or promise less");
        assert!(told("99", "99.9", "99.5").starts_with("99.6 % for 'ci-a', or a second one beside it,"));
    }

    #[test]
    fn an_upper_bound_above_the_promise_proves_nothing() {
        let members: Vec<String> = (0..=400).map(|at| format!("ci-{at}")).collect();
        let names = members.join(", ");
        let parts: String = members.iter().map(|id| format!("\n== ci {id}\navailability: 50")).collect();
        let text = |promised: &str| {
            format!(
                "== service svc\nrelations: [{names}, ci-x]\nredundancy: [{{of: [{names}], min_up: 400}}]\n== ci ci-x\navailability: 99{parts}{}",
                sla(promised, "24x7")
            )
        };
        with(&text("98"), |delivery| assert_eq!((delivery.is_complete(), delivery.verdict()), (false, None)));
        with(&text("99.5"), |delivery| {
            assert_eq!(delivery.verdict(), Some(false), "too little whatever the rest does");
        });
    }
}
