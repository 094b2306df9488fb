//! Commands that need a session or the server, one module for each family: its table, then its handlers.

pub mod client;
pub mod command;
pub mod config;
pub mod connection;
pub mod observe;
pub mod pubsub;
pub mod server;

mod help;
mod not_yet;
mod row;

use fanfare_engine::command::{Command, CommandTable, TableError};

use crate::context::Handler;

pub use not_yet::is_not_yet;

/// The tables of all families.
const FAMILIES: &[&[Command<Handler>]] = &[
    client::COMMANDS,
    command::COMMANDS,
    config::COMMANDS,
    connection::COMMANDS,
    observe::COMMANDS,
    pubsub::COMMANDS,
    server::COMMANDS,
];

/// The table of all commands, as yet under their own names.
pub fn commands() -> Result<CommandTable<Handler>, TableError> {
    CommandTable::new(FAMILIES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_all_families_make_a_table() {
        let table = commands().unwrap();
        assert!(table.find_name(b"config|set").is_some());
    }
}
