//! The history of the protected branch: its commits along first parents, and what each did to the records.
//!
//! What a clone cannot show is told as a [`Gap`]; nothing that depends on it may be called proven.

mod commit;
#[cfg(test)]
pub(in crate::evidence) mod fixture;
mod kept;
mod life;
mod lives;
mod open;
mod record;
mod shape;
mod taken_back;
mod told;
mod tree;

pub use commit::{Commit, Who};
pub(in crate::evidence) use life::changes;
pub use life::{Life, Step, StepKind, life};
pub use lives::{Brief, Landed, Lives, Most, Passage, lives};
pub use open::{Gap, History, HistoryError};
pub use shape::{Landing, Revert};
pub use told::Told;
pub use tree::{Entry, Touched, Watch};
