//! Positions in sorted sets, whose scores are the numbers that tell them.

mod member;
mod options;
mod rows_search;
mod search;
mod value;

pub use rows_search::SEARCHES;

use member::{geoadd, geodist, geohash, geopos};

use super::DataHandler;
use super::row::{read, write};
use crate::command::{Arity, Category, Command, Flag, Group, KeyFlag, KeySpec, Keys};

/// The commands on members that are named.
pub const MEMBERS: &[Command<DataHandler>] = &[
    write(
        "GEOADD",
        Arity::AtLeast(5),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        geoadd,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::Geo])
    .group(Group::Geo)
    .since("3.2.0")
    .complexity(
        "O(log(N)) for each item added, where N is the number of elements in the \
             sorted set.",
    )
    .usage(
        "key:key condition=[NX | XX]@6.2.0 [change=CH='change'@6.2.0] data=(longitude:double \
             latitude:double member)...",
    )
    .history(&[("6.2.0", "Added the `CH`, `NX` and `XX` options.")])
    .summary("Adds members with positions to a sorted set."),
    read(
        "GEODIST",
        Arity::AtLeast(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        geodist,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Geo])
    .group(Group::Geo)
    .since("3.2.0")
    .complexity("O(1)")
    .usage("key:key member1 member2 unit=[M | KM | FT | MI]")
    .summary("Returns the distance between two members."),
    read(
        "GEOHASH",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        geohash,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Geo])
    .group(Group::Geo)
    .since("3.2.0")
    .complexity("O(1) for each member requested.")
    .usage("key:key [member...]")
    .summary("Returns the positions of members as geohash texts."),
    read(
        "GEOPOS",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        geopos,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Geo])
    .group(Group::Geo)
    .since("3.2.0")
    .complexity("O(1) for each member requested.")
    .usage("key:key [member...]")
    .summary("Returns the positions of members."),
];
