//! Consumer groups: their commands.
//!
//! What groups do is no change of the stream's value: those who watch the key or keep its value are not told, as in Redis.
//! The rows of `XGROUP` and `XINFO` are the server's, as their `HELP` is.

mod acknowledge;
mod claim;
mod give_back;
pub mod info;
mod list;
pub mod manage;
mod read;
mod support;

use acknowledge::{xack, xackdel};
use claim::{xautoclaim, xclaim};
use give_back::xnack;
use list::xpending;
use read::xreadgroup;

use crate::command::{
    Arity, Begin, Category, Command, Find, Flag, Group, KeyFlag, KeyFlags, KeySpec, Keys,
};
use crate::families::DataHandler;
use crate::families::row::{block, read, write};

/// A key at the first argument whose groups change.
const UPDATE_KEY: Keys = Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update])]);

/// The commands.
pub const COMMANDS: &[Command<DataHandler>] = &[
    write("XACK", Arity::AtLeast(4), UPDATE_KEY, xack)
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&[Category::Stream])
        .group(Group::Stream)
        .since("5.0.0")
        .complexity("O(1) for each message ID processed.")
        .usage("key:key group id...")
        .summary("Acknowledges entries that were delivered to a consumer of a group."),
    write(
        "XACKDEL",
        Arity::AtLeast(6),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Update, KeyFlag::Delete])]),
        xackdel,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Stream])
    .group(Group::Stream)
    .since("8.2.0")
    .complexity("O(1) for each message ID processed.")
    .usage("key:key group condition=[KEEPREF | DELREF | ACKED] IDS ids=(numids:integer id...)")
    .summary("Acknowledges entries of a group and removes them from the stream."),
    write(
        "XAUTOCLAIM",
        Arity::AtLeast(6),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadWrite, KeyFlag::Delete])]),
        xautoclaim,
    )
    .flags(&[Flag::Write, Flag::Fast])
    .categories(&[Category::Stream])
    .group(Group::Stream)
    .since("6.2.0")
    .complexity("O(1) if COUNT is small.")
    .usage("key:key group consumer min-idle-time start [COUNT count:integer] [JUSTID]")
    .tips(&["nondeterministic_output"])
    .history(&[(
        "7.0.0",
        "Added an element to the reply array, containing deleted entries the command cleared from \
         the PEL",
    )])
    .summary("Takes over those pending entries of a group that have been idle for long."),
    write("XCLAIM", Arity::AtLeast(6), UPDATE_KEY, xclaim)
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&[Category::Stream])
        .group(Group::Stream)
        .since("5.0.0")
        .complexity(
            "O(log N) with N being the number of messages in the PEL of the consumer group.",
        )
        .usage(
            "key:key group consumer min-idle-time id... [IDLE ms:integer] \
             [TIME unix-time-milliseconds:unix-time] [RETRYCOUNT count:integer] [FORCE] [JUSTID] \
             [LASTID lastid]",
        )
        .tips(&["nondeterministic_output"])
        .summary("Takes over pending entries of a group."),
    write("XNACK", Arity::AtLeast(7), UPDATE_KEY, xnack)
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&[Category::Stream])
        .group(Group::Stream)
        .since("8.8.0")
        .complexity("O(1) for each message ID processed.")
        .usage(
            "key:key group mode=<SILENT | FAIL | FATAL> IDS ids=(numids:integer id...) \
             [RETRYCOUNT count:integer] [FORCE]",
        )
        .summary("Gives pending entries back to their group, for others to claim at once."),
    read(
        "XPENDING",
        Arity::AtLeast(3),
        Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]),
        xpending,
    )
    .flags(&[Flag::ReadOnly])
    .categories(&[Category::Stream])
    .group(Group::Stream)
    .since("5.0.0")
    .complexity(
        "O(N) with N being the number of elements returned, so asking for a small fixed number of \
         entries per call is O(1). O(M), where M is the total number of entries scanned when used \
         with the IDLE filter. When the command returns just the summary and the list of consumers \
         is small, it runs in O(1) time; otherwise, an additional O(N) time for iterating every \
         consumer.",
    )
    .usage("key:key group filters=[[IDLE min-idle-time:integer]@6.2.0 start end count:integer [consumer]]")
    .tips(&["nondeterministic_output"])
    .history(&[("6.2.0", "Added the `IDLE` option and exclusive range intervals.")])
    .summary("Tells what is pending in a group: a summary, or entry by entry."),
    block(
        "XREADGROUP",
        Arity::AtLeast(7),
        Keys::of(&[KeySpec {
            flags: KeyFlags::of(&[KeyFlag::ReadOnly, KeyFlag::Access]),
            begin: Begin::Keyword { word: "STREAMS", from: 4 },
            find: Find::Range { last: -1, step: 1, limit: 2 },
            notes: "",
        }]),
        xreadgroup,
    )
    .flags(&[Flag::Write, Flag::Blocking])
    .categories(&[Category::Stream])
    .group(Group::Stream)
    .since("5.0.0")
    .complexity(
        "For each stream mentioned: O(M) with M being the number of elements returned. If M is \
         constant (e.g. always asking for the first 10 elements with COUNT), you can consider it \
         O(1). On the other side when XREADGROUP blocks, XADD will pay the O(N) time in order to \
         serve the N clients blocked on the stream getting new data.",
    )
    .history(&[("8.4.0", "Added the `CLAIM` option.")])
    .usage(
        "GROUP group-block=(group consumer) [COUNT count:integer] [BLOCK milliseconds:integer] \
         [CLAIM min-idle-time:integer]@8.4.0 [NOACK] STREAMS streams=(key:key... id...)",
    )
    .summary("Delivers entries of streams to a consumer of a group, or waits until there are some."),
];
