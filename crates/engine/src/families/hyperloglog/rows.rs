//! The family's rows.

use super::count::{pfadd, pfcount, pfmerge};
use super::debug::{pfdebug, pfselftest};
use crate::command::{
    Arity, Begin, Category, Command, Find, Flag, Group, KeyFlag, KeyFlags, KeySpec, Keys,
};
use crate::families::DataHandler;
use crate::families::row::{read, write};

/// The family's commands.
pub const COMMANDS: &[Command<DataHandler>] = &[
    write(
        "PFADD",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Insert])]),
        pfadd,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::HyperLogLog])
    .group(Group::HyperLogLog)
    .since("2.8.9")
    .complexity("O(1) to add every element.")
    .usage("key:key [element...]")
    .summary("Adds elements to a HyperLogLog."),
    // It writes: what it has counted is kept in the value.
    write(
        "PFCOUNT",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::ReadWrite, KeyFlag::Access]),
            begin: Begin::Index(1),
            find: Find::Range { last: -1, step: 1, limit: 0 },
            notes: "RW because it may change the internal representation of the key, and \
             propagate to replicas",
        }]),
        pfcount,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::HyperLogLog])
    .group(Group::HyperLogLog)
    .since("2.8.9")
    .complexity(
        "O(1) with a very small average constant time when called with a single \
             key. O(N) with N being the number of keys, and much bigger constant times, \
             when called with multiple keys.",
    )
    .usage("key:key...")
    .summary("Counts the distinct elements of HyperLogLogs, approximately."),
    write(
        "PFDEBUG",
        Arity::Exactly(3),
        Keys::of(&[KeySpec::at(2, &[KeyFlag::ReadWrite, KeyFlag::Access])]),
        pfdebug,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Admin])
    .categories(&[Category::HyperLogLog])
    .group(Group::HyperLogLog)
    .since("2.8.9")
    .complexity("N/A")
    .usage("subcommand key:key")
    .system()
    .summary("Looks into a HyperLogLog."),
    write(
        "PFMERGE",
        Arity::AtLeast(2),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Insert]),
            KeySpec::from(2, &[KeyFlag::ReadOnly, KeyFlag::Access]),
        ]),
        pfmerge,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::HyperLogLog])
    .group(Group::HyperLogLog)
    .since("2.8.9")
    .complexity("O(N) to merge N HyperLogLogs, but with high constant times.")
    .usage("destkey:key [sourcekey:key1...]")
    .summary("Adds to a HyperLogLog all that others have seen."),
    read("PFSELFTEST", Arity::Exactly(1), Keys::NONE, pfselftest)
        .flags(&[Flag::Admin])
        .categories(&[Category::HyperLogLog])
        .group(Group::HyperLogLog)
        .since("2.8.9")
        .complexity("N/A")
        .system()
        .summary("Tests how HyperLogLogs are stored and counted."),
];
