//! One thread of load: its publishers and subscribers on one event loop.
//!
//! Publishers go first. They sit in an event queue of their own, which the thread looks at between any few
//! reads of subscribers, so that a publisher's next message (or one whose time has come) does not wait until
//! a thousand subscribers are read. Otherwise the load would measure itself.

use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use mio::{Events, Interest, Poll, Token};

use super::frames::FrameShape;
use super::plan::FanoutPlan;
use super::publisher::Publisher;
use super::subscriber::Subscriber;
use super::ticker::Ticker;
use super::{Counters, Latencies, latencies};

/// Bytes asked from the kernel by one read; small enough to stay in the CPU's second cache.
const READ_BYTES: usize = 128 * 1024;
/// Events taken from the kernel at once.
const EVENTS: usize = 1024;
/// Reads of subscribers between two looks at the publishers.
const READS_PER_LOOK: usize = 8;
/// The longest wait for an event, so that the ends of a run are noticed.
const WAIT_MAX: Duration = Duration::from_millis(10);

/// Tokens of the outer queue: subscribers have their position, these come after any of them.
const PUBLISHERS: usize = usize::MAX - 1;
const TICKER: usize = usize::MAX - 2;

/// What the threads of a run share.
#[derive(Debug)]
pub(crate) struct Shared {
    /// When the run began; all stamps count from here.
    pub(crate) start: Instant,
    /// Messages published to each channel; complete once `publishing` is 0.
    pub(crate) published: Vec<AtomicU64>,
    /// Threads whose publishers have not finished.
    pub(crate) publishing: AtomicUsize,
    /// Set when a thread fails: the others end early.
    pub(crate) failed: AtomicBool,
    /// Progress, for the main thread to show.
    pub(crate) counters: Counters,
}

impl Shared {
    fn now_ns(&self) -> u64 {
        self.start.elapsed().as_nanos() as u64
    }
}

/// What one thread has counted.
#[derive(Debug)]
pub(crate) struct WorkerResult {
    pub(crate) sent: u64,
    pub(crate) delivered: u64,
    pub(crate) lost: u64,
    pub(crate) closed: u64,
    pub(crate) receivers: u64,
    /// Reads that brought at least one message.
    pub(crate) reads: u64,
    pub(crate) last_delivery_ns: u64,
    pub(crate) publish_end_ns: u64,
    pub(crate) latency: Latencies,
    pub(crate) reply_latency: Latencies,
}

/// One thread's share of the connections.
pub(crate) struct Worker {
    plan: FanoutPlan,
    shape: FrameShape,
    subscribers: Vec<Subscriber>,
    publishers: Vec<Publisher>,
    queue: Poll,
    publisher_queue: Poll,
    publisher_events: Events,
    scratch: Vec<u8>,
    /// The local publisher whose turn is next in an open loop.
    turn: usize,
    delivered: u64,
    result: WorkerResult,
}

impl Worker {
    /// Prepares the event queues. The sockets are connected and subscribed.
    pub(crate) fn new(
        plan: &FanoutPlan,
        subscribers: Vec<Subscriber>,
        publishers: Vec<Publisher>,
    ) -> Result<Self> {
        let queue = Poll::new()?;
        for (token, subscriber) in subscribers.iter().enumerate() {
            subscriber.socket().register(queue.registry(), token, Interest::READABLE)?;
        }
        let publisher_queue = Poll::new()?;
        for (token, publisher) in publishers.iter().enumerate() {
            let interest = Interest::READABLE | Interest::WRITABLE;
            publisher.socket().register(publisher_queue.registry(), token, interest)?;
        }
        let inner = std::os::fd::AsRawFd::as_raw_fd(&publisher_queue);
        queue.registry().register(
            &mut mio::unix::SourceFd(&inner),
            Token(PUBLISHERS),
            Interest::READABLE,
        )?;
        Ok(Self {
            plan: plan.clone(),
            shape: plan.frame_shape(),
            subscribers,
            publishers,
            queue,
            publisher_queue,
            publisher_events: Events::with_capacity(EVENTS),
            scratch: vec![0; READ_BYTES],
            turn: 0,
            delivered: 0,
            result: WorkerResult {
                sent: 0,
                delivered: 0,
                lost: 0,
                closed: 0,
                receivers: 0,
                reads: 0,
                last_delivery_ns: 0,
                publish_end_ns: 0,
                latency: latencies(),
                reply_latency: latencies(),
            },
        })
    }

    /// Runs until all messages are published and delivered, or given up as lost.
    pub(crate) fn run(mut self, shared: &Shared) -> Result<WorkerResult> {
        let outcome = self.drive(shared);
        if outcome.is_err() {
            shared.failed.store(true, Ordering::Relaxed);
        }
        outcome?;
        Ok(self.finish(shared))
    }

    fn drive(&mut self, shared: &Shared) -> Result<()> {
        let ticker = match self.plan.rate {
            Some(rate) if !self.publishers.is_empty() => {
                Some(Ticker::start(self.queue.registry(), TICKER, rate)?)
            }
            _ => None,
        };
        let mut events = Events::with_capacity(EVENTS);
        let mut publishing = true;
        let mut progress = (0, shared.now_ns());
        for publisher in 0..self.publishers.len() {
            self.next_batch(publisher, shared)?;
        }
        while !shared.failed.load(Ordering::Relaxed) {
            wait(&mut self.queue, &mut events, WAIT_MAX)?;
            let mut reads = 0;
            for event in &events {
                match event.token().0 {
                    PUBLISHERS => {}
                    TICKER => ticker.iter().for_each(Ticker::acknowledge),
                    subscriber => reads += self.read_subscriber(subscriber, shared)?,
                }
                if reads >= READS_PER_LOOK {
                    self.serve_publishers(shared)?;
                    reads = 0;
                }
            }
            self.serve_publishers(shared)?;
            shared.counters.received.fetch_add(self.delivered - progress.0, Ordering::Relaxed);
            if self.delivered > progress.0 {
                progress = (self.delivered, shared.now_ns());
            }
            if publishing && self.publishers_are_done(shared) {
                publishing = false;
                self.report_published(shared);
                progress.1 = shared.now_ns();
            }
            let quiet = Duration::from_nanos(shared.now_ns() - progress.1);
            if !publishing
                && shared.publishing.load(Ordering::Acquire) == 0
                && (self.all_delivered(shared) || quiet > self.plan.drain_timeout)
            {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Reads what a subscriber has, and returns the number of reads.
    fn read_subscriber(&mut self, position: usize, shared: &Shared) -> Result<usize> {
        let Some(subscriber) = self.subscribers.get_mut(position) else {
            return Ok(0);
        };
        let latency = &mut self.result.latency;
        let mut reads = 0;
        loop {
            // Read before the clock: the clock is asked once per read, after the bytes are here.
            let mut now_ns = None;
            let delivery = subscriber.read(self.shape, &mut self.scratch, |stamp_ns| {
                let now_ns = *now_ns.get_or_insert_with(|| shared.now_ns());
                latency.saturating_record(now_ns.saturating_sub(stamp_ns));
            })?;
            reads += 1;
            if delivery.messages > 0 {
                self.delivered += delivery.messages;
                self.result.reads += 1;
                self.result.last_delivery_ns = now_ns.unwrap_or_else(|| shared.now_ns());
            }
            if !delivery.more {
                return Ok(reads);
            }
        }
    }

    /// Reads replies, and sends what is due.
    fn serve_publishers(&mut self, shared: &Shared) -> Result<()> {
        if self.publishers.is_empty() {
            return Ok(());
        }
        wait(&mut self.publisher_queue, &mut self.publisher_events, Duration::ZERO)?;
        let ready: Vec<usize> = self.publisher_events.iter().map(|event| event.token().0).collect();
        for position in ready {
            let publisher = &mut self.publishers[position];
            publisher.read_replies(&mut self.scratch)?;
            publisher.flush()?;
            self.next_batch(position, shared)?;
        }
        self.send_due(shared)
    }

    /// Closed loop: sends a publisher's next messages if all replies to the last ones are here.
    fn next_batch(&mut self, position: usize, shared: &Shared) -> Result<()> {
        let publisher = &mut self.publishers[position];
        if self.plan.rate.is_some() || publisher.outstanding() > 0 {
            return Ok(());
        }
        let now_ns = shared.now_ns();
        if publisher.sent > 0 {
            let waited_ns = now_ns - publisher.batch_sent_ns;
            if publisher.batch_sent_ns != u64::MAX {
                self.result.reply_latency.saturating_record(waited_ns);
            }
        }
        let limit = self.plan.message_limit(publisher.index);
        if now_ns >= self.plan.stop_after_ns() || publisher.sent >= limit {
            publisher.batch_sent_ns = u64::MAX;
            return Ok(());
        }
        let messages = (self.plan.pipeline as u64).min(limit - publisher.sent);
        for _ in 0..messages {
            let channel = self.plan.channel_of(publisher.index, publisher.sent);
            publisher.compose(channel, now_ns)?;
        }
        publisher.batch_sent_ns = now_ns;
        shared.counters.sent.fetch_add(messages, Ordering::Relaxed);
        publisher.flush()
    }

    /// Open loop: sends every message whose time has come, stamped with that time.
    fn send_due(&mut self, shared: &Shared) -> Result<()> {
        let Some(rate) = self.plan.rate else {
            return Ok(());
        };
        let now_ns = shared.now_ns();
        let stop_ns = self.plan.stop_after_ns();
        loop {
            let publisher = &mut self.publishers[self.turn];
            let position = publisher.sent * self.plan.publishers as u64 + publisher.index as u64;
            let due_ns = (position as f64 / rate * 1e9) as u64;
            let limit = self.plan.message_limit(publisher.index);
            if due_ns > now_ns || due_ns >= stop_ns || publisher.sent >= limit {
                return Ok(());
            }
            let channel = self.plan.channel_of(publisher.index, publisher.sent);
            publisher.compose(channel, due_ns)?;
            publisher.flush()?;
            shared.counters.sent.fetch_add(1, Ordering::Relaxed);
            self.turn = (self.turn + 1) % self.publishers.len();
        }
    }

    /// Whether every publisher of this thread has sent its last message and has all replies.
    fn publishers_are_done(&self, shared: &Shared) -> bool {
        let now_ns = shared.now_ns();
        self.publishers.iter().all(|publisher| {
            let over = now_ns >= self.plan.stop_after_ns()
                || publisher.sent >= self.plan.message_limit(publisher.index);
            over && publisher.outstanding() == 0
        })
    }

    /// Tells all threads how many messages this one has sent to each channel.
    fn report_published(&mut self, shared: &Shared) {
        for publisher in &self.publishers {
            for message in 0..publisher.sent {
                let channel = self.plan.channel_of(publisher.index, message);
                shared.published[channel].fetch_add(1, Ordering::Relaxed);
            }
        }
        self.result.publish_end_ns = shared.now_ns();
        shared.publishing.fetch_sub(1, Ordering::Release);
    }

    fn expected(&self, subscriber: &Subscriber, shared: &Shared) -> u64 {
        self.plan
            .channels_of(subscriber.index)
            .map(|channel| shared.published[channel].load(Ordering::Relaxed))
            .sum()
    }

    fn all_delivered(&self, shared: &Shared) -> bool {
        self.subscribers.iter().all(|subscriber| {
            subscriber.closed || subscriber.received >= self.expected(subscriber, shared)
        })
    }

    fn finish(mut self, shared: &Shared) -> WorkerResult {
        for subscriber in &self.subscribers {
            let expected = self.expected(subscriber, shared);
            self.result.lost += expected.saturating_sub(subscriber.received);
            self.result.closed += u64::from(subscriber.closed);
        }
        self.result.delivered = self.delivered;
        self.result.sent = self.publishers.iter().map(|publisher| publisher.sent).sum();
        self.result.receivers = self.publishers.iter().map(Publisher::receivers).sum();
        self.result
    }
}

/// Waits for events; an interrupting signal counts as none.
fn wait(queue: &mut Poll, events: &mut Events, at_most: Duration) -> Result<()> {
    match queue.poll(events, Some(at_most)) {
        Err(error) if error.kind() == std::io::ErrorKind::Interrupted => Ok(()),
        other => Ok(other?),
    }
}
