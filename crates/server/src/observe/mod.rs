//! What the server can tell about itself.
//!
//! - [`stats`]: what each reactor counts, with one writer per number, and the sums over all reactors.
//! - [`histogram`]: durations by size, exact to two digits.
//! - [`rates`]: commands and bytes per second, from samples.
//! - [`info`]: the table of metrics and the text of `INFO`.
//! - [`slow_log`], [`latency`]: requests and events that took long.
//! - [`Observations`]: what of all this a server keeps.
//! - [`monitor`], [`client_line`]: commands and clients as lines of text; [`secrets`]: what they leave out.

pub mod client_line;
mod exceeded;
pub mod histogram;
pub mod info;
pub mod latency;
pub mod monitor;
mod observations;
pub mod rates;
pub mod secrets;
pub mod slow_log;
pub mod stats;
#[cfg(test)]
pub(crate) mod test_request;

pub use client_line::{ClientFlag, ClientFlags, ClientLine};
pub use exceeded::{Exceeded, ExceededTimes};
pub use histogram::{Histogram, HistogramCells};
pub use latency::LatencyMonitor;
pub use observations::Observations;
pub use secrets::Secrets;
pub use slow_log::{SlowLog, SlowRequest};
pub use stats::{
    CallOutcome, CommandTotal, Counter, Gauge, HistogramSetting, Peak, ReactorStats, Stats, Totals,
};
