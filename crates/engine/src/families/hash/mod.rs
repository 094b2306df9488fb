//! Hashes.

mod access;
pub mod expiry;
mod fields;
mod number;
mod scan;

use fields::{
    hdel, hexists, hget, hgetall, hkeys, hlen, hmget, hmset, hset, hsetnx, hstrlen, hvals,
};
use number::{hincrby, hincrbyfloat};
use scan::{hrandfield, hscan};

use super::DataHandler;
use super::row::{read, write};
use crate::command::{Arity, Category, Command, Flag, Group, KeyFlag, KeySpec, Keys};
use crate::keyspace::{Event, EventClass};

const HSET: Event = Event::new(EventClass::Hash, "hset");
const HDEL: Event = Event::new(EventClass::Hash, "hdel");

/// The family's commands, but for those in [`expiry`].
pub const COMMANDS: &[Command<DataHandler>] = &[
    write(
        "HDEL",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Delete])]),
        hdel,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("2.0.0")
    .complexity("O(N) where N is the number of fields to be removed.")
    .usage("key:key field...")
    .history(&[("2.4.0", "Accepts multiple `field` arguments.")])
    .summary("Deletes fields of a hash, and the hash with its last field."),
    read("HEXISTS", Arity::Exactly(3), Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly])]), hexists)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::Hash])
        .group(Group::Hash)
        .since("2.0.0")
        .complexity("O(1)")
        .usage("key:key field")
        .summary("Tells whether a hash has a field."),
    read(
        "HGET",
        Arity::Exactly(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        hget,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("2.0.0")
    .complexity("O(1)")
    .usage("key:key field")
    .summary("Returns the value of a field of a hash."),
    read(
        "HGETALL",
        Arity::Exactly(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        hgetall,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("2.0.0")
    .complexity("O(N) where N is the size of the hash.")
    .usage("key:key")
    .tips(&["nondeterministic_output_order"])
    .summary("Returns all fields of a hash with their values."),
    write(
        "HINCRBY",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update])]),
        hincrby,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("2.0.0")
    .complexity("O(1)")
    .usage("key:key field increment:integer")
    .summary("Adds to the integer in a field of a hash."),
    write(
        "HINCRBYFLOAT",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update])]),
        hincrbyfloat,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("2.6.0")
    .complexity("O(1)")
    .usage("key:key field increment:double")
    .summary("Adds to the number in a field of a hash."),
    read(
        "HKEYS",
        Arity::Exactly(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        hkeys,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("2.0.0")
    .complexity("O(N) where N is the size of the hash.")
    .usage("key:key")
    .tips(&["nondeterministic_output_order"])
    .summary("Returns the names of all fields of a hash."),
    read("HLEN", Arity::Exactly(2), Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly])]), hlen)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::Hash])
        .group(Group::Hash)
        .since("2.0.0")
        .complexity("O(1)")
        .usage("key:key")
        .summary("Returns how many fields a hash has."),
    read(
        "HMGET",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        hmget,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("2.0.0")
    .complexity("O(N) where N is the number of fields being requested.")
    .usage("key:key field...")
    .summary("Returns the values of several fields of a hash."),
    write(
        "HMSET",
        Arity::AtLeast(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        hmset,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("2.0.0")
    .complexity("O(N) where N is the number of fields being set.")
    .usage("key:key data=(field value)...")
    .deprecated("4.0.0", "`HSET` with multiple field-value pairs")
    .summary("Sets fields of a hash."),
    read(
        "HRANDFIELD",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        hrandfield,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("6.2.0")
    .complexity("O(N) where N is the number of fields returned")
    .usage("key:key options=[count:integer [WITHVALUES]]")
    .tips(&["nondeterministic_output"])
    .summary("Returns fields of a hash drawn at random."),
    read(
        "HSCAN",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        hscan,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("2.8.0")
    .complexity(
        "O(1) for every call. O(N) for a complete iteration, including enough \
             command calls for the cursor to return back to 0. N is the number of \
             elements inside the collection.",
    )
    .usage(
        "key:key cursor:integer [MATCH pattern:pattern] [COUNT count:integer] \
             [NOVALUES]",
    )
    .tips(&["nondeterministic_output"])
    .summary("Walks the fields of a hash, a few at a time."),
    write(
        "HSET",
        Arity::AtLeast(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        hset,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("2.0.0")
    .complexity(
        "O(1) for each field/value pair added, so O(N) to add N field/value pairs \
             when the command is called with multiple field/value pairs.",
    )
    .usage("key:key data=(field value)...")
    .history(&[("4.0.0", "Accepts multiple `field` and `value` arguments.")])
    .summary("Sets fields of a hash, which is made if there is none."),
    write(
        "HSETNX",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Insert])]),
        hsetnx,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("2.0.0")
    .complexity("O(1)")
    .usage("key:key field value")
    .summary("Sets a field of a hash if it has no such field."),
    read("HSTRLEN", Arity::Exactly(3), Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly])]), hstrlen)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::Hash])
        .group(Group::Hash)
        .since("3.2.0")
        .complexity("O(1)")
        .usage("key:key field")
        .summary("Returns the length of the value of a field of a hash."),
    read(
        "HVALS",
        Arity::Exactly(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        hvals,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Hash])
    .group(Group::Hash)
    .since("2.0.0")
    .complexity("O(N) where N is the size of the hash.")
    .usage("key:key")
    .tips(&["nondeterministic_output_order"])
    .summary("Returns the values of all fields of a hash."),
];

#[cfg(test)]
mod tests;
