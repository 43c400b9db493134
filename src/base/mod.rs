//! Words that every stage speaks: places in files, findings, ids, instants and values.

pub mod bytes;
pub mod clause;
pub mod code;
pub mod contacts;
pub mod credentials;
pub mod csv;
pub mod date;
pub mod duration;
pub mod exact;
pub mod finding;
pub mod fix;
pub mod hash;
pub mod hours;
pub mod id;
pub mod intervals;
pub mod markdown;
pub mod name;
pub mod period;
pub mod recurrence;
pub mod source;
pub mod span;
pub mod suggest;
pub mod svg;
pub mod text;
