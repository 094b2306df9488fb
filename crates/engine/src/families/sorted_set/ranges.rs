//! The rows of commands on ranges.

use super::count::{zcount, zlexcount};
use super::range::{
    zrange, zrangebylex, zrangebyscore, zrangestore, zrevrange, zrevrangebylex, zrevrangebyscore,
};
use super::remove::{zremrangebylex, zremrangebyrank, zremrangebyscore};
use crate::command::{Arity, Category, Command, Flag, Group, KeyFlag, KeySpec, Keys};
use crate::families::DataHandler;
use crate::families::row::{read, write};

/// Commands on ranges.
pub const COMMANDS: &[Command<DataHandler>] = &[
    read(
        "ZCOUNT",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        zcount,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("2.0.0")
    .complexity("O(log(N)) with N being the number of elements in the sorted set.")
    .usage("key:key min:double max:double")
    .summary("Counts the members whose scores are in a range."),
    read(
        "ZLEXCOUNT",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        zlexcount,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("2.8.9")
    .complexity("O(log(N)) with N being the number of elements in the sorted set.")
    .usage("key:key min max")
    .summary("Counts the members that are in a range of members, where all scores are equal."),
    read(
        "ZRANGE",
        Arity::AtLeast(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        zrange,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("1.2.0")
    .complexity(
        "O(log(N)+M) with N being the number of elements in the sorted set and M \
             the number of elements returned.",
    )
    .usage(
        "key:key start stop sortby=[BYSCORE | BYLEX]@6.2.0 [REV@6.2.0] [LIMIT \
             limit=(offset:integer count:integer)@6.2.0] [WITHSCORES]",
    )
    .history(&[("6.2.0", "Added the `REV`, `BYSCORE`, `BYLEX` and `LIMIT` options.")])
    .summary("Returns the members in a range of ranks, scores or members."),
    read(
        "ZRANGEBYLEX",
        Arity::AtLeast(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        zrangebylex,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("2.8.9")
    .complexity(
        "O(log(N)+M) with N being the number of elements in the sorted set and M \
             the number of elements being returned. If M is constant (e.g. always \
             asking for the first 10 elements with LIMIT), you can consider it \
             O(log(N)).",
    )
    .usage("key:key min max [LIMIT limit=(offset:integer count:integer)]")
    .deprecated("6.2.0", "`ZRANGE` with the `BYLEX` argument")
    .summary("Returns the members in a range of members, where all scores are equal."),
    read(
        "ZRANGEBYSCORE",
        Arity::AtLeast(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        zrangebyscore,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("1.0.5")
    .complexity(
        "O(log(N)+M) with N being the number of elements in the sorted set and M \
             the number of elements being returned. If M is constant (e.g. always \
             asking for the first 10 elements with LIMIT), you can consider it \
             O(log(N)).",
    )
    .usage(
        "key:key min:double max:double [WITHSCORES@2.0.0] [LIMIT \
             limit=(offset:integer count:integer)]",
    )
    .history(&[("2.0.0", "Added the `WITHSCORES` modifier.")])
    .deprecated("6.2.0", "`ZRANGE` with the `BYSCORE` argument")
    .summary("Returns the members whose scores are in a range."),
    write(
        "ZRANGESTORE",
        Arity::AtLeast(5),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::Overwrite, KeyFlag::Update]),
            KeySpec::at(2, &[KeyFlag::ReadOnly, KeyFlag::Access]),
        ]),
        zrangestore,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("6.2.0")
    .complexity(
        "O(log(N)+M) with N being the number of elements in the sorted set and M \
             the number of elements stored into the destination key.",
    )
    .usage(
        "dst:key src:key1 min max sortby=[BYSCORE | BYLEX] [REV] [LIMIT \
             limit=(offset:integer count:integer)]",
    )
    .summary("Stores the members in a range of ranks, scores or members."),
    write(
        "ZREMRANGEBYLEX",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Delete])]),
        zremrangebylex,
    )
    .flags(&[Flag::Write])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("2.8.9")
    .complexity(
        "O(log(N)+M) with N being the number of elements in the sorted set and M \
             the number of elements removed by the operation.",
    )
    .usage("key:key min max")
    .summary("Takes out the members in a range of members, where all scores are equal."),
    write(
        "ZREMRANGEBYRANK",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Delete])]),
        zremrangebyrank,
    )
    .flags(&[Flag::Write])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("2.0.0")
    .complexity(
        "O(log(N)+M) with N being the number of elements in the sorted set and M \
             the number of elements removed by the operation.",
    )
    .usage("key:key start:integer stop:integer")
    .summary("Takes out the members in a range of ranks."),
    write(
        "ZREMRANGEBYSCORE",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Delete])]),
        zremrangebyscore,
    )
    .flags(&[Flag::Write])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("1.2.0")
    .complexity(
        "O(log(N)+M) with N being the number of elements in the sorted set and M \
             the number of elements removed by the operation.",
    )
    .usage("key:key min:double max:double")
    .summary("Takes out the members whose scores are in a range."),
    read(
        "ZREVRANGE",
        Arity::AtLeast(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        zrevrange,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("1.2.0")
    .complexity(
        "O(log(N)+M) with N being the number of elements in the sorted set and M \
             the number of elements returned.",
    )
    .usage("key:key start:integer stop:integer [WITHSCORES]")
    .deprecated("6.2.0", "`ZRANGE` with the `REV` argument")
    .summary("Returns the members in a range of ranks, from the greatest on."),
    read(
        "ZREVRANGEBYLEX",
        Arity::AtLeast(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        zrevrangebylex,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("2.8.9")
    .complexity(
        "O(log(N)+M) with N being the number of elements in the sorted set and M \
             the number of elements being returned. If M is constant (e.g. always \
             asking for the first 10 elements with LIMIT), you can consider it \
             O(log(N)).",
    )
    .usage("key:key max min [LIMIT limit=(offset:integer count:integer)]")
    .deprecated("6.2.0", "`ZRANGE` with the `REV` and `BYLEX` arguments")
    .summary("Returns the members in a range of members backwards, where all scores are equal."),
    read(
        "ZREVRANGEBYSCORE",
        Arity::AtLeast(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        zrevrangebyscore,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::SortedSet])
    .group(Group::SortedSet)
    .since("2.2.0")
    .complexity(
        "O(log(N)+M) with N being the number of elements in the sorted set and M \
             the number of elements being returned. If M is constant (e.g. always \
             asking for the first 10 elements with LIMIT), you can consider it \
             O(log(N)).",
    )
    .usage(
        "key:key max:double min:double [WITHSCORES] [LIMIT limit=(offset:integer \
             count:integer)]",
    )
    .history(&[("2.1.6", "`min` and `max` can be exclusive.")])
    .deprecated("6.2.0", "`ZRANGE` with the `REV` and `BYSCORE` arguments")
    .summary("Returns the members whose scores are in a range, from the greatest on."),
];
