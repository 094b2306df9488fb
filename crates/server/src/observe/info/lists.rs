//! Sections with a line for each of something.

use std::fmt::{Result, Write};

use super::Facts;
use crate::observe::{Counter, Gauge};

pub(super) fn listeners(facts: &Facts<'_>, out: &mut String) -> Result {
    for (index, listener) in facts.listeners.iter().enumerate() {
        write!(out, "listener{index}:{listener}\r\n")?;
    }
    Ok(())
}

pub(super) fn threads(facts: &Facts<'_>, out: &mut String) -> Result {
    for (index, reactor) in facts.totals.reactors().iter().enumerate() {
        let clients = reactor.gauge(Gauge::ConnectedClients);
        let reads = reactor.counter(Counter::ReadsProcessed);
        let writes = reactor.counter(Counter::WritesProcessed);
        write!(out, "io_thread_{index}:clients={clients},reads={reads},writes={writes}\r\n")?;
    }
    Ok(())
}

pub(super) fn commands(facts: &Facts<'_>, out: &mut String) -> Result {
    for (name, id) in facts.commands {
        let total = facts.totals.commands[id.index()];
        if total.calls == 0 && total.rejected == 0 && total.failed == 0 {
            continue;
        }
        let usec = total.duration_ns / 1000;
        let usec_per_call = if total.calls == 0 {
            0.0
        } else {
            total.duration_ns as f64 / 1e3 / total.calls as f64
        };
        write!(
            out,
            "cmdstat_{name}:calls={},usec={usec},usec_per_call={usec_per_call:.2},\
             rejected_calls={},failed_calls={}\r\n",
            total.calls, total.rejected, total.failed
        )?;
    }
    Ok(())
}

pub(super) fn errors(facts: &Facts<'_>, out: &mut String) -> Result {
    for (code, count) in &facts.totals.errors {
        write!(out, "errorstat_{code}:count={count}\r\n")?;
    }
    Ok(())
}

pub(super) fn latencies(facts: &Facts<'_>, out: &mut String) -> Result {
    for &(name, id) in facts.commands {
        let Some(histogram) = (facts.histogram)(id) else { continue };
        write!(out, "latency_percentiles_usec_{name}:")?;
        for (index, &percent) in facts.settings.percentiles.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let micros = histogram.percentile_ns(percent) as f64 / 1e3;
            write!(out, "{comma}p{percent}={micros:.3}")?;
        }
        out.push_str("\r\n");
    }
    Ok(())
}

pub(super) fn databases(facts: &Facts<'_>, out: &mut String) -> Result {
    for database in facts.databases {
        write!(
            out,
            "db{}:keys={},expires={},avg_ttl={},subexpiry={}\r\n",
            database.index,
            database.keys,
            database.expires,
            database.average_ttl_ms,
            database.subexpiry
        )?;
    }
    Ok(())
}
