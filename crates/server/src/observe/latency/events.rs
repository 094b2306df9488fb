//! What is kept of latency events.

use std::collections::{BTreeMap, VecDeque};

/// Samples kept of each event.
pub const SAMPLES_MAX: usize = 160;

/// The event of a command that is not marked fast.
pub const COMMAND: &str = "command";

/// The event of a command of constant or logarithmic time.
pub const FAST_COMMAND: &str = "fast-command";

/// The worst latency within one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The second, counted from 1970.
    pub at_s: u64,
    /// The latency in milliseconds.
    pub latency_ms: u64,
}

/// What is kept of one event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Oldest first; never empty once the event is in the monitor.
    pub samples: VecDeque<Sample>,
    /// The worst latency ever, in milliseconds.
    pub worst_ms: u64,
}

/// All events by name.
#[derive(Debug, Default)]
pub struct LatencyMonitor {
    events: BTreeMap<&'static str, Event>,
}

impl LatencyMonitor {
    /// Notes a latency that has reached the threshold.
    pub fn add(&mut self, event: &'static str, sample: Sample) {
        let event = self.events.entry(event).or_default();
        event.worst_ms = event.worst_ms.max(sample.latency_ms);
        if let Some(last) = event.samples.back_mut().filter(|last| last.at_s == sample.at_s) {
            last.latency_ms = last.latency_ms.max(sample.latency_ms);
            return;
        }
        if event.samples.len() == SAMPLES_MAX {
            event.samples.pop_front();
        }
        event.samples.push_back(sample);
    }

    /// All events, by name.
    pub fn events(&self) -> impl ExactSizeIterator<Item = (&'static str, &Event)> {
        self.events.iter().map(|(name, event)| (*name, event))
    }

    /// The event of this name, exactly as written.
    pub fn event(&self, name: &[u8]) -> Option<&Event> {
        self.events.get(std::str::from_utf8(name).ok()?)
    }

    /// Forgets one event; whether there was one.
    pub fn reset(&mut self, name: &[u8]) -> bool {
        std::str::from_utf8(name).is_ok_and(|name| self.events.remove(name).is_some())
    }

    /// Forgets all events; how many there were.
    pub fn reset_all(&mut self) -> usize {
        std::mem::take(&mut self.events).len()
    }
}

impl Event {
    /// The newest sample.
    pub fn latest(&self) -> Option<Sample> {
        self.samples.back().copied()
    }

    /// The latencies kept, in milliseconds, oldest first.
    pub fn latencies_ms(&self) -> impl Iterator<Item = u64> + Clone {
        self.samples.iter().map(|sample| sample.latency_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_keeps_its_worst_and_the_oldest_seconds_go() {
        let mut monitor = LatencyMonitor::default();
        for (at_s, latency_ms) in [(1, 22), (2, 30), (2, 20), (2, 31)] {
            monitor.add(COMMAND, Sample { at_s, latency_ms });
        }
        let event = monitor.event(b"command").unwrap();
        assert_eq!(event.latencies_ms().collect::<Vec<_>>(), [22, 31]);
        assert_eq!(event.latest(), Some(Sample { at_s: 2, latency_ms: 31 }));
        for at_s in 3..3 + SAMPLES_MAX as u64 {
            monitor.add(COMMAND, Sample { at_s, latency_ms: 1 });
        }
        let event = monitor.event(b"command").unwrap();
        assert_eq!(event.samples.len(), SAMPLES_MAX);
        assert_eq!((event.samples[0].at_s, event.worst_ms), (3, 31));
    }

    #[test]
    fn events_are_forgotten_by_exact_name() {
        let mut monitor = LatencyMonitor::default();
        let sample = Sample { at_s: 1, latency_ms: 1 };
        monitor.add(COMMAND, sample);
        monitor.add(FAST_COMMAND, sample);
        assert!(!monitor.reset(b"COMMAND"));
        assert!(monitor.reset(b"command"));
        assert_eq!(monitor.events().map(|event| event.0).collect::<Vec<_>>(), [FAST_COMMAND]);
        assert_eq!((monitor.reset_all(), monitor.reset_all()), (1, 0));
    }
}
