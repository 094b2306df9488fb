//! Hashes whose fields expire.

mod set;
mod tell;
mod times;
mod values;

use set::{hexpire, hexpireat, hpersist, hpexpire, hpexpireat};
use tell::{hexpiretime, hpexpiretime, hpttl, httl};
use values::{hgetdel, hgetex, hsetex};

use crate::command::{
    Arity, Begin, Category, Command, Find, Flag, Group, KeyFlag, KeyFlags, KeySpec, Keys,
};
use crate::families::DataHandler;
use crate::families::row::{read, write};
use crate::keyspace::{Event, EventClass};

const HEXPIRE: Event = Event::new(EventClass::Hash, "hexpire");
const HPERSIST: Event = Event::new(EventClass::Hash, "hpersist");

/// The family's commands on times of fields.
pub const COMMANDS: &[Command<DataHandler>] = &[
    write(
        "HEXPIRE",
        Arity::AtLeast(6),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        hexpire,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("7.4.0")
    .complexity("O(N) where N is the number of specified fields")
    .usage(
        "key:key seconds:integer condition=[NX | XX | GT | LT] FIELDS \
             fields=(numfields:integer field...)",
    )
    .summary("Lets fields of a hash expire after so many seconds."),
    write(
        "HEXPIREAT",
        Arity::AtLeast(6),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        hexpireat,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("7.4.0")
    .complexity("O(N) where N is the number of specified fields")
    .usage(
        "key:key unix-time-seconds:unix-time condition=[NX | XX | GT | LT] FIELDS \
             fields=(numfields:integer field...)",
    )
    .summary("Lets fields of a hash expire at a time given in seconds."),
    read(
        "HEXPIRETIME",
        Arity::AtLeast(5),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        hexpiretime,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("7.4.0")
    .complexity("O(N) where N is the number of specified fields")
    .usage("key:key FIELDS fields=(numfields:integer field...)")
    .summary("Returns when fields of a hash expire, in seconds of Unix time."),
    write(
        "HGETDEL",
        Arity::AtLeast(5),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete])]),
        hgetdel,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("8.0.0")
    .complexity("O(N) where N is the number of specified fields")
    .usage("key:key FIELDS fields=(numfields:integer field...)")
    .summary("Returns the values of fields of a hash and deletes the fields."),
    write(
        "HGETEX",
        Arity::AtLeast(5),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update]),
            begin: Begin::Index(1),
            find: Find::Range { last: 0, step: 1, limit: 0 },
            notes: "RW and UPDATE because it changes the TTL",
        }]),
        hgetex,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("8.0.0")
    .complexity("O(N) where N is the number of specified fields")
    .usage(
        "key:key expiration=[EX seconds:integer | PX milliseconds:integer | EXAT \
             unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | \
             PERSIST] FIELDS fields=(numfields:integer field...)",
    )
    .summary("Returns the values of fields of a hash, and changes when the fields expire."),
    write(
        "HPERSIST",
        Arity::AtLeast(5),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        hpersist,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("7.4.0")
    .complexity("O(N) where N is the number of specified fields")
    .usage("key:key FIELDS fields=(numfields:integer field...)")
    .summary("Keeps fields of a hash from expiring."),
    write(
        "HPEXPIRE",
        Arity::AtLeast(6),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        hpexpire,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("7.4.0")
    .complexity("O(N) where N is the number of specified fields")
    .usage(
        "key:key milliseconds:integer condition=[NX | XX | GT | LT] FIELDS \
             fields=(numfields:integer field...)",
    )
    .summary("Lets fields of a hash expire after so many milliseconds."),
    write(
        "HPEXPIREAT",
        Arity::AtLeast(6),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        hpexpireat,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("7.4.0")
    .complexity("O(N) where N is the number of specified fields")
    .usage(
        "key:key unix-time-milliseconds:unix-time condition=[NX | XX | GT | LT] \
             FIELDS fields=(numfields:integer field...)",
    )
    .summary("Lets fields of a hash expire at a time given in milliseconds."),
    read(
        "HPEXPIRETIME",
        Arity::AtLeast(5),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        hpexpiretime,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("7.4.0")
    .complexity("O(N) where N is the number of specified fields")
    .usage("key:key FIELDS fields=(numfields:integer field...)")
    .summary("Returns when fields of a hash expire, in milliseconds of Unix time."),
    read(
        "HPTTL",
        Arity::AtLeast(5),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        hpttl,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("7.4.0")
    .complexity("O(N) where N is the number of specified fields")
    .usage("key:key FIELDS fields=(numfields:integer field...)")
    .tips(&["nondeterministic_output"])
    .summary("Returns in how many milliseconds fields of a hash expire."),
    write(
        "HSETEX",
        Arity::AtLeast(6),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        hsetex,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("8.0.0")
    .complexity("O(N) where N is the number of fields being set.")
    .usage(
        "key:key condition=[FNX | FXX] expiration=[EX seconds:integer | PX \
             milliseconds:integer | EXAT unix-time-seconds:unix-time | PXAT \
             unix-time-milliseconds:unix-time | KEEPTTL] FIELDS \
             fields=(numfields:integer data=(field value)...)",
    )
    .summary("Sets fields of a hash, and when they expire."),
    read(
        "HTTL",
        Arity::AtLeast(5),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        httl,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("7.4.0")
    .complexity("O(N) where N is the number of specified fields")
    .usage("key:key FIELDS fields=(numfields:integer field...)")
    .tips(&["nondeterministic_output"])
    .summary("Returns in how many seconds fields of a hash expire."),
];
