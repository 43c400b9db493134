//! Whether the server does its work, and not only answers.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::bot::BotError;

/// The tick comes every second; after so long without one something is wrong.
const LATE: Duration = Duration::from_mins(1);

/// What is known of the tasks of a server.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    begun: AtomicUsize,
    alive: Arc<AtomicUsize>,
    last: Mutex<Option<Instant>>,
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
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
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
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let silent = last.map(|last| now.saturating_duration_since(last)).filter(|silent| *silent > LATE)?;
        Some(format!("nothing was looked at for {} seconds", silent.as_secs()))
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
