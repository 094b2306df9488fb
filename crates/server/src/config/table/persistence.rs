//! Snapshots and the append-only file.

use super::{I32, I32_MIN, I64, check};
use crate::config::numbers::Bounds;
use crate::config::parameter::{Cell, Effect, Parameter};
use crate::config::special;

pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::special("save", Effect::NotYet, special::SAVE).about(
        "When to save a snapshot: after so many seconds if there were so many \
changes. Empty is never, the default while Fanfare saves nothing; \
Redis saves at `3600 1 300 100 60 10000`.",
    ),
    Parameter::checked_text("dbfilename", "dump.rdb", check::file_name, Cell::Stored)
        .protected()
        .about("File name of the snapshot."),
    Parameter::bool("rdbcompression", true, Cell::Stored).about("Compress strings in snapshots."),
    Parameter::bool("rdbchecksum", true, Cell::Stored)
        .immutable()
        .about("End snapshots with a checksum."),
    Parameter::bool("rdb-del-sync-files", false, Cell::Stored)
        .about("Delete snapshots that were made only for replication."),
    Parameter::bool("rdb-save-incremental-fsync", true, Cell::Stored)
        .about("Flush a snapshot to disk bit by bit while it is written."),
    Parameter::integer(
        "rdb-key-save-delay",
        || 0,
        Bounds::from(I32_MIN, I32),
        "microseconds",
        Cell::Stored,
    )
    .hidden()
    .about("Wait after each key of a snapshot, for tests."),
    Parameter::integer(
        "key-load-delay",
        || 0,
        Bounds::from(I32_MIN, I32),
        "microseconds",
        Cell::Stored,
    )
    .hidden()
    .about("Wait after each key that is loaded, for tests."),
    Parameter::word("sanitize-dump-payload", &["no", "yes", "clients"], 0, Cell::Stored)
        .about("Whether `RESTORE` and loading check values thoroughly."),
    Parameter::bool("stop-writes-on-bgsave-error", true, Cell::Stored)
        .about("Refuse writes while the last background save has failed."),
    Parameter::bool("appendonly", false, Cell::Stored)
        .about("Keep an append-only file of all writes."),
    Parameter::checked_text(
        "appendfilename",
        "appendonly.aof",
        check::append_file_name,
        Cell::Stored,
    )
    .immutable()
    .about("Base name of the append-only files."),
    Parameter::checked_text(
        "appenddirname",
        "appendonlydir",
        check::append_directory_name,
        Cell::Stored,
    )
    .immutable()
    .about("Directory of the append-only files."),
    Parameter::word("appendfsync", &["everysec", "always", "no"], 0, Cell::Stored)
        .about("When writes reach the disk."),
    Parameter::bool("no-appendfsync-on-rewrite", false, Cell::Stored)
        .about("Do not flush while a background save or rewrite runs."),
    Parameter::integer(
        "auto-aof-rewrite-percentage",
        || 100,
        Bounds::from(0, I32),
        "percent",
        Cell::Stored,
    )
    .about("Growth after which the append-only file is rewritten; 0 is never."),
    Parameter::memory("auto-aof-rewrite-min-size", 64 << 20, Bounds::from(0, I64), Cell::Stored)
        .about("Smallest append-only file that is rewritten on its own."),
    Parameter::bool("aof-load-truncated", true, Cell::Stored)
        .about("Start even if the append-only file ends in the middle of a command."),
    Parameter::bool("aof-use-rdb-preamble", true, Cell::Stored)
        .about("Begin rewritten append-only files with a snapshot."),
    Parameter::bool("aof-rewrite-incremental-fsync", true, Cell::Stored)
        .about("Flush a rewritten append-only file to disk bit by bit."),
    Parameter::bool("aof-timestamp-enabled", false, Cell::Stored)
        .about("Write times into the append-only file."),
    Parameter::bool("aof-disable-auto-gc", false, Cell::Stored)
        .hidden()
        .about("Keep append-only files that are no longer needed."),
];
