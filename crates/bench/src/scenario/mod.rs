//! The kinds of work, and the runner that does them in interleaved rounds.

mod command_table;
mod commands;
mod fanout;
mod fill;
mod idle;
mod limit;
mod prepare;
mod progress;
mod readers;
mod runner;
mod slow;
mod suite;
mod suite_data_rows;
mod suite_rows;

pub(crate) use commands::Repetition;
pub(crate) use progress::note;
pub(crate) use runner::{Outcome, run};
