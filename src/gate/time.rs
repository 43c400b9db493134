//! Freezes and windows. All stretches are half-open: one that only touches another is outside of it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::outcome::Outcome;
use super::policy::Policy;
use super::reason::{Code, Reason};
use crate::base::date::{AsOf, When};
use crate::base::duration::Duration;
use crate::base::intervals::{Bounds, Intervals};
use crate::base::text::quoted;
use crate::graph::State;
use crate::graph::diff::Side;
use crate::model::change::{Change, Window};
use crate::model::change_model::ChangeModel;
use crate::model::change_policy::Category;
use crate::model::freeze::Freeze;
use crate::model::maintenance_window::MaintenanceWindow;

/// What the time of a change is judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing<'r> {
    /// The policy at the base.
    pub policy: &'r Policy<'r>,
    /// The base: its freezes and windows count.
    pub base: Side<'r>,
    /// The change, as the merge result has it.
    pub change: Change<'r>,
    /// Everything that it affects, by id.
    pub affected: &'r BTreeSet<String>,
    /// The category in which it is decided.
    pub category: Category<'r>,
    /// The model that it follows.
    pub model: Option<ChangeModel<'r>>,
    /// Whether merging alters more than the change record itself.
    pub alters: bool,
    /// The instant of the decision.
    pub at: Timestamp,
}

/// What the freezes say, and until when it will stay like that.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// Why it may not go.
    pub reasons: Vec<Reason>,
    /// The next instant at which this can be different without anything else happening.
    pub next: Option<Timestamp>,
}

/// What is judged by the freezes of the base.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calm<'r> {
    /// The base: its freezes count.
    pub base: Side<'r>,
    /// The change that an exception would have to name.
    pub change: &'r str,
    /// When the work is planned.
    pub planned: Option<Bounds>,
    /// Everything that is affected, by id.
    pub affected: &'r BTreeSet<String>,
    /// The category in which it is decided; none passes no freeze.
    pub category: Option<&'r str>,
    /// Whether merging alters more than the change record itself.
    pub alters: bool,
    /// The instant of the decision.
    pub at: Timestamp,
}

impl Calm<'_> {
    /// The freezes that do not let it pass, by id.
    #[must_use]
    pub(super) fn judge(&self) -> Times {
        let mut times = Times::default();
        let sms = self.base.sms;
        for freeze in sms.all::<Freeze<'_>>() {
            let Some((from, to)) = freeze.bounds() else { continue };
            // A change that only claims a category does not pass by it: the category in which it is decided counts.
            let by_category = self.category.is_some_and(|word| freeze.allows().contains(&word));
            let by_name = freeze.exceptions().iter().any(|exception| {
                let named = exception.change().filter(|_| exception.reason().is_some());
                named.is_some_and(|named| sms.id_now(named.id) == self.change)
            });
            if by_category || by_name || !self.is_reached(freeze) {
                continue;
            }
            let overlaps = self.planned.is_some_and(|(start, end)| start < to && from < end);
            // Work without a window would begin at once, and so do edits that take effect with the merge.
            let now = (from..to).contains(&self.at) && (self.alters || self.planned.is_none());
            times.next = [times.next, Some(from), Some(to)].into_iter().flatten().filter(|at| *at > self.at).min();
            if overlaps || now {
                let until = AsOf::new(to);
                let id = &freeze.0.record.id;
                let what = if overlaps { "its window lies in" } else { "it would take effect in" };
                let help =
                    format!("wait until {until}, move the window, or have an exception with a reason agreed in '{id}'");
                times.reasons.push(Reason::blocked(
                    Code::Frozen,
                    format!("{what} the freeze '{id}', which does not let it pass"),
                    help,
                ));
            }
        }
        times
    }

    /// Whether the freeze reaches something that is affected: what the named things need is frozen too.
    fn is_reached(&self, freeze: Freeze<'_>) -> bool {
        let sms = self.base.sms;
        let Some(named) = freeze.named(sms) else { return true };
        let named: Vec<&str> =
            named.into_iter().filter_map(|id| self.base.graph.node(id).map(|node| node.id.as_str())).collect();
        let frozen = self.base.graph.needs(named.iter().copied(), State::Degraded, usize::MAX);
        self.affected.iter().any(|id| frozen.contains(sms.id_now(id)))
    }
}

impl Timing<'_> {
    /// Everything that the time has against the change.
    #[must_use]
    pub(super) fn judge(&self) -> Times {
        let mut times = Times::default();
        self.freezes(&mut times);
        let bounds = self.change.planned().and_then(Window::bounds);
        match bounds {
            None => times.reasons.push(Reason::blocked(
                Code::NoWindow,
                "no window is planned",
                "write `planned` with its start and its end",
            )),
            Some(bounds) => {
                times.reasons.extend(self.over(bounds));
                times.reasons.extend(self.short(bounds));
                times.reasons.extend(self.late(bounds));
                times.reasons.extend(self.outside(bounds));
                times.next =
                    [times.next, Some(bounds.0), Some(bounds.1)].into_iter().flatten().filter(|at| *at > self.at).min();
            }
        }
        times
    }

    /// The freezes of the base that reach the change.
    fn freezes(&self, times: &mut Times) {
        let calm = Calm {
            base: self.base,
            change: self.change.0.record.id.as_str(),
            planned: self.change.planned().and_then(Window::bounds),
            affected: self.affected,
            category: self.category.id(),
            alters: self.alters,
            at: self.at,
        };
        *times = calm.judge();
    }

    fn over(&self, (_, end): Bounds) -> Option<Reason> {
        (end <= self.at).then(|| {
            let message = format!("its window ended at {}", AsOf::new(end));
            Reason::blocked(Code::WindowOver, message, "plan a new window")
        })
    }

    /// Whether the work and the way back fit into the window.
    fn short(&self, (start, end): Bounds) -> Option<Reason> {
        let back = self.change.rollback().and_then(|rollback| rollback.takes());
        let work = self.change.takes().or_else(|| self.model.and_then(ChangeModel::duration));
        let seconds = |duration: Option<Duration>| duration.map_or(0, Duration::seconds);
        let long = u64::try_from(end.duration_since(start).as_secs()).unwrap_or(0);
        if seconds(work).saturating_add(seconds(back)) > long {
            let needs = Duration::from_seconds(seconds(work) + seconds(back));
            let message =
                format!("work and way back take {needs}, and the window has {}", Duration::from_seconds(long));
            return Some(Reason::blocked(Code::WindowShort, message, "plan a longer window"));
        }
        let deadline = self.change.rollback()?.deadline()?.instant()?;
        let left = u64::try_from(end.duration_since(deadline).as_secs()).unwrap_or(0);
        (seconds(back) > left).then(|| {
            let back = Duration::from_seconds(seconds(back));
            let message =
                format!("a way back that begins at {} and takes {back} ends after the window", AsOf::new(deadline));
            Reason::blocked(Code::WindowShort, message, "set `rollback.deadline` earlier, or plan a longer window")
        })
    }

    fn late(&self, (start, _): Bounds) -> Option<Reason> {
        let lead = self.category.lead_time()?;
        let asked = self.change.requested_at().and_then(When::instant)?;
        let long = u64::try_from(start.duration_since(asked).as_secs()).unwrap_or(0);
        (long < lead.seconds()).then(|| {
            let word = self.category.id().unwrap_or_default();
            let earliest = asked
                .saturating_add(jiff::SignedDuration::from_secs(i64::try_from(lead.seconds()).unwrap_or(i64::MAX)));
            let earliest = earliest.map_or_else(|_| "later".to_owned(), |at| format!("to {} or later", AsOf::new(at)));
            let message = format!("a {word} change is asked for {lead} before its window at least");
            Reason::blocked(Code::LeadTime, message, format!("move the window {earliest}"))
        })
    }

    /// Whether the work lies outside of the windows that hold for what it affects.
    fn outside(&self, (start, end): Bounds) -> Option<Reason> {
        if self.change.downtime().is_some_and(|downtime| downtime.seconds() == 0) || self.category.is_emergency() {
            return None;
        }
        let sms = self.base.sms;
        let windows: Vec<MaintenanceWindow<'_>> = sms
            .all::<MaintenanceWindow<'_>>()
            .filter(|window| window.is_active() && window.supplier().is_none())
            .collect();
        let mut outside = Vec::new();
        for id in self.affected {
            let holds = |window: &&MaintenanceWindow<'_>| window.applies_to().iter().any(|it| sms.id_now(it.id) == id);
            let mut own = windows.iter().filter(holds).peekable();
            if own.peek().is_some() {
                let open = own.fold(Intervals::default(), |all, window| all.union(&window.times((start, end))));
                if !open.covers(start, end) {
                    outside.push(id.as_str());
                }
            }
        }
        if outside.is_empty() {
            return None;
        }
        let message = format!("its window lies outside of the agreed maintenance of {}", quoted(&outside, 3));
        let help = "move the window into one of them; `gitsm calendar --free-slot` finds room";
        let outcome =
            if self.policy.record.windows_required() == Some(true) { Outcome::Blocked } else { Outcome::Pass };
        Some(Reason::new(Code::OutsideWindows, outcome, message).help(help))
    }
}
