//! The rows of commands that take members from the ends.

use super::blocking::{bzmpop, bzpopmax, bzpopmin};
use super::pop::{zmpop, zpopmax, zpopmin};
use crate::command::{
    Arity, Begin, Category, Command, Find, Flag, Group, KeyFlag, KeyFlags, KeySpec, Keys,
};
use crate::families::DataHandler;
use crate::families::row::{block, write};

/// Commands that take members from the ends.
pub const COMMANDS: &[Command<DataHandler>] = &[
block("BZMPOP", Arity::AtLeast(5), Keys::of(&[KeySpec { flags: KeyFlags::of(&[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete]), begin: Begin::Index(2), find: Find::Counted { count_at: 0, first: 1, step: 1 }, notes: "" }]), bzmpop)
.flags(&[Flag::Write, Flag::Blocking])
.categories(&[Category::SortedSet])
.group(Group::SortedSet)
.since("7.0.0")
.complexity("O(K) + O(M*log(N)) where K is the number of provided keys, N being the \
             number of elements in the sorted set, and M being the number of elements \
             popped.")
.usage("timeout:double numkeys:integer key:key... where=<MIN | MAX> [COUNT \
             count:integer]")
.summary("Takes the least or the greatest members out of the first sorted set that is not empty, and waits for one if all are."),
block("BZPOPMAX", Arity::AtLeast(3), Keys::of(&[KeySpec { flags: KeyFlags::of(&[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete]), begin: Begin::Index(1), find: Find::Range { last: -2, step: 1, limit: 0 }, notes: "" }]), bzpopmax)
.flags(&[Flag::Write, Flag::Blocking, Flag::Fast])
.categories(&[Category::SortedSet])
.group(Group::SortedSet)
.since("5.0.0")
.complexity("O(log(N)) with N being the number of elements in the sorted set.")
.usage("key:key... timeout:double")
.history(&[("6.0.0", "`timeout` is interpreted as a double instead of an integer.")])
.summary("Takes the greatest member out of the first sorted set that is not empty, and waits for one if all are."),
block("BZPOPMIN", Arity::AtLeast(3), Keys::of(&[KeySpec { flags: KeyFlags::of(&[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete]), begin: Begin::Index(1), find: Find::Range { last: -2, step: 1, limit: 0 }, notes: "" }]), bzpopmin)
.flags(&[Flag::Write, Flag::Blocking, Flag::Fast])
.categories(&[Category::SortedSet])
.group(Group::SortedSet)
.since("5.0.0")
.complexity("O(log(N)) with N being the number of elements in the sorted set.")
.usage("key:key... timeout:double")
.history(&[("6.0.0", "`timeout` is interpreted as a double instead of an integer.")])
.summary("Takes the least member out of the first sorted set that is not empty, and waits for one if all are."),
write("ZMPOP", Arity::AtLeast(4), Keys::of(&[KeySpec { flags: KeyFlags::of(&[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete]), begin: Begin::Index(1), find: Find::Counted { count_at: 0, first: 1, step: 1 }, notes: "" }]), zmpop)
.flags(&[Flag::Write])
.categories(&[Category::SortedSet])
.group(Group::SortedSet)
.since("7.0.0")
.complexity("O(K) + O(M*log(N)) where K is the number of provided keys, N being the \
             number of elements in the sorted set, and M being the number of elements \
             popped.")
.usage("numkeys:integer key:key... where=<MIN | MAX> [COUNT count:integer]")
.summary("Takes the least or the greatest members out of the first sorted set that is not empty."),
write("ZPOPMAX", Arity::AtLeast(2), Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete])]), zpopmax)
.flags(&[Flag::Write, Flag::Fast])
.categories(&[Category::SortedSet])
.group(Group::SortedSet)
.since("5.0.0")
.complexity("O(log(N)*M) with N being the number of elements in the sorted set, and M \
             being the number of elements popped.")
.usage("key:key [count:integer]")
.summary("Takes the greatest members out of a sorted set."),
write("ZPOPMIN", Arity::AtLeast(2), Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete])]), zpopmin)
.flags(&[Flag::Write, Flag::Fast])
.categories(&[Category::SortedSet])
.group(Group::SortedSet)
.since("5.0.0")
.complexity("O(log(N)*M) with N being the number of elements in the sorted set, and M \
             being the number of elements popped.")
.usage("key:key [count:integer]")
.summary("Takes the least members out of a sorted set.")
];
