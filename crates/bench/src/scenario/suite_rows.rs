//! The rows of `suite`: what is done, and which figure must reach what.

use std::time::Duration;

use super::fanout::Fanout;
use super::idle::Idle;
use super::limit::Limit;
use super::runner::Work;
use super::slow::Slow;
use super::suite_data_rows::data_rows;
use crate::load::{FanoutPlan, Listen, Stop};

/// One row: work on both servers, and aims.
pub(crate) struct Row {
    /// What the table calls it.
    pub(crate) name: &'static str,
    /// Done on both servers.
    pub(crate) work: Box<dyn Work>,
    /// Done on our side alone, for aims that are not held against the other server.
    pub(crate) yardstick: Option<RowWork>,
    /// What must be reached.
    pub(crate) aims: Vec<Aim>,
}

impl Row {
    /// Whether this is a part of its name.
    pub(crate) fn has(&self, part: &str) -> bool {
        self.name.contains(part)
    }
}

/// Work that gives a yardstick.
pub(crate) enum RowWork {
    /// The bare writer.
    Limit(Limit),
    /// The row's work on the bare responder.
    Responder,
    /// Other work on the measured server.
    Ours(Box<dyn Work>),
}

/// One figure and its bound, a ratio.
pub(crate) struct Aim {
    /// The figure's key.
    pub(crate) metric: &'static str,
    /// What the figure is divided by.
    pub(crate) held: Held,
    /// At most this for figures that should be low, at least this for those that should be high. Without it the ratio is
    /// shown and nothing must be reached.
    pub(crate) bound: Option<f64>,
}

/// What a figure is divided by.
pub(crate) enum Held {
    /// The same figure of the other server.
    AgainstServer,
    /// A figure of the row's yardstick.
    AgainstYardstick { metric: &'static str, name: &'static str },
    /// Nothing: the figure is a ratio itself.
    Alone,
}

pub(super) const fn against_server(metric: &'static str, bound: f64) -> Aim {
    Aim { metric, held: Held::AgainstServer, bound: Some(bound) }
}

const CPU_PER_DELIVERY: &str = "server_cpu_ns_per_delivery";
const CPU_PER_PUBLISH: &str = "server_cpu_ns_per_publish";

/// Bytes of a message in all rows but those of slow subscribers.
const SIZE_BYTES: usize = 100;
/// Payload published to subscribers that do not read.
const SLOW_BYTES: u64 = 30_000_000;
/// Long enough for servers to give connection buffers back.
const IDLE_SETTLE: Duration = Duration::from_secs(5);
/// Publishing time of most rows, in seconds.
const SECONDS: f64 = 2.0;

/// All rows. `scale` makes them shorter or longer; memory rows keep their size.
pub(crate) fn rows(scale: f64, threads: usize) -> Vec<Row> {
    let mut rows = pubsub_rows(scale, threads);
    rows.extend(data_rows(scale, threads));
    rows
}

fn pubsub_rows(scale: f64, threads: usize) -> Vec<Row> {
    let seconds = |seconds: f64| Duration::from_secs_f64((seconds * scale).max(0.05));
    let base = FanoutPlan {
        subscribers: 1000,
        channels: 1,
        channels_per_subscriber: 1,
        publishers: 1,
        size_bytes: SIZE_BYTES,
        pipeline: 1,
        rate: None,
        stop: Stop::After(seconds(SECONDS)),
        listen: Listen::Channel,
        idle_patterns: 0,
        threads,
        drain_timeout: Duration::from_secs(10),
    };
    let fanout = |plan: FanoutPlan| -> Box<dyn Work> { Box::new(Fanout { plan }) };
    vec![
        Row {
            name: "1 publisher, pipeline 16, 1,000 subscribers",
            work: fanout(FanoutPlan { pipeline: 16, ..base.clone() }),
            yardstick: None,
            aims: vec![against_server(CPU_PER_DELIVERY, 0.25)],
        },
        Row {
            name: "1 publisher, pipeline 64, 100 subscribers",
            work: fanout(FanoutPlan { pipeline: 64, subscribers: 100, ..base.clone() }),
            yardstick: Some(RowWork::Limit(Limit {
                subscribers: 100,
                size_bytes: SIZE_BYTES,
                messages_per_write: 64,
                duration: seconds(SECONDS),
                window: 1,
            })),
            aims: vec![
                against_server(CPU_PER_DELIVERY, 0.48),
                Aim {
                    metric: CPU_PER_DELIVERY,
                    held: Held::AgainstYardstick {
                        metric: "sender_cpu_ns_per_delivery",
                        name: "bare writer, k = 64",
                    },
                    bound: Some(1.15),
                },
            ],
        },
        Row {
            name: "1 waiting publisher, 1,000 subscribers",
            work: fanout(base.clone()),
            yardstick: None,
            aims: vec![against_server("deliveries_per_second", 20.0)],
        },
        Row {
            name: "50 waiting publishers, 1,000 subscribers",
            work: fanout(FanoutPlan { publishers: 50, ..base.clone() }),
            yardstick: None,
            aims: vec![against_server(CPU_PER_DELIVERY, 0.35)],
        },
        Row {
            name: "open loop, 1,000 messages/s, 1,000 subscribers",
            work: fanout(FanoutPlan {
                rate: Some(1000.0),
                stop: Stop::After(seconds(2.0 * SECONDS)),
                ..base.clone()
            }),
            yardstick: None,
            aims: vec![
                against_server("latency_p50_ns", 0.5),
                against_server("latency_p99_ns", 0.5),
            ],
        },
        Row {
            name: "open loop, 1,000 messages/s, 50 subscribers",
            work: fanout(FanoutPlan {
                rate: Some(1000.0),
                subscribers: 50,
                stop: Stop::After(seconds(2.0 * SECONDS)),
                ..base.clone()
            }),
            yardstick: None,
            aims: vec![against_server("latency_p99_ns", 0.95)],
        },
        Row {
            name: "500 pairs of publisher and subscriber",
            work: fanout(FanoutPlan {
                subscribers: 500,
                channels: 500,
                publishers: 500,
                ..base.clone()
            }),
            yardstick: None,
            aims: vec![against_server(CPU_PER_DELIVERY, 0.85)],
        },
        Row {
            name: "100,000 patterns that do not match, 1 subscriber",
            work: fanout(FanoutPlan { subscribers: 1, idle_patterns: 100_000, ..base.clone() }),
            yardstick: Some(RowWork::Ours(fanout(FanoutPlan { subscribers: 1, ..base.clone() }))),
            aims: vec![
                against_server(CPU_PER_PUBLISH, 0.002),
                Aim {
                    metric: CPU_PER_PUBLISH,
                    held: Held::AgainstYardstick {
                        metric: CPU_PER_PUBLISH,
                        name: "itself without patterns",
                    },
                    bound: Some(1.5),
                },
            ],
        },
        Row {
            name: "idle subscriber of its own channel",
            work: Box::new(Idle { subscribers: 5000, settle: IDLE_SETTLE }),
            yardstick: None,
            aims: vec![against_server("resident_bytes_per_subscriber", 0.35)],
        },
        slow_row("20 subscribers that do not read, 30 MB in 10 kB", 10_000, 1.2),
        slow_row("20 subscribers that do not read, 30 MB in 100 B", SIZE_BYTES, 2.0),
    ]
}

fn slow_row(name: &'static str, size_bytes: usize, bound: f64) -> Row {
    Row {
        name,
        work: Box::new(Slow { subscribers: 20, size_bytes, published_bytes: SLOW_BYTES }),
        yardstick: None,
        aims: vec![Aim { metric: "growth_per_published", held: Held::Alone, bound: Some(bound) }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Metric;

    #[test]
    fn aims_name_figures_and_have_their_yardsticks() {
        for row in rows(1.0, 1) {
            assert!(!row.aims.is_empty(), "{}", row.name);
            for aim in &row.aims {
                Metric::by_key(aim.metric);
                if let Held::AgainstYardstick { metric, .. } = aim.held {
                    Metric::by_key(metric);
                    assert!(row.yardstick.is_some(), "{}", row.name);
                }
            }
        }
    }
}
