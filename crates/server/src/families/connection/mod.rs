//! The connection itself: protocol, login, name, end.

mod basics;
mod hello;

pub use hello::{check_word, initially_authenticated};

use basics::{echo, ping, quit, reset, select};
use fanfare_engine::command::{Arity, Category, Command, Flag, Group, Keys};
use hello::{auth, hello};

use super::row::row;
use crate::context::SessionHandler;

/// The family's commands.
pub const COMMANDS: &[Command<SessionHandler>] = &[
    row("AUTH", Arity::AtLeast(2), Keys::NONE, auth)
        .flags(&[
            Flag::NoScript,
            Flag::Loading,
            Flag::Stale,
            Flag::Fast,
            Flag::NoAuth,
            Flag::AllowBusy,
        ])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("1.0.0")
        .complexity("O(N) where N is the number of passwords defined for the user")
        .usage("[username@6.0.0] password")
        .history(&[("6.0.0", "Added ACL style (username and password).")])
        .summary("Logs the connection in."),
    row("ECHO", Arity::Exactly(2), Keys::NONE, echo)
        .flags(&[Flag::Loading, Flag::Stale, Flag::Fast])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("1.0.0")
        .complexity("O(1)")
        .usage("message")
        .summary("Answers with the message."),
    row("HELLO", Arity::AtLeast(1), Keys::NONE, hello)
        .flags(&[
            Flag::NoScript,
            Flag::Loading,
            Flag::Stale,
            Flag::Fast,
            Flag::NoAuth,
            Flag::AllowBusy,
        ])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("6.0.0")
        .complexity("O(1)")
        .usage("arguments=[protover:integer [AUTH (username password)] [SETNAME clientname]]")
        .history(&[(
            "6.2.0",
            "`protover` made optional; when called without arguments the command reports the \
            current connection's context.",
        )])
        .summary("Chooses the protocol version, and can authenticate and name the connection."),
    row("PING", Arity::AtLeast(1), Keys::NONE, ping)
        .flags(&[Flag::Fast, Flag::SubscriberMode])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("1.0.0")
        .complexity("O(1)")
        .usage("[message]")
        .tips(&["request_policy:all_shards", "response_policy:all_succeeded"])
        .summary("Answers PONG, or the message, to show that the server is there."),
    row("QUIT", Arity::AtLeast(1), Keys::NONE, quit)
        .flags(&[
            Flag::NoScript,
            Flag::Loading,
            Flag::Stale,
            Flag::Fast,
            Flag::NoAuth,
            Flag::AllowBusy,
            Flag::SubscriberMode,
            Flag::Immediate,
        ])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("1.0.0")
        .complexity("O(1)")
        .deprecated("7.2.0", "just closing the connection")
        .summary("Answers OK, then closes the connection."),
    row("RESET", Arity::Exactly(1), Keys::NONE, reset)
        .flags(&[
            Flag::NoScript,
            Flag::Loading,
            Flag::Stale,
            Flag::Fast,
            Flag::NoAuth,
            Flag::AllowBusy,
            Flag::SubscriberMode,
            Flag::Immediate,
        ])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("6.2.0")
        .complexity("O(1)")
        .summary("Puts the connection back to its first state."),
    row("SELECT", Arity::Exactly(2), Keys::NONE, select)
        .flags(&[Flag::Loading, Flag::Stale, Flag::Fast])
        .categories(&[Category::Connection])
        .group(Group::Connection)
        .since("1.0.0")
        .complexity("O(1)")
        .usage("index:integer")
        .summary("Chooses the database."),
];
