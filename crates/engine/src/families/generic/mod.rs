//! Commands on keys of any type.

mod expire;
mod keys;
mod whole;

use expire::{expire, expireat, expiretime, persist, pexpire, pexpireat, pexpiretime, pttl, ttl};
use keys::{copy, del, exists, move_key, rename, renamenx, touch, unlink, value_type};
use whole::{dbsize, flushall, flushdb, keys, randomkey, scan, swapdb};

use super::DataHandler;
use super::row::{read, write};
use crate::command::{Arity, Category, Command, Flag, Group, KeyFlag, KeySpec, Keys};

/// The family's commands.
pub const COMMANDS: &[Command<DataHandler>] = &[
    write(
        "COPY",
        Arity::AtLeast(3),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access]),
            KeySpec::at(2, &[KeyFlag::Overwrite, KeyFlag::Update]),
        ]),
        copy,
    )
    .flags(&[Flag::Write, Flag::DenyOom])
    .categories(&[Category::Keyspace])
    .group(Group::Generic)
    .since("6.2.0")
    .complexity(
        "O(N) worst case for collections, where N is the number of nested \
             items. O(1) for string values.",
    )
    .usage("source:key destination:key1 [DB destination-db:integer] [REPLACE]")
    .summary("Copies a value to another key."),
    read("DBSIZE", Arity::Exactly(1), Keys::NONE, dbsize)
        .flags(&[Flag::ReadOnly, Flag::Fast, Flag::WholeKeyspace, Flag::OneMoment])
        .categories(&[Category::Keyspace])
        .group(Group::Server)
        .since("1.0.0")
        .complexity("O(1)")
        .tips(&["request_policy:all_shards", "response_policy:agg_sum"])
        .summary("Counts the keys of the database."),
    write(
        "DEL",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::from(1, &[KeyFlag::Remove, KeyFlag::Delete])]),
        del,
    )
    .flags(&[Flag::Write])
    .categories(&[Category::Keyspace])
    .group(Group::Generic)
    .since("1.0.0")
    .complexity(
        "O(N) where N is the number of keys that will be removed. When a key \
             to remove holds a value other than a string, the individual \
             complexity for this key is O(M) where M is the number of elements in \
             the list, set, sorted set or hash. Removing a single key that holds \
             a string value is O(1).",
    )
    .usage("key:key...")
    .tips(&["request_policy:multi_shard", "response_policy:agg_sum"])
    .summary("Deletes keys."),
    read("EXISTS", Arity::AtLeast(2), Keys::of(&[KeySpec::from(1, &[KeyFlag::ReadOnly])]), exists)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::Keyspace])
        .group(Group::Generic)
        .since("1.0.0")
        .complexity("O(N) where N is the number of keys to check.")
        .usage("key:key...")
        .tips(&["request_policy:multi_shard", "response_policy:agg_sum"])
        .history(&[("3.0.3", "Accepts multiple `key` arguments.")])
        .summary("Counts the keys that exist."),
    write(
        "EXPIRE",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        expire,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Keyspace])
    .group(Group::Generic)
    .since("1.0.0")
    .complexity("O(1)")
    .usage("key:key seconds:integer condition=[NX | XX | GT | LT]@7.0.0")
    .history(&[("7.0.0", "Added options: `NX`, `XX`, `GT` and `LT`.")])
    .summary("Lets a key expire after so many seconds."),
    write(
        "EXPIREAT",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        expireat,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Keyspace])
    .group(Group::Generic)
    .since("1.2.0")
    .complexity("O(1)")
    .usage(
        "key:key unix-time-seconds:unix-time condition=[NX | XX | GT | \
             LT]@7.0.0",
    )
    .history(&[("7.0.0", "Added options: `NX`, `XX`, `GT` and `LT`.")])
    .summary("Lets a key expire at a time in seconds."),
    read(
        "EXPIRETIME",
        Arity::Exactly(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        expiretime,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::Keyspace])
    .group(Group::Generic)
    .since("7.0.0")
    .complexity("O(1)")
    .usage("key:key")
    .summary("Returns when a key expires, in seconds of Unix time."),
    write("FLUSHALL", Arity::AtLeast(1), Keys::NONE, flushall)
        .flags(&[Flag::Write, Flag::WholeKeyspace])
        .categories(&[Category::Keyspace, Category::Dangerous])
        .group(Group::Server)
        .since("1.0.0")
        .complexity("O(N) where N is the total number of keys in all databases")
        .usage("flush-type=[ASYNC@4.0.0 | SYNC@6.2.0]")
        .tips(&["request_policy:all_shards", "response_policy:all_succeeded"])
        .history(&[
            ("4.0.0", "Added the `ASYNC` flushing mode modifier."),
            ("6.2.0", "Added the `SYNC` flushing mode modifier."),
        ])
        .summary("Deletes all keys of all databases."),
    write("FLUSHDB", Arity::AtLeast(1), Keys::NONE, flushdb)
        .flags(&[Flag::Write, Flag::WholeKeyspace])
        .categories(&[Category::Keyspace, Category::Dangerous])
        .group(Group::Server)
        .since("1.0.0")
        .complexity("O(N) where N is the number of keys in the selected database")
        .usage("flush-type=[ASYNC@4.0.0 | SYNC@6.2.0]")
        .tips(&["request_policy:all_shards", "response_policy:all_succeeded"])
        .history(&[
            ("4.0.0", "Added the `ASYNC` flushing mode modifier."),
            ("6.2.0", "Added the `SYNC` flushing mode modifier."),
        ])
        .summary("Deletes all keys of the database."),
    read("KEYS", Arity::Exactly(2), Keys::NONE, keys)
        .flags(&[Flag::ReadOnly, Flag::WholeKeyspace])
        .categories(&[Category::Keyspace, Category::Dangerous])
        .group(Group::Generic)
        .since("1.0.0")
        .complexity(
            "O(N) with N being the number of keys in the database, under the \
             assumption that the key names in the database and the given pattern \
             have limited length.",
        )
        .usage("pattern:pattern")
        .tips(&["request_policy:all_shards", "nondeterministic_output_order"])
        .summary("Returns the keys that match a pattern."),
    write(
        "MOVE",
        Arity::Exactly(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update])]),
        move_key,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Keyspace])
    .group(Group::Generic)
    .since("1.0.0")
    .complexity("O(1)")
    .usage("key:key db:integer")
    .summary("Moves a key to another database."),
    write(
        "PERSIST",
        Arity::Exactly(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        persist,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Keyspace])
    .group(Group::Generic)
    .since("2.2.0")
    .complexity("O(1)")
    .usage("key:key")
    .summary("Takes the expiry off a key."),
    write(
        "PEXPIRE",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        pexpire,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Keyspace])
    .group(Group::Generic)
    .since("2.6.0")
    .complexity("O(1)")
    .usage("key:key milliseconds:integer condition=[NX | XX | GT | LT]@7.0.0")
    .history(&[("7.0.0", "Added options: `NX`, `XX`, `GT` and `LT`.")])
    .summary("Lets a key expire after so many milliseconds."),
    write(
        "PEXPIREAT",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        pexpireat,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Keyspace])
    .group(Group::Generic)
    .since("2.6.0")
    .complexity("O(1)")
    .usage(
        "key:key unix-time-milliseconds:unix-time condition=[NX | XX | GT | \
             LT]@7.0.0",
    )
    .history(&[("7.0.0", "Added options: `NX`, `XX`, `GT` and `LT`.")])
    .summary("Lets a key expire at a time in milliseconds."),
    read(
        "PEXPIRETIME",
        Arity::Exactly(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        pexpiretime,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::Keyspace])
    .group(Group::Generic)
    .since("7.0.0")
    .complexity("O(1)")
    .usage("key:key")
    .summary("Returns when a key expires, in milliseconds of Unix time."),
    read(
        "PTTL",
        Arity::Exactly(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        pttl,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::Keyspace])
    .group(Group::Generic)
    .since("2.6.0")
    .complexity("O(1)")
    .usage("key:key")
    .tips(&["nondeterministic_output"])
    .history(&[("2.8.0", "Added the -2 reply.")])
    .summary("Returns how long a key still lives, in milliseconds."),
    read("RANDOMKEY", Arity::Exactly(1), Keys::NONE, randomkey)
        .flags(&[Flag::ReadOnly, Flag::WholeKeyspace, Flag::OneMoment])
        .categories(&[Category::Keyspace])
        .group(Group::Generic)
        .since("1.0.0")
        .complexity("O(1)")
        .tips(&["request_policy:all_shards", "response_policy:special", "nondeterministic_output"])
        .summary("Returns a key at random."),
    write(
        "RENAME",
        Arity::Exactly(3),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete]),
            KeySpec::at(2, &[KeyFlag::Overwrite, KeyFlag::Update]),
        ]),
        rename,
    )
    .flags(&[Flag::Write])
    .categories(&[Category::Keyspace])
    .group(Group::Generic)
    .since("1.0.0")
    .complexity("O(1)")
    .usage("key:key newkey:key1")
    .summary("Gives a key another name, in place of whatever has it."),
    write(
        "RENAMENX",
        Arity::Exactly(3),
        Keys::of(&[
            KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Delete]),
            KeySpec::at(2, &[KeyFlag::Overwrite, KeyFlag::Insert]),
        ]),
        renamenx,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Keyspace])
    .group(Group::Generic)
    .since("1.0.0")
    .complexity("O(1)")
    .usage("key:key newkey:key1")
    .history(&[(
        "3.2.0",
        "The command no longer returns an error when source and destination \
             names are the same.",
    )])
    .summary("Gives a key another name if no key has it."),
    read("SCAN", Arity::AtLeast(2), Keys::NONE, scan)
        .flags(&[Flag::ReadOnly, Flag::WholeKeyspace])
        .categories(&[Category::Keyspace])
        .group(Group::Generic)
        .since("2.8.0")
        .complexity(
            "O(1) for every call. O(N) for a complete iteration, including enough \
             command calls for the cursor to return back to 0. N is the number of \
             elements inside the collection.",
        )
        .usage(
            "cursor:integer [MATCH pattern:pattern] [COUNT count:integer] [TYPE \
             type@6.0.0]",
        )
        .tips(&["nondeterministic_output", "request_policy:special", "response_policy:special"])
        .history(&[("6.0.0", "Added the `TYPE` subcommand.")])
        .summary("Walks the keys of the database, some at a time."),
    write("SWAPDB", Arity::Exactly(3), Keys::NONE, swapdb)
        .flags(&[Flag::Write, Flag::Fast, Flag::WholeKeyspace])
        .categories(&[Category::Keyspace, Category::Dangerous])
        .group(Group::Server)
        .since("4.0.0")
        .complexity(
            "O(N) where N is the count of clients watching or blocking on keys \
             from both databases.",
        )
        .usage("index1:integer index2:integer")
        .summary("Exchanges two databases."),
    read("TOUCH", Arity::AtLeast(2), Keys::of(&[KeySpec::from(1, &[KeyFlag::ReadOnly])]), touch)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::Keyspace])
        .group(Group::Generic)
        .since("3.2.1")
        .complexity("O(N) where N is the number of keys that will be touched.")
        .usage("key:key...")
        .tips(&["request_policy:multi_shard", "response_policy:agg_sum"])
        .summary("Counts the keys that exist, and marks them as used."),
    read(
        "TTL",
        Arity::Exactly(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        ttl,
    )
    .flags(&[Flag::ReadOnly, Flag::Fast])
    .categories(&[Category::Keyspace])
    .group(Group::Generic)
    .since("1.0.0")
    .complexity("O(1)")
    .usage("key:key")
    .tips(&["nondeterministic_output"])
    .history(&[("2.8.0", "Added the -2 reply.")])
    .summary("Returns how long a key still lives, in seconds."),
    read("TYPE", Arity::Exactly(2), Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly])]), value_type)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::Keyspace])
        .group(Group::Generic)
        .since("1.0.0")
        .complexity("O(1)")
        .usage("key:key")
        .summary("Returns the type of a value."),
    write(
        "UNLINK",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::from(1, &[KeyFlag::Remove, KeyFlag::Delete])]),
        unlink,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Keyspace])
    .group(Group::Generic)
    .since("4.0.0")
    .complexity(
        "O(1) for each key removed regardless of its size. Then the command \
             does O(N) work in a different thread in order to reclaim memory, \
             where N is the number of allocations the deleted objects where \
             composed of.",
    )
    .usage("key:key...")
    .tips(&["request_policy:multi_shard", "response_policy:agg_sum"])
    .summary("Deletes keys, and frees large values later."),
];
