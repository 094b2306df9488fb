//! The load: publishers and subscribers on one event loop per thread.

mod frames;
mod plan;
mod publisher;
mod requests;
mod run;
mod socket;
mod subscriber;
mod ticker;
mod worker;

pub(crate) use frames::{FrameScanner, FrameShape};
pub(crate) use plan::{FanoutPlan, Listen, Stop, channel_name};
pub(crate) use requests::{KeyOrder, RequestPlan, RequestTemplate, run_requests};
pub(crate) use run::{LoadResult, run};
pub(crate) use socket::{ReadOutcome, Socket};

/// A histogram of nanoseconds: 1 µs to 10 minutes, three significant digits.
pub(crate) type Latencies = hdrhistogram::Histogram<u64>;

/// The shortest latency told apart, in nanoseconds.
const LATENCY_NS_MIN: u64 = 1_000;
/// The longest latency told apart, in nanoseconds; longer ones count as this.
const LATENCY_NS_MAX: u64 = 600_000_000_000;

/// An empty histogram of nanoseconds.
pub(crate) fn latencies() -> Latencies {
    Latencies::new_with_bounds(LATENCY_NS_MIN, LATENCY_NS_MAX, 3)
        .expect("constant bounds are valid")
}

/// What a load thread shares with the main thread while it runs.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Requests sent (messages published, commands sent).
    pub(crate) sent: std::sync::atomic::AtomicU64,
    /// Answers received (messages delivered, replies read).
    pub(crate) received: std::sync::atomic::AtomicU64,
}
