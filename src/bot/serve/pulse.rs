//! Whether the server does its work, and not only answers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::lock;
use crate::bot::BotError;

/// The tick comes every second; after so long without one something is wrong.
const LATE: Duration = Duration::from_mins(1);

/// Everything that is asked of GitHub and of git has a time limit of its own; a piece of work that goes on for longer than
/// this hangs.
const LONGEST: Duration = Duration::from_hours(1);

/// What is worked on, by the order in which it was begun.
type Works = Arc<Mutex<BTreeMap<u64, Work>>>;

/// A piece of work.
#[derive(Debug)]
struct Work {
    begun: Instant,
    what: String,
    /// Whether it was told already that it hangs.
    told: bool,
}

/// What is known of the tasks of a server.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    begun: AtomicUsize,
    alive: Arc<AtomicUsize>,
    last: Mutex<Option<Instant>>,
    works: Works,
}

/// A piece of work that goes on for as long as this is held.
#[derive(Debug)]
pub(super) struct Busy(u64, Works);

impl Drop for Busy {
    fn drop(&mut self) {
        lock(&self.1).remove(&self.0);
    }
}

/// A task that goes on for as long as this is held, whatever ends it.
#[derive(Debug)]
pub(super) struct Alive(Arc<AtomicUsize>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pulse {
    /// Counts a task that is to go on until the end.
    pub(super) fn begin(&self) -> Alive {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.alive.fetch_add(1, Ordering::Relaxed);
        Alive(Arc::clone(&self.alive))
    }

    /// The tick came by.
    pub(super) fn beat(&self) {
        *lock(&self.last) = Some(Instant::now());
    }

    /// What is wrong; none when all is well.
    pub(super) fn trouble(&self) -> Option<String> {
        self.trouble_at(Instant::now())
    }

    fn trouble_at(&self, now: Instant) -> Option<String> {
        let (begun, alive) = (self.begun.load(Ordering::Relaxed), self.alive.load(Ordering::Relaxed));
        if alive < begun {
            return Some(format!("{} of {begun} tasks have ended", begun - alive));
        }
        let last = *lock(&self.last);
        if let Some(silent) = last.map(|last| now.saturating_duration_since(last)).filter(|silent| *silent > LATE) {
            return Some(format!("nothing was looked at for {} seconds", silent.as_secs()));
        }
        let age = self.oldest_at(now).filter(|age| *age > LONGEST)?;
        let (age, bound) = (age.as_secs() / 60, LONGEST.as_secs() / 60);
        Some(format!("a piece of work goes on for {age} minutes, and none takes {bound}; the log tells which"))
    }

    /// A piece of work begins.
    pub(super) fn work(&self, what: String) -> Busy {
        let mut works = lock(&self.works);
        let number = works.last_key_value().map_or(0, |(last, _)| last + 1);
        works.insert(number, Work { begun: Instant::now(), what, told: false });
        drop(works);
        Busy(number, Arc::clone(&self.works))
    }

    /// How long that goes on which was begun first of all that is worked on.
    pub(super) fn oldest(&self) -> Option<Duration> {
        self.oldest_at(Instant::now())
    }

    fn oldest_at(&self, now: Instant) -> Option<Duration> {
        let works = lock(&self.works);
        works.values().map(|work| now.saturating_duration_since(work.begun)).max()
    }

    /// The pieces of work that hang, each told once.
    pub(super) fn hanging(&self) -> Vec<String> {
        self.hanging_at(Instant::now())
    }

    fn hanging_at(&self, now: Instant) -> Vec<String> {
        let mut works = lock(&self.works);
        let hangs = |work: &&mut Work| !work.told && now.saturating_duration_since(work.begun) > LONGEST;
        let new = works.values_mut().filter(hangs).map(|work| {
            work.told = true;
            work.what.clone()
        });
        new.collect()
    }
}

/// Runs a piece of work apart from whoever waits for it; a panic in it is told as one, and ends nothing else.
///
/// # Errors
/// Those of the work, and [`BotError::Lost`] when it panics.
pub(super) async fn apart<T: Send + 'static>(
    work: impl Future<Output = Result<T, BotError>> + Send + 'static,
) -> Result<T, BotError> {
    tokio::spawn(work).await.unwrap_or(Err(BotError::Lost))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_ended_and_a_tick_that_stays_away_are_told() {
        let pulse = Pulse::default();
        let (one, other) = (pulse.begin(), pulse.begin());
        assert_eq!(pulse.trouble(), None, "it has only begun");
        pulse.beat();
        let now = Instant::now();
        assert_eq!(pulse.trouble_at(now + Duration::from_secs(59)), None);
        let late = pulse.trouble_at(now + Duration::from_secs(90)).unwrap();
        assert!(late.starts_with("nothing was looked at for 90"), "{late}");
        drop(one);
        assert_eq!(pulse.trouble().as_deref(), Some("1 of 2 tasks have ended"));
        drop(other);
        assert_eq!(pulse.trouble().as_deref(), Some("2 of 2 tasks have ended"));
    }

    #[test]
    fn work_that_hangs_is_told_until_it_ends_and_by_name_once() {
        let pulse = Pulse::default();
        let _task = pulse.begin();
        assert_eq!(pulse.oldest(), None);
        let old = pulse.work("acme/sms Pull(7)".to_owned());
        std::thread::sleep(Duration::from_millis(2));
        let young = pulse.work("acme/sms Pull(8)".to_owned());
        let later = |minutes: u64| Instant::now() + Duration::from_mins(minutes);
        assert_eq!((pulse.trouble_at(later(59)), pulse.hanging_at(later(59))), (None, Vec::new()));
        let told = pulse.trouble_at(later(61)).unwrap();
        assert!(told.starts_with("a piece of work goes on for 61 minutes") && !told.contains("acme"), "{told}");
        assert_eq!(pulse.hanging_at(later(61)), ["acme/sms Pull(7)", "acme/sms Pull(8)"]);
        assert_eq!(pulse.hanging_at(later(62)), [""; 0]);
        assert!(pulse.oldest().unwrap() >= Duration::from_millis(2));
        drop(old);
        assert!(pulse.trouble_at(later(61)).is_some(), "the other one hangs as well");
        let next = pulse.work("acme/sms Pull(9)".to_owned());
        drop(young);
        assert_eq!(pulse.hanging_at(later(61)), ["acme/sms Pull(9)"]);
        drop(next);
        assert_eq!((pulse.trouble_at(later(61)), pulse.oldest()), (None, None));
    }

    #[test]
    fn a_panic_in_a_piece_of_work_is_an_error_of_it_alone() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            assert!(matches!(apart(async { Ok(7) }).await, Ok(7)));
            let broken = apart(async {
                assert!(std::hint::black_box(false), "on purpose");
                Ok(())
            });
            assert!(matches!(broken.await, Err(BotError::Lost)));
            assert!(matches!(apart(async { Ok(8) }).await, Ok(8)));
        });
    }
}
