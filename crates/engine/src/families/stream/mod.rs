//! Streams.

mod add;
mod delete;
mod entry;
pub mod group;
mod idempotence;
mod ids;
pub mod info;
mod options;
mod radix;
mod range;
mod read;
mod read_options;
mod value;

use add::{xadd, xsetid, xtrim};
use delete::{xdel, xdelex};
use idempotence::xcfgset;
use range::{xlen, xrange, xrevrange};
use read::xread;

use super::DataHandler;
use super::row::{block, read, write};
use crate::command::{
    Arity, Begin, Category, Command, Find, Flag, Group, KeyFlag, KeyFlags, KeySpec, Keys,
};

/// A key at the first argument that is read for its entries.
const READ_KEY: Keys = Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]);
/// A key at the first argument that loses entries.
const DELETE_KEY: Keys = Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Delete])]);

/// The family's commands that need no consumer group.
pub const COMMANDS: &[Command<DataHandler>] = &[
    write(
        "XADD",
        Arity::AtLeast(5),
        Keys::of(&[KeySpec {
            notes: "UPDATE instead of INSERT because of the optional trimming feature",
            ..KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])
        }]),
        xadd,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::Stream])
    .group(Group::Stream)
    .since("5.0.0")
    .complexity(
        "O(1) when adding a new entry, O(N) when trimming where N being the number of entries \
         evicted.",
    )
    .usage(
        "key:key [NOMKSTREAM]@6.2.0 condition=[KEEPREF | DELREF | ACKED] \
         idmp=[idmpauto-with-pid=(IDMPAUTO pid='producer-id') | \
         idmp-with-pid-iid=(IDMP pid='producer-id' iid='idempotent-id')]@8.6.0 \
         trim=[strategy=<MAXLEN | MINID@6.2.0> operator=[equal== | approximately=~] threshold \
         [LIMIT count:integer]@6.2.0] id-selector=<auto-id=* | id> data=(field value)...",
    )
    .tips(&["nondeterministic_output"])
    .history(&[
        (
            "6.2.0",
            "Added the `NOMKSTREAM` option, `MINID` trimming strategy and the `LIMIT` option.",
        ),
        ("7.0.0", "Added support for the `<ms>-*` explicit ID form."),
        ("8.2.0", "Added the `KEEPREF`, `DELREF` and `ACKED` options."),
        ("8.6.0", "Added the `IDMP` and `IDMPAUTO` options."),
    ])
    .summary("Adds an entry to a stream."),
    write(
        "XCFGSET",
        Arity::AtLeast(2),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        xcfgset,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Stream])
    .group(Group::Stream)
    .since("8.6.0")
    .complexity("O(1)")
    .usage("key:key [IDMP-DURATION idmp-duration:integer] [IDMP-MAXSIZE idmp-maxsize:integer]")
    .summary("Sets for how long a stream knows entries that are sent twice, and how many."),
    write("XDEL", Arity::AtLeast(3), DELETE_KEY, xdel)
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&[Category::Stream])
        .group(Group::Stream)
        .since("5.0.0")
        .complexity(
            "O(1) for each single item to delete in the stream, regardless of the stream size.",
        )
        .usage("key:key id...")
        .summary("Removes entries from a stream."),
    write("XDELEX", Arity::AtLeast(5), DELETE_KEY, xdelex)
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&[Category::Stream])
        .group(Group::Stream)
        .since("8.2.0")
        .complexity(
            "O(1) for each single item to delete in the stream, regardless of the stream size.",
        )
        .usage("key:key condition=[KEEPREF | DELREF | ACKED] IDS (numids:integer id...)")
        .summary("Removes entries from a stream, with regard to consumer groups."),
    read("XLEN", Arity::Exactly(2), Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly])]), xlen)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::Stream])
        .group(Group::Stream)
        .since("5.0.0")
        .complexity("O(1)")
        .usage("key:key")
        .summary("Returns how many entries a stream has."),
    read("XRANGE", Arity::AtLeast(4), READ_KEY, xrange)
        .flags(&[Flag::ReadOnly])
        .categories(&[Category::Stream])
        .group(Group::Stream)
        .since("5.0.0")
        .complexity(
            "O(N) with N being the number of elements being returned. If N is constant (e.g. \
             always asking for the first 10 elements with COUNT), you can consider it O(1).",
        )
        .usage("key:key start end [COUNT count:integer]")
        .history(&[("6.2.0", "Added exclusive ranges.")])
        .summary("Returns the entries between two ids."),
    block(
        "XREAD",
        Arity::AtLeast(4),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::ReadOnly, KeyFlag::Access]),
            begin: Begin::Keyword { word: "STREAMS", from: 1 },
            find: Find::Range { last: -1, step: 1, limit: 2 },
            notes: "",
        }]),
        xread,
    )
    .flags(&[Flag::Blocking, Flag::ReadOnly])
    .categories(&[Category::Stream])
    .group(Group::Stream)
    .since("5.0.0")
    .usage("[COUNT count:integer] [BLOCK milliseconds:integer] STREAMS streams=(key:key... id...)")
    .summary("Returns the entries of streams behind given ids, or waits for some."),
    read("XREVRANGE", Arity::AtLeast(4), READ_KEY, xrevrange)
        .flags(&[Flag::ReadOnly])
        .categories(&[Category::Stream])
        .group(Group::Stream)
        .since("5.0.0")
        .complexity(
            "O(N) with N being the number of elements returned. If N is constant (e.g. always \
             asking for the first 10 elements with COUNT), you can consider it O(1).",
        )
        .usage("key:key end start [COUNT count:integer]")
        .history(&[("6.2.0", "Added exclusive ranges.")])
        .summary("Returns the entries between two ids, the last one first."),
    write(
        "XSETID",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]),
        xsetid,
    )
    .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
    .categories(&[Category::Stream])
    .group(Group::Stream)
    .since("5.0.0")
    .complexity("O(1)")
    .usage(
        "key:key last-id [ENTRIESADDED entries-added:integer]@7.0.0 \
         [MAXDELETEDID max-deleted-id]@7.0.0",
    )
    .history(&[("7.0.0", "Added the `entries_added` and `max_deleted_entry_id` arguments.")])
    .summary("Sets the last id of a stream."),
    write("XTRIM", Arity::AtLeast(4), DELETE_KEY, xtrim)
        .flags(&[Flag::Write])
        .categories(&[Category::Stream])
        .group(Group::Stream)
        .since("5.0.0")
        .complexity(
            "O(N), with N being the number of evicted entries. Constant times are very small \
             however, since entries are organized in macro nodes containing multiple entries that \
             can be released with a single deallocation.",
        )
        .usage(
            "key:key trim=(strategy=<MAXLEN | MINID@6.2.0> operator=[equal== | approximately=~] \
             threshold [LIMIT count:integer]@6.2.0 condition=[KEEPREF | DELREF | ACKED])",
        )
        .tips(&["nondeterministic_output"])
        .history(&[
            ("6.2.0", "Added the `MINID` trimming strategy and the `LIMIT` option."),
            ("8.2.0", "Added the `KEEPREF`, `DELREF` and `ACKED` options."),
        ])
        .summary("Removes entries from the start of a stream."),
];
