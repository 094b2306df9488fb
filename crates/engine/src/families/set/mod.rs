//! Sets.

mod access;
mod algebra;
mod member;
mod random;
mod scan;

use algebra::{sdiff, sdiffstore, sinter, sintercard, sinterstore, sunion, sunionstore};
use member::{sadd, scard, sismember, smembers, smismember, smove, srem};
use random::{spop, srandmember};
use scan::sscan;

use super::DataHandler;
use super::row::{read, write};
use crate::command::{
    Arity, Begin, Category, Command, Find, Flag, Group, KeyFlag, KeyFlags, KeySpec, Keys,
};

/// The family's commands.
pub const COMMANDS: &[Command<DataHandler>] = &[
    write(
        "SADD",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Insert])]),
        sadd,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("1.0.0")
    .complexity(
        "O(1) for each element added, so O(N) to add N elements when the command is \
             called with multiple arguments.",
    )
    .usage("key:key member...")
    .history(&[("2.4.0", "Accepts multiple `member` arguments.")])
    .summary("Adds members to a set, which is made if it is not there."),
    read("SCARD", Arity::Exactly(2), Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly])]), scard)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::Set])
        .group(Group::Set)
        .since("1.0.0")
        .complexity("O(1)")
        .usage("key:key")
        .summary("Counts the members of a set."),
    read(
        "SDIFF",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::from(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        sdiff,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("1.0.0")
    .complexity("O(N) where N is the total number of elements in all given sets.")
    .usage("key:key...")
    .tips(&["nondeterministic_output_order"])
    .summary("Returns the members of the first set that no other set has."),
    write(
        "SDIFFSTORE",
        Arity::AtLeast(3),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::Overwrite, KeyFlag::Update]),
            KeySpec::from(2, &[KeyFlag::ReadOnly, KeyFlag::Access]),
        ]),
        sdiffstore,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("1.0.0")
    .complexity("O(N) where N is the total number of elements in all given sets.")
    .usage("destination:key key:key1...")
    .summary("Stores the members of the first set that no other set has."),
    read(
        "SINTER",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::from(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        sinter,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("1.0.0")
    .complexity(
        "O(N*M) worst case where N is the cardinality of the smallest set and M is \
             the number of sets.",
    )
    .usage("key:key...")
    .tips(&["nondeterministic_output_order"])
    .summary("Returns the members that all of the sets have."),
    read(
        "SINTERCARD",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::ReadOnly, KeyFlag::Access]),
            begin: Begin::Index(1),
            find: Find::Counted { count_at: 0, first: 1, step: 1 },
            notes: "",
        }]),
        sintercard,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("7.0.0")
    .complexity(
        "O(N*M) worst case where N is the cardinality of the smallest set and M is \
             the number of sets.",
    )
    .usage("numkeys:integer key:key... [LIMIT limit:integer]")
    .summary("Counts the members that all of the sets have."),
    write(
        "SINTERSTORE",
        Arity::AtLeast(3),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::Overwrite, KeyFlag::Update]),
            KeySpec::from(2, &[KeyFlag::ReadOnly, KeyFlag::Access]),
        ]),
        sinterstore,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("1.0.0")
    .complexity(
        "O(N*M) worst case where N is the cardinality of the smallest set and M is \
             the number of sets.",
    )
    .usage("destination:key key:key1...")
    .summary("Stores the members that all of the sets have."),
    read(
        "SISMEMBER",
        Arity::Exactly(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly])]),
        sismember,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("1.0.0")
    .complexity("O(1)")
    .usage("key:key member")
    .summary("Tells whether a string is a member of a set."),
    read(
        "SMEMBERS",
        Arity::Exactly(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        smembers,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("1.0.0")
    .complexity("O(N) where N is the set cardinality.")
    .usage("key:key")
    .tips(&["nondeterministic_output_order"])
    .summary("Returns all members of a set."),
    read(
        "SMISMEMBER",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        smismember,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("6.2.0")
    .complexity("O(N) where N is the number of elements being checked for membership")
    .usage("key:key member...")
    .summary("Tells of each of several strings whether it is a member of a set."),
    write(
        "SMOVE",
        Arity::Exactly(4),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete]),
            KeySpec::at(2, &[KeyFlag::ReadWrite, KeyFlag::Insert]),
        ]),
        smove,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("1.0.0")
    .complexity("O(1)")
    .usage("source:key destination:key1 member")
    .summary("Takes a member from one set to another."),
    write(
        "SPOP",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete])]),
        spop,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("1.0.0")
    .complexity(
        "Without the count argument O(1), otherwise O(N) where N is the value of \
             the passed count.",
    )
    .usage("key:key [count:integer@3.2.0]")
    .tips(&["nondeterministic_output"])
    .history(&[("3.2.0", "Added the `count` argument.")])
    .summary("Takes one or several members at random out of a set, and returns them."),
    read(
        "SRANDMEMBER",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        srandmember,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("1.0.0")
    .complexity(
        "Without the count argument O(1), otherwise O(N) where N is the absolute \
             value of the passed count.",
    )
    .usage("key:key [count:integer@2.6.0]")
    .tips(&["nondeterministic_output"])
    .history(&[("2.6.0", "Added the optional `count` argument.")])
    .summary("Returns one or several members of a set at random."),
    write(
        "SREM",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Delete])]),
        srem,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("1.0.0")
    .complexity("O(N) where N is the number of members to be removed.")
    .usage("key:key member...")
    .history(&[("2.4.0", "Accepts multiple `member` arguments.")])
    .summary("Takes members out of a set; an emptied set disappears."),
    read(
        "SSCAN",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        sscan,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("2.8.0")
    .complexity(
        "O(1) for every call. O(N) for a complete iteration, including enough \
             command calls for the cursor to return back to 0. N is the number of \
             elements inside the collection.",
    )
    .usage("key:key cursor:integer [MATCH pattern:pattern] [COUNT count:integer]")
    .tips(&["nondeterministic_output"])
    .summary("Walks the members of a set, some at a time."),
    read(
        "SUNION",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::from(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        sunion,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("1.0.0")
    .complexity("O(N) where N is the total number of elements in all given sets.")
    .usage("key:key...")
    .tips(&["nondeterministic_output_order"])
    .summary("Returns the members that any of the sets has."),
    write(
        "SUNIONSTORE",
        Arity::AtLeast(3),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::Overwrite, KeyFlag::Update]),
            KeySpec::from(2, &[KeyFlag::ReadOnly, KeyFlag::Access]),
        ]),
        sunionstore,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::Set])
    .group(Group::Set)
    .since("1.0.0")
    .complexity("O(N) where N is the total number of elements in all given sets.")
    .usage("destination:key key:key1...")
    .summary("Stores the members that any of the sets has."),
];
