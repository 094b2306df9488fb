//! `fanout`, `pairs` and `patterns`: one kind of work with different numbers.

use anyhow::Result;

use super::progress::Progress;
use super::runner::Work;
use crate::load::{self, FanoutPlan, Listen, LoadResult, Stop};
use crate::options::{FanoutCommand, Length, PairsCommand, PatternsCommand, Setup};
use crate::report::Measurement;
use crate::target::Server;

/// Publishers that publish and subscribers that count.
#[derive(Clone, Debug)]
pub(crate) struct Fanout {
    pub(crate) plan: FanoutPlan,
}

/// What all three commands begin with: one publisher that waits, one channel.
fn base(setup: &Setup, length: &Length, size_bytes: usize) -> FanoutPlan {
    FanoutPlan {
        subscribers: 1,
        channels: 1,
        channels_per_subscriber: 1,
        publishers: 1,
        size_bytes,
        pipeline: 1,
        rate: None,
        stop: length.messages.map_or(Stop::After(length.duration), Stop::Messages),
        listen: Listen::Channel,
        idle_patterns: 0,
        threads: setup.threads,
        drain_timeout: length.drain_timeout,
    }
}

impl Fanout {
    /// The work of `fanout`.
    pub(crate) fn from_fanout(command: &FanoutCommand) -> Self {
        let plan = FanoutPlan {
            subscribers: command.subscribers,
            channels: command.channels,
            channels_per_subscriber: command.channels_per_subscriber.clamp(1, command.channels),
            publishers: command.publishers,
            pipeline: command.pipeline.max(1),
            rate: command.rate,
            listen: command.by,
            idle_patterns: command.idle_patterns,
            ..base(&command.setup, &command.length, command.size)
        };
        Self { plan }
    }

    /// The work of `pairs`.
    pub(crate) fn from_pairs(command: &PairsCommand) -> Self {
        let plan = FanoutPlan {
            subscribers: command.pairs,
            channels: command.pairs,
            publishers: command.pairs,
            pipeline: command.pipeline.max(1),
            ..base(&command.setup, &command.length, command.size)
        };
        Self { plan }
    }

    /// The work of `patterns`.
    pub(crate) fn from_patterns(command: &PatternsCommand) -> Self {
        let plan = FanoutPlan {
            subscribers: command.subscribers,
            channels: command.channels,
            idle_patterns: command.patterns,
            ..base(&command.setup, &command.length, command.size)
        };
        Self { plan }
    }
}

fn counted(number: usize, what: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {what}{ending}")
}

impl Work for Fanout {
    fn title(&self) -> String {
        let plan = &self.plan;
        let pace = match plan.rate {
            Some(rate) => format!("open loop at {rate} messages/s"),
            None if plan.pipeline > 1 => format!("closed loop, pipeline {}", plan.pipeline),
            None => "closed loop, waiting for each reply".to_owned(),
        };
        let mut title = format!(
            "fan-out: {}, {}, {}, {} B, {pace}",
            counted(plan.subscribers, "subscriber"),
            counted(plan.publishers, "publisher"),
            counted(plan.channels, "channel"),
            plan.size_bytes
        );
        if plan.idle_patterns > 0 {
            title.push_str(&format!(", beside {} patterns that match nothing", plan.idle_patterns));
        }
        title
    }

    fn options(&self) -> Vec<(&'static str, String)> {
        let plan = &self.plan;
        vec![
            ("subscribers", plan.subscribers.to_string()),
            ("channels", plan.channels.to_string()),
            ("channels_per_subscriber", plan.channels_per_subscriber.to_string()),
            ("publishers", plan.publishers.to_string()),
            ("size_bytes", plan.size_bytes.to_string()),
            ("pipeline", plan.pipeline.to_string()),
            ("rate", plan.rate.map_or_else(|| "closed loop".to_owned(), |rate| rate.to_string())),
            ("stop", format!("{:?}", plan.stop)),
            ("listen", format!("{:?}", plan.listen).to_lowercase()),
            ("idle_patterns", plan.idle_patterns.to_string()),
            ("threads", plan.threads.to_string()),
        ]
    }

    fn round(&self, server: &Server, progress: &Progress) -> Result<Measurement> {
        progress.say("subscribing");
        let result = load::run(server, &self.plan, |counters, elapsed| {
            progress.counters(counters, elapsed);
        })?;
        Ok(measurement(&self.plan, result))
    }
}

fn measurement(plan: &FanoutPlan, result: LoadResult) -> Measurement {
    let mut figures = Measurement::default();
    figures.samples = result.samples;
    let seconds = result.elapsed.max(result.publish_elapsed).as_secs_f64().max(1e-9);
    let publish_seconds = result.publish_elapsed.as_secs_f64().max(1e-9);
    figures.set("messages", result.sent as f64);
    figures.set("publishes_per_second", result.sent as f64 / publish_seconds);
    figures.set("deliveries", result.delivered as f64);
    figures.set("deliveries_per_second", result.delivered as f64 / seconds);
    figures.set("lost", result.lost as f64);
    figures.set("closed_subscribers", result.closed as f64);
    if result.sent > 0 {
        figures.set("receivers_per_publish", result.receivers as f64 / result.sent as f64);
    }
    if result.reads > 0 {
        figures.set("messages_per_read", result.delivered as f64 / result.reads as f64);
    }
    figures.set("load_cores", result.load_cpu.as_secs_f64() / seconds);
    if let Some(cpu) = result.server_cpu {
        let cpu_ns = cpu.as_nanos() as f64;
        figures.set("server_cores", cpu.as_secs_f64() / seconds);
        if result.delivered > 0 {
            figures.set("server_cpu_ns_per_delivery", cpu_ns / result.delivered as f64);
        }
        if result.sent > 0 {
            figures.set("server_cpu_ns_per_publish", cpu_ns / result.sent as f64);
        }
    }
    if !result.latency.is_empty() {
        let at = |quantile| result.latency.value_at_quantile(quantile) as f64;
        figures.set("latency_mean_ns", result.latency.mean());
        figures.set("latency_p50_ns", at(0.5));
        figures.set("latency_p90_ns", at(0.9));
        figures.set("latency_p99_ns", at(0.99));
        figures.set("latency_p999_ns", at(0.999));
        figures.set("latency_max_ns", result.latency.max() as f64);
        figures.latency = Some(result.latency);
    }
    if plan.rate.is_none() && !result.reply_latency.is_empty() {
        figures.set("reply_p50_ns", result.reply_latency.value_at_quantile(0.5) as f64);
        figures.set("reply_p99_ns", result.reply_latency.value_at_quantile(0.99) as f64);
    }
    figures
}
