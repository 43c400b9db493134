//! The command line as a user meets it: every command, its exit code, its words and its JSON.

mod check;
mod errors;
mod explain;
mod globals;
mod human;
mod init;
mod json;
mod local;
mod new;
mod shells;
mod views;
