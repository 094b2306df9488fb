//! Rounds of figures, and the two sides of a comparison.

use std::collections::BTreeMap;

use crate::load::Latencies;
use crate::report::metric::{METRICS, Metric};

/// What one round on one server has measured.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measurement {
    values: BTreeMap<&'static str, f64>,
    /// Latencies in nanoseconds, if the round measured any.
    pub(crate) latency: Option<Latencies>,
    /// Progress: (seconds, events so far).
    pub(crate) samples: Vec<(f64, u64)>,
}

impl Measurement {
    /// Notes a figure. The key must be declared in [`METRICS`].
    pub(crate) fn set(&mut self, key: &str, value: f64) {
        self.values.insert(Metric::by_key(key).key, value);
    }

    /// A figure, if the round has it.
    pub(crate) fn get(&self, key: &str) -> Option<f64> {
        self.values.get(key).copied()
    }
}

/// All rounds on one server.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerRounds {
    /// What reports call the server.
    pub(crate) label: String,
    /// Its name and version.
    pub(crate) version: String,
    /// In the order in which they were run.
    pub(crate) rounds: Vec<Measurement>,
}

impl ServerRounds {
    /// The values of a figure in all rounds that have it.
    pub(crate) fn values(&self, key: &str) -> Vec<f64> {
        self.rounds.iter().filter_map(|round| round.get(key)).collect()
    }

    /// The median of a figure over the rounds.
    pub(crate) fn median(&self, key: &str) -> Option<f64> {
        median(self.values(key))
    }

    /// Latencies of all rounds together.
    pub(crate) fn latency(&self) -> Option<Latencies> {
        let mut all = self.rounds.iter().filter_map(|round| round.latency.as_ref());
        let mut total = all.next()?.clone();
        for latency in all {
            total += latency;
        }
        (!total.is_empty()).then_some(total)
    }
}

/// The same work on one server or two.
#[derive(Clone, Debug, Default)]
pub(crate) struct Comparison {
    /// What was done, in words.
    pub(crate) title: String,
    /// The options that decide the work, by name.
    pub(crate) options: Vec<(&'static str, String)>,
    /// One server, or the measured one and the one that it is held against.
    pub(crate) servers: Vec<ServerRounds>,
}

impl Comparison {
    /// The first server's median divided by the second's.
    pub(crate) fn ratio(&self, key: &str) -> Option<f64> {
        let [first, second] = self.servers.as_slice() else {
            return None;
        };
        let divisor = second.median(key).filter(|&value| value != 0.0)?;
        Some(first.median(key)? / divisor)
    }

    /// The figures that any server has, in the order of [`METRICS`].
    pub(crate) fn metrics(&self) -> impl Iterator<Item = &'static Metric> {
        METRICS
            .iter()
            .filter(|metric| self.servers.iter().any(|server| server.median(metric.key).is_some()))
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        return values.get(middle).copied();
    }
    let upper = values.get(middle)?;
    Some(f64::midpoint(values[middle - 1], *upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(values: &[f64]) -> ServerRounds {
        let rounds = values.iter().map(|&value| {
            let mut round = Measurement::default();
            round.set("lost", value);
            round
        });
        ServerRounds { rounds: rounds.collect(), ..ServerRounds::default() }
    }

    #[test]
    fn medians_need_no_order() {
        assert_eq!(rounds(&[3.0, 1.0, 2.0]).median("lost"), Some(2.0));
        assert_eq!(rounds(&[4.0, 1.0]).median("lost"), Some(2.5));
        assert_eq!(rounds(&[]).median("lost"), None);
    }

    #[test]
    fn ratios_are_of_medians_and_never_by_zero() {
        let comparison = |first: &[f64], second: &[f64]| Comparison {
            servers: vec![rounds(first), rounds(second)],
            ..Comparison::default()
        };
        assert_eq!(comparison(&[1.0, 9.0, 2.0], &[4.0]).ratio("lost"), Some(0.5));
        assert_eq!(comparison(&[1.0], &[0.0]).ratio("lost"), None);
    }
}
