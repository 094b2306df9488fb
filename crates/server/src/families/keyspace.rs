//! Commands on data that have subcommands for the server: `OBJECT`, `MEMORY`.

use fanfare_engine::command::{
    Arity, Category, Command, Flag, Group, KeyFlag, KeySpec, Keys, command, container,
};
use fanfare_engine::families::object::{encoding, freq, idletime, refcount, usage};
use fanfare_engine::families::{DataHandler, Read};

use super::help::help;
use super::memory::{doctor, malloc_stats, purge, stats};
use crate::context::{Handler, SessionHandler};

/// A subcommand on the key behind its name.
const fn read(name: &'static str, arity: Arity, handler: Read) -> Command<Handler> {
    const KEY: Keys = Keys::of(&[KeySpec::at(2, &[KeyFlag::ReadOnly])]);
    command(name, arity, KEY, Handler::Data(DataHandler::Read(handler))).flags(&[Flag::ReadOnly])
}

/// A subcommand that needs the server.
const fn serve(name: &'static str, handler: SessionHandler) -> Command<Handler> {
    command(name, Arity::Exactly(2), Keys::NONE, Handler::Session(handler))
}

const OBJECT: &[Command<Handler>] = &[
    read("ENCODING", Arity::Exactly(3), encoding)
        .categories(&[Category::Keyspace])
        .group(Group::Generic)
        .since("2.2.3")
        .complexity("O(1)")
        .usage("key:key")
        .tips(&["nondeterministic_output"])
        .summary("Tells in which form the value of a key is kept."),
    read("FREQ", Arity::Exactly(3), freq)
        .categories(&[Category::Keyspace])
        .group(Group::Generic)
        .since("4.0.0")
        .complexity("O(1)")
        .usage("key:key")
        .tips(&["nondeterministic_output"])
        .summary("Tells how often a key is used, by the logarithm."),
    serve("HELP", help)
        .flags(&[Flag::Loading, Flag::Stale])
        .categories(&[Category::Keyspace])
        .group(Group::Generic)
        .since("6.2.0")
        .complexity("O(1)")
        .summary("Shows this text."),
    read("IDLETIME", Arity::Exactly(3), idletime)
        .categories(&[Category::Keyspace])
        .group(Group::Generic)
        .since("2.2.3")
        .complexity("O(1)")
        .usage("key:key")
        .tips(&["nondeterministic_output"])
        .summary("Tells for how many seconds a key has not been used."),
    read("REFCOUNT", Arity::Exactly(3), refcount)
        .categories(&[Category::Keyspace])
        .group(Group::Generic)
        .since("2.2.3")
        .complexity("O(1)")
        .usage("key:key")
        .tips(&["nondeterministic_output"])
        .summary("Tells how many references to the value of a key there are."),
];

const MEMORY: &[Command<Handler>] = &[
    serve("DOCTOR", doctor)
        .group(Group::Server)
        .since("4.0.0")
        .complexity("O(1)")
        .tips(&["nondeterministic_output", "request_policy:all_shards", "response_policy:special"])
        .summary("Says what looks wrong with the use of memory."),
    serve("HELP", help)
        .flags(&[Flag::Loading, Flag::Stale])
        .group(Group::Server)
        .since("4.0.0")
        .complexity("O(1)")
        .summary("Shows this text."),
    serve("MALLOC-STATS", malloc_stats)
        .group(Group::Server)
        .since("4.0.0")
        .complexity("Depends on how much memory is allocated, could be slow")
        .tips(&["nondeterministic_output", "request_policy:all_shards", "response_policy:special"])
        .summary("Shows the figures of the allocator."),
    serve("PURGE", purge)
        .group(Group::Server)
        .since("4.0.0")
        .complexity("Depends on how much memory is allocated, could be slow")
        .tips(&["request_policy:all_shards", "response_policy:all_succeeded"])
        .summary("Has the allocator give memory back that is free."),
    serve("STATS", stats)
        .flags(&[Flag::WholeKeyspace])
        .group(Group::Server)
        .since("4.0.0")
        .complexity("O(1)")
        .tips(&["nondeterministic_output", "request_policy:all_shards", "response_policy:special"])
        .summary("Tells what memory is used for."),
    read("USAGE", Arity::AtLeast(3), usage)
        .group(Group::Server)
        .since("4.0.0")
        .complexity("O(N) where N is the number of samples.")
        .usage("key:key [SAMPLES count:integer]")
        .summary("Tells how much memory a key with its value takes."),
];

/// The family's commands.
pub const COMMANDS: &[Command<Handler>] = &[
    container("OBJECT", Arity::AtLeast(2), OBJECT)
        .group(Group::Generic)
        .since("2.2.3")
        .complexity("Depends on subcommand.")
        .summary("What the server knows of a value beside its content."),
    container("MEMORY", Arity::AtLeast(2), MEMORY)
        .group(Group::Server)
        .since("4.0.0")
        .complexity("Depends on subcommand.")
        .summary("What concerns the use of memory."),
];
