//! `INFO`.

use std::time::{SystemTime, UNIX_EPOCH};

use fanfare_engine::command::{Args, CommandError};
use fanfare_engine::keyspace::{Interest, Survey};
use fanfare_pubsub::Kind;

use crate::config::{self, Config};
use crate::context::Context;
use crate::host::cpu::CpuFigures;
use crate::host::memory::MemoryFigures;
use crate::listen;
use crate::observe::info::{self, DatabaseFacts, Facts, PubSubFacts, Selection, Settings};
use crate::shared::Shared;

/// `INFO [section ...]`.
pub(super) fn info(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let Survey { databases, interest } = context.reactor.survey();
    let databases: Vec<DatabaseFacts> = databases
        .into_iter()
        .zip(0..)
        .filter(|(census, _)| census.keys > 0)
        .map(|(census, index)| DatabaseFacts {
            index,
            keys: census.keys,
            expires: census.expiring,
            average_ttl_ms: census.average_ttl_ms(),
            subexpiry: census.expiring_hashes,
            sampled: census.sampled,
            stale: census.stale,
        })
        .collect();
    let text = text(context.shared(), context.config(), Selection::of(args), &databases, interest);
    context.reply().verbatim(*b"txt", text.as_bytes());
    Ok(())
}

fn text(
    shared: &Shared,
    config: &Config,
    selection: Selection,
    databases: &[DatabaseFacts],
    interest: Interest,
) -> String {
    let observed = &shared.observed;
    let memory = MemoryFigures::read();
    let commands: Vec<_> =
        observed.command_names.iter().map(|(name, id)| (name.as_str(), *id)).collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let topics = |kind| shared.registry.len(kind) as u64;
    let facts = Facts {
        identity: &shared.process.identity,
        settings: settings(shared, config),
        listeners: &listen::descriptions(config),
        now_us: now.as_micros() as u64,
        totals: observed.stats.totals(),
        rates: observed.meters.rates(),
        memory,
        output_bytes: observed.memory_counts.output_bytes(),
        memory_peak: observed.memory.observe(memory.allocated_bytes),
        startup_bytes: observed.memory.startup_bytes(),
        histogram_bytes: observed.stats.histogram_bytes(),
        cpu: CpuFigures::read(),
        pubsub: PubSubFacts {
            channels: topics(Kind::Channel),
            patterns: topics(Kind::Pattern),
            shard_channels: topics(Kind::ShardChannel),
        },
        tracking: shared.tracking.counts(),
        commands: &commands,
        histogram: &|id| observed.stats.histogram(id),
        lazyfree_pending: shared.reaper.pending(),
        exceeded: observed.memory_exceeded.times(shared.uptime_ms()),
        databases,
        interest,
    };
    info::write(selection, &facts)
}

fn settings(shared: &Shared, config: &Config) -> Settings {
    let file = shared.process.config_file.as_deref();
    Settings {
        port: config.port,
        hz: config.hz,
        config_file: file.map_or_else(String::new, |path| path.display().to_string()),
        maxclients: u64::from(config.clients_max),
        maxmemory_bytes: config.maxmemory_bytes,
        maxmemory_policy: parameter(config, b"maxmemory-policy"),
        repl_backlog_bytes: parameter(config, b"repl-backlog-size").parse().unwrap_or(0),
        supervisor: shared.process.supervisor.name(),
        percentiles: config.latency_percentiles.clone(),
    }
}

/// The value of a parameter that no code but the table knows yet.
fn parameter(config: &Config, name: &[u8]) -> String {
    let found = config::get(config, &[name]).pop();
    found.map_or_else(String::new, |(_, value)| String::from_utf8_lossy(&value).into_owned())
}
