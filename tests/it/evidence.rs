//! Evidence from histories that the real git made.

mod git;
mod history;
