//! Rows of commands that set and give whole strings.

use super::compare::{delex, delex_key_flags, digest};
use super::set::{
    getdel, getex, getset, mset, msetex, msetnx, psetex, set, set_key_flags, setex, setnx,
};
use super::text::{get, mget};
use crate::command::{
    Arity, Begin, Category, Command, Find, Flag, Group, KeyFlag, KeyFlags, KeySpec, Keys,
};
use crate::families::DataHandler;
use crate::families::row::{read, write};

/// The commands.
pub const COMMANDS: &[Command<DataHandler>] = &[
    write(
        "DELEX",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Delete, KeyFlag::VariableFlags])]),
        delex,
    )
    .flags_of_keys(delex_key_flags)
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::String])
    .group(Group::String)
    .since("8.4.0")
    .complexity("O(1) for IFEQ/IFNE, O(N) for IFDEQ/IFDNE where N is the length of the string value.")
    .usage(
        "key:key condition=[IFEQ ifeq-value | IFNE ifne-value | IFDEQ ifdeq-digest | IFDNE \
             ifdne-digest]",
    )
    .summary("Deletes a key if the string that it holds is, or is not, a certain one."),
    read(
        "DIGEST",
        Arity::Exactly(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        digest,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::String])
    .group(Group::String)
    .since("8.4.0")
    .complexity("O(N) where N is the length of the string value.")
    .usage("key:key")
    .summary("Returns the XXH3 hash of the string that a key holds."),
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
        "GETEX",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update]),
            begin: Begin::Index(1),
            find: Find::Range { last: 0, step: 1, limit: 0 },
            notes: "RW and UPDATE because it changes the TTL",
        }]),
        getex,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::String])
    .group(Group::String)
    .since("6.2.0")
    .complexity("O(1)")
    .usage(
        "key:key expiration=[EX seconds:integer | PX milliseconds:integer | EXAT \
             unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | \
             PERSIST]",
    )
    .summary("Returns the string that a key holds, and sets or removes its expiry."),
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
        "MSETEX",
        Arity::AtLeast(4),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::Overwrite, KeyFlag::Update]),
            begin: Begin::Index(1),
            find: Find::Counted { count_at: 0, first: 1, step: 2 },
            notes: "",
        }]),
        msetex,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::String])
    .group(Group::String)
    .since("8.4.0")
    .complexity("O(N) where N is the number of keys to set.")
    .usage(
        "numkeys:integer data=(key:key value)... condition=[NX | XX] expiration=[EX \
             seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time | PXAT \
             unix-time-milliseconds:unix-time | KEEPTTL]",
    )
    .tips(&["request_policy:multi_shard", "response_policy:all_succeeded"])
    .summary("Sets several keys to strings, with one expiry and on a condition if need be."),
    write(
        "MSETNX",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::Overwrite, KeyFlag::Insert]),
            begin: Begin::Index(1),
            find: Find::Range { last: -1, step: 2, limit: 0 },
            notes: "",
        }]),
        msetnx,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::String])
    .group(Group::String)
    .since("1.0.1")
    .complexity("O(N) where N is the number of keys to set.")
    .usage("data=(key:key value)...")
    .summary("Sets several keys to strings if none of them is there."),
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
    .flags_of_keys(set_key_flags)
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::String])
    .group(Group::String)
    .since("1.0.0")
    .complexity("O(1)")
    .usage(
        "key:key value condition=[NX | XX | IFEQ ifeq-value@8.4.0 | IFNE ifne-value@8.4.0 | \
             IFDEQ ifdeq-digest@8.4.0 | IFDNE ifdne-digest@8.4.0]@2.6.12 [GET@6.2.0] expiration=[EX \
             seconds:integer@2.6.12 | PX milliseconds:integer@2.6.12 | EXAT \
             unix-time-seconds:unix-time@6.2.0 | PXAT \
             unix-time-milliseconds:unix-time@6.2.0 | KEEPTTL@6.0.0]",
    )
    .history(&[
        ("2.6.12", "Added the `EX`, `PX`, `NX` and `XX` options."),
        ("6.0.0", "Added the `KEEPTTL` option."),
        ("6.2.0", "Added the `GET`, `EXAT` and `PXAT` option."),
        ("7.0.0", "Allowed the `NX` and `GET` options to be used together."),
        ("8.4.0", "Added the `IFEQ`, `IFNE`, `IFDEQ` and `IFDNE` options."),
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
];
