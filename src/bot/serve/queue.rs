//! What waits to be done: one entry for each pull request however many events tell of it, and one worker for each.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;

use crate::bot::event::{Group, Wish};

/// Most entries that wait. Beyond them the repository is swept as a whole instead.
const MOST: usize = 10_000;
/// Most deliveries that are remembered.
const REMEMBERED: usize = 20_000;

/// A piece of work in one repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Job {
    /// The repository, as `owner/name`; empty for all of them.
    pub(super) repository: String,
    /// What to do there.
    pub(super) task: Task,
}

/// What to do in a repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Task {
    /// A pull request.
    Pull(u64),
    /// A group of a merge queue.
    Group(Group),
    /// Find out which pull requests are meant.
    Find(Wish),
}

/// What is known of a piece of work besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct About {
    /// A review that must be visible.
    pub(super) review: Option<u64>,
    /// Whether an event told of it, so that a green check is taken back until it is decided again.
    pub(super) event: bool,
    /// How often it failed before.
    pub(super) failures: u32,
}

impl About {
    /// Adds what another telling of the same work knows: the newest review, and the worse of both otherwise.
    fn merge(&mut self, other: Self) {
        self.review = other.review.or(self.review);
        self.event |= other.event;
        self.failures = self.failures.max(other.failures);
    }
}

/// The queue. It is kept in memory alone: after a restart a sweep finds everything again.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: BTreeMap<Job, About>,
    order: VecDeque<Job>,
    running: BTreeSet<Job>,
    later: BTreeMap<Job, (Timestamp, About)>,
    seen: BTreeSet<String>,
    remembered: VecDeque<String>,
}

impl Queue {
    /// Whether this delivery is new; it is remembered.
    pub(super) fn is_new(&mut self, delivery: &str) -> bool {
        if !self.seen.insert(delivery.to_owned()) {
            return false;
        }
        self.remembered.push_back(delivery.to_owned());
        if self.remembered.len() > REMEMBERED
            && let Some(oldest) = self.remembered.pop_front()
        {
            self.seen.remove(&oldest);
        }
        true
    }

    /// Puts a piece of work at the end; what waits already is only made more urgent.
    pub(super) fn push(&mut self, job: Job, about: About) {
        if let Some(known) = self.waiting.get_mut(&job) {
            known.merge(about);
            return;
        }
        if self.waiting.len() >= MOST {
            let all = Job { repository: job.repository, task: Task::Find(Wish::Everything) };
            if self.waiting.insert(all.clone(), About::default()).is_none() {
                self.order.push_back(all);
            }
            return;
        }
        self.waiting.insert(job.clone(), about);
        self.order.push_back(job);
    }

    /// Puts a piece of work off; the earlier of two times counts, and what is known of both. What does not fit is not put
    /// off: it waits at once, and is swept there when that is full too.
    pub(super) fn push_at(&mut self, at: Timestamp, job: Job, about: About) {
        if let Some((known, more)) = self.later.get_mut(&job) {
            *known = at.min(*known);
            more.merge(about);
        } else if self.later.len() < MOST {
            self.later.insert(job, (at, about));
        } else {
            self.push(job, about);
        }
    }

    /// Brings forward what was put off until `now`.
    pub(super) fn wake(&mut self, now: Timestamp) {
        let due: Vec<Job> = self.later.iter().filter(|(_, (at, _))| *at <= now).map(|(job, _)| job.clone()).collect();
        for job in due {
            if let Some((_, about)) = self.later.remove(&job) {
                self.push(job, about);
            }
        }
    }

    /// The next piece of work that nobody works on.
    pub(super) fn take(&mut self) -> Option<(Job, About)> {
        let at = self.order.iter().position(|job| !self.running.contains(job))?;
        let job = self.order.remove(at)?;
        let about = self.waiting.remove(&job).unwrap_or_default();
        self.running.insert(job.clone());
        Some((job, about))
    }

    /// Tells that nobody works on it any longer.
    pub(super) fn done(&mut self, job: &Job) {
        self.running.remove(job);
    }

    /// How many wait, run, and were put off.
    pub(super) fn counts(&self) -> (usize, usize, usize) {
        (self.waiting.len(), self.running.len(), self.later.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(number: u64) -> Job {
        Job { repository: "acme/sms".to_owned(), task: Task::Pull(number) }
    }

    fn event(review: Option<u64>) -> About {
        About { review, event: true, failures: 0 }
    }

    #[test]
    fn many_events_of_one_pull_request_are_one_piece_of_work() {
        let mut queue = Queue::default();
        queue.push(job(1), About::default());
        queue.push(job(1), event(Some(9)));
        queue.push(job(1), event(None));
        assert_eq!(queue.take(), Some((job(1), event(Some(9)))));
        assert_eq!(queue.take(), None);
    }

    #[test]
    fn nobody_else_works_on_what_is_worked_on_and_what_comes_meanwhile_is_not_lost() {
        let mut queue = Queue::default();
        queue.push(job(1), event(None));
        queue.push(job(2), event(None));
        assert_eq!(queue.take().unwrap().0, job(1));
        queue.push(job(1), event(None));
        assert_eq!(queue.take().unwrap().0, job(2));
        assert_eq!(queue.take(), None);
        queue.done(&job(1));
        assert_eq!(queue.take().unwrap().0, job(1));
    }

    #[test]
    fn a_delivery_counts_once_and_memory_is_bounded() {
        let mut queue = Queue::default();
        assert!(queue.is_new("a"));
        assert!(!queue.is_new("a"));
        for at in 0..REMEMBERED {
            queue.is_new(&at.to_string());
        }
        assert_eq!(queue.seen.len(), REMEMBERED);
        assert!(queue.is_new("a"), "the oldest is forgotten");
        for number in 0..20_000 {
            queue.push(job(number), event(None));
        }
        assert_eq!(queue.counts().0, MOST + 1);
        let everything = Task::Find(Wish::Everything);
        assert!(queue.waiting.keys().any(|job| job.task == everything), "what does not fit is found by a sweep");
    }

    #[test]
    fn what_is_put_off_twice_comes_once_with_all_that_is_known_and_nothing_is_dropped() {
        let mut queue = Queue::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        queue.push_at(at(50), job(1), event(Some(9)));
        queue.push_at(at(70), job(1), About { review: None, event: false, failures: 3 });
        queue.wake(at(50));
        assert_eq!(queue.take(), Some((job(1), About { review: Some(9), event: true, failures: 3 })));
        for number in 0..20_000 {
            queue.push_at(at(100), job(number), About::default());
        }
        assert_eq!(queue.counts().2, MOST);
        assert_eq!(queue.counts().0, 20_000 - MOST, "the rest waits at once");
    }

    #[test]
    fn what_is_put_off_comes_at_its_time() {
        let mut queue = Queue::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        queue.push_at(at(100), job(1), About::default());
        queue.push_at(at(50), job(1), About::default());
        queue.push_at(at(70), job(1), About::default());
        queue.wake(at(49));
        assert_eq!(queue.take(), None);
        queue.wake(at(50));
        assert_eq!(queue.take().unwrap().0, job(1));
        assert_eq!(queue.counts(), (0, 1, 0));
    }

    #[test]
    fn the_first_to_come_is_the_first_to_be_taken() {
        let mut queue = Queue::default();
        for number in [3, 1, 2, 3] {
            queue.push(job(number), event(None));
        }
        let taken: Vec<Job> = std::iter::from_fn(|| queue.take().map(|(job, _)| job)).collect();
        assert_eq!(taken, [job(3), job(1), job(2)]);
        assert_eq!(queue.counts(), (0, 3, 0));
        queue.done(&job(9));
        assert_eq!(queue.counts(), (0, 3, 0), "what nobody works on cannot be done");
        queue.done(&job(1));
        assert_eq!(queue.counts(), (0, 2, 0));
    }

    #[test]
    fn the_same_number_elsewhere_is_other_work() {
        let mut queue = Queue::default();
        let elsewhere = Job { repository: "acme/other".to_owned(), task: Task::Pull(1) };
        let find = Job { repository: "acme/sms".to_owned(), task: Task::Find(Wish::Branch("main".to_owned())) };
        for it in [&elsewhere, &find, &job(1)] {
            queue.push(it.clone(), event(None));
        }
        assert_eq!(queue.take().unwrap().0, elsewhere);
        assert_eq!(queue.take().unwrap().0, find);
        assert_eq!(queue.take().unwrap().0, job(1));
    }

    #[test]
    fn what_comes_while_it_is_worked_on_waits_once_and_does_not_hold_up_the_others() {
        let mut queue = Queue::default();
        queue.push(job(1), event(None));
        let _running = queue.take().unwrap();
        queue.push(job(1), event(Some(8)));
        queue.push(job(1), event(Some(9)));
        queue.push(job(2), event(None));
        assert_eq!(queue.counts(), (2, 1, 0));
        assert_eq!(queue.take().unwrap().0, job(2));
        assert_eq!(queue.take(), None);
        queue.done(&job(1));
        assert_eq!(queue.take(), Some((job(1), event(Some(9)))), "the latest review is the one to wait for");
        assert_eq!(queue.take(), None);
    }

    #[test]
    fn an_event_makes_what_was_put_off_urgent_when_it_wakes() {
        let mut queue = Queue::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        let tried = About { review: Some(4), event: false, failures: 2 };
        queue.push_at(at(10), job(1), tried);
        queue.push_at(at(99), job(2), About::default());
        assert_eq!(queue.counts(), (0, 0, 2));
        queue.wake(at(10));
        queue.push(job(1), event(None));
        assert_eq!(queue.take(), Some((job(1), About { review: Some(4), event: true, failures: 2 })));
        assert_eq!(queue.counts(), (0, 1, 1), "the other one's time has not come");
    }
}
