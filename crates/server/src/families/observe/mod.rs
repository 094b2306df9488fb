//! Commands that look into the server: `INFO`, `LATENCY`, `MONITOR`, `SLOWLOG`.

mod info;
mod latency;
mod monitor;
mod slow_log;

use fanfare_engine::command::{Arity, Category, Command, Flag, Group, Keys, container};

use super::help::help;
use super::row::row;
use crate::context::SessionHandler;

const LOOKING: &[Flag] = &[Flag::Loading, Flag::Stale];
const ADMIN: &[Flag] = &[Flag::Admin, Flag::Loading, Flag::Stale];
const ADMIN_NOT_IN_SCRIPTS: &[Flag] = &[Flag::Admin, Flag::NoScript, Flag::Loading, Flag::Stale];

const EVERYWHERE: &[&str] =
    &["nondeterministic_output", "request_policy:all_nodes", "response_policy:special"];

/// The family's commands.
pub const COMMANDS: &[Command<SessionHandler>] = &[
    row("INFO", Arity::AtLeast(1), Keys::NONE, info::info)
        .flags(&[Flag::Loading, Flag::Stale, Flag::WholeKeyspace])
        .categories(&[Category::Dangerous])
        .group(Group::Server)
        .since("1.0.0")
        .complexity("O(1)")
        .usage("[section...]")
        .history(&[("7.0.0", "Added support for taking multiple section arguments.")])
        .tips(&["nondeterministic_output", "request_policy:all_shards", "response_policy:special"])
        .summary("Tells the state of the server and its figures."),
    container("LATENCY", Arity::AtLeast(2), LATENCY)
        .group(Group::Server)
        .since("2.8.13")
        .complexity("Depends on subcommand.")
        .summary("Shows what took long."),
    row("MONITOR", Arity::Exactly(1), Keys::NONE, monitor::monitor)
        .flags(ADMIN_NOT_IN_SCRIPTS)
        .group(Group::Server)
        .since("1.0.0")
        .summary("Shows every command that the server runs, as it runs."),
    container("SLOWLOG", Arity::AtLeast(2), SLOWLOG)
        .group(Group::Server)
        .since("2.2.12")
        .complexity("Depends on subcommand.")
        .summary("Shows the commands that were slow."),
];

const LATENCY: &[Command<SessionHandler>] = &[
    latency("DOCTOR", Arity::Exactly(2), latency::doctor)
        .tips(EVERYWHERE)
        .summary("Says what the latency events mean and what may help."),
    latency("GRAPH", Arity::Exactly(3), latency::graph)
        .usage("event")
        .tips(EVERYWHERE)
        .summary("Draws the latencies of an event."),
    row("HELP", Arity::Exactly(2), Keys::NONE, help)
        .flags(LOOKING)
        .group(Group::Server)
        .since("2.8.13")
        .complexity("O(1)")
        .summary("Shows this text."),
    latency("HISTOGRAM", Arity::AtLeast(2), latency::histogram)
        .since("7.0.0")
        .complexity(
            "O(N) where N is the number of commands with latency information being retrieved.",
        )
        .usage("[command...]")
        .tips(EVERYWHERE)
        .summary("Shows how many calls of commands took how long."),
    latency("HISTORY", Arity::Exactly(3), latency::history)
        .usage("event")
        .tips(EVERYWHERE)
        .summary("Lists the latencies of an event with their times."),
    latency("LATEST", Arity::Exactly(2), latency::latest)
        .tips(EVERYWHERE)
        .summary("Lists the last and the worst latency of every event."),
    latency("RESET", Arity::AtLeast(2), latency::reset)
        .usage("[event...]")
        .tips(&["request_policy:all_nodes", "response_policy:agg_sum"])
        .summary("Forgets the latencies of some events, or of all."),
];

const SLOWLOG: &[Command<SessionHandler>] = &[
    slow_log("GET", Arity::AtLeast(2), slow_log::get)
        .complexity("O(N) where N is the number of entries returned")
        .usage("[count:integer]")
        .history(&[("4.0.0", "Added client IP address, port and name to the reply.")])
        .tips(&["request_policy:all_nodes", "nondeterministic_output"])
        .summary("Lists the latest slow commands: 10 or as many as asked for, all for -1."),
    row("HELP", Arity::Exactly(2), Keys::NONE, help)
        .flags(LOOKING)
        .group(Group::Server)
        .since("6.2.0")
        .complexity("O(1)")
        .summary("Shows this text."),
    slow_log("LEN", Arity::Exactly(2), slow_log::len)
        .complexity("O(1)")
        .tips(&["request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output"])
        .summary("Counts the slow commands that are kept."),
    slow_log("RESET", Arity::Exactly(2), slow_log::reset)
        .complexity("O(N) where N is the number of entries in the slowlog")
        .tips(&["request_policy:all_nodes", "response_policy:all_succeeded"])
        .summary("Forgets the slow commands."),
];

const fn latency(
    name: &'static str,
    arity: Arity,
    handler: SessionHandler,
) -> Command<SessionHandler> {
    row(name, arity, Keys::NONE, handler)
        .flags(ADMIN_NOT_IN_SCRIPTS)
        .group(Group::Server)
        .since("2.8.13")
        .complexity("O(1)")
}

const fn slow_log(
    name: &'static str,
    arity: Arity,
    handler: SessionHandler,
) -> Command<SessionHandler> {
    row(name, arity, Keys::NONE, handler).flags(ADMIN).group(Group::Server).since("2.2.12")
}
