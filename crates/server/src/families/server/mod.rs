//! The server as a whole.

mod acl;
pub mod debug;
mod lolwut;
mod misc;

use acl::whoami;
use fanfare_engine::command::{Arity, Category, Command, Flag, Group, Keys, container};
use lolwut::lolwut;
use misc::{role, shutdown, time};

use super::help::help;
use super::row::row;
use crate::context::SessionHandler;

const ACL: &[Command<SessionHandler>] = &[
    row("HELP", Arity::Exactly(2), Keys::NONE, help)
        .flags(&[Flag::Loading, Flag::Stale])
        .group(Group::Server)
        .since("6.0.0")
        .complexity("O(1)")
        .summary("Shows this text."),
    row("WHOAMI", Arity::Exactly(2), Keys::NONE, whoami)
        .flags(&[Flag::NoScript, Flag::Loading, Flag::Stale])
        .group(Group::Server)
        .since("6.0.0")
        .complexity("O(1)")
        .summary("Tells the user of this connection."),
];

/// The family's commands.
pub const COMMANDS: &[Command<SessionHandler>] = &[
    container("ACL", Arity::AtLeast(2), ACL)
        .group(Group::Server)
        .since("6.0.0")
        .complexity("Depends on subcommand.")
        .summary("What concerns users and their rights."),
    row("LOLWUT", Arity::AtLeast(1), Keys::NONE, lolwut)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .group(Group::Server)
        .since("5.0.0")
        .usage("[VERSION version:integer]")
        .summary("Shows the version, below a drawing."),
    row("ROLE", Arity::Exactly(1), Keys::NONE, role)
        .flags(&[Flag::NoScript, Flag::Loading, Flag::Stale, Flag::Fast])
        .categories(&[Category::Admin, Category::Dangerous])
        .group(Group::Server)
        .since("2.8.12")
        .complexity("O(1)")
        .summary("Tells the part that the server has in replication."),
    row("SHUTDOWN", Arity::AtLeast(1), Keys::NONE, shutdown)
        .flags(&[
            Flag::Admin,
            Flag::NoScript,
            Flag::Loading,
            Flag::Stale,
            Flag::NoMulti,
            Flag::AllowBusy,
        ])
        .group(Group::Server)
        .since("1.0.0")
        .complexity(
            "O(N) when saving, where N is the total number of keys in all databases when saving \
            data, otherwise O(1)",
        )
        .usage("save-selector=[NOSAVE | SAVE] [NOW]@7.0.0 [FORCE]@7.0.0 [ABORT]@7.0.0")
        .history(&[("7.0.0", "Added the `NOW`, `FORCE` and `ABORT` modifiers.")])
        .summary("Stops the server, after saving where that is configured."),
    row("TIME", Arity::Exactly(1), Keys::NONE, time)
        .flags(&[Flag::Loading, Flag::Stale, Flag::Fast])
        .group(Group::Server)
        .since("2.6.0")
        .complexity("O(1)")
        .tips(&["nondeterministic_output"])
        .summary("Tells the server clock: Unix seconds, and microseconds of the second."),
];
