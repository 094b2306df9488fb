//! `INFO`: the table of metrics, and its text.
//!
//! One row per field, in the order in which Redis 8.2 prints them. A field whose feature does not exist yet has
//! the value that says so: 0, `ok`, -1.

mod facts;
mod format;
mod lists;
mod metric;
mod rows_activity;
mod rows_memory;
mod rows_persistence;
mod rows_server;
mod sections;

pub use facts::{DatabaseFacts, Facts, PubSubFacts, Settings};
pub use metric::{Metric, Value};
pub use sections::{SECTIONS, Selection, write};

#[cfg(test)]
mod tests;
