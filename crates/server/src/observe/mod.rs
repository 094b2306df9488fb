//! What the server can tell about itself.
//!
//! - [`stats`]: what each reactor counts, with one writer per number, and the sums over all reactors.
//! - [`histogram`]: durations by size, exact to two digits.
//! - [`info`]: the table of metrics and the text of `INFO`.
//! - [`rates`]: commands and bytes per second, from samples.

pub mod histogram;
pub mod info;
pub mod rates;
pub mod stats;

pub use histogram::{Histogram, HistogramCells};
pub use stats::{
    CallOutcome, CommandTotal, Counter, Gauge, HistogramSetting, Peak, ReactorStats, Stats, Totals,
};
