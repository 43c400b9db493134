//! Evidence: what git history and the ledger prove, and what they do not.
//!
//! Only the ledger's writer changes anything; everything else reads objects of git, which are named by their content.

pub mod history;
pub mod ledger;
pub mod replay;
pub mod sample;
pub mod sign;
pub mod verify;
pub mod vote;
