//! What the server says about its commands (`COMMAND DOCS`): help, hints and completion. Pure.

mod argument;
mod catalog;
mod help;
mod hint;
#[cfg(test)]
mod tests;

pub(crate) use catalog::Catalog;
pub(crate) use help::{help, summary_of_help};
