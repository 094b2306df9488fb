//! Commands that need a session or the server, one module for each family: its table, then its handlers.

pub mod client;
pub mod command;
pub mod connection;
pub mod pubsub;
pub mod server;

mod help;
mod row;

use fanfare_engine::command::{Command, CommandTable, TableError};

use crate::context::Handler;

/// The tables of all families.
const FAMILIES: &[&[Command<Handler>]] = &[
    client::COMMANDS,
    command::COMMANDS,
    connection::COMMANDS,
    pubsub::COMMANDS,
    server::COMMANDS,
];

/// The table of all commands, as yet under their own names.
pub fn commands() -> Result<CommandTable<Handler>, TableError> {
    CommandTable::new(FAMILIES)
}
