//! The ledger: a branch to which entries are only ever added, one commit each.
//!
//! An entry is an in-toto statement, in a DSSE envelope where a key is set. It names the hash of the entry before it, and
//! its commit names the hash of the entry, so that nothing in it can change, go or come in between without a trace.

mod chain;
mod codec;
mod decided;
mod entry;
mod read;
mod write;

pub use chain::{Flaw, FlawKind, Kept, Ledger, Raw, check};
pub use decided::{afterwards, changes, decided_at, is_under, last_vote, passed, seats};
pub use entry::{Body, Draft, Entry, Subject, end};
pub use read::{Branch, read};
pub use write::{LedgerError, Recorder, Written, append, merge_tree};
