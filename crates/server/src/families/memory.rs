//! `MEMORY` but for `USAGE`.

use fanfare_engine::command::{Args, CommandError};
use fanfare_engine::keyspace::Census;
use fanfare_protocol::Reply;
use tikv_jemalloc_ctl::{epoch, stats_print};

use crate::context::Context;
use crate::host::memory::{MemoryFigures, purge_allocator};
use crate::observe::Gauge;

/// Below it the doctor sees nothing worth a word.
const DOCTOR_BYTES_MIN: u64 = 5 << 20;
/// From this part of unused memory on it complains: percent of the used.
const DOCTOR_WASTE_PERCENT: u64 = 140;
/// Memory that was used once and is not now, in percent of what is used.
const DOCTOR_PEAK_PERCENT: u64 = 150;

/// `MEMORY DOCTOR`, in our own words.
pub(super) fn doctor(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let memory = MemoryFigures::read();
    let observed = &context.shared().observed;
    let peak = observed.memory.observe(memory.allocated_bytes);
    let mut text = String::new();
    if memory.allocated_bytes < DOCTOR_BYTES_MIN {
        text.push_str("There is hardly any data here, so that figures would mean nothing.\n");
    } else {
        if peak.bytes > memory.allocated_bytes / 100 * DOCTOR_PEAK_PERCENT {
            text.push_str(
                "Peak: much more memory was in use once than now. The process may still hold it; \
                 MEMORY PURGE gives back what it can.\n",
            );
        }
        if memory.rss_bytes > memory.allocated_bytes / 100 * DOCTOR_WASTE_PERCENT {
            text.push_str(
                "Fragmentation: the process takes much more memory than the data in it needs.\n",
            );
        }
        if text.is_empty() {
            text.push_str("Nothing looks wrong.\n");
        }
    }
    context.reply().verbatim(*b"txt", text.as_bytes());
    Ok(())
}

/// `MEMORY MALLOC-STATS`.
pub(super) fn malloc_stats(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let mut text = Vec::new();
    let _stale = epoch::advance();
    // Text that is written to memory cannot fail.
    let _ = stats_print::stats_print(&mut text, stats_print::Options::default());
    context.reply().verbatim(*b"txt", &text);
    Ok(())
}

/// `MEMORY PURGE`.
pub(super) fn purge(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    if purge_allocator() {
        context.reply().ok();
        Ok(())
    } else {
        Err(CommandError::Text("ERR Error purging dirty pages"))
    }
}

/// The figures of `MEMORY STATS` that are one number each, before those of databases and behind them.
struct Figures {
    first: Vec<(&'static str, u64)>,
    keys: u64,
    memory: MemoryFigures,
    overhead_bytes: u64,
    startup_bytes: u64,
    peak_bytes: u64,
}

/// `MEMORY STATS`.
pub(super) fn stats(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let databases = context.reactor.survey().databases;
    let figures = figures(context, &databases);
    let mut reply = context.reply();
    let map = reply.deferred();
    let mut pairs = 0;
    for (name, number) in &figures.first {
        reply.bulk(name.as_bytes());
        reply.integer(*number as i64);
        pairs += 1;
    }
    for (number, _) in databases.iter().enumerate().filter(|(_, census)| census.keys > 0) {
        reply.bulk(format!("db.{number}").as_bytes());
        reply.map(2);
        for name in ["overhead.hashtable.main", "overhead.hashtable.expires"] {
            reply.bulk(name.as_bytes());
            reply.integer(0);
        }
        pairs += 1;
    }
    pairs += write_totals(&mut reply, &figures);
    reply.finish_map(map, pairs);
    Ok(())
}

fn figures(context: &Context<'_>, databases: &[Census]) -> Figures {
    let observed = &context.shared().observed;
    let memory = MemoryFigures::read();
    let peak = observed.memory.observe(memory.allocated_bytes);
    let clients_bytes = observed.stats.gauge(Gauge::NormalClientsBytes);
    let startup_bytes = observed.memory.startup_bytes();
    let first = vec![
        ("peak.allocated", peak.bytes),
        ("total.allocated", memory.allocated_bytes),
        ("startup.allocated", startup_bytes),
        ("replication.backlog", 0),
        ("replica.fullsync.buffer", 0),
        ("clients.slaves", 0),
        ("clients.normal", clients_bytes),
        ("cluster.links", 0),
        ("aof.buffer", 0),
        ("lua.caches", 0),
        ("functions.caches", 0),
        ("script.VMs", 0),
    ];
    Figures {
        first,
        keys: databases.iter().map(|census| census.keys).sum(),
        memory,
        overhead_bytes: startup_bytes + clients_bytes + observed.stats.histogram_bytes(),
        startup_bytes,
        peak_bytes: peak.bytes,
    }
}

/// What follows from the figures; how many pairs that is.
fn write_totals(reply: &mut Reply<'_>, figures: &Figures) -> usize {
    let Figures { keys, memory, overhead_bytes, startup_bytes, peak_bytes, .. } = *figures;
    let allocated = memory.allocated_bytes;
    let dataset = allocated.saturating_sub(overhead_bytes);
    let net = allocated.saturating_sub(startup_bytes);
    let percent = |part: u64, whole: u64| 100.0 * ratio(part, whole);
    let difference = |larger: u64, smaller: u64| larger.wrapping_sub(smaller) as i64 as f64;
    let whole = [
        ("overhead.db.hashtable.lut", 0),
        ("overhead.db.hashtable.rehashing", 0),
        ("overhead.total", overhead_bytes),
        ("db.dict.rehashing.count", 0),
        ("keys.count", keys),
        ("keys.bytes-per-key", net.checked_div(keys).unwrap_or(0)),
        ("dataset.bytes", dataset),
    ];
    for (name, number) in whole {
        reply.bulk(name.as_bytes());
        reply.integer(number as i64);
    }
    let (active, resident, rss) = (memory.active_bytes, memory.resident_bytes, memory.rss_bytes);
    let others = [
        ("dataset.percentage", percent(dataset, net), true),
        ("peak.percentage", percent(allocated, peak_bytes), true),
        ("allocator.allocated", allocated as f64, false),
        ("allocator.active", active as f64, false),
        ("allocator.resident", resident as f64, false),
        ("allocator.muzzy", 0.0, false),
        ("allocator-fragmentation.ratio", ratio(active, allocated), true),
        ("allocator-fragmentation.bytes", difference(active, allocated), false),
        ("allocator-rss.ratio", ratio(resident, active), true),
        ("allocator-rss.bytes", difference(resident, active), false),
        ("rss-overhead.ratio", ratio(rss, resident), true),
        ("rss-overhead.bytes", difference(rss, resident), false),
        ("fragmentation", ratio(rss, allocated), true),
        ("fragmentation.bytes", difference(rss, allocated), false),
    ];
    for (name, number, is_ratio) in others {
        reply.bulk(name.as_bytes());
        if is_ratio {
            reply.double_text(&number.to_string());
        } else {
            reply.integer(number as i64);
        }
    }
    whole.len() + others.len()
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
