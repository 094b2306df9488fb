//! The table of parameters: every directive of Redis 7.0 and 8.2, in files by topic.
//!
//! A row is a parameter's name, values, default and meaning; what `CONFIG GET`, `CONFIG SET`,
//! `CONFIG REWRITE`, configuration files and the reference say about it follows from the row.

mod check;
mod cluster;
mod keyspace;
mod network;
mod persistence;
mod process;
mod replication;
mod support;

use support::{HZ_MAX, I32, I32_MIN, I64, cores, field, path, path_text, string};
pub use support::{find, parameters};
