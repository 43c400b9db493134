//! GitHub: pull requests decided by the gate, as a step of a workflow, as a pass over all of them, or as a server that
//! hears of every event.
//!
//! An event only says where to look. Everything that counts is read again, the decision is the gate's, and what to do
//! about it is a pure function of the decision and of what is there (`plan`). The bot keeps nothing that a restart could
//! lose.

mod apply;
mod client;
mod command;
mod drift;
mod event;
mod facts;
mod judge;
mod jwt;
mod landed;
mod mirror;
mod plan;
mod record;
mod repo;
mod secret;
mod serve;
mod text;
mod types;
mod work;

pub use apply::{Done, apply};
pub use client::{ApiError, Auth, Client, Clock, Patience};
pub use command::{Command, commands};
pub use drift::{Asks, drift};
pub use event::{Event, Group, Wish, read as read_event};
pub use judge::{Case, Heard, Judge, Noted};
pub use jwt::{AppKey, KeyError};
pub use mirror::{Mirror, MirrorError};
pub use plan::{Action, Check, Me, Seen, Wants, plan};
pub use record::{Recorded, Scribe};
pub use repo::{Repo, is_name};
pub use secret::Secret;
pub use serve::{Setup, serve};
pub use text::summary;
pub use types::Pull;
pub use work::{Outcome as Worked, Worker};

use crate::evidence::ledger::LedgerError;
use crate::gate::hearing::HearingError;
use crate::load::LoadError;

/// Why the bot could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum BotError {
    /// GitHub gave no answer to work with.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The clone cannot be used.
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    /// The records cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The records cannot be judged.
    #[error(transparent)]
    Hearing(#[from] HearingError),
    /// The ledger cannot be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The ledger of the remote does not hold what it held before.
    #[error(
        "the ledger '{ledger}' of the remote no longer holds {before}, which it held before; nothing was written. Put it back from a clone, and find out who rewrote it"
    )]
    Rewritten {
        /// Its branch.
        ledger: String,
        /// What it held.
        before: String,
    },
    /// git and the API do not agree yet.
    #[error("git and the API do not agree yet: {0}")]
    Lag(String),
    /// The work was broken off.
    #[error("the decision was broken off; this is a bug in gitsm")]
    Lost,
}
