//! Begins a row of a family's table. (Taking plain `fn` pointers keeps each function from being a type of its own.)

use super::{Block, DataHandler, Read, Write};
use crate::command::{Arity, Command, Keys, command};

/// A command that reads.
pub(super) const fn read(
    name: &'static str,
    arity: Arity,
    keys: Keys,
    handler: Read,
) -> Command<DataHandler> {
    command(name, arity, keys, DataHandler::Read(handler))
}

/// A command that writes.
pub(super) const fn write(
    name: &'static str,
    arity: Arity,
    keys: Keys,
    handler: Write,
) -> Command<DataHandler> {
    command(name, arity, keys, DataHandler::Write(handler))
}

/// A command that writes, or waits until it can.
pub(super) const fn block(
    name: &'static str,
    arity: Arity,
    keys: Keys,
    handler: Block,
) -> Command<DataHandler> {
    command(name, arity, keys, DataHandler::Block(handler))
}
