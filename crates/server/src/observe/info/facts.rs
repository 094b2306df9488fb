//! Everything that `INFO` tells, collected beforehand.

use fanfare_engine::command::CommandId;
use fanfare_engine::keyspace::Interest;

use crate::host::cpu::CpuFigures;
use crate::host::identity::Identity;
use crate::host::memory::{MemoryFigures, Peak};
use crate::observe::rates::Rates;
use crate::observe::stats::{Counter, Totals};
use crate::observe::{ExceededTimes, Gauge, Histogram};
use crate::tracking::TrackingCounts;

/// What a key takes in its dictionary beside its entry, in bytes: a pointer and a tag, in segments some three quarters full,
/// and its part of the segment and the directory.
const KEY_OVERHEAD_BYTES: u64 = 14;

/// The state of the server at one time.
pub struct Facts<'a> {
    /// Who the process is.
    pub identity: &'a Identity,
    /// The configuration, as far as it is told.
    pub settings: Settings,
    /// Listeners, as `name=tcp,bind=127.0.0.1,port=6379`.
    pub listeners: &'a [String],
    /// Microseconds since 1970.
    pub now_us: u64,
    /// All counts.
    pub totals: Totals,
    /// Smoothed rates.
    pub rates: Rates,
    /// Memory now.
    pub memory: MemoryFigures,
    /// Output of clients and messages on their way, in bytes.
    pub output_bytes: u64,
    /// Most memory so far.
    pub memory_peak: Peak,
    /// Memory after start, in bytes.
    pub startup_bytes: u64,
    /// Memory of durations by size, in bytes.
    pub histogram_bytes: u64,
    /// Values that the background has still to free.
    pub lazyfree_pending: u64,
    /// How long memory was over its limit.
    pub exceeded: ExceededTimes,
    /// Processor time.
    pub cpu: CpuFigures,
    /// Channels and patterns.
    pub pubsub: PubSubFacts,
    /// Keys that clients remember.
    pub tracking: TrackingCounts,
    /// Names and numbers of all commands, subcommands as `config|get`.
    pub commands: &'a [(&'a str, CommandId)],
    /// Durations of a command by size.
    pub histogram: &'a dyn Fn(CommandId) -> Option<Histogram>,
    /// Databases that hold keys, in order.
    pub databases: &'a [DatabaseFacts],
    /// On how many keys clients have an eye.
    pub interest: Interest,
}

/// Settings that `INFO` repeats.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `port`.
    pub port: u16,
    /// `hz`.
    pub hz: u32,
    /// Absolute path of the configuration file; empty if there is none.
    pub config_file: String,
    /// `maxclients`, as reduced at start.
    pub maxclients: u64,
    /// `maxmemory` in bytes.
    pub maxmemory_bytes: u64,
    /// `maxmemory-policy`.
    pub maxmemory_policy: String,
    /// `repl-backlog-size` in bytes.
    pub repl_backlog_bytes: u64,
    /// Who supervises: `no`, `systemd`, `upstart`.
    pub supervisor: &'static str,
    /// `latency-tracking-info-percentiles`.
    pub percentiles: Vec<f64>,
}

/// How many topics there are.
#[derive(Clone, Copy, Debug, Default)]
pub struct PubSubFacts {
    /// Channels with subscribers.
    pub channels: u64,
    /// Patterns with subscribers.
    pub patterns: u64,
    /// Shard channels with subscribers.
    pub shard_channels: u64,
}

/// A database that holds keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct DatabaseFacts {
    /// Its number.
    pub index: u32,
    /// Keys in it.
    pub keys: u64,
    /// Keys that expire.
    pub expires: u64,
    /// Their average time to live, in milliseconds.
    pub average_ttl_ms: u64,
    /// Hashes with fields that expire.
    pub subexpiry: u64,
    /// How many keys that expire were looked at.
    pub sampled: u64,
    /// How many of those have expired and were not noticed yet.
    pub stale: u64,
}

impl Facts<'_> {
    pub(super) fn counter(&self, counter: Counter) -> u64 {
        self.totals.counter(counter)
    }

    pub(super) fn gauge(&self, gauge: Gauge) -> u64 {
        self.totals.gauge(gauge)
    }

    /// Expired keys that nobody noticed yet, in percent of the keys that expire, by a sample.
    pub(super) fn stale_percent(&self) -> f64 {
        let sampled: u64 = self.databases.iter().map(|database| database.sampled).sum();
        let stale: u64 = self.databases.iter().map(|database| database.stale).sum();
        100.0 * stale as f64 / sampled.max(1) as f64
    }

    /// Memory that is not data: what start took, the clients, durations of commands, and the dictionaries of keys.
    pub(super) fn overhead_bytes(&self) -> u64 {
        let keys: u64 = self.databases.iter().map(|database| database.keys).sum();
        self.startup_bytes
            + self.histogram_bytes
            + self.gauge(Gauge::NormalClientsBytes)
            + keys * KEY_OVERHEAD_BYTES
    }

    pub(super) fn dataset_bytes(&self) -> u64 {
        self.memory.allocated_bytes.saturating_sub(self.overhead_bytes())
    }

    /// A counter over the reactors that did not accept connections themselves: all but the first.
    pub(super) fn threaded(&self, counter: Counter) -> u64 {
        self.totals.reactors().iter().skip(1).map(|reactor| reactor.counter(counter)).sum()
    }
}
