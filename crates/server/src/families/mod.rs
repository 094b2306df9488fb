//! Commands that need a session or the server, one module for each family: its table, then its handlers.

pub mod client;
pub mod command;
pub mod config;
pub mod connection;
pub mod keyspace;
pub mod observe;
pub mod pubsub;
pub mod server;
pub mod stream;
pub mod transaction;

mod help;
mod memory;
mod not_yet;
mod row;

use fanfare_engine::command::{Command, CommandTable, TableError};
use fanfare_engine::families as data;

use crate::context::{Handler, SessionHandler};

pub use not_yet::is_not_yet;

/// The tables of the families here.
const FAMILIES: &[&[Command<SessionHandler>]] = &[
    client::COMMANDS,
    command::COMMANDS,
    config::COMMANDS,
    connection::COMMANDS,
    observe::COMMANDS,
    pubsub::COMMANDS,
    server::COMMANDS,
    transaction::COMMANDS,
];

/// The table of all commands, those on data included, as yet under their own names.
pub fn commands() -> Result<CommandTable<Handler>, TableError> {
    let mut table = CommandTable::new(&[])?;
    for family in data::FAMILIES {
        table.add_family(family, Handler::Data)?;
    }
    for family in FAMILIES {
        table.add_family(family, Handler::Session)?;
    }
    table.add_family(keyspace::COMMANDS, |handler| handler)?;
    table.add_family(stream::COMMANDS, |handler| handler)?;
    table.add_family(server::debug::COMMANDS, |handler| handler)?;
    Ok(table)
}

#[cfg(test)]
mod tests {
    use fanfare_engine::command::KeyFlag;

    use super::*;

    #[test]
    fn the_rows_of_all_families_make_a_table() {
        let table = commands().unwrap();
        assert!(table.find_name(b"config|set").is_some());
    }

    #[test]
    fn what_varies_of_a_command_on_its_keys_can_be_told() {
        for entry in commands().unwrap().entries() {
            let mut specs = entry.row.keys.specs().iter();
            let varies = specs.any(|spec| spec.flags.has(KeyFlag::VariableFlags));
            assert_eq!(varies, entry.row.flags_of_keys.is_some(), "{}", entry.full_name());
        }
    }
}
