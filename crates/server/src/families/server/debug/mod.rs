//! `DEBUG`: what tests of clients and of the server need.

mod choice;
mod own;
mod samples;

pub use choice::COMMANDS;
