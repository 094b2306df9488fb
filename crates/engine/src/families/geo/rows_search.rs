//! The rows of the commands that search.

use super::search::{
    georadius, georadius_ro, georadiusbymember, georadiusbymember_ro, geosearch, geosearchstore,
};
use crate::command::{
    Arity, Begin, Category, Command, Find, Flag, Group, KeyFlag, KeyFlags, KeySpec, Keys,
};
use crate::families::DataHandler;
use crate::families::row::{read, write};

/// The commands that search.
pub const SEARCHES: &[Command<DataHandler>] = &[
    write(
        "GEORADIUS",
        Arity::AtLeast(6),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access]),
            KeySpec {
                flags: KeyFlags::of(&[KeyFlag::Overwrite, KeyFlag::Update]),
                begin: Begin::Keyword { word: "STORE", from: 6 },
                find: Find::Range { last: 0, step: 1, limit: 0 },
                notes: "",
            },
            KeySpec {
                flags: KeyFlags::of(&[KeyFlag::Overwrite, KeyFlag::Update]),
                begin: Begin::Keyword { word: "STOREDIST", from: 6 },
                find: Find::Range { last: 0, step: 1, limit: 0 },
                notes: "",
            },
        ]),
        georadius,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::Geo])
    .group(Group::Geo)
    .since("3.2.0")
    .complexity(
        "O(N+log(M)) where N is the number of elements inside the bounding box of \
             the circular area delimited by center and radius and M is the number of \
             items inside the index.",
    )
    .usage(
        "key:key longitude:double latitude:double radius:double unit=<M | KM | FT | \
             MI> [WITHCOORD] [WITHDIST] [WITHHASH] count-block=[COUNT count:integer \
             [ANY@6.2.0]] order=[ASC | DESC] store=[STORE storekey:key1='key' | \
             STOREDIST storedistkey:key2='key']",
    )
    .history(&[
        ("6.2.0", "Added the `ANY` option for `COUNT`."),
        ("7.0.0", "Added support for uppercase unit names."),
    ])
    .deprecated("6.2.0", "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument")
    .summary("Returns or stores the members within a distance of a position."),
    read(
        "GEORADIUS_RO",
        Arity::AtLeast(6),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        georadius_ro,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Geo])
    .group(Group::Geo)
    .since("3.2.10")
    .complexity(
        "O(N+log(M)) where N is the number of elements inside the bounding box of \
             the circular area delimited by center and radius and M is the number of \
             items inside the index.",
    )
    .usage(
        "key:key longitude:double latitude:double radius:double unit=<M | KM | FT | \
             MI> [WITHCOORD] [WITHDIST] [WITHHASH] count-block=[COUNT count:integer \
             [ANY@6.2.0]] order=[ASC | DESC]",
    )
    .history(&[
        ("6.2.0", "Added the `ANY` option for `COUNT`."),
        ("7.0.0", "Added support for uppercase unit names."),
    ])
    .deprecated("6.2.0", "`GEOSEARCH` with the `BYRADIUS` argument")
    .summary("Returns the members within a distance of a position."),
    write(
        "GEORADIUSBYMEMBER",
        Arity::AtLeast(5),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access]),
            KeySpec {
                flags: KeyFlags::of(&[KeyFlag::Overwrite, KeyFlag::Update]),
                begin: Begin::Keyword { word: "STORE", from: 5 },
                find: Find::Range { last: 0, step: 1, limit: 0 },
                notes: "",
            },
            KeySpec {
                flags: KeyFlags::of(&[KeyFlag::Overwrite, KeyFlag::Update]),
                begin: Begin::Keyword { word: "STOREDIST", from: 5 },
                find: Find::Range { last: 0, step: 1, limit: 0 },
                notes: "",
            },
        ]),
        georadiusbymember,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::Geo])
    .group(Group::Geo)
    .since("3.2.0")
    .complexity(
        "O(N+log(M)) where N is the number of elements inside the bounding box of \
             the circular area delimited by center and radius and M is the number of \
             items inside the index.",
    )
    .usage(
        "key:key member radius:double unit=<M | KM | FT | MI> [WITHCOORD] \
             [WITHDIST] [WITHHASH] count-block=[COUNT count:integer [ANY]] order=[ASC | \
             DESC] store=[STORE storekey:key1='key' | STOREDIST \
             storedistkey:key2='key']",
    )
    .history(&[
        ("6.2.0", "Added the `ANY` option for `COUNT`."),
        ("7.0.0", "Added support for uppercase unit names."),
    ])
    .deprecated(
        "6.2.0",
        "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` \
             arguments",
    )
    .summary("Returns or stores the members within a distance of a member."),
    read(
        "GEORADIUSBYMEMBER_RO",
        Arity::AtLeast(5),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        georadiusbymember_ro,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Geo])
    .group(Group::Geo)
    .since("3.2.10")
    .complexity(
        "O(N+log(M)) where N is the number of elements inside the bounding box of \
             the circular area delimited by center and radius and M is the number of \
             items inside the index.",
    )
    .usage(
        "key:key member radius:double unit=<M | KM | FT | MI> [WITHCOORD] \
             [WITHDIST] [WITHHASH] count-block=[COUNT count:integer [ANY]] order=[ASC | \
             DESC]",
    )
    .history(&[
        ("6.2.0", "Added the `ANY` option for `COUNT`."),
        ("7.0.0", "Added support for uppercase unit names."),
    ])
    .deprecated("6.2.0", "`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments")
    .summary("Returns the members within a distance of a member."),
    read(
        "GEOSEARCH",
        Arity::AtLeast(7),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        geosearch,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Geo])
    .group(Group::Geo)
    .since("6.2.0")
    .complexity(
        "O(N+log(M)) where N is the number of elements in the grid-aligned bounding \
             box area around the shape provided as the filter and M is the number of \
             items inside the shape",
    )
    .usage(
        "key:key from=<FROMMEMBER member | FROMLONLAT fromlonlat=(longitude:double \
             latitude:double)> by=<circle=(BYRADIUS radius:double unit=<M | KM | FT | \
             MI>) | box=(BYBOX width:double height:double unit=<M | KM | FT | MI>)> \
             order=[ASC | DESC] count-block=[COUNT count:integer [ANY]] [WITHCOORD] \
             [WITHDIST] [WITHHASH]",
    )
    .history(&[("7.0.0", "Added support for uppercase unit names.")])
    .summary("Returns the members within a circle or a box."),
    write(
        "GEOSEARCHSTORE",
        Arity::AtLeast(8),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::Overwrite, KeyFlag::Update]),
            KeySpec::at(2, &[KeyFlag::ReadOnly, KeyFlag::Access]),
        ]),
        geosearchstore,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::Geo])
    .group(Group::Geo)
    .since("6.2.0")
    .complexity(
        "O(N+log(M)) where N is the number of elements in the grid-aligned bounding \
             box area around the shape provided as the filter and M is the number of \
             items inside the shape",
    )
    .usage(
        "destination:key source:key1 from=<FROMMEMBER member | FROMLONLAT \
             fromlonlat=(longitude:double latitude:double)> by=<circle=(BYRADIUS \
             radius:double unit=<M | KM | FT | MI>) | box=(BYBOX width:double \
             height:double unit=<M | KM | FT | MI>)> order=[ASC | DESC] \
             count-block=[COUNT count:integer [ANY]] [STOREDIST]",
    )
    .history(&[("7.0.0", "Added support for uppercase unit names.")])
    .summary("Stores the members within a circle or a box."),
];
