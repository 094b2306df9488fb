//! What a command is: its facts, its arguments, its errors, and the table that finds it by name.
//!
//! - [`Command`] is one row: name, arity, flags, key positions, documentation and handler, built by const
//!   functions. A family of commands is one const slice of rows.
//! - [`CommandTable`] is built at start from the families' slices. It finds rows by name, applies
//!   `rename-command`, and gives each command and subcommand a small number for statistics.
//! - [`Args`] walks the arguments of one request; [`CommandError`] holds the words of every wire error.
//! - [`describe`] writes the replies of `COMMAND` from the table.
//!
//! The handler's type `H` is the caller's: nothing here knows a session, a socket or a database. Rows
//! state facts and nothing is said twice: ACL categories follow from flags where Redis derives them,
//! `movablekeys` follows from key positions, and the argument tree of `COMMAND DOCS` from the usage line.

mod args;
mod argument;
mod category;
pub mod describe;
mod error;
mod flag;
mod keys;
mod row;
mod table;
#[cfg(test)]
mod tests;
mod usage;

pub use args::Args;
pub use argument::{Argument, ArgumentKind};
pub use category::{Categories, Category};
pub use error::{CommandError, until_zero};
pub use flag::{Flag, Flags};
pub use keys::{Begin, Find, KeyAt, KeyFlag, KeyFlags, KeySpec, Keys, KeysError};
pub use row::{Arity, Command, DocFlag, Facts, FlagsOfKeys, Group, command, container};
pub use table::{CommandId, CommandTable, Entry, RenameError, TableError};
pub use usage::{UsageError, parse_usage};
