//! Sorting the elements of lists, sets and sorted sets.

mod pattern;
mod request;
mod run;
mod weight;

use run::{sort, sort_ro};

use super::DataHandler;
use super::row::{read, write};
use crate::command::{
    Arity, Begin, Category, Command, Find, Flag, Group, KeyFlag, KeyFlags, KeySpec, Keys,
};

/// The family's commands. Which keys their patterns name shows only when they run.
pub const COMMANDS: &[Command<DataHandler>] = &[
    write(
        "SORT",
        Arity::AtLeast(2),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access]),
            KeySpec {
                flags: KeyFlags::of(&[KeyFlag::ReadOnly, KeyFlag::Access]),
                begin: Begin::Unknown,
                find: Find::Unknown,
                notes: "For the optional BY/GET keyword. It is marked 'unknown' because the key \
             names derive from the content of the key we sort",
            },
            KeySpec {
                flags: KeyFlags::of(&[KeyFlag::Overwrite, KeyFlag::Update]),
                begin: Begin::Untold { word: "STORE", from: 2 },
                find: Find::Untold,
                notes: "For the optional STORE keyword. It is marked 'unknown' because the keyword \
             can appear anywhere in the argument array",
            },
        ]),
        sort,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::WholeKeyspace])
    .categories(&[Category::Set, Category::SortedSet, Category::List, Category::Dangerous])
    .group(Group::Generic)
    .since("1.0.0")
    .complexity(
        "O(N+M*log(M)) where N is the number of elements in the list or set to \
             sort, and M the number of returned elements. When the elements are not \
             sorted, complexity is O(N).",
    )
    .usage(
        "key:key [BY by-pattern:pattern1='pattern'] [LIMIT limit=(offset:integer \
             count:integer)] [GET get-pattern:pattern1='pattern']... order=[ASC | DESC] \
             [sorting=ALPHA='sorting'] [STORE destination:key2]",
    )
    .summary("Sorts the elements of a list, a set or a sorted set, and returns or stores them."),
    read(
        "SORT_RO",
        Arity::AtLeast(2),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access]),
            KeySpec {
                flags: KeyFlags::of(&[KeyFlag::ReadOnly, KeyFlag::Access]),
                begin: Begin::Unknown,
                find: Find::Unknown,
                notes: "For the optional BY/GET keyword. It is marked 'unknown' because the key \
             names derive from the content of the key we sort",
            },
        ]),
        sort_ro,
    )
    .flags(&[Flag::ReadOnly, Flag::WholeKeyspace])
    .categories(&[Category::Set, Category::SortedSet, Category::List, Category::Dangerous])
    .group(Group::Generic)
    .since("7.0.0")
    .complexity(
        "O(N+M*log(M)) where N is the number of elements in the list or set to \
             sort, and M the number of returned elements. When the elements are not \
             sorted, complexity is O(N).",
    )
    .usage(
        "key:key [BY by-pattern:pattern1='pattern'] [LIMIT limit=(offset:integer \
             count:integer)] [GET get-pattern:pattern1='pattern']... order=[ASC | DESC] \
             [sorting=ALPHA='sorting']",
    )
    .summary("Sorts the elements of a list, a set or a sorted set, and returns them."),
];
