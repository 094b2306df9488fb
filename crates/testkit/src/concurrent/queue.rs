//! Many producers and groups of consumers on one stream. Consumers die with what they were given, others
//! take it over, and every group acknowledges every entry.
//!
//! A consumer dies before it hears what it was given, or before it acknowledges. An entry may be worked
//! on twice, but its acknowledgement counts once: of all `XACK` that name it for a group, one alone
//! answers that it was pending.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fanfare_protocol::decode::Value;
use fastrand::Rng;

use super::{integer, joined};
use crate::connection::Connection;
use crate::server::TestServer;

/// How long something must have been pending before others take it, in milliseconds. Short, as a
/// consumer that is only slow loses nothing by it.
const CLAIM_MILLISECONDS: &str = "20";

/// Entries that wait for consumers at most: producers wait until there are fewer.
const BACKLOG_MAX: usize = 2000;

const KEY: &str = "queue";

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Where random choices begin.
    pub seed: u64,
    /// Clients that add entries.
    pub producers: usize,
    /// Entries of each producer at least.
    pub entries: usize,
    /// Producers go on until so much time has passed.
    pub duration: Duration,
    /// Groups.
    pub groups: usize,
    /// Consumers of each group.
    pub consumers: usize,
    /// One in so many batches ends with the death of its consumer.
    pub batches_per_death: u32,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Entries that were added.
    pub entries: usize,
    /// Entries that were acknowledged, for all groups together.
    pub acknowledged: usize,
    /// Consumers that died.
    pub deaths: usize,
    /// Entries that were taken over.
    pub claimed: usize,
}

/// What the threads share.
struct Stage<'a> {
    server: &'a TestServer,
    plan: Plan,
    /// Ids that were added.
    added: Mutex<HashSet<String>>,
    groups: Vec<Group>,
    producers_left: AtomicUsize,
    is_failed: AtomicBool,
    deaths: AtomicUsize,
    claimed: AtomicUsize,
}

/// What the consumers of a group have done.
#[derive(Default)]
struct Group {
    /// Ids that somebody has acknowledged.
    done: Mutex<HashSet<String>>,
    /// Acknowledgements that counted.
    counted: AtomicUsize,
}

/// Plays a plan.
pub fn run(server: &TestServer, plan: Plan) -> Result<Tally> {
    let mut control = server.connect()?;
    control.call(&["FLUSHALL"])?;
    for group in 0..plan.groups {
        control.call(&["XGROUP", "CREATE", KEY, &name_of(group), "$", "MKSTREAM"])?;
    }
    let stage = Stage {
        server,
        plan,
        added: Mutex::default(),
        groups: (0..plan.groups).map(|_| Group::default()).collect(),
        producers_left: AtomicUsize::new(plan.producers),
        is_failed: AtomicBool::new(false),
        deaths: AtomicUsize::new(0),
        claimed: AtomicUsize::new(0),
    };
    thread::scope(|scope| {
        let stage = &stage;
        let mut threads = Vec::new();
        for producer in 0..plan.producers {
            threads.push(scope.spawn(move || stage.watched(|| stage.produce(producer))));
        }
        for group in 0..plan.groups {
            for consumer in 0..plan.consumers {
                threads.push(scope.spawn(move || stage.watched(|| stage.consume(group, consumer))));
            }
        }
        threads.into_iter().map(joined).collect::<Result<Vec<_>>>()
    })?;
    stage.settle(&mut control)
}

/// A request of a consumer for new entries.
fn read_words(random: &mut Rng, group: usize, consumer: &str) -> Vec<String> {
    let (group, count) = (name_of(group), random.usize(1..10).to_string());
    let words = ["XREADGROUP", "GROUP", &group, consumer, "COUNT", &count, "BLOCK", "5"];
    [&words[..], &["STREAMS", KEY, ">"]].concat().into_iter().map(str::to_owned).collect()
}

fn name_of(group: usize) -> String {
    format!("group-{group}")
}

impl Stage<'_> {
    /// Ends everybody's work when one part of it has failed.
    fn watched(&self, work: impl FnOnce() -> Result<()>) -> Result<()> {
        let result = work();
        if result.is_err() {
            self.is_failed.store(true, Ordering::Release);
        }
        result
    }

    fn produce(&self, number: usize) -> Result<()> {
        let start = Instant::now();
        let mut connection = self.server.connect()?;
        let mut made = 0;
        while (made < self.plan.entries || start.elapsed() < self.plan.duration)
            && !self.is_failed.load(Ordering::Acquire)
        {
            if self.backlog() > BACKLOG_MAX {
                thread::yield_now();
                continue;
            }
            let text = format!("{number}-{made}");
            let reply = connection.call(&["XADD", KEY, "*", "work", &text])?;
            let id = text_of(&reply)?;
            let is_new = locked(&self.added).insert(id.clone());
            ensure!(is_new, "two entries are called {id}");
            made += 1;
        }
        self.producers_left.fetch_sub(1, Ordering::Release);
        Ok(())
    }

    /// Entries that the slowest group has not acknowledged.
    fn backlog(&self) -> usize {
        let added = locked(&self.added).len();
        let done = self.groups.iter().map(|group| locked(&group.done).len()).min().unwrap_or(0);
        // An entry may be acknowledged before its producer has noted it.
        added.saturating_sub(done)
    }

    /// Works until every entry is acknowledged by the group.
    fn consume(&self, group: usize, number: usize) -> Result<()> {
        let mut random = Rng::with_seed(self.plan.seed * 1000 + (group * 100 + number) as u64);
        let mut connection = self.server.connect()?;
        let mut life = 0;
        while !self.is_done(group) {
            ensure!(!self.is_failed.load(Ordering::Acquire), "somebody else failed");
            let consumer = format!("consumer-{number}-{life}");
            let words = read_words(&mut random, group, &consumer);
            let dies = |random: &mut Rng| random.u32(0..2 * self.plan.batches_per_death) == 0;
            let mut is_dead = dies(&mut random);
            if is_dead {
                // It does not even hear what it was given.
                connection.request(&words)?;
            } else {
                let ids = self.next_batch(&mut connection, &mut random, &words)?;
                is_dead = !ids.is_empty() && dies(&mut random);
                if !is_dead {
                    self.acknowledge(&mut connection, &mut random, group, &ids)?;
                }
            }
            if is_dead {
                // Whoever comes in its place has another name.
                connection = self.server.connect()?;
                self.deaths.fetch_add(1, Ordering::Relaxed);
                life += 1;
            }
        }
        Ok(())
    }

    fn is_done(&self, group: usize) -> bool {
        self.producers_left.load(Ordering::Acquire) == 0
            && locked(&self.groups[group].done).len() >= locked(&self.added).len()
    }

    /// New entries, and now and then those of others who have had them for long.
    fn next_batch(
        &self,
        connection: &mut Connection,
        random: &mut Rng,
        words: &[String],
    ) -> Result<Vec<String>> {
        let reply = connection.call(words)?;
        let mut ids = match reply.as_items() {
            Some([stream]) => ids_of(&stream.as_items().context("no stream")?[1])?,
            _ if reply.is_null() => Vec::new(),
            _ => bail!("{words:?}: {reply:?}"),
        };
        if ids.is_empty() || random.u32(0..20) == 0 {
            let (group, consumer) = (words[2].as_str(), words[3].as_str());
            let words = ["XAUTOCLAIM", KEY, group, consumer, CLAIM_MILLISECONDS, "0"];
            let reply = connection.call(&[&words[..], &["COUNT", "50"]].concat())?;
            let Some([_, entries, deleted]) = reply.as_items() else { bail!("{reply:?}") };
            ensure!(deleted.as_items().is_some_and(<[Value]>::is_empty), "nothing was deleted");
            let claimed = ids_of(entries)?;
            self.claimed.fetch_add(claimed.len(), Ordering::Relaxed);
            ids.extend(claimed);
        }
        Ok(ids)
    }

    /// Acknowledges one by one or all together.
    fn acknowledge(
        &self,
        connection: &mut Connection,
        random: &mut Rng,
        group: usize,
        ids: &[String],
    ) -> Result<()> {
        let ids_per_call = if random.bool() { 1 } else { ids.len().max(1) };
        for ids in ids.chunks(ids_per_call) {
            let name = name_of(group);
            let mut words = vec!["XACK", KEY, &name];
            words.extend(ids.iter().map(String::as_str));
            let count = integer(&connection.call(&words)?)?;
            self.groups[group].counted.fetch_add(count as usize, Ordering::Relaxed);
            locked(&self.groups[group].done).extend(ids.iter().cloned());
        }
        Ok(())
    }

    /// Nothing is pending, and every group has acknowledged exactly what was added.
    fn settle(&self, control: &mut Connection) -> Result<Tally> {
        let added = locked(&self.added);
        let length = integer(&control.call(&["XLEN", KEY])?)?;
        ensure!(length == added.len() as i64, "{length} entries, not {}", added.len());
        for (number, group) in self.groups.iter().enumerate() {
            let name = name_of(number);
            ensure!(*locked(&group.done) == *added, "{name} did not acknowledge what was added");
            let counted = group.counted.load(Ordering::Relaxed);
            ensure!(counted == added.len(), "{counted} acknowledgements counted for {name}");
            let reply = control.call(&["XPENDING", KEY, &name])?;
            let pending = integer(&reply.as_items().context("XPENDING")?[0])?;
            ensure!(pending == 0, "{pending} entries are pending in the end");
            let words = ["XREADGROUP", "GROUP", &name, "late", "STREAMS", KEY, ">"];
            let reply = control.call(&words)?;
            ensure!(reply.is_null(), "{name} was not given {reply:?}");
        }
        Ok(Tally {
            entries: added.len(),
            acknowledged: self
                .groups
                .iter()
                .map(|group| group.counted.load(Ordering::Relaxed))
                .sum(),
            deaths: self.deaths.load(Ordering::Relaxed),
            claimed: self.claimed.load(Ordering::Relaxed),
        })
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn text_of(value: &Value) -> Result<String> {
    match value {
        Value::Bulk(bytes) => Ok(String::from_utf8_lossy(bytes).into_owned()),
        _ => bail!("{value:?} is no id"),
    }
}

fn ids_of(entries: &Value) -> Result<Vec<String>> {
    let entries = entries.as_items().context("no entries")?;
    entries.iter().map(|entry| text_of(&entry.as_items().context("no entry")?[0])).collect()
}
