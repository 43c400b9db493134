//! Service levels as arithmetic on the dependency graph: what a chain can deliver, what was delivered, and whether those
//! who stand behind a promise answer and recover in time (8.3.3, 8.3.4, 8.4.3, 8.7.1, 8.7.2).
//!
//! Numbers are exact. Parts are assumed to fail independently unless the graph says what they share.

pub mod cases;
mod chance;
pub mod clocks;
mod composite;
mod delivery;
mod diagram;
pub mod elapsed;
mod figures;
mod kept;
pub mod recovery;
mod stops;
pub mod tiers;

pub use chance::Chance;
pub use clocks::Clocks;
pub use composite::{Composite, Effort};
pub use delivery::{Delivery, Part, each_delivery, enough, least_effort, lost};
pub use figures::{Figure, Promise, figures};
pub use kept::{Counted, Kept, Meter, tolerance};
pub use stops::{Lost, Stop, Stops};
