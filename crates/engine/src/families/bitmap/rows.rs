//! The family's rows.

use super::bits::{bitcount, bitpos, getbit, setbit};
use super::combine::bitop;
use super::field::{bitfield, bitfield_key_flags, bitfield_ro};
use crate::command::{
    Arity, Begin, Category, Command, Find, Flag, Group, KeyFlag, KeyFlags, KeySpec, Keys,
};
use crate::families::DataHandler;
use crate::families::row::{read, write};

/// The family's commands.
pub const COMMANDS: &[Command<DataHandler>] = &[
    read(
        "BITCOUNT",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        bitcount,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Bitmap])
    .group(Group::Bitmap)
    .since("2.6.0")
    .complexity("O(N)")
    .usage("key:key range=[start:integer end:integer unit=[BYTE | BIT]@7.0.0]")
    .history(&[("7.0.0", "Added the `BYTE|BIT` option.")])
    .summary("Counts the bits that are set in a string."),
    write(
        "BITFIELD",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[
                KeyFlag::ReadWrite,
                KeyFlag::Access,
                KeyFlag::Update,
                KeyFlag::VariableFlags,
            ]),
            begin: Begin::Index(1),
            find: Find::Range { last: 0, step: 1, limit: 0 },
            notes: "This command allows both access and modification of the key",
        }]),
        bitfield,
    )
    .flags_of_keys(bitfield_key_flags)
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::Bitmap])
    .group(Group::Bitmap)
    .since("3.2.0")
    .complexity("O(1) for each subcommand specified")
    .usage(
        "key:key operation=[GET get-block=(encoding offset:integer) | \
             write=([OVERFLOW overflow-block=<WRAP | SAT | FAIL>] write-operation=<SET \
             set-block=(encoding offset:integer value:integer) | INCRBY \
             incrby-block=(encoding offset:integer increment:integer)>)]...",
    )
    .summary("Reads and changes integers of any width in a string."),
    read(
        "BITFIELD_RO",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        bitfield_ro,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::Bitmap])
    .group(Group::Bitmap)
    .since("6.0.0")
    .complexity("O(1) for each subcommand specified")
    .usage("key:key [GET get-block=(encoding offset:integer)]...")
    .summary("Reads integers of any width from a string."),
    write(
        "BITOP",
        Arity::AtLeast(4),
        Keys::of(&[
            KeySpec::at(2, &[KeyFlag::Overwrite, KeyFlag::Update]),
            KeySpec::from(3, &[KeyFlag::ReadOnly, KeyFlag::Access]),
        ]),
        bitop,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::Bitmap])
    .group(Group::Bitmap)
    .since("2.6.0")
    .complexity("O(N)")
    .usage(
        "operation=<AND | OR | XOR | NOT | DIFF | DIFF1 | ANDOR | ONE> destkey:key \
             key:key1...",
    )
    .summary("Combines strings bit by bit, and stores the result."),
    read(
        "BITPOS",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        bitpos,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Bitmap])
    .group(Group::Bitmap)
    .since("2.8.7")
    .complexity("O(N)")
    .usage(
        "key:key bit:integer range=[start:integer end-unit-block=[end:integer \
             unit=[BYTE | BIT]@7.0.0]]",
    )
    .history(&[("7.0.0", "Added the `BYTE|BIT` option.")])
    .summary("Finds the first bit of a string that is set, or clear."),
    read(
        "GETBIT",
        Arity::Exactly(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        getbit,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::Bitmap])
    .group(Group::Bitmap)
    .since("2.2.0")
    .complexity("O(1)")
    .usage("key:key offset:integer")
    .summary("Returns a bit of a string."),
    write(
        "SETBIT",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update])]),
        setbit,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::Bitmap])
    .group(Group::Bitmap)
    .since("2.2.0")
    .complexity("O(1)")
    .usage("key:key offset:integer value:integer")
    .summary("Sets or clears a bit of a string, and returns what it was."),
];
