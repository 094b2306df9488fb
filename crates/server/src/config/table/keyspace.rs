//! Data: its encodings, expiry, eviction and scripts.

use fanfare_engine::keyspace::{IDEMPOTENCE_SECONDS_MAX, IDEMPOTENT_IDS_MAX, Limit};

use super::{I32, I32_MIN, I64, field};
use crate::config::keyspace_events::KEYSPACE_EVENTS;
use crate::config::memory::MemorySettings;
use crate::config::numbers::Bounds;
use crate::config::parameter::{Cell, Effect, Parameter};

pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::word(
        "maxmemory-policy",
        MemorySettings::POLICIES,
        MemorySettings::NO_EVICTION,
        field(|config| config.memory.policy, |config, value| config.memory.policy = value),
    )
    .about("Which keys go when `maxmemory` is reached."),
    Parameter::integer(
        "maxmemory-samples",
        || 5,
        Bounds::from(1, 64),
        "keys",
        field(
            |config| config.memory.samples as i64,
            |config, value| config.memory.samples = value as usize,
        ),
    )
    .about("Keys looked at to choose the one that goes."),
    Parameter::integer(
        "maxmemory-eviction-tenacity",
        || 10,
        Bounds::from(0, 100),
        "effort",
        field(
            |config| config.memory.tenacity as i64,
            |config, value| config.memory.tenacity = value as u32,
        ),
    )
    .about("How long eviction may hold up a command."),
    Parameter::integer(
        "lfu-log-factor",
        || 10,
        Bounds::from(0, I32),
        "factor",
        field(
            |config| config.memory.lfu_log_factor as i64,
            |config, value| config.memory.lfu_log_factor = value as u32,
        ),
    )
    .about("How slowly counters of use grow."),
    Parameter::integer(
        "lfu-decay-time",
        || 1,
        Bounds::from(0, I32),
        "minutes",
        field(
            |config| config.memory.lfu_decay_minutes as i64,
            |config, value| config.memory.lfu_decay_minutes = value as u32,
        ),
    )
    .about("How fast counters of use fall."),
    Parameter::integer(
        "active-expire-effort",
        || 1,
        Bounds::from(1, 10),
        "effort",
        field(
            |config| config.memory.expire_effort as i64,
            |config, value| config.memory.expire_effort = value as u32,
        ),
    )
    .about("How much work goes into removing expired keys."),
    Parameter::bool(
        "lazyfree-lazy-eviction",
        false,
        field(
            |config| config.memory.lazy_eviction,
            |config, value| config.memory.lazy_eviction = value,
        ),
    )
    .about("Free evicted keys in the background."),
    Parameter::bool(
        "lazyfree-lazy-expire",
        false,
        field(
            |config| config.memory.lazy_expire,
            |config, value| config.memory.lazy_expire = value,
        ),
    )
    .about("Free expired keys in the background."),
    Parameter::bool(
        "lazyfree-lazy-server-del",
        false,
        field(
            |config| config.memory.lazy_server_del,
            |config, value| config.memory.lazy_server_del = value,
        ),
    )
    .about("Free overwritten values in the background."),
    Parameter::bool(
        "lazyfree-lazy-user-del",
        false,
        field(
            |config| config.memory.lazy_user_del,
            |config, value| config.memory.lazy_user_del = value,
        ),
    )
    .about("Let `DEL` free in the background."),
    Parameter::bool(
        "lazyfree-lazy-user-flush",
        false,
        field(
            |config| config.memory.lazy_user_flush,
            |config, value| config.memory.lazy_user_flush = value,
        ),
    )
    .about("Let `FLUSHALL` and `FLUSHDB` free in the background."),
    Parameter::special("notify-keyspace-events", Effect::Effective, KEYSPACE_EVENTS)
        .about("Classes of keyspace events that are published, as letters; empty is none."),
    Parameter::bool("activerehashing", true, Cell::Stored)
        .about("Use idle time to finish the growth of hash tables."),
    Parameter::bool("activedefrag", false, Cell::Stored)
        .about("Move values together to give memory back."),
    Parameter::memory(
        "active-defrag-ignore-bytes",
        100 << 20,
        Bounds::unsigned(1, i64::MAX as u64),
        Cell::Stored,
    )
    .about("Waste below which values are not moved."),
    Parameter::integer(
        "active-defrag-threshold-lower",
        || 10,
        Bounds::from(0, 1000),
        "percent",
        Cell::Stored,
    )
    .about("Share of waste from which values are moved."),
    Parameter::integer(
        "active-defrag-threshold-upper",
        || 100,
        Bounds::from(0, 1000),
        "percent",
        Cell::Stored,
    )
    .about("Share of waste from which most effort goes into it."),
    Parameter::integer(
        "active-defrag-cycle-min",
        || 1,
        Bounds::from(1, 99),
        "percent",
        Cell::Stored,
    )
    .about("Least processor time for it."),
    Parameter::integer(
        "active-defrag-cycle-max",
        || 25,
        Bounds::from(1, 99),
        "percent",
        Cell::Stored,
    )
    .about("Most processor time for it."),
    Parameter::integer(
        "active-defrag-max-scan-fields",
        || 1000,
        Bounds::from(1, I64),
        "fields",
        Cell::Stored,
    )
    .about("Fields of a value handled in one go."),
    Parameter::integer(
        "hash-max-listpack-entries",
        || 512,
        Bounds::unsigned(0, i64::MAX as u64),
        "fields",
        field(
            |config| config.limits.get(Limit::PackedHashFields),
            |config, value| config.limits.set(Limit::PackedHashFields, value),
        ),
    )
    .alias("hash-max-ziplist-entries")
    .about("Fields up to which a hash is kept in compact form."),
    Parameter::memory(
        "hash-max-listpack-value",
        64,
        Bounds::unsigned(0, i64::MAX as u64),
        field(
            |config| config.limits.get(Limit::PackedHashBytes) as u64,
            |config, value| config.limits.set(Limit::PackedHashBytes, value as i64),
        ),
    )
    .alias("hash-max-ziplist-value")
    .about("Longest field or value in a hash of compact form."),
    Parameter::integer(
        "list-max-listpack-size",
        || -2,
        Bounds::from(I32_MIN, I32),
        "entries",
        field(
            |config| config.limits.get(Limit::ListBlock),
            |config, value| config.limits.set(Limit::ListBlock, value),
        ),
    )
    .alias("list-max-ziplist-size")
    .about(
        "Size of a list's nodes: entries, or -1 to -5 for 4, 8, 16, 32 or 64 \
kB.",
    ),
    Parameter::integer("list-compress-depth", || 0, Bounds::from(0, I32), "nodes", Cell::Stored)
        .about(
            "Nodes at each end of a list that are not compressed; 0 compresses \
none.",
        ),
    Parameter::integer(
        "set-max-intset-entries",
        || 512,
        Bounds::unsigned(0, i64::MAX as u64),
        "members",
        field(
            |config| config.limits.get(Limit::IntegerSetMembers),
            |config, value| config.limits.set(Limit::IntegerSetMembers, value),
        ),
    )
    .about("Members up to which a set of integers is kept in compact form."),
    Parameter::integer(
        "set-max-listpack-entries",
        || 128,
        Bounds::unsigned(0, i64::MAX as u64),
        "members",
        field(
            |config| config.limits.get(Limit::PackedSetMembers),
            |config, value| config.limits.set(Limit::PackedSetMembers, value),
        ),
    )
    .about("Members up to which another set is kept in compact form."),
    Parameter::integer(
        "set-max-listpack-value",
        || 64,
        Bounds::unsigned(0, i64::MAX as u64),
        "bytes",
        field(
            |config| config.limits.get(Limit::PackedSetBytes),
            |config, value| config.limits.set(Limit::PackedSetBytes, value),
        ),
    )
    .about("Longest member of a set of compact form."),
    Parameter::integer(
        "zset-max-listpack-entries",
        || 128,
        Bounds::unsigned(0, i64::MAX as u64),
        "members",
        field(
            |config| config.limits.get(Limit::PackedSortedSetMembers),
            |config, value| config.limits.set(Limit::PackedSortedSetMembers, value),
        ),
    )
    .alias("zset-max-ziplist-entries")
    .about("Members up to which a sorted set is kept in compact form."),
    Parameter::memory(
        "zset-max-listpack-value",
        64,
        Bounds::unsigned(0, i64::MAX as u64),
        field(
            |config| config.limits.get(Limit::PackedSortedSetBytes) as u64,
            |config, value| config.limits.set(Limit::PackedSortedSetBytes, value as i64),
        ),
    )
    .alias("zset-max-ziplist-value")
    .about("Longest member of a sorted set of compact form."),
    Parameter::memory(
        "hll-sparse-max-bytes",
        3000,
        Bounds::unsigned(0, i64::MAX as u64),
        field(
            |config| config.limits.get(Limit::SparseHyperLogLogBytes) as u64,
            |config, value| config.limits.set(Limit::SparseHyperLogLogBytes, value as i64),
        ),
    )
    .about("Size up to which a HyperLogLog is kept in sparse form."),
    Parameter::memory(
        "stream-node-max-bytes",
        4096,
        Bounds::unsigned(0, i64::MAX as u64),
        field(
            |config| config.limits.get(Limit::StreamBlockBytes) as u64,
            |config, value| config.limits.set(Limit::StreamBlockBytes, value as i64),
        ),
    )
    .about("Size of a stream's nodes; 0 is no limit."),
    Parameter::integer(
        "stream-node-max-entries",
        || 100,
        Bounds::from(0, I64),
        "entries",
        field(
            |config| config.limits.get(Limit::StreamBlockEntries),
            |config, value| config.limits.set(Limit::StreamBlockEntries, value),
        ),
    )
    .about("Entries of a stream's nodes; 0 is no limit."),
    Parameter::integer(
        "stream-idmp-duration",
        || 100,
        Bounds::from(1, IDEMPOTENCE_SECONDS_MAX),
        "seconds",
        field(
            |config| config.limits.get(Limit::StreamIdempotenceSeconds),
            |config, value| config.limits.set(Limit::StreamIdempotenceSeconds, value),
        ),
    )
    .about("For how long a stream knows the entries that `XADD` with `IDMP` adds, unless `XCFGSET` says otherwise."),
    Parameter::integer(
        "stream-idmp-maxsize",
        || 100,
        Bounds::from(1, IDEMPOTENT_IDS_MAX),
        "ids",
        field(
            |config| config.limits.get(Limit::StreamIdempotenceIds),
            |config, value| config.limits.set(Limit::StreamIdempotenceIds, value),
        ),
    )
    .about("How many of them it knows of each producer."),
    Parameter::bool("vset-force-single-threaded-execution", false, Cell::Stored)
        .about("Run vector set commands without extra threads."),
    Parameter::bool("lua-enable-deprecated-api", false, Cell::Stored)
        .immutable()
        .hidden()
        .about("Let scripts use functions that Redis has deprecated."),
];
