//! Service levels as arithmetic on the dependency graph: what a chain can deliver, what was delivered, and whether those
//! who stand behind a promise answer and recover in time (8.3.3, 8.3.4, 8.4.3, 8.7.1, 8.7.2).
//!
//! Numbers are exact. Parts are assumed to fail independently unless the graph says what they share.

mod chance;
mod composite;
mod diagram;

pub use chance::Chance;
pub use composite::Composite;
