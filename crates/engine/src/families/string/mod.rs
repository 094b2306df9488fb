//! Strings.

mod number;
mod set;
mod text;

use number::{decr, decrby, incr, incrby};
use set::{getset, mset, psetex, set, setex, setnx};
use text::{append, get, getdel, mget, strlen};

use super::DataHandler;
use super::row::{read, write};
use crate::command::{
    Arity, Begin, Category, Command, Find, Flag, Group, KeyFlag, KeyFlags, KeySpec, Keys,
};
use crate::keyspace::{Event, EventClass};

const SET: Event = Event::new(EventClass::String, "set");

/// The family's commands.
pub const COMMANDS: &[Command<DataHandler>] = &[
    write(
        "APPEND",
        Arity::Exactly(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Insert])]),
        append,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::String])
    .group(Group::String)
    .since("2.0.0")
    .complexity(
        "O(1). The amortized time complexity is O(1) assuming the appended \
             value is small and the already present value is of any size, since \
             the dynamic string library used by Redis will double the free space \
             available on every reallocation.",
    )
    .usage("key:key value")
    .summary("Appends to the string that a key holds."),
    write(
        "DECR",
        Arity::Exactly(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update])]),
        decr,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::String])
    .group(Group::String)
    .since("1.0.0")
    .complexity("O(1)")
    .usage("key:key")
    .summary("Takes one from the integer that a key holds."),
    write(
        "DECRBY",
        Arity::Exactly(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update])]),
        decrby,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::String])
    .group(Group::String)
    .since("1.0.0")
    .complexity("O(1)")
    .usage("key:key decrement:integer")
    .summary("Takes a number from the integer that a key holds."),
    read(
        "GET",
        Arity::Exactly(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        get,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::String])
    .group(Group::String)
    .since("1.0.0")
    .complexity("O(1)")
    .usage("key:key")
    .summary("Returns the string that a key holds."),
    write(
        "GETDEL",
        Arity::Exactly(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete])]),
        getdel,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::String])
    .group(Group::String)
    .since("6.2.0")
    .complexity("O(1)")
    .usage("key:key")
    .summary("Returns the string that a key holds, and deletes the key."),
    write(
        "GETSET",
        Arity::Exactly(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update])]),
        getset,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::String])
    .group(Group::String)
    .since("1.0.0")
    .complexity("O(1)")
    .usage("key:key value")
    .deprecated("6.2.0", "`SET` with the `!GET` argument")
    .summary("Returns the string that a key holds, and gives it another."),
    write(
        "INCR",
        Arity::Exactly(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update])]),
        incr,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::String])
    .group(Group::String)
    .since("1.0.0")
    .complexity("O(1)")
    .usage("key:key")
    .summary("Adds one to the integer that a key holds."),
    write(
        "INCRBY",
        Arity::Exactly(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update])]),
        incrby,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::String])
    .group(Group::String)
    .since("1.0.0")
    .complexity("O(1)")
    .usage("key:key increment:integer")
    .summary("Adds a number to the integer that a key holds."),
    read(
        "MGET",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::from(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        mget,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::String])
    .group(Group::String)
    .since("1.0.0")
    .complexity("O(N) where N is the number of keys to retrieve.")
    .usage("key:key...")
    .tips(&["request_policy:multi_shard"])
    .summary("Returns the strings that several keys hold."),
    write(
        "MSET",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::Overwrite, KeyFlag::Update]),
            begin: Begin::Index(1),
            find: Find::Range { last: -1, step: 2, limit: 0 },
            notes: "",
        }]),
        mset,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::String])
    .group(Group::String)
    .since("1.0.1")
    .complexity("O(N) where N is the number of keys to set.")
    .usage("data=(key:key value)...")
    .tips(&["request_policy:multi_shard", "response_policy:all_succeeded"])
    .summary("Sets several keys to strings."),
    write(
        "PSETEX",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::Overwrite, KeyFlag::Update])]),
        psetex,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::String])
    .group(Group::String)
    .since("2.6.0")
    .complexity("O(1)")
    .usage("key:key milliseconds:integer value")
    .deprecated("2.6.12", "`SET` with the `PX` argument")
    .summary("Sets a key to a string that expires after so many milliseconds."),
    write(
        "SET",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec {
            notes: "RW and ACCESS due to the optional `GET` argument",
            ..KeySpec::at(
                1,
                &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update, KeyFlag::VariableFlags],
            )
        }]),
        set,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::String])
    .group(Group::String)
    .since("1.0.0")
    .complexity("O(1)")
    .usage(
        "key:key value condition=[NX | XX]@2.6.12 [GET@6.2.0] expiration=[EX \
             seconds:integer@2.6.12 | PX milliseconds:integer@2.6.12 | EXAT \
             unix-time-seconds:unix-time@6.2.0 | PXAT \
             unix-time-milliseconds:unix-time@6.2.0 | KEEPTTL@6.0.0]",
    )
    .history(&[
        ("2.6.12", "Added the `EX`, `PX`, `NX` and `XX` options."),
        ("6.0.0", "Added the `KEEPTTL` option."),
        ("6.2.0", "Added the `GET`, `EXAT` and `PXAT` option."),
        ("7.0.0", "Allowed the `NX` and `GET` options to be used together."),
    ])
    .summary("Sets a key to a string, whatever it held."),
    write(
        "SETEX",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::Overwrite, KeyFlag::Update])]),
        setex,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::String])
    .group(Group::String)
    .since("2.0.0")
    .complexity("O(1)")
    .usage("key:key seconds:integer value")
    .deprecated("2.6.12", "`SET` with the `EX` argument")
    .summary("Sets a key to a string that expires after so many seconds."),
    write(
        "SETNX",
        Arity::Exactly(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::Overwrite, KeyFlag::Insert])]),
        setnx,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::String])
    .group(Group::String)
    .since("1.0.0")
    .complexity("O(1)")
    .usage("key:key value")
    .deprecated("2.6.12", "`SET` with the `NX` argument")
    .summary("Sets a key to a string if there is no such key."),
    read("STRLEN", Arity::Exactly(2), Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly])]), strlen)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::String])
        .group(Group::String)
        .since("2.2.0")
        .complexity("O(1)")
        .usage("key:key")
        .summary("Returns the length of the string that a key holds."),
];
