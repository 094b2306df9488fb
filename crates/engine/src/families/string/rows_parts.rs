//! Rows of commands that change or look into strings.

use super::lcs::lcs;
use super::number::{decr, decrby, incr, incrby, incrbyfloat};
use super::text::{append, getrange, setrange, strlen};
use crate::command::{
    Arity, Begin, Category, Command, Find, Flag, Group, KeyFlag, KeyFlags, KeySpec, Keys,
};
use crate::families::DataHandler;
use crate::families::row::{read, write};

/// The commands.
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
        "GETRANGE",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        getrange,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::String])
    .group(Group::String)
    .since("2.4.0")
    .complexity(
        "O(N) where N is the length of the returned string. The complexity is \
             ultimately determined by the returned length, but because creating a \
             substring from an existing string is very cheap, it can be considered O(1) \
             for small strings.",
    )
    .usage("key:key start:integer end:integer")
    .summary("Returns a part of the string that a key holds."),
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
    write(
        "INCRBYFLOAT",
        Arity::Exactly(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update])]),
        incrbyfloat,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::String])
    .group(Group::String)
    .since("2.6.0")
    .complexity("O(1)")
    .usage("key:key increment:double")
    .summary("Adds a number to the number that a key holds."),
    read(
        "LCS",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::ReadOnly, KeyFlag::Access]),
            begin: Begin::Index(1),
            find: Find::Range { last: 1, step: 1, limit: 0 },
            notes: "",
        }]),
        lcs,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::String])
    .group(Group::String)
    .since("7.0.0")
    .complexity("O(N*M) where N and M are the lengths of s1 and s2, respectively")
    .usage(
        "key1:key key2:key [LEN] [IDX] [MINMATCHLEN min-match-len:integer] \
             [WITHMATCHLEN]",
    )
    .summary("Finds the longest common subsequence of two strings."),
    write(
        "SETRANGE",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        setrange,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::String])
    .group(Group::String)
    .since("2.2.0")
    .complexity(
        "O(1), not counting the time taken to copy the new string in place. \
             Usually, this string is very small so the amortized complexity is O(1). \
             Otherwise, complexity is O(M) with M being the length of the value \
             argument.",
    )
    .usage("key:key offset:integer value")
    .summary("Overwrites a part of the string that a key holds."),
    read("STRLEN", Arity::Exactly(2), Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly])]), strlen)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::String])
        .group(Group::String)
        .since("2.2.0")
        .complexity("O(1)")
        .usage("key:key")
        .summary("Returns the length of the string that a key holds."),
    read(
        "SUBSTR",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        getrange,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::String])
    .group(Group::String)
    .since("1.0.0")
    .complexity(
        "O(N) where N is the length of the returned string. The complexity is \
             ultimately determined by the returned length, but because creating a \
             substring from an existing string is very cheap, it can be considered O(1) \
             for small strings.",
    )
    .usage("key:key start:integer end:integer")
    .deprecated("2.0.0", "`GETRANGE`")
    .summary("Returns a part of the string that a key holds."),
];
