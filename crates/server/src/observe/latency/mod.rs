//! The latency monitor: events that took longer than `latency-monitor-threshold`.
//!
//! - [`events`]: what is kept of each event.
//! - [`graph`]: the bars of `LATENCY GRAPH`.
//! - [`doctor`]: what `LATENCY DOCTOR` says.

pub mod doctor;
pub mod events;
pub mod graph;

pub use events::{COMMAND, Event, FAST_COMMAND, LatencyMonitor, Sample};
