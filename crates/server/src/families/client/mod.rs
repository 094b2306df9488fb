//! Client connections: who they are, which there are, and what they may do.

mod filter;
mod identity;
mod kill;
mod list;
mod modes;
mod pause;
mod tracking;
mod unblock;

use fanfare_engine::command::{Arity, Category, Command, Flag, Group, Keys, container};
use identity::{getname, id, setinfo, setname};
use kill::kill;
use list::{info, list};
use modes::{no_evict, no_touch, reply};
use pause::{pause, unpause};
use tracking::{caching, getredir, tracking, trackinginfo};
use unblock::unblock;

use super::help::help;
use super::row::row;
use crate::context::SessionHandler;

const CLIENT: &[Command<SessionHandler>] = &[
    row("CACHING", Arity::Exactly(3), Keys::NONE, caching)
        .flags(&[Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("6.0.0")
        .complexity("O(1)")
        .usage("mode=<YES | NO>")
        .summary("Says whether the keys of the next command are tracked."),
    row("GETNAME", Arity::Exactly(2), Keys::NONE, getname)
        .flags(&[Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("2.6.9")
        .complexity("O(1)")
        .summary("Tells the name of the connection."),
    row("GETREDIR", Arity::Exactly(2), Keys::NONE, getredir)
        .flags(&[Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("6.0.0")
        .complexity("O(1)")
        .summary("Tells where tracking messages of this connection go."),
    row("HELP", Arity::Exactly(2), Keys::NONE, help)
        .flags(&[Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("5.0.0")
        .complexity("O(1)")
        .summary("Shows this text."),
    row("ID", Arity::Exactly(2), Keys::NONE, id)
        .flags(&[Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("5.0.0")
        .complexity("O(1)")
        .summary("Tells the number of the connection."),
    row("INFO", Arity::Exactly(2), Keys::NONE, info)
        .flags(&[Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("6.2.0")
        .complexity("O(1)")
        .tips(&["nondeterministic_output"])
        .summary("Describes this connection."),
    row("KILL", Arity::AtLeast(3), Keys::NONE, kill)
        .flags(&[Flag::Admin, Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("2.4.0")
        .complexity("O(N) where N is the number of client connections")
        .usage(
            "filter=<old-format='ip:port'!2.8.12 | new-format=<[ID client-id:integer]@2.8.12 | \
            [TYPE client-type=<NORMAL | MASTER@3.2.0 | SLAVE | REPLICA@5.0.0 | PUBSUB>]@2.8.12 | \
            [USER username] | [ADDR addr='ip:port'] | [LADDR laddr='ip:port']@6.2.0 | [SKIPME \
            <YES | NO>] | [MAXAGE maxage:integer]@7.4.0>...>",
        )
        .history(&[
            ("2.8.12", "Added new filter format."),
            ("2.8.12", "`ID` option."),
            ("3.2.0", "Added `master` type in for `TYPE` option."),
            (
                "5.0.0",
                "Replaced `slave` `TYPE` with `replica`. `slave` still supported for backward \
            compatibility.",
            ),
            ("6.2.0", "`LADDR` option."),
            ("7.4.0", "`MAXAGE` option."),
        ])
        .summary("Closes connections that fit all filters."),
    row("LIST", Arity::AtLeast(2), Keys::NONE, list)
        .flags(&[Flag::Admin, Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("2.4.0")
        .complexity("O(N) where N is the number of client connections")
        .usage(
            "[TYPE client-type=<NORMAL | MASTER | REPLICA | PUBSUB>]@5.0.0 [ID \
            client-id:integer...]@6.2.0",
        )
        .tips(&["nondeterministic_output"])
        .history(&[
            ("2.8.12", "Added unique client `id` field."),
            ("5.0.0", "Added optional `TYPE` filter."),
            ("6.0.0", "Added `user` field."),
            (
                "6.2.0",
                "Added `argv-mem`, `tot-mem`, `laddr` and `redir` fields and the optional `ID` \
            filter.",
            ),
            ("7.0.0", "Added `resp`, `multi-mem`, `rbs` and `rbp` fields."),
            ("7.0.3", "Added `ssub` field."),
            ("7.2.0", "Added `lib-name` and `lib-ver` fields."),
            ("7.4.0", "Added `watch` field."),
            ("8.0.0", "Added `io-thread` field."),
        ])
        .summary("Describes connections, one per line."),
    row("NO-EVICT", Arity::Exactly(3), Keys::NONE, no_evict)
        .flags(&[Flag::Admin, Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("7.0.0")
        .complexity("O(1)")
        .usage("enabled=<ON | OFF>")
        .summary("Spares this connection when clients use too much memory."),
    row("NO-TOUCH", Arity::Exactly(3), Keys::NONE, no_touch)
        .flags(&[Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("7.2.0")
        .complexity("O(1)")
        .usage("enabled=<ON | OFF>")
        .summary("Keeps the commands of this connection from refreshing the age of keys."),
    row("PAUSE", Arity::AtLeast(3), Keys::NONE, pause)
        .flags(&[Flag::Admin, Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("3.0.0")
        .complexity("O(1)")
        .usage("timeout:integer mode=[WRITE | ALL]@6.2.0")
        .history(&[("6.2.0", "`CLIENT PAUSE WRITE` mode added along with the `mode` option.")])
        .summary(
            "Holds back commands of all clients, or only their writes, for some milliseconds.",
        ),
    row("REPLY", Arity::Exactly(3), Keys::NONE, reply)
        .flags(&[Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("3.2.0")
        .complexity("O(1)")
        .usage("action=<ON | OFF | SKIP>")
        .summary("Switches replies to this connection on or off, or skips the next."),
    row("SETINFO", Arity::Exactly(4), Keys::NONE, setinfo)
        .flags(&[Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("7.2.0")
        .complexity("O(1)")
        .usage("attr=<LIB-NAME libname | LIB-VER libver>")
        .tips(&["request_policy:all_nodes", "response_policy:all_succeeded"])
        .summary("Records which client library is in use."),
    row("SETNAME", Arity::Exactly(3), Keys::NONE, setname)
        .flags(&[Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("2.6.9")
        .complexity("O(1)")
        .usage("connection-name")
        .tips(&["request_policy:all_nodes", "response_policy:all_succeeded"])
        .summary("Names the connection."),
    row("TRACKING", Arity::AtLeast(3), Keys::NONE, tracking)
        .flags(&[Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("6.0.0")
        .complexity("O(1). Some options may introduce additional complexity.")
        .usage(
            "status=<ON | OFF> [REDIRECT client-id:integer] [PREFIX prefix]... [BCAST] [OPTIN] \
            [OPTOUT] [NOLOOP]",
        )
        .summary("Switches messages about keys that this connection has read and that changed."),
    row("TRACKINGINFO", Arity::Exactly(2), Keys::NONE, trackinginfo)
        .flags(&[Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("6.2.0")
        .complexity("O(1)")
        .summary("Tells how keys are tracked for this connection."),
    row("UNBLOCK", Arity::AtLeast(3), Keys::NONE, unblock)
        .flags(&[Flag::Admin, Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("5.0.0")
        .complexity("O(log N) where N is the number of client connections")
        .usage("client-id:integer unblock-type=[TIMEOUT | ERROR]")
        .summary("Ends the waiting of a client in a blocking command."),
    row("UNPAUSE", Arity::Exactly(2), Keys::NONE, unpause)
        .flags(&[Flag::Admin, Flag::NoScript, Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("6.2.0")
        .complexity("O(N) Where N is the number of paused clients")
        .summary("Ends a pause before its time."),
];

/// The family's commands.
pub const COMMANDS: &[Command<SessionHandler>] = &[container("CLIENT", Arity::AtLeast(2), CLIENT)
    .group(Group::Connection)
    .since("2.4.0")
    .complexity("Depends on subcommand.")
    .summary("What concerns client connections.")];
