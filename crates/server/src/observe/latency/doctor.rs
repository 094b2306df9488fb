//! `LATENCY DOCTOR`: what the events say, and what helps.
//!
//! The figures are those of Redis, the words are our own.

use std::fmt::Write as _;

use super::{COMMAND, Event, FAST_COMMAND, LatencyMonitor};

/// What the advice depends on.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// `latency-monitor-threshold` in milliseconds; 0 is off.
    pub threshold_ms: u64,
    /// `slowlog-log-slower-than` in microseconds; negative is off.
    pub slow_log_us: i64,
    /// Seconds since 1970.
    pub now_s: u64,
}

/// The report.
pub fn report(monitor: &LatencyMonitor, setting: Setting) -> String {
    if monitor.events().len() == 0 && setting.threshold_ms == 0 {
        return "Latency monitoring is off. Turn it on with 'CONFIG SET latency-monitor-threshold \
                <milliseconds>' and ask again once the server has worked for a while.\n"
            .to_owned();
    }
    if monitor.events().len() == 0 {
        return "No latency spike was seen. Nothing to worry about.\n".to_owned();
    }
    let mut out = "These latency spikes were seen:\n\n".to_owned();
    for ((name, event), number) in monitor.events().zip(1..) {
        let figures = Figures::of(event, setting.now_s);
        writeln!(
            out,
            "{number}. {name}: {} latency spikes (average {}ms, mean deviation {}ms, period {:.2} \
             sec). Worst all time event {}ms.",
            event.samples.len(),
            figures.average_ms,
            figures.deviation_ms,
            figures.period_s,
            event.worst_ms
        )
        .expect("text is written to memory");
    }
    out.push_str("\nWhat may help:\n\n");
    for advice in advices(monitor, setting) {
        out.push_str("- ");
        out.push_str(&advice);
        out.push('\n');
    }
    out
}

fn advices(monitor: &LatencyMonitor, setting: Setting) -> Vec<String> {
    let mut advices = Vec::new();
    let seen = |name: &str| monitor.event(name.as_bytes()).is_some();
    let threshold_us = setting.threshold_ms.max(1) * 1000;
    if seen(COMMAND) {
        if setting.slow_log_us < 0 {
            advices.push(format!(
                "The slow log is off. 'CONFIG SET slowlog-log-slower-than {threshold_us}' makes it \
                 keep the slow commands."
            ));
        } else if setting.slow_log_us as u64 > threshold_us {
            advices.push(format!(
                "The slow log keeps only commands slower than the latency threshold. 'CONFIG SET \
                 slowlog-log-slower-than {threshold_us}' makes it keep all that count here."
            ));
        }
        advices.push(
            "SLOWLOG GET shows which commands were slow; look for those whose cost grows with the \
             size of their key, of the keyspace or of the list of clients."
                .to_owned(),
        );
    }
    if seen(FAST_COMMAND) {
        advices.push(
            "Commands that are fast by nature took long, so the server did not get processor time \
             or memory: lower the load of the machine, look for busy neighbours of a virtual one, \
             and measure it with 'fanfare-cli --intrinsic-latency 100'."
                .to_owned(),
        );
    }
    advices
}

struct Figures {
    average_ms: u64,
    /// Mean distance from the average.
    deviation_ms: u64,
    /// Seconds between two samples.
    period_s: f64,
}

impl Figures {
    fn of(event: &Event, now_s: u64) -> Self {
        let count = event.samples.len().max(1) as u64;
        let average_ms = event.latencies_ms().sum::<u64>() / count;
        let distances = event.latencies_ms().map(|latency_ms| latency_ms.abs_diff(average_ms));
        let oldest_s = event.samples.front().map_or(now_s, |sample| sample.at_s);
        let elapsed_s = now_s.saturating_sub(oldest_s).max(1);
        Self {
            average_ms,
            deviation_ms: distances.sum::<u64>() / count,
            period_s: elapsed_s as f64 / count as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::latency::Sample;

    const SETTING: Setting = Setting { threshold_ms: 5, slow_log_us: 10000, now_s: 70 };

    #[test]
    fn figures_are_those_of_redis() {
        let mut monitor = LatencyMonitor::default();
        for (at_s, latency_ms) in [(65, 22), (66, 30), (68, 100), (70, 51)] {
            monitor.add(COMMAND, Sample { at_s, latency_ms });
        }
        let text = report(&monitor, SETTING);
        assert!(
            text.contains(
                "\n1. command: 4 latency spikes (average 50ms, mean deviation 24ms, period 1.25 \
                 sec). Worst all time event 100ms.\n"
            ),
            "{text}"
        );
        assert!(text.contains("'CONFIG SET slowlog-log-slower-than 5000'"), "{text}");
        let text = report(&monitor, Setting { slow_log_us: -1, ..SETTING });
        assert!(text.contains("slow log is off"), "{text}");
        let text = report(&monitor, Setting { slow_log_us: 0, ..SETTING });
        assert!(!text.contains("slowlog-log-slower-than"), "{text}");
    }

    #[test]
    fn a_quiet_server_is_told_apart_from_one_that_does_not_listen() {
        let monitor = LatencyMonitor::default();
        assert!(report(&monitor, SETTING).starts_with("No latency spike"));
        let off = Setting { threshold_ms: 0, ..SETTING };
        assert!(report(&monitor, off).starts_with("Latency monitoring is off"));
    }
}
