//! Commands on streams that have subcommands: `XGROUP`, `XINFO`.

use fanfare_engine::command::{
    Arity, Category, Command, Flag, Group, KeyFlag, KeySpec, Keys, command, container,
};
use fanfare_engine::families::stream::group::info::{consumers, groups};
use fanfare_engine::families::stream::group::manage::{
    create, createconsumer, delconsumer, destroy, setid,
};
use fanfare_engine::families::stream::info::stream;
use fanfare_engine::families::{DataHandler, Read, Write};

use super::help::help;
use crate::context::Handler;

/// A subcommand that reads the stream at the key behind its name.
const fn read(name: &'static str, arity: Arity, handler: Read) -> Command<Handler> {
    const KEY: Keys = Keys::of(&[KeySpec::at(2, &[KeyFlag::ReadOnly, KeyFlag::Access])]);
    command(name, arity, KEY, Handler::Data(DataHandler::Read(handler)))
        .flags(&[Flag::ReadOnly])
        .categories(&[Category::Stream])
        .group(Group::Stream)
        .since("5.0.0")
        .complexity("O(1)")
}

/// A subcommand that changes the groups of a stream.
const fn write(name: &'static str, arity: Arity, keys: Keys, handler: Write) -> Command<Handler> {
    command(name, arity, keys, Handler::Data(DataHandler::Write(handler)))
        .flags(&[Flag::Write])
        .categories(&[Category::Stream])
        .group(Group::Stream)
        .since("5.0.0")
        .complexity("O(1)")
}

const INSERT_KEY: Keys = Keys::of(&[KeySpec::at(2, &[KeyFlag::ReadWrite, KeyFlag::Insert])]);
const UPDATE_KEY: Keys = Keys::of(&[KeySpec::at(2, &[KeyFlag::ReadWrite, KeyFlag::Update])]);
const DELETE_KEY: Keys = Keys::of(&[KeySpec::at(2, &[KeyFlag::ReadWrite, KeyFlag::Delete])]);

const HELP: Command<Handler> =
    command("HELP", Arity::Exactly(2), Keys::NONE, Handler::Session(help))
        .flags(&[Flag::Loading, Flag::Stale])
        .categories(&[Category::Stream])
        .group(Group::Stream)
        .since("5.0.0")
        .complexity("O(1)")
        .summary("Shows this text.");

const XGROUP: &[Command<Handler>] = &[
    write("CREATE", Arity::AtLeast(5), INSERT_KEY, create)
        .flags(&[Flag::Write, Flag::DenyOom])
        .usage(
            "key:key group id-selector=<id | new-id=$> [MKSTREAM] \
             [ENTRIESREAD entriesread:integer='entries-read']",
        )
        .history(&[("7.0.0", "Added the `entries_read` named argument.")])
        .summary("Makes a group."),
    write("CREATECONSUMER", Arity::Exactly(5), INSERT_KEY, createconsumer)
        .flags(&[Flag::Write, Flag::DenyOom])
        .since("6.2.0")
        .usage("key:key group consumer")
        .summary("Makes a consumer of a group."),
    write("DELCONSUMER", Arity::Exactly(5), DELETE_KEY, delconsumer)
        .usage("key:key group consumer")
        .summary("Deletes a consumer with what is pending for it."),
    write("DESTROY", Arity::Exactly(4), DELETE_KEY, destroy)
        .complexity(
            "O(N) where N is the number of entries in the group's pending entries list (PEL).",
        )
        .usage("key:key group")
        .summary("Deletes a group."),
    HELP,
    write("SETID", Arity::AtLeast(5), UPDATE_KEY, setid)
        .usage(
            "key:key group id-selector=<id | new-id=$> \
             [ENTRIESREAD entriesread:integer='entries-read']",
        )
        .history(&[("7.0.0", "Added the optional `entries_read` argument.")])
        .summary("Sets how far a group has come."),
];

const XINFO: &[Command<Handler>] = &[
    read("CONSUMERS", Arity::Exactly(4), consumers)
        .usage("key:key group")
        .tips(&["nondeterministic_output"])
        .history(&[("7.2.0", "Added the `inactive` field, and changed the meaning of `idle`.")])
        .summary("Tells of the consumers of a group."),
    read("GROUPS", Arity::Exactly(3), groups)
        .usage("key:key")
        .history(&[("7.0.0", "Added the `entries-read` and `lag` fields")])
        .summary("Tells of the groups of a stream."),
    HELP,
    read("STREAM", Arity::AtLeast(3), stream)
        .usage("key:key full-block=[FULL [COUNT count:integer]]")
        .history(&[
            ("6.0.0", "Added the `FULL` modifier."),
            (
                "7.0.0",
                "Added the `max-deleted-entry-id`, `entries-added`, `recorded-first-entry-id`, \
                 `entries-read` and `lag` fields",
            ),
            ("7.2.0", "Added the `active-time` field, and changed the meaning of `seen-time`."),
            (
                "8.6.0",
                "Added the `idmp-duration`, `idmp-maxsize`, `pids-tracked`, `iids-tracked`, \
                 `iids-added` and `iids-duplicates` fields for IDMP tracking.",
            ),
            ("8.8.0", "Added the `nacked-count` field."),
        ])
        .summary("Tells of a stream."),
];

/// The family's commands.
pub const COMMANDS: &[Command<Handler>] = &[
    container("XGROUP", Arity::AtLeast(2), XGROUP)
        .group(Group::Stream)
        .since("5.0.0")
        .complexity("Depends on subcommand.")
        .summary("What concerns the groups of a stream."),
    container("XINFO", Arity::AtLeast(2), XINFO)
        .group(Group::Stream)
        .since("5.0.0")
        .complexity("Depends on subcommand.")
        .summary("What is known of a stream and its groups."),
];
