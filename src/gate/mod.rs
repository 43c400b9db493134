//! The gate: who must agree to a change, given what it really touches, and is that satisfied (8.5.1).
//!
//! [`decide`] is a pure function of the records at the base, those of the merge result, the [`facts::Facts`] of the pull
//! request and an instant. It never reads a clock, a file or the network, so that everybody can repeat it.

mod category;
pub mod codeowners;
mod conflict;
mod contributors;
pub mod debts;
mod decide;
mod decision;
mod demand;
mod digest;
mod edits;
pub mod facts;
mod glob;
pub mod hearing;
mod judge;
pub mod markdown;
mod next;
mod objection;
mod opening;
mod outcome;
pub mod outlook;
mod people;
mod policy;
pub mod preview;
mod reach;
mod reason;
pub mod release;
mod retrospective;
mod risk;
pub mod scenario;
mod seats;
mod time;
mod under;
mod votes;

pub use conflict::{Conflict, Meeting};
pub use decide::{content, decide, decide_by};
pub use decision::{Affected, By, Decision, Felt, Filled, Next};
pub use outcome::Outcome;
pub use reason::{Code, Reason};
pub use risk::{Rated, Term, WEIGHTS};
pub use votes::{Electorate, Left};
