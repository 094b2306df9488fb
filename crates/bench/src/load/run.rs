//! Sets a fan-out run up, lets it run, and adds its threads together.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::plan::{FanoutPlan, idle_pattern};
use super::publisher::Publisher;
use super::socket::Socket;
use super::subscriber::Subscriber;
use super::worker::{Shared, Worker, WorkerResult};
use super::{Counters, Latencies, latencies};
use crate::target::{Control, Server, own_cpu_time};
use crate::wire;

/// Connections that are being set up at once: fewer than any server's accept backlog.
const SETUP_BATCH: usize = 64;
/// Patterns in one `PSUBSCRIBE`.
const PATTERNS_PER_REQUEST: usize = 500;
/// How often the progress is shown.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);

/// What a run has measured.
#[derive(Debug)]
pub(crate) struct LoadResult {
    /// Messages published.
    pub(crate) sent: u64,
    /// Messages that subscribers received.
    pub(crate) delivered: u64,
    /// Messages that subscribers should have received and did not.
    pub(crate) lost: u64,
    /// Subscribers whose connection the server closed.
    pub(crate) closed: u64,
    /// Receivers as the replies to publishers told them.
    pub(crate) receivers: u64,
    /// Reads that brought messages.
    pub(crate) reads: u64,
    /// From the start to the last delivery.
    pub(crate) elapsed: Duration,
    /// From the start until all publishers had their replies.
    pub(crate) publish_elapsed: Duration,
    /// CPU time of the server.
    pub(crate) server_cpu: Option<Duration>,
    /// CPU time of this process.
    pub(crate) load_cpu: Duration,
    /// From a message's due time to its delivery.
    pub(crate) latency: Latencies,
    /// From sending a batch to its last reply; empty in an open loop.
    pub(crate) reply_latency: Latencies,
    /// Deliveries so far, every [`PROGRESS_INTERVAL`]: (seconds, messages).
    pub(crate) samples: Vec<(f64, u64)>,
}

/// Runs `plan` against `server`. `progress` is called now and then with the counters and the time so far.
pub(crate) fn run(
    server: &Server,
    plan: &FanoutPlan,
    mut progress: impl FnMut(&Counters, Duration),
) -> Result<LoadResult> {
    let _pattern_holder = hold_patterns(server, plan.idle_patterns)?;
    let workers = workers(server, plan)?;
    let cpu_before = server.cpu_time()?;
    let load_cpu_before = own_cpu_time();
    let shared = Arc::new(Shared {
        start: Instant::now(),
        published: (0..plan.channels).map(|_| AtomicU64::new(0)).collect(),
        publishing: AtomicUsize::new(workers.len()),
        failed: AtomicBool::new(false),
        counters: Counters::default(),
    });
    let (sender, results) = mpsc::channel();
    for worker in workers {
        let (sender, shared) = (sender.clone(), Arc::clone(&shared));
        thread::Builder::new().name("load".to_owned()).spawn(move || {
            // The receiver is gone only after another thread has failed.
            let _ = sender.send(worker.run(&shared));
        })?;
    }
    drop(sender);
    let mut total = empty_result();
    loop {
        match results.recv_timeout(PROGRESS_INTERVAL) {
            Ok(result) => total.add(result?),
            Err(RecvTimeoutError::Timeout) => {
                let elapsed = shared.start.elapsed();
                let received = shared.counters.received.load(Ordering::Relaxed);
                total.samples.push((elapsed.as_secs_f64(), received));
                progress(&shared.counters, elapsed);
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    total.samples.push((total.elapsed.as_secs_f64(), total.delivered));
    let cpu_after = server.cpu_time()?;
    total.server_cpu =
        cpu_after.zip(cpu_before).map(|(after, before)| after.saturating_sub(before));
    total.load_cpu = own_cpu_time().saturating_sub(load_cpu_before);
    Ok(total)
}

fn empty_result() -> LoadResult {
    LoadResult {
        sent: 0,
        delivered: 0,
        lost: 0,
        closed: 0,
        receivers: 0,
        reads: 0,
        elapsed: Duration::ZERO,
        publish_elapsed: Duration::ZERO,
        server_cpu: None,
        load_cpu: Duration::ZERO,
        latency: latencies(),
        reply_latency: latencies(),
        samples: vec![(0.0, 0)],
    }
}

impl LoadResult {
    fn add(&mut self, result: WorkerResult) {
        self.sent += result.sent;
        self.delivered += result.delivered;
        self.lost += result.lost;
        self.closed += result.closed;
        self.receivers += result.receivers;
        self.reads += result.reads;
        self.elapsed = self.elapsed.max(Duration::from_nanos(result.last_delivery_ns));
        self.publish_elapsed =
            self.publish_elapsed.max(Duration::from_nanos(result.publish_end_ns));
        self.latency += &result.latency;
        self.reply_latency += &result.reply_latency;
    }
}

/// Opens the connection that holds the patterns that match nothing.
fn hold_patterns(server: &Server, patterns: usize) -> Result<Option<Control>> {
    if patterns == 0 {
        return Ok(None);
    }
    let mut control = server.control()?;
    let names: Vec<String> = (0..patterns).map(idle_pattern).collect();
    for part in names.chunks(PATTERNS_PER_REQUEST) {
        let mut arguments: Vec<&[u8]> = vec![b"PSUBSCRIBE"];
        arguments.extend(part.iter().map(String::as_bytes));
        let mut request = Vec::new();
        wire::append_request(&mut request, &arguments);
        control.send(&request)?;
        control.expect_replies(part.len()).context("cannot subscribe to patterns")?;
    }
    Ok(Some(control))
}

/// Connects everybody and deals them out to the threads.
fn workers(server: &Server, plan: &FanoutPlan) -> Result<Vec<Worker>> {
    let threads = plan.threads;
    if threads == 0 || plan.publishers == 0 || plan.channels == 0 {
        bail!("a run needs a thread, a publisher and a channel");
    }
    let mut subscribers: Vec<Vec<Subscriber>> = (0..threads).map(|_| Vec::new()).collect();
    let mut publishers: Vec<Vec<Publisher>> = (0..threads).map(|_| Vec::new()).collect();
    let indexes: Vec<usize> = (0..plan.subscribers).collect();
    for batch in indexes.chunks(SETUP_BATCH) {
        for (index, socket) in subscribe(server, plan, batch)? {
            subscribers[index % threads].push(Subscriber::new(index, socket));
        }
    }
    for index in 0..plan.publishers {
        let socket = Socket::new(server.control()?.into_socket()?)?;
        publishers[index % threads].push(Publisher::new(plan, index, socket));
    }
    subscribers
        .into_iter()
        .zip(publishers)
        .map(|(subscribers, publishers)| Worker::new(plan, subscribers, publishers))
        .collect()
}

/// Connects and subscribes a few subscribers at once.
fn subscribe(
    server: &Server,
    plan: &FanoutPlan,
    indexes: &[usize],
) -> Result<Vec<(usize, Socket)>> {
    let mut waiting = Vec::with_capacity(indexes.len());
    for &index in indexes {
        let mut control = server.control()?;
        let arguments = plan.subscribe_arguments(index);
        let arguments: Vec<&[u8]> = arguments.iter().map(String::as_bytes).collect();
        let mut request = Vec::new();
        wire::append_request(&mut request, &arguments);
        control.send(&request)?;
        waiting.push((index, control, arguments.len() - 1));
    }
    let mut subscribed = Vec::with_capacity(waiting.len());
    for (index, mut control, confirmations) in waiting {
        control.expect_replies(confirmations).context("cannot subscribe")?;
        subscribed.push((index, Socket::new(control.into_socket()?)?));
    }
    Ok(subscribed)
}
