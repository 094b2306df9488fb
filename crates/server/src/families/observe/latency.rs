//! `LATENCY`.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use fanfare_engine::command::{Args, CommandError, Entry};
use fanfare_protocol::Reply;

use crate::context::{Context, Handler};
use crate::observe::Histogram;
use crate::observe::latency::doctor::{self, Setting};
use crate::observe::latency::{Event, graph as bars};

/// `LATENCY LATEST`: of each event its name, the time and size of its last sample, and the worst ever.
pub(super) fn latest(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let shared = Arc::clone(&context.reactor.shared);
    let monitor = shared.observed.latency.lock();
    let mut reply = context.reply();
    reply.array(monitor.events().len());
    for (name, event) in monitor.events() {
        let Some(sample) = event.latest() else { continue };
        reply.array(4);
        reply.bulk(name.as_bytes());
        reply.integer(sample.at_s as i64);
        reply.integer(sample.latency_ms as i64);
        reply.integer(event.worst_ms as i64);
    }
    Ok(())
}

/// `LATENCY HISTORY event`.
pub(super) fn history(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let event = find(context, args.required()?);
    let samples = event.map(|event| event.samples).unwrap_or_default();
    let mut reply = context.reply();
    reply.array(samples.len());
    for sample in samples {
        reply.array(2);
        reply.integer(sample.at_s as i64);
        reply.integer(sample.latency_ms as i64);
    }
    Ok(())
}

/// `LATENCY GRAPH event`.
pub(super) fn graph(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let name = args.required()?;
    let Some(event) = find(context, name) else {
        return Err(CommandError::naming("ERR No samples available for event '", name, "'"));
    };
    let graph = bars::render(&String::from_utf8_lossy(name), &event, now_s());
    context.reply().verbatim(*b"txt", graph.as_bytes());
    Ok(())
}

/// `LATENCY DOCTOR`.
pub(super) fn doctor(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let setting = Setting {
        threshold_ms: context.config().latency_threshold_ms,
        slow_log_us: context.config().slowlog_threshold_us,
        now_s: now_s(),
    };
    let report = doctor::report(&context.shared().observed.latency.lock(), setting);
    context.reply().verbatim(*b"txt", report.as_bytes());
    Ok(())
}

/// `LATENCY RESET [event ...]`: how many events were forgotten.
pub(super) fn reset(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let mut monitor = context.shared().observed.latency.lock();
    let forgotten = if args.is_empty() {
        monitor.reset_all()
    } else {
        args.filter(|name| monitor.reset(name)).count()
    };
    drop(monitor);
    context.reply().integer(forgotten as i64);
    Ok(())
}

/// `LATENCY HISTOGRAM [command ...]`: a container stands for its subcommands too; what was never called is left out.
pub(super) fn histogram(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let shared = Arc::clone(&context.reactor.shared);
    let entries: Vec<&Entry<Handler>> = if args.is_empty() {
        shared.commands.entries().iter().collect()
    } else {
        let named = args.filter_map(|name| shared.commands.find_name(name));
        named
            .flat_map(|entry| std::iter::once(entry).chain(shared.commands.subcommands(entry)))
            .collect()
    };
    let mut reply = context.reply();
    let map = reply.deferred();
    let mut pairs = 0;
    for entry in entries {
        if let Some(histogram) = shared.observed.stats.histogram(entry.id) {
            write_histogram(entry.full_name(), &histogram, &mut reply);
            pairs += 1;
        }
    }
    reply.finish_map(map, pairs);
    Ok(())
}

fn write_histogram(name: &str, histogram: &Histogram, reply: &mut Reply<'_>) {
    reply.bulk(name.as_bytes());
    reply.map(2);
    reply.bulk(b"calls");
    reply.integer(histogram.total() as i64);
    reply.bulk(b"histogram_usec");
    let pairs = histogram.cumulative_us();
    reply.map(pairs.len());
    for (duration_us, calls) in pairs {
        reply.integer(duration_us as i64);
        reply.integer(calls as i64);
    }
}

fn find(context: &Context<'_>, name: &[u8]) -> Option<Event> {
    context.shared().observed.latency.lock().event(name).cloned()
}

fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
