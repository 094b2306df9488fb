//! Lists.

mod blocking;
mod change;
mod ends;
mod look;
mod moves;
mod support;

use blocking::{blmove, blmpop, blpop, brpop, brpoplpush};
use change::{linsert, lrem, lset, ltrim};
use ends::{llen, lpop, lpush, lpushx, rpop, rpush, rpushx};
use look::{lindex, lpos, lrange};
use moves::{lmove, lmpop, rpoplpush};
pub(super) use support::block_limit;

use super::DataHandler;
use super::row::{block, read, write};
use crate::command::{
    Arity, Begin, Category, Command, Find, Flag, Group, KeyFlag, KeyFlags, KeySpec, Keys,
};

/// The family's commands.
pub const COMMANDS: &[Command<DataHandler>] = &[
    block(
        "BLMOVE",
        Arity::Exactly(6),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete]),
            KeySpec::at(2, &[KeyFlag::ReadWrite, KeyFlag::Insert]),
        ]),
        blmove,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Blocking])
    .categories(&[Category::List])
    .group(Group::List)
    .since("6.2.0")
    .complexity("O(1)")
    .usage(
        "source:key destination:key1 wherefrom=<LEFT | RIGHT> whereto=<LEFT | \
             RIGHT> timeout:double",
    )
    .summary("Moves an element from one list to another, or waits until there is one."),
    block(
        "BLMPOP",
        Arity::AtLeast(5),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete]),
            begin: Begin::Index(2),
            find: Find::Counted { count_at: 0, first: 1, step: 1 },
            notes: "",
        }]),
        blmpop,
    )
    .flags(&[Flag::Write, Flag::Blocking])
    .categories(&[Category::List])
    .group(Group::List)
    .since("7.0.0")
    .complexity(
        "O(N+M) where N is the number of provided keys and M is the number of \
             elements returned.",
    )
    .usage(
        "timeout:double numkeys:integer key:key... where=<LEFT | RIGHT> [COUNT \
             count:integer]",
    )
    .summary("Takes elements from the first list that has any, or waits until one has."),
    block(
        "BLPOP",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete]),
            begin: Begin::Index(1),
            find: Find::Range { last: -2, step: 1, limit: 0 },
            notes: "",
        }]),
        blpop,
    )
    .flags(&[Flag::Write, Flag::Blocking])
    .categories(&[Category::List])
    .group(Group::List)
    .since("2.0.0")
    .complexity("O(N) where N is the number of provided keys.")
    .usage("key:key... timeout:double")
    .history(&[("6.0.0", "`timeout` is interpreted as a double instead of an integer.")])
    .summary("Takes the first element of the first list that has any, or waits for one."),
    block(
        "BRPOP",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete]),
            begin: Begin::Index(1),
            find: Find::Range { last: -2, step: 1, limit: 0 },
            notes: "",
        }]),
        brpop,
    )
    .flags(&[Flag::Write, Flag::Blocking])
    .categories(&[Category::List])
    .group(Group::List)
    .since("2.0.0")
    .complexity("O(N) where N is the number of provided keys.")
    .usage("key:key... timeout:double")
    .history(&[("6.0.0", "`timeout` is interpreted as a double instead of an integer.")])
    .summary("Takes the last element of the first list that has any, or waits for one."),
    block(
        "BRPOPLPUSH",
        Arity::Exactly(4),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete]),
            KeySpec::at(2, &[KeyFlag::ReadWrite, KeyFlag::Insert]),
        ]),
        brpoplpush,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Blocking])
    .categories(&[Category::List])
    .group(Group::List)
    .since("2.2.0")
    .complexity("O(1)")
    .usage("source:key destination:key1 timeout:double")
    .history(&[("6.0.0", "`timeout` is interpreted as a double instead of an integer.")])
    .deprecated("6.2.0", "`BLMOVE` with the `RIGHT` and `LEFT` arguments")
    .summary("Moves the last element of a list to the start of another, or waits for one."),
    read(
        "LINDEX",
        Arity::Exactly(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        lindex,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::List])
    .group(Group::List)
    .since("1.0.0")
    .complexity(
        "O(N) where N is the number of elements to traverse to get to the element \
             at index. This makes asking for the first or the last element of the list \
             O(1).",
    )
    .usage("key:key index:integer")
    .summary("Returns the element at a position."),
    write(
        "LINSERT",
        Arity::Exactly(5),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Insert])]),
        linsert,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::List])
    .group(Group::List)
    .since("2.2.0")
    .complexity(
        "O(N) where N is the number of elements to traverse before seeing the value \
             pivot. This means that inserting somewhere on the left end on the list \
             (head) can be considered O(1) and inserting somewhere on the right end \
             (tail) is O(N).",
    )
    .usage("key:key where=<BEFORE | AFTER> pivot element")
    .summary("Adds an element beside another one."),
    read("LLEN", Arity::Exactly(2), Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly])]), llen)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::List])
        .group(Group::List)
        .since("1.0.0")
        .complexity("O(1)")
        .usage("key:key")
        .summary("Returns the length of a list."),
    write(
        "LMOVE",
        Arity::Exactly(5),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete]),
            KeySpec::at(2, &[KeyFlag::ReadWrite, KeyFlag::Insert]),
        ]),
        lmove,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::List])
    .group(Group::List)
    .since("6.2.0")
    .complexity("O(1)")
    .usage("source:key destination:key1 wherefrom=<LEFT | RIGHT> whereto=<LEFT | RIGHT>")
    .summary("Moves an element from one list to another, and returns it."),
    write(
        "LMPOP",
        Arity::AtLeast(4),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete]),
            begin: Begin::Index(1),
            find: Find::Counted { count_at: 0, first: 1, step: 1 },
            notes: "",
        }]),
        lmpop,
    )
    .flags(&[Flag::Write])
    .categories(&[Category::List])
    .group(Group::List)
    .since("7.0.0")
    .complexity(
        "O(N+M) where N is the number of provided keys and M is the number of \
             elements returned.",
    )
    .usage("numkeys:integer key:key... where=<LEFT | RIGHT> [COUNT count:integer]")
    .summary("Takes elements from the first of several lists that has any."),
    write(
        "LPOP",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete])]),
        lpop,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::List])
    .group(Group::List)
    .since("1.0.0")
    .complexity("O(N) where N is the number of elements returned")
    .usage("key:key [count:integer@6.2.0]")
    .history(&[("6.2.0", "Added the `count` argument.")])
    .summary("Takes elements from the start of a list."),
    read(
        "LPOS",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        lpos,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::List])
    .group(Group::List)
    .since("6.0.6")
    .complexity(
        "O(N) where N is the number of elements in the list, for the average case. \
             When searching for elements near the head or the tail of the list, or when \
             the MAXLEN option is provided, the command may run in constant time.",
    )
    .usage(
        "key:key element [RANK rank:integer] [COUNT num-matches:integer] [MAXLEN \
             len:integer]",
    )
    .summary("Returns the positions of elements that are equal to one."),
    write(
        "LPUSH",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Insert])]),
        lpush,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::List])
    .group(Group::List)
    .since("1.0.0")
    .complexity(
        "O(1) for each element added, so O(N) to add N elements when the command is \
             called with multiple arguments.",
    )
    .usage("key:key element...")
    .history(&[("2.4.0", "Accepts multiple `element` arguments.")])
    .summary("Adds elements at the start of a list."),
    write(
        "LPUSHX",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Insert])]),
        lpushx,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::List])
    .group(Group::List)
    .since("2.2.0")
    .complexity(
        "O(1) for each element added, so O(N) to add N elements when the command is \
             called with multiple arguments.",
    )
    .usage("key:key element...")
    .history(&[("4.0.0", "Accepts multiple `element` arguments.")])
    .summary("Adds elements at the start of a list that exists."),
    read(
        "LRANGE",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        lrange,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::List])
    .group(Group::List)
    .since("1.0.0")
    .complexity(
        "O(S+N) where S is the distance of start offset from HEAD for small lists, \
             from nearest end (HEAD or TAIL) for large lists; and N is the number of \
             elements in the specified range.",
    )
    .usage("key:key start:integer stop:integer")
    .summary("Returns the elements between two positions."),
    write(
        "LREM",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Delete])]),
        lrem,
    )
    .flags(&[Flag::Write])
    .categories(&[Category::List])
    .group(Group::List)
    .since("1.0.0")
    .complexity(
        "O(N+M) where N is the length of the list and M is the number of elements \
             removed.",
    )
    .usage("key:key count:integer element")
    .summary("Removes elements that are equal to one."),
    write(
        "LSET",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        lset,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::List])
    .group(Group::List)
    .since("1.0.0")
    .complexity(
        "O(N) where N is the length of the list. Setting either the first or the \
             last element of the list is O(1).",
    )
    .usage("key:key index:integer element")
    .summary("Replaces the element at a position."),
    write(
        "LTRIM",
        Arity::Exactly(4),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Delete])]),
        ltrim,
    )
    .flags(&[Flag::Write])
    .categories(&[Category::List])
    .group(Group::List)
    .since("1.0.0")
    .complexity("O(N) where N is the number of elements to be removed by the operation.")
    .usage("key:key start:integer stop:integer")
    .summary("Keeps the elements between two positions, and removes the others."),
    write(
        "RPOP",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete])]),
        rpop,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::List])
    .group(Group::List)
    .since("1.0.0")
    .complexity("O(N) where N is the number of elements returned")
    .usage("key:key [count:integer@6.2.0]")
    .history(&[("6.2.0", "Added the `count` argument.")])
    .summary("Takes elements from the end of a list."),
    write(
        "RPOPLPUSH",
        Arity::Exactly(3),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete]),
            KeySpec::at(2, &[KeyFlag::ReadWrite, KeyFlag::Insert]),
        ]),
        rpoplpush,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::List])
    .group(Group::List)
    .since("1.2.0")
    .complexity("O(1)")
    .usage("source:key destination:key1")
    .deprecated("6.2.0", "`LMOVE` with the `RIGHT` and `LEFT` arguments")
    .summary("Moves the last element of a list to the start of another, and returns it."),
    write(
        "RPUSH",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Insert])]),
        rpush,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::List])
    .group(Group::List)
    .since("1.0.0")
    .complexity(
        "O(1) for each element added, so O(N) to add N elements when the command is \
             called with multiple arguments.",
    )
    .usage("key:key element...")
    .history(&[("2.4.0", "Accepts multiple `element` arguments.")])
    .summary("Adds elements at the end of a list."),
    write(
        "RPUSHX",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Insert])]),
        rpushx,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::List])
    .group(Group::List)
    .since("2.2.0")
    .complexity(
        "O(1) for each element added, so O(N) to add N elements when the command is \
             called with multiple arguments.",
    )
    .usage("key:key element...")
    .history(&[("4.0.0", "Accepts multiple `element` arguments.")])
    .summary("Adds elements at the end of a list that exists."),
];

#[cfg(test)]
mod tests;
