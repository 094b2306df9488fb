//! The row of `DEBUG`, which is one command to clients; its subcommands see data or the server.

use std::ops::RangeInclusive;

use fanfare_engine::command::{Args, Arity, Command, Flag, Group, Keys, command};
use fanfare_engine::families::{DataHandler, Write, debug};

use super::own::debug as own;
use crate::context::{Handler, Runner};

/// How many arguments may follow a subcommand that takes any number.
const ANY: usize = usize::MAX;

/// Subcommands that see data, how many arguments they take, and what runs them.
const ON_DATA: [(&str, RangeInclusive<usize>, Write); 6] = [
    ("DIGEST", 0..=0, debug::digest),
    ("DIGEST-VALUE", 0..=ANY, debug::digest_value),
    ("HTSTATS", 1..=ANY, debug::tables),
    ("HTSTATS-KEY", 1..=ANY, debug::table_of_key),
    ("LISTPACK", 1..=1, debug::listpack),
    ("OBJECT", 1..=1, debug::object),
];

/// The family's command.
pub const COMMANDS: &[Command<Handler>] =
    &[command("DEBUG", Arity::AtLeast(2), Keys::NONE, Handler::Choice(choose))
        .flags(&[
            Flag::Admin,
            Flag::NoScript,
            Flag::Loading,
            Flag::Stale,
            Flag::Guarded,
            Flag::WholeKeyspace,
        ])
        .group(Group::Server)
        .since("1.0.0")
        .complexity("Depends on subcommand.")
        .system()
        .summary("What tests of the server need.")];

/// What runs a request, and the arguments behind the subcommand if that sees data.
fn choose(args: &mut Args<'_>) -> Runner {
    let wanted = args.get(0).unwrap_or_default();
    let is_meant = |(name, count, _): &&(&str, RangeInclusive<usize>, Write)| {
        wanted.eq_ignore_ascii_case(name.as_bytes()) && count.contains(&(args.len() - 1))
    };
    match ON_DATA.iter().find(is_meant) {
        Some((_, _, handler)) => {
            args.next();
            Runner::Data(DataHandler::Write(*handler))
        }
        None => Runner::Session(own),
    }
}
