//! Commands that need a session or the server, one module for each family: its table, then its handlers.

pub mod pubsub;

use fanfare_engine::command::{CommandTable, TableError};

use crate::context::Handler;

/// The table of all commands, as yet under their own names.
pub fn commands() -> Result<CommandTable<Handler>, TableError> {
    CommandTable::new(&[pubsub::COMMANDS])
}
