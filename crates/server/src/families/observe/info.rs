//! `INFO`.

use std::time::{SystemTime, UNIX_EPOCH};

use fanfare_engine::command::{Args, CommandError};
use fanfare_engine::keyspace::DatabaseSize;
use fanfare_pubsub::Kind;
use fanfare_stdx::random::Random;

use crate::config::{self, Config};
use crate::context::Context;
use crate::host::cpu::CpuFigures;
use crate::host::memory::MemoryFigures;
use crate::listen;
use crate::observe::info::{self, DatabaseFacts, Facts, PubSubFacts, Selection, Settings};
use crate::shared::Shared;

/// `INFO [section ...]`.
pub(super) fn info(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let text = text(context.shared(), context.config(), Selection::of(args));
    context.reply().verbatim(*b"txt", text.as_bytes());
    Ok(())
}

fn text(shared: &Shared, config: &Config, selection: Selection) -> String {
    let observed = &shared.observed;
    let memory = MemoryFigures::read();
    let commands: Vec<_> =
        observed.command_names.iter().map(|(name, id)| (name.as_str(), *id)).collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut random = Random::from_seed(now.as_micros() as u64);
    let sizes = shared.keyspace.sizes(now.as_millis() as i64, &mut random);
    let databases: Vec<DatabaseFacts> = sizes.iter().map(database_facts).collect();
    let topics = |kind| shared.registry.len(kind) as u64;
    let facts = Facts {
        identity: &shared.process.identity,
        settings: settings(shared, config),
        listeners: &listen::descriptions(config),
        now_us: now.as_micros() as u64,
        totals: observed.stats.totals(),
        rates: observed.meters.rates(),
        memory,
        memory_peak: observed.memory.observe(memory.allocated_bytes),
        startup_bytes: observed.memory.startup_bytes,
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
        databases: &databases,
    };
    info::write(selection, &facts)
}

fn database_facts(size: &DatabaseSize) -> DatabaseFacts {
    DatabaseFacts {
        index: size.number,
        keys: size.keys,
        expires: size.expiring,
        average_ttl_ms: size.average_ttl_ms(),
        subexpiry: size.expiring_hashes,
    }
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
