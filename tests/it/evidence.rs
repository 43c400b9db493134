//! Evidence from histories that the real git made.

mod clones;
mod git;
mod history;
mod kept;
mod landing;
mod ledger;
mod packs;
mod records;
mod signatures;
mod votes;
mod world;
