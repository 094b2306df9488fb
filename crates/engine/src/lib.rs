//! What a command is, and what commands do to data.
//!
//! - [`families`] are the commands on data, one module for each type.
//! - [`keyspace`] holds the data, in shards behind locks.
//! - [`command`] says what a command is: facts, arguments, errors, and the table that finds it.
//!
//! Nothing here reads a clock, a socket or a file.

#![forbid(unsafe_code)]

pub mod command;
pub mod families;
pub mod keyspace;
