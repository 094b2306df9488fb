//! The rows of commands on several sorted sets.

use super::combine::{zdiff, zdiffstore, zinter, zintercard, zinterstore, zunion, zunionstore};
use crate::command::{
    Arity, Begin, Category, Command, Find, Flag, Group, KeyFlag, KeyFlags, KeySpec, Keys,
};
use crate::families::DataHandler;
use crate::families::row::{read, write};

/// Commands on several sorted sets.
pub const COMMANDS: &[Command<DataHandler>] = &[
    read(
        "ZDIFF",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::ReadOnly, KeyFlag::Access]),
            begin: Begin::Index(1),
            find: Find::Counted { count_at: 0, first: 1, step: 1 },
            notes: "",
        }]),
        zdiff,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("6.2.0")
    .complexity(
        "O(L + (N-K)log(N)) worst case where L is the total number of elements in \
             all the sets, N is the size of the first set, and K is the size of the \
             result set.",
    )
    .usage("numkeys:integer key:key... [WITHSCORES]")
    .summary("Returns the members of the first sorted set that are in none of the others."),
    write(
        "ZDIFFSTORE",
        Arity::AtLeast(4),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::Overwrite, KeyFlag::Update]),
            KeySpec {
                flags: KeyFlags::of(&[KeyFlag::ReadOnly, KeyFlag::Access]),
                begin: Begin::Index(2),
                find: Find::Counted { count_at: 0, first: 1, step: 1 },
                notes: "",
            },
        ]),
        zdiffstore,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("6.2.0")
    .complexity(
        "O(L + (N-K)log(N)) worst case where L is the total number of elements in \
             all the sets, N is the size of the first set, and K is the size of the \
             result set.",
    )
    .usage("destination:key numkeys:integer key:key1...")
    .summary("Stores the members of the first sorted set that are in none of the others."),
    read(
        "ZINTER",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::ReadOnly, KeyFlag::Access]),
            begin: Begin::Index(1),
            find: Find::Counted { count_at: 0, first: 1, step: 1 },
            notes: "",
        }]),
        zinter,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("6.2.0")
    .complexity(
        "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, \
             K being the number of input sorted sets and M being the number of elements \
             in the resulting sorted set.",
    )
    .usage(
        "numkeys:integer key:key... [WEIGHTS weight:integer...] [AGGREGATE \
             aggregate=<SUM | MIN | MAX>] [WITHSCORES]",
    )
    .summary("Returns the members that are in all of several sorted sets."),
    read(
        "ZINTERCARD",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::ReadOnly, KeyFlag::Access]),
            begin: Begin::Index(1),
            find: Find::Counted { count_at: 0, first: 1, step: 1 },
            notes: "",
        }]),
        zintercard,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("7.0.0")
    .complexity(
        "O(N*K) worst case with N being the smallest input sorted set, K being the \
             number of input sorted sets.",
    )
    .usage("numkeys:integer key:key... [LIMIT limit:integer]")
    .summary("Counts the members that are in all of several sorted sets."),
    write(
        "ZINTERSTORE",
        Arity::AtLeast(4),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::Overwrite, KeyFlag::Update]),
            KeySpec {
                flags: KeyFlags::of(&[KeyFlag::ReadOnly, KeyFlag::Access]),
                begin: Begin::Index(2),
                find: Find::Counted { count_at: 0, first: 1, step: 1 },
                notes: "",
            },
        ]),
        zinterstore,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("2.0.0")
    .complexity(
        "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, \
             K being the number of input sorted sets and M being the number of elements \
             in the resulting sorted set.",
    )
    .usage(
        "destination:key numkeys:integer key:key1... [WEIGHTS weight:integer...] \
             [AGGREGATE aggregate=<SUM | MIN | MAX>]",
    )
    .summary("Stores the members that are in all of several sorted sets."),
    read(
        "ZUNION",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::ReadOnly, KeyFlag::Access]),
            begin: Begin::Index(1),
            find: Find::Counted { count_at: 0, first: 1, step: 1 },
            notes: "",
        }]),
        zunion,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("6.2.0")
    .complexity(
        "O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted \
             sets, and M being the number of elements in the resulting sorted set.",
    )
    .usage(
        "numkeys:integer key:key... [WEIGHTS weight:integer...] [AGGREGATE \
             aggregate=<SUM | MIN | MAX>] [WITHSCORES]",
    )
    .summary("Returns the members that are in any of several sorted sets."),
    write(
        "ZUNIONSTORE",
        Arity::AtLeast(4),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::Overwrite, KeyFlag::Update]),
            KeySpec {
                flags: KeyFlags::of(&[KeyFlag::ReadOnly, KeyFlag::Access]),
                begin: Begin::Index(2),
                find: Find::Counted { count_at: 0, first: 1, step: 1 },
                notes: "",
            },
        ]),
        zunionstore,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("2.0.0")
    .complexity(
        "O(N)+O(M log(M)) with N being the sum of the sizes of the input sorted \
             sets, and M being the number of elements in the resulting sorted set.",
    )
    .usage(
        "destination:key numkeys:integer key:key1... [WEIGHTS weight:integer...] \
             [AGGREGATE aggregate=<SUM | MIN | MAX>]",
    )
    .summary("Stores the members that are in any of several sorted sets."),
];
