//! Replication.

use super::{I32, I64};
use crate::config::numbers::Bounds;
use crate::config::parameter::{Cell, Effect, Parameter};
use crate::config::special;

pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::special("replicaof", Effect::NotYet, special::REPLICAOF)
        .alias("slaveof")
        .immutable()
        .about("Primary to replicate."),
    Parameter::text("masterauth", "", Cell::Stored).sensitive().about("Password for the primary."),
    Parameter::text("masteruser", "", Cell::Stored).about("ACL user for the primary."),
    Parameter::bool("replica-serve-stale-data", true, Cell::Stored)
        .alias("slave-serve-stale-data")
        .about("Answer reads while the primary is out of reach."),
    Parameter::bool("replica-read-only", true, Cell::Stored)
        .alias("slave-read-only")
        .about("Refuse writes on a replica."),
    Parameter::integer("replica-priority", || 100, Bounds::from(0, I32), "rank", Cell::Stored)
        .alias("slave-priority")
        .about("Rank at a failover, the lowest first; 0 is never promoted."),
    Parameter::bool("replica-announced", true, Cell::Stored)
        .about("Whether Sentinel reports this replica."),
    Parameter::text("replica-announce-ip", "", Cell::Stored)
        .alias("slave-announce-ip")
        .about("Address that a replica tells its primary."),
    Parameter::integer(
        "replica-announce-port",
        || 0,
        Bounds::from(0, 65535),
        "TCP port",
        Cell::Stored,
    )
    .alias("slave-announce-port")
    .about("Port that a replica tells its primary."),
    Parameter::bool("replica-ignore-maxmemory", true, Cell::Stored)
        .alias("slave-ignore-maxmemory")
        .about("A replica leaves eviction to its primary."),
    Parameter::bool("replica-lazy-flush", false, Cell::Stored)
        .alias("slave-lazy-flush")
        .about("Free the old data set in the background when a replica gets a new one."),
    Parameter::bool("replica-ignore-disk-write-errors", false, Cell::Stored)
        .about("A replica goes on when it cannot write to its disk."),
    Parameter::memory("replica-full-sync-buffer-limit", 0, Bounds::from(0, I64), Cell::Stored)
        .about("Most changes that a replica collects during a full synchronization."),
    Parameter::bool("repl-diskless-sync", true, Cell::Stored)
        .about("Send snapshots to replicas without a file."),
    Parameter::integer(
        "repl-diskless-sync-delay",
        || 5,
        Bounds::from(0, I32),
        "seconds",
        Cell::Stored,
    )
    .about("How long a snapshot for replicas waits for more of them."),
    Parameter::integer(
        "repl-diskless-sync-max-replicas",
        || 0,
        Bounds::from(0, I32),
        "replicas",
        Cell::Stored,
    )
    .about("Replicas that end that wait early."),
    Parameter::word("repl-diskless-load", &["disabled", "on-empty-db", "swapdb"], 0, Cell::Stored)
        .about("Whether a replica loads a snapshot without a file."),
    Parameter::bool("repl-rdb-channel", true, Cell::Stored)
        .hidden()
        .about("Send snapshots to replicas over a connection of their own."),
    Parameter::integer(
        "repl-ping-replica-period",
        || 10,
        Bounds::from(1, I32),
        "seconds",
        Cell::Stored,
    )
    .alias("repl-ping-slave-period")
    .about("How often a primary pings its replicas."),
    Parameter::integer("repl-timeout", || 60, Bounds::from(1, I32), "seconds", Cell::Stored)
        .about("Silence after which a link is given up."),
    Parameter::bool("repl-disable-tcp-nodelay", false, Cell::Stored)
        .about("Let the kernel collect small packets to replicas."),
    Parameter::memory("repl-backlog-size", 1 << 20, Bounds::from(1, I64), Cell::Stored)
        .about("Past changes kept for replicas that come back."),
    Parameter::integer("repl-backlog-ttl", || 3600, Bounds::from(0, I64), "seconds", Cell::Stored)
        .about("How long those are kept without any replica."),
    Parameter::integer(
        "min-replicas-to-write",
        || 0,
        Bounds::from(0, I32),
        "replicas",
        Cell::Stored,
    )
    .alias("min-slaves-to-write")
    .about("Replicas without which writes are refused."),
    Parameter::integer(
        "min-replicas-max-lag",
        || 10,
        Bounds::from(0, I32),
        "seconds",
        Cell::Stored,
    )
    .alias("min-slaves-max-lag")
    .about("Lag beyond which a replica does not count."),
    Parameter::word(
        "propagation-error-behavior",
        &["ignore", "panic", "panic-on-replicas"],
        0,
        Cell::Stored,
    )
    .about("What to do when a replicated command fails."),
];
