//! `CONFIG`.

mod apply;
mod handlers;

use fanfare_engine::command::{Arity, Command, Flag, Group, Keys, container};

use super::help::help;
use super::row::row;
use crate::context::SessionHandler;

const ADMIN: &[Flag] = &[Flag::Admin, Flag::NoScript, Flag::Loading, Flag::Stale];
const ALL_NODES: &[&str] = &["request_policy:all_nodes", "response_policy:all_succeeded"];

/// The family's commands.
pub const COMMANDS: &[Command<SessionHandler>] = &[container("CONFIG", Arity::AtLeast(2), CONFIG)
    .group(Group::Server)
    .since("2.0.0")
    .complexity("Depends on subcommand.")
    .summary("Shows and changes the configuration.")];

const CONFIG: &[Command<SessionHandler>] = &[
    subcommand("GET", Arity::AtLeast(3), handlers::get)
        .complexity("O(N) when N is the number of configuration parameters provided")
        .usage("parameter...")
        .history(&[("7.0.0", "Added the ability to pass multiple pattern parameters in one call")])
        .summary("Shows the values of parameters, named or by glob pattern."),
    row("HELP", Arity::Exactly(2), Keys::NONE, help)
        .flags(&[Flag::Loading, Flag::Stale])
        .group(Group::Server)
        .since("5.0.0")
        .complexity("O(1)")
        .summary("Shows this text."),
    subcommand("RESETSTAT", Arity::Exactly(2), handlers::reset_stat)
        .complexity("O(1)")
        .tips(ALL_NODES)
        .summary("Sets the counters that INFO shows back to zero."),
    subcommand("REWRITE", Arity::Exactly(2), handlers::rewrite)
        .since("2.8.0")
        .complexity("O(1)")
        .tips(ALL_NODES)
        .summary("Writes the configuration in force into its file."),
    subcommand("SET", Arity::AtLeast(4), handlers::set)
        .complexity("O(N) when N is the number of configuration parameters provided")
        .usage("data=(parameter value)...")
        .history(&[("7.0.0", "Added the ability to set multiple parameters in one call.")])
        .tips(ALL_NODES)
        .summary("Changes parameters while the server runs."),
];

const fn subcommand(
    name: &'static str,
    arity: Arity,
    handler: SessionHandler,
) -> Command<SessionHandler> {
    row(name, arity, Keys::NONE, handler).flags(ADMIN).group(Group::Server).since("2.0.0")
}
