//! Commands on data, one module for each family: its table, then its handlers.
//!
//! A handler sees the keys that its row declares, its arguments, and the writer of its reply; nothing else. What kind of
//! handler it is says what it may do with the keys.

pub mod bitmap;
pub mod debug;
pub mod generic;
pub mod geo;
pub mod hash;
pub mod hyperloglog;
pub mod list;
pub mod object;
pub mod replicas;
pub mod set;
pub mod sort;
pub mod sorted_set;
pub mod stream;
pub mod string;

mod element;
mod expiry;
mod row;
mod scan;
mod timeout;

use fanfare_protocol::Reply;

use crate::command::{Args, Command, CommandError};
use crate::keyspace::{ReadKeys, Wait, WriteKeys};

/// A handler that reads.
pub type Read = fn(&mut ReadKeys<'_>, Args<'_>, &mut Reply<'_>) -> Result<(), CommandError>;
/// A handler that reads and writes.
pub type Write = fn(&mut WriteKeys<'_>, Args<'_>, &mut Reply<'_>) -> Result<(), CommandError>;

/// A handler that writes, or says what it must wait for. It is run again when a key that it waits for has changed.
pub type Block =
    fn(&mut WriteKeys<'_>, Args<'_>, &mut Reply<'_>) -> Result<Option<Wait>, CommandError>;

/// What runs a command on data.
#[derive(Clone, Copy)]
pub enum DataHandler {
    /// Reads keys.
    Read(Read),
    /// Reads and writes keys.
    Write(Write),
    /// Reads and writes keys, and can wait for them.
    Block(Block),
}

impl DataHandler {
    /// Runs the command; what it must wait for, if it cannot do it yet.
    pub fn run(
        self,
        keys: &mut WriteKeys<'_>,
        args: Args<'_>,
        reply: &mut Reply<'_>,
    ) -> Result<Option<Wait>, CommandError> {
        match self {
            Self::Read(handler) => handler(keys.reading(), args, reply).map(|()| None),
            Self::Write(handler) => handler(keys, args, reply).map(|()| None),
            Self::Block(handler) => handler(keys, args, reply),
        }
    }
}

/// The tables of all families.
pub const FAMILIES: &[&[Command<DataHandler>]] = &[
    bitmap::COMMANDS,
    generic::COMMANDS,
    geo::MEMBERS,
    geo::SEARCHES,
    hash::COMMANDS,
    hash::expiry::COMMANDS,
    hyperloglog::COMMANDS,
    list::COMMANDS,
    replicas::COMMANDS,
    set::COMMANDS,
    sort::COMMANDS,
    sorted_set::elements::COMMANDS,
    sorted_set::ranges::COMMANDS,
    sorted_set::combinations::COMMANDS,
    sorted_set::pops::COMMANDS,
    stream::COMMANDS,
    stream::group::COMMANDS,
    string::WHOLE,
    string::PARTS,
];
