//! Two threads that publish to subscribers on both through one registry, beside two threads with a
//! registry each: what sharing costs. There are no sockets: what a flush would send is dropped.
//!
//! `cargo bench -p fanfare-pubsub --bench scaling [-- ROUNDS [ROW]]`
//!
//! Both arrangements make the same deliveries: a thread of its own has all subscribers of a
//! channel, and with the shared registry each of the two has half of them. Rounds alternate, and
//! the ratio is that of the medians. Figures are for wall time and for processor time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use fanfare_net::EventLoop;
use fanfare_net::mailbox::{Mailbox, MailboxReceiver, mailbox};
use fanfare_net::output::{OutputPool, OutputQueue};
use fanfare_protocol::RespVersion;
use fanfare_pubsub::{Kind, Memberships, Message, ReactorId, Registry, Topics};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const THREADS: usize = 2;
/// Publications between two looks at the mailbox, as a pipeline of this length would bring.
const BATCH: usize = 16;
/// Deliveries of a thread in one round, about.
const DELIVERIES: usize = 4_000_000;
/// A thread with so much mail lets the other wait, as a publisher's socket would: a thread that the
/// system has put aside shall not find a mailbox that no cache holds.
const MAIL_MAX: usize = 1024;
/// A publication and its deliveries count for so many deliveries in the choice of the work's size.
const PUBLICATION_WEIGHT: usize = 20;
const PAYLOAD: &[u8] = &[b'x'; 100];

/// What is published to whom.
#[derive(Clone, Copy)]
struct Work {
    channels: usize,
    /// Over all threads that share a registry.
    subscribers_per_channel: usize,
    /// Patterns that match no channel.
    idle_patterns: usize,
}

const WORKS: [Work; 7] = [
    Work { channels: 1, subscribers_per_channel: 2, idle_patterns: 0 },
    Work { channels: 1000, subscribers_per_channel: 2, idle_patterns: 0 },
    Work { channels: 1, subscribers_per_channel: 20, idle_patterns: 0 },
    Work { channels: 100, subscribers_per_channel: 20, idle_patterns: 0 },
    Work { channels: 1, subscribers_per_channel: 1000, idle_patterns: 0 },
    Work { channels: 100, subscribers_per_channel: 200, idle_patterns: 0 },
    Work { channels: 100, subscribers_per_channel: 20, idle_patterns: 1000 },
];

/// One reactor without sockets.
struct Reactor {
    id: ReactorId,
    registry: Arc<Registry>,
    mailboxes: Vec<Mailbox<Message>>,
    receiver: MailboxReceiver<Message>,
    topics: Topics,
    pool: OutputPool,
    queues: Vec<OutputQueue>,
    dirty: Vec<u32>,
    delivered: u64,
    _event_loop: EventLoop,
}

fn main() {
    let mut arguments = std::env::args().filter_map(|argument| argument.parse::<usize>().ok());
    let rounds = arguments.next().unwrap_or(9);
    let row = arguments.next();
    println!("{THREADS} threads, {BATCH} publications in a turn, {} bytes", PAYLOAD.len());
    println!(
        "{:>9}{:>13}{:>10}{:>16}{:>16}{:>9}{:>9}",
        "channels", "subscribers", "patterns", "apart, M/s", "shared, M/s", "ratio", "of CPU"
    );
    for (_, work) in (0..).zip(WORKS).filter(|(number, _)| row.is_none_or(|row| row == *number)) {
        let mut apart = Vec::new();
        let mut shared = Vec::new();
        for _ in 0..rounds {
            apart.push(round(work, 1));
            shared.push(round(work, THREADS));
        }
        let [apart_wall, apart_cpu] = medians(&apart);
        let [shared_wall, shared_cpu] = medians(&shared);
        println!(
            "{:>9}{:>13}{:>10}{:>16.2}{:>16.2}{:>9.2}{:>9.2}",
            work.channels,
            work.subscribers_per_channel,
            work.idle_patterns,
            apart_wall / 1e6,
            shared_wall / 1e6,
            shared_wall / apart_wall,
            shared_cpu / apart_cpu
        );
    }
}

/// Deliveries per second of wall time and of processor time.
fn round(work: Work, threads_per_registry: usize) -> [f64; 2] {
    let mut reactors = Vec::new();
    while reactors.len() < THREADS {
        reactors.extend(group(work, threads_per_registry));
    }
    let weight = work.subscribers_per_channel + PUBLICATION_WEIGHT;
    let turns = DELIVERIES / weight / BATCH;
    let expected = (turns * BATCH * work.subscribers_per_channel) as u64;
    let group_expected = expected * threads_per_registry as u64;
    let delivered_in_group: Vec<AtomicU64> = (0..THREADS).map(|_| AtomicU64::new(0)).collect();
    let start_line = Barrier::new(THREADS + 1);
    let finish_line = Barrier::new(THREADS + 1);
    std::thread::scope(|scope| {
        let handles: Vec<_> = reactors
            .into_iter()
            .enumerate()
            .map(|(number, mut reactor)| {
                let group_total = &delivered_in_group[number / threads_per_registry];
                let (start_line, finish_line) = (&start_line, &finish_line);
                scope.spawn(move || {
                    start_line.wait();
                    let used = reactor.run(work, turns, group_expected, group_total);
                    finish_line.wait();
                    used
                })
            })
            .collect();
        start_line.wait();
        let start = Instant::now();
        finish_line.wait();
        let wall = start.elapsed();
        let cpu: Duration =
            handles.into_iter().map(|handle| handle.join().expect("a thread's time")).sum();
        let deliveries = expected as f64 * THREADS as f64;
        [deliveries / wall.as_secs_f64(), deliveries / cpu.as_secs_f64()]
    })
}

/// The reactors of one registry, with their subscribers.
fn group(work: Work, size: usize) -> Vec<Reactor> {
    let registry = Arc::new(Registry::new(size));
    let (event_loops, (mailboxes, receivers)): (Vec<_>, (Vec<_>, Vec<_>)) = (0..size)
        .map(|_| {
            let event_loop = EventLoop::new().expect("an event loop");
            let ends = mailbox(event_loop.waker());
            (event_loop, ends)
        })
        .unzip();
    event_loops
        .into_iter()
        .zip(receivers)
        .zip(0..)
        .map(|((event_loop, receiver), id)| {
            let mut reactor = Reactor {
                id: ReactorId(id),
                registry: Arc::clone(&registry),
                mailboxes: mailboxes.clone(),
                receiver,
                topics: Topics::new(registry.hasher()),
                pool: OutputPool::default(),
                queues: Vec::new(),
                dirty: Vec::new(),
                delivered: 0,
                _event_loop: event_loop,
            };
            reactor.subscribe(work, work.subscribers_per_channel / size);
            reactor.subscribe_to_idle_patterns(work.idle_patterns / size);
            reactor
        })
        .collect()
}

impl Reactor {
    fn subscribe(&mut self, work: Work, subscribers_per_channel: usize) {
        for channel in 0..work.channels {
            for _ in 0..subscribers_per_channel {
                let name = channel_name(channel);
                let key = self.queues.len() as u32;
                self.queues.push(OutputQueue::default());
                let pattern = self.registry.subscribe(Kind::Channel, &name, self.id, || ());
                let mut memberships = Memberships::default();
                self.topics.join(key, &mut memberships, Kind::Channel, &name, pattern);
            }
        }
    }

    fn subscribe_to_idle_patterns(&mut self, count: usize) {
        let key = self.queues.len() as u32;
        self.queues.push(OutputQueue::default());
        let mut memberships = Memberships::default();
        for number in 0..count {
            let name = format!("idle:{}:{number}:*", self.id.0).into_bytes();
            let pattern = self.registry.subscribe(Kind::Pattern, &name, self.id, || ());
            self.topics.join(key, &mut memberships, Kind::Pattern, &name, pattern);
        }
    }

    /// Publishes for so many turns, and delivers until the group's total is reached. Returns the
    /// processor time of it, less that of waiting.
    fn run(&mut self, work: Work, turns: usize, expected: u64, total: &AtomicU64) -> Duration {
        let start = cpu_time();
        let mut waited = Duration::ZERO;
        let names: Vec<Vec<u8>> = (0..work.channels).map(channel_name).collect();
        let mut names = names.iter().cycle().skip(usize::from(self.id.0) * work.channels / 2);
        for _ in 0..turns {
            for name in names.by_ref().take(BATCH) {
                self.registry.publish(Kind::Channel, name, PAYLOAD, |reactor, message| {
                    self.mailboxes[usize::from(reactor.0)].send(message, 1);
                });
            }
            self.deliver();
            while self.mailboxes.iter().any(|mailbox| mailbox.weight() > MAIL_MAX) {
                waited += wait();
                self.deliver();
            }
        }
        let mut told = 0;
        loop {
            let news = self.delivered - told;
            told = self.delivered;
            if total.fetch_add(news, Ordering::Relaxed) + news >= expected {
                return cpu_time().saturating_sub(start + waited);
            }
            if self.receiver.is_empty() {
                waited += wait();
            }
            self.deliver();
        }
    }

    fn deliver(&mut self) {
        let mail = self.receiver.take();
        for message in &mail {
            self.topics.deliver(message, &mut self.pool, |key, delivery| {
                let queue = &mut self.queues[key as usize];
                if queue.is_empty() {
                    self.dirty.push(key);
                }
                delivery.push(queue, RespVersion::Resp2);
                self.delivered += 1;
            });
        }
        self.receiver.recycle(mail);
        for key in self.dirty.drain(..) {
            self.queues[key as usize].clear(&mut self.pool);
        }
    }
}

fn channel_name(number: usize) -> Vec<u8> {
    format!("channel:{number}").into_bytes()
}

/// Leaves the processor to another thread for a moment; the processor time that this took.
fn wait() -> Duration {
    let start = cpu_time();
    std::thread::yield_now();
    cpu_time().saturating_sub(start)
}

/// The processor time of this thread.
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The median of each column.
fn medians(rounds: &[[f64; 2]]) -> [f64; 2] {
    [0, 1].map(|column| {
        let mut values: Vec<f64> = rounds.iter().map(|round| round[column]).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    })
}
