//! Schemas, views and records stay together: what one says, the others know.

mod generate;
mod records;
mod schemas;
mod views;
mod walk;
