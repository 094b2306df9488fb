//! Counts of distinct elements.

mod count;
mod debug;
mod rows;

pub use rows::COMMANDS;
