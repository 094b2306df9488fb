//! The rows of commands on single members.

use super::add::{zadd, zincrby};
use super::random::zrandmember;
use super::read::{zcard, zmscore, zrank, zrevrank, zscan, zscore};
use super::remove::zrem;
use crate::command::{Arity, Category, Command, Flag, Group, KeyFlag, KeySpec, Keys};
use crate::families::DataHandler;
use crate::families::row::{read, write};

/// Commands on single members.
pub const COMMANDS: &[Command<DataHandler>] = &[
    write(
        "ZADD",
        Arity::AtLeast(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        zadd,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("1.2.0")
    .complexity(
        "O(log(N)) for each item added, where N is the number of elements in the \
             sorted set.",
    )
    .usage(
        "key:key condition=[NX | XX]@3.0.2 comparison=[GT | LT]@6.2.0 \
             [change=CH='change'@3.0.2] [increment=INCR='increment'@3.0.2] data=(score:double member)...",
    )
    .history(&[
        ("2.4.0", "Accepts multiple elements."),
        ("3.0.2", "Added the `XX`, `NX`, `CH` and `INCR` options."),
        ("6.2.0", "Added the `GT` and `LT` options."),
    ])
    .summary("Gives members of a sorted set their scores, and adds those that are not there."),
    read("ZCARD", Arity::Exactly(2), Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly])]), zcard)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::SortedSet])
        .group(Group::SortedSet)
        .since("1.2.0")
        .complexity("O(1)")
        .usage("key:key")
        .summary("Counts the members of a sorted set."),
    write(
        "ZINCRBY",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update])]),
        zincrby,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("1.2.0")
    .complexity("O(log(N)) where N is the number of elements in the sorted set.")
    .usage("key:key increment:integer member")
    .summary("Adds a number to the score of a member."),
    read(
        "ZMSCORE",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        zmscore,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("6.2.0")
    .complexity("O(N) where N is the number of members being requested.")
    .usage("key:key member...")
    .summary("Returns the scores of several members."),
    read(
        "ZRANDMEMBER",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        zrandmember,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("6.2.0")
    .complexity("O(N) where N is the number of members returned")
    .usage("key:key options=[count:integer [WITHSCORES]]")
    .tips(&["nondeterministic_output"])
    .summary("Returns members of a sorted set at random."),
    read(
        "ZRANK",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        zrank,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("2.0.0")
    .complexity("O(log(N))")
    .usage("key:key member [WITHSCORE]")
    .history(&[("7.2.0", "Added the optional `WITHSCORE` argument.")])
    .summary("Returns how many members are before one."),
    write(
        "ZREM",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Delete])]),
        zrem,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("1.2.0")
    .complexity(
        "O(M*log(N)) with N being the number of elements in the sorted set and M \
             the number of elements to be removed.",
    )
    .usage("key:key member...")
    .history(&[("2.4.0", "Accepts multiple elements.")])
    .summary("Takes members out of a sorted set."),
    read(
        "ZREVRANK",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        zrevrank,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("2.0.0")
    .complexity("O(log(N))")
    .usage("key:key member [WITHSCORE]")
    .history(&[("7.2.0", "Added the optional `WITHSCORE` argument.")])
    .summary("Returns how many members are behind one."),
    read(
        "ZSCAN",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        zscan,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("2.8.0")
    .complexity(
        "O(1) for every call. O(N) for a complete iteration, including enough \
             command calls for the cursor to return back to 0. N is the number of \
             elements inside the collection.",
    )
    .usage("key:key cursor:integer [MATCH pattern:pattern] [COUNT count:integer]")
    .tips(&["nondeterministic_output"])
    .summary("Walks the members of a sorted set with their scores, some at a time."),
    read(
        "ZSCORE",
        Arity::Exactly(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        zscore,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("1.2.0")
    .complexity("O(1)")
    .usage("key:key member")
    .summary("Returns the score of a member."),
];
