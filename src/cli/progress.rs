//! What is going on, on a terminal: nothing for a second, then the stage that is running.

use std::cell::RefCell;
use std::io::Write as _;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Shows the stage of work on stderr.
pub struct Progress {
    stages: RefCell<Option<(Sender<String>, JoinHandle<()>)>>,
    verbose: bool,
    last: RefCell<Option<(String, Instant)>>,
}

impl Progress {
    /// Shows stages on a terminal when `shown`; prints each stage with its time when `verbose`.
    #[must_use]
    pub fn new(shown: bool, verbose: bool) -> Self {
        let stages = (shown && !verbose).then(|| {
            let (sender, receiver) = mpsc::channel::<String>();
            let thread = std::thread::spawn(move || {
                let started = Instant::now();
                let mut stage = String::new();
                loop {
                    let wait = Duration::from_secs(1).saturating_sub(started.elapsed());
                    match receiver.recv_timeout(wait) {
                        Ok(next) => stage = next,
                        Err(RecvTimeoutError::Disconnected) => return,
                        Err(RecvTimeoutError::Timeout) => break,
                    }
                }
                let bar = ProgressBar::new_spinner().with_message(stage);
                if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                    bar.set_style(style);
                }
                bar.enable_steady_tick(Duration::from_millis(120));
                while let Ok(next) = receiver.recv() {
                    bar.set_message(next);
                }
                bar.finish_and_clear();
            });
            (sender, thread)
        });
        Self { stages: RefCell::new(stages), verbose, last: RefCell::new(None) }
    }

    /// A new stage begins.
    pub fn stage(&self, name: &str) {
        self.tell_last();
        *self.last.borrow_mut() = Some((name.to_owned(), Instant::now()));
        if let Some((sender, _)) = &*self.stages.borrow() {
            let _ = sender.send(name.to_owned());
        }
    }

    /// The result is about to be written: clears the line.
    pub fn pause(&self) {
        self.tell_last();
        if let Some((sender, thread)) = self.stages.borrow_mut().take() {
            drop(sender);
            let _ = thread.join();
        }
    }

    /// All work is done.
    pub fn done(&self) {
        self.pause();
    }

    fn tell_last(&self) {
        if let Some((name, since)) = self.last.borrow_mut().take()
            && self.verbose
        {
            let _ = writeln!(std::io::stderr(), "{name}: {:.3} s", since.elapsed().as_secs_f64());
        }
    }
}
