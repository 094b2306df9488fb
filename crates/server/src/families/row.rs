//! Begins a row of a family's table.

use fanfare_engine::command::{Arity, Command, Keys, command};

use crate::context::SessionHandler;

/// A command of a family. (Taking a plain `fn` pointer keeps each function from being a type of its own.)
pub(super) const fn row(
    name: &'static str,
    arity: Arity,
    keys: Keys,
    handler: SessionHandler,
) -> Command<SessionHandler> {
    command(name, arity, keys, handler)
}
