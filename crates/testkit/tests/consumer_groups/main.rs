//! Random commands on a stream with groups of consumers, over real connections, beside a simple model.
//!
//! Each entry goes to exactly one consumer of each group unless it is claimed or given back, nothing that
//! was acknowledged is delivered again, and nothing that is pending is lost.
//!
//! `FANFARE_MODEL_SEED` and `FANFARE_MODEL_STEPS` choose other runs than the fixed ones.

mod model;
mod reply;

use std::collections::VecDeque;

use anyhow::{Context, Result, bail, ensure};
use fanfare_protocol::decode::Value;
use fanfare_testkit::{Connection, Product, TestServer};
use fastrand::Rng;
use model::{Id, Stream};
use reply::{claim_order, deliveries_of, entries, entries_of, id_of, ids, text, whole};

/// Commands of a run.
const STEPS: usize = 4000;

/// How often everything pending is compared, in steps.
const STEPS_PER_CHECK: usize = 20;

const KEY: &str = "stream";
const GROUPS: [&str; 3] = ["g", "h", "i"];
const CONSUMERS: [&str; 4] = ["alice", "bob", "carol", "dave"];

fn setting(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A consumer that waits for entries.
struct Waiter {
    connection: Connection,
    group: &'static str,
    consumer: &'static str,
    count: usize,
    /// Whether it wants what is given back, too.
    claims: bool,
}

struct Run {
    product: Product,
    server: TestServer,
    control: Connection,
    /// Connections by which consumers work; any of them may speak for any consumer.
    connections: Vec<Connection>,
    /// In the order in which they began to wait.
    waiters: VecDeque<Waiter>,
    stream: Stream,
    random: Rng,
    /// How often a client that waited got what was given back.
    given_to_waiters: usize,
}

/// Plays a run; how often a client that waited got what was given back.
fn play(product: Product, seed: u64) -> Result<usize> {
    let steps = setting("FANFARE_MODEL_STEPS", STEPS as u64) as usize;
    println!("{}: seed {seed}, {steps} steps", product.name());
    let threads = if product == Product::Fanfare { "4" } else { "1" };
    let server =
        TestServer::start(product, &["--io-threads", threads, "--stream-node-max-entries", "7"])?;
    let control = server.connect()?;
    let connections = (0..4).map(|_| server.connect()).collect::<Result<_>>()?;
    let mut run = Run {
        product,
        server,
        control,
        connections,
        waiters: VecDeque::new(),
        stream: Stream::default(),
        random: Rng::with_seed(seed),
        given_to_waiters: 0,
    };
    for group in GROUPS {
        run.control.call(&["XGROUP", "CREATE", KEY, group, "0", "MKSTREAM"])?;
        run.stream.groups.entry(group.to_owned()).or_default();
    }
    for step in 0..steps {
        run.step().with_context(|| format!("seed {seed}, step {step}"))?;
        if step % STEPS_PER_CHECK == 0 {
            run.check().with_context(|| format!("seed {seed}, after step {step}"))?;
        }
    }
    run.drain().with_context(|| format!("seed {seed}, at the end"))?;
    Ok(run.given_to_waiters)
}

impl Run {
    fn step(&mut self) -> Result<()> {
        match self.random.u32(0..100) {
            0..=21 => self.add(),
            22..=41 => self.read(),
            42..=49 => self.read_history(),
            50..=65 => self.acknowledge(),
            66..=71 => self.claim(),
            72..=77 => self.autoclaim(),
            78..=81 => self.delete(),
            82 => self.trim(),
            83 => self.remove_consumer(),
            // Redis 8.2 has neither.
            84..=88 if self.product == Product::Fanfare => self.give_back(),
            89..=91 if self.product == Product::Fanfare => self.read_claiming(),
            _ => self.wait(),
        }
    }

    fn call(&mut self, words: &[&str]) -> Result<Value> {
        let at = self.random.usize(0..self.connections.len());
        let reply = self.connections[at].call(words)?;
        match reply.as_error() {
            Some(text) => bail!("{words:?}: {}", text.escape_ascii()),
            None => Ok(reply),
        }
    }

    fn group(&mut self) -> &'static str {
        GROUPS[self.random.usize(0..GROUPS.len())]
    }

    fn consumer(&mut self) -> &'static str {
        CONSUMERS[self.random.usize(0..CONSUMERS.len())]
    }

    /// Some ids, most of them recent.
    fn some_ids(&mut self) -> Vec<Id> {
        let first = self.stream.last.saturating_sub(30);
        let count = self.random.usize(1..6);
        let mut ids: Vec<Id> =
            (0..count).map(|_| self.random.u64(first..=self.stream.last + 1)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn give_back(&mut self) -> Result<()> {
        let name = self.group();
        self.give_back_to(name)
    }

    fn give_back_to(&mut self, name: &'static str) -> Result<()> {
        let mut ids = self.some_ids();
        let pending = &self.stream.groups[name].pending;
        ids.extend(pending.keys().rev().take(self.random.usize(0..3)));
        ids.sort_unstable();
        ids.dedup();
        let names: Vec<String> = ids.iter().map(|&id| text(id)).collect();
        let number = names.len().to_string();
        let (mode, count): (_, fn(i64) -> i64) = match self.random.u32(0..10) {
            0 => ("FATAL", |_| i64::MAX),
            1..=4 => ("SILENT", |count| (count - 1).max(0)),
            _ => ("FAIL", |count| count),
        };
        let mut words = vec!["XNACK", KEY, name, mode, "IDS", &number];
        words.extend(names.iter().map(String::as_str));
        let reply = self.call(&words)?;
        let group = self.stream.groups.get_mut(name).context("no group")?;
        let given_back = ids.iter().filter(|&&id| group.give_back(id, count)).count() as i64;
        ensure!(reply.as_integer() == Some(given_back), "{words:?}: {reply:?}, not {given_back}");
        // Who has waited longest gets them.
        let mut left = VecDeque::new();
        while let Some(mut waiter) = self.waiters.pop_front() {
            if !waiter.claims || waiter.group != name || given_back == 0 {
                left.push_back(waiter);
                continue;
            }
            let (order, entries) = (group.given_back(), &self.stream.entries);
            let claimed = group.claim_first(&order, waiter.count, waiter.consumer, entries)?;
            if claimed.is_empty() {
                left.push_back(waiter);
                continue;
            }
            let reply = waiter.connection.read_frame()?.value;
            ensure!(deliveries_of(&reply)? == claimed, "waiting got {reply:?}, not {claimed:?}");
            self.given_to_waiters += 1;
            self.connections.push(waiter.connection);
        }
        self.waiters = left;
        Ok(())
    }

    /// Claims whatever is pending, and reads what is new.
    fn read_claiming(&mut self) -> Result<()> {
        let (name, consumer) = (self.group(), self.consumer());
        let count = self.random.usize(1..9);
        let info = self.call(&["XINFO", "STREAM", KEY, "FULL", "COUNT", "0"])?;
        let order = claim_order(&info, name)?;
        let count_text = count.to_string();
        let words = ["XREADGROUP", "GROUP", name, consumer, "COUNT", &count_text, "CLAIM", "0"];
        let words = [&words[..], &["STREAMS", KEY, ">"]].concat();
        let reply = self.call(&words)?;
        let unseen = self.stream.unseen(name, count);
        let group = self.stream.groups.get_mut(name).context("no group")?;
        let mut expected = group.claim_first(&order, count, consumer, &self.stream.entries)?;
        let fresh: Vec<Id> = unseen.into_iter().take(count - expected.len()).collect();
        group.deliver(&fresh, consumer, false)?;
        expected.extend(fresh.into_iter().map(|id| (id, 0)));
        ensure!(deliveries_of(&reply)? == expected, "{words:?}: {reply:?}, not {expected:?}");
        Ok(())
    }

    fn add(&mut self) -> Result<()> {
        let id = self.stream.add();
        let reply = self.call(&["XADD", KEY, &text(id), "number", &id.to_string()])?;
        ensure!(reply.as_bytes() == Some(text(id).as_bytes()), "XADD: {reply:?}");
        // Of each group the one that has waited longest gets it.
        let mut left = VecDeque::new();
        while let Some(mut waiter) = self.waiters.pop_front() {
            let ids = self.stream.unseen(waiter.group, waiter.count);
            if ids.is_empty() {
                left.push_back(waiter);
                continue;
            }
            let reply = waiter.connection.read_frame()?.value;
            ensure!(entries_of(&reply)? == whole(&ids), "waiting got {reply:?}, not {ids:?}");
            self.stream.groups.get_mut(waiter.group).context("no group")?.deliver(
                &ids,
                waiter.consumer,
                false,
            )?;
            self.connections.push(waiter.connection);
        }
        self.waiters = left;
        Ok(())
    }

    fn read(&mut self) -> Result<()> {
        let (group, consumer) = (self.group(), self.consumer());
        let count = self.random.usize(1..6);
        let is_noack = self.random.u32(0..10) == 0;
        let count_text = count.to_string();
        let mut words = vec!["XREADGROUP", "GROUP", group, consumer, "COUNT", &count_text];
        if is_noack {
            words.push("NOACK");
        }
        words.extend(["STREAMS", KEY, ">"]);
        let reply = self.call(&words)?;
        let ids = self.stream.unseen(group, count);
        ensure!(entries_of(&reply)? == whole(&ids), "{words:?}: {reply:?}, not {ids:?}");
        let group = self.stream.groups.get_mut(group).context("no group")?;
        group.deliver(&ids, consumer, is_noack)
    }

    fn read_history(&mut self) -> Result<()> {
        let (group, consumer) = (self.group(), self.consumer());
        let start = self.random.u64(0..=self.stream.last);
        let words = ["XREADGROUP", "GROUP", group, consumer, "STREAMS", KEY, &text(start)];
        let reply = self.call(&words)?;
        let group = self.stream.groups.get_mut(group).context("no group")?;
        let ids = group.of_consumer(consumer, start);
        let is_there = |id: &Id| self.stream.entries.contains(id);
        let expected: Vec<_> = ids.iter().map(|id| (*id, is_there(id))).collect();
        ensure!(entries_of(&reply)? == expected, "{words:?}: {reply:?}, not {expected:?}");
        for id in ids.into_iter().filter(is_there) {
            group.claim(id, consumer, true)?;
        }
        Ok(())
    }

    fn acknowledge(&mut self) -> Result<()> {
        let group = self.group();
        let mut ids = self.some_ids();
        let pending = &self.stream.groups[group].pending;
        ids.extend(pending.keys().take(self.random.usize(0..3)));
        let names: Vec<String> = ids.iter().map(|&id| text(id)).collect();
        let mut words = vec!["XACK", KEY, group];
        words.extend(names.iter().map(String::as_str));
        let reply = self.call(&words)?;
        let group = self.stream.groups.get_mut(group).context("no group")?;
        let count = ids.iter().filter(|&&id| group.acknowledge(id)).count();
        ensure!(reply.as_integer() == Some(count as i64), "{words:?}: {reply:?}, not {count}");
        Ok(())
    }

    fn claim(&mut self) -> Result<()> {
        let (group, consumer) = (self.group(), self.consumer());
        let ids = self.some_ids();
        let names: Vec<String> = ids.iter().map(|&id| text(id)).collect();
        let mut words = vec!["XCLAIM", KEY, group, consumer, "0"];
        words.extend(names.iter().map(String::as_str));
        let reply = self.call(&words)?;
        let group = self.stream.groups.get_mut(group).context("no group")?;
        let mut claimed = Vec::new();
        for id in ids.into_iter().filter(|id| group.pending.contains_key(id)).collect::<Vec<_>>() {
            if self.stream.entries.contains(&id) {
                group.claim(id, consumer, true)?;
                claimed.push((id, true));
            } else {
                group.pending.remove(&id);
            }
        }
        ensure!(entries(&reply)? == claimed, "{words:?}: {reply:?}, not {claimed:?}");
        Ok(())
    }

    fn autoclaim(&mut self) -> Result<()> {
        let (group, consumer) = (self.group(), self.consumer());
        let (start, count) = (self.random.u64(0..=self.stream.last), self.random.usize(1..8));
        let (from, count) = (text(start), count.to_string());
        let words = ["XAUTOCLAIM", KEY, group, consumer, "0", &from, "COUNT", &count, "JUSTID"];
        let reply = self.call(&words)?;
        let Some([next, claimed, deleted]) = reply.as_items() else { bail!("{reply:?}") };
        let (next, claimed, deleted) = (id_of(next)?, ids(claimed)?, ids(deleted)?);
        let group = self.stream.groups.get_mut(group).context("no group")?;
        for &id in &claimed {
            ensure!(self.stream.entries.contains(&id), "{id} was claimed and is deleted");
            group.claim(id, consumer, false)?;
        }
        for id in &deleted {
            ensure!(!self.stream.entries.contains(id), "{id} is said to be deleted");
            ensure!(group.pending.remove(id).is_some(), "{id} was not pending");
        }
        // Whatever has been passed over was claimed.
        let end = if next == 0 { Id::MAX } else { next };
        let passed: Vec<Id> = group.pending.range(start..end).map(|(&id, _)| id).collect();
        ensure!(passed == claimed, "{words:?}: {reply:?}, though {passed:?} are pending");
        Ok(())
    }

    fn delete(&mut self) -> Result<()> {
        let id = self.random.u64(self.stream.last.saturating_sub(40)..=self.stream.last);
        let reply = self.call(&["XDEL", KEY, &text(id)])?;
        let count = i64::from(self.stream.entries.remove(&id));
        ensure!(reply.as_integer() == Some(count), "XDEL {id}: {reply:?}");
        Ok(())
    }

    fn trim(&mut self) -> Result<()> {
        let count = self.random.usize(0..60);
        let reply = self.call(&["XTRIM", KEY, "MAXLEN", &count.to_string()])?;
        let trimmed = self.stream.trim(count);
        ensure!(reply.as_integer() == Some(trimmed as i64), "XTRIM {count}: {reply:?}");
        Ok(())
    }

    fn remove_consumer(&mut self) -> Result<()> {
        let (group, consumer) = (self.group(), self.consumer());
        let reply = self.call(&["XGROUP", "DELCONSUMER", KEY, group, consumer])?;
        let group = self.stream.groups.get_mut(group).context("no group")?;
        let count = group.remove_consumer(consumer);
        ensure!(reply.as_integer() == Some(count as i64), "DELCONSUMER: {reply:?}, not {count}");
        Ok(())
    }

    /// A consumer of a group that has seen everything begins to wait.
    fn wait(&mut self) -> Result<()> {
        let (group, consumer, count) = (self.group(), self.consumer(), self.random.usize(1..4));
        if self.connections.len() < 2 || !self.stream.unseen(group, 1).is_empty() {
            return Ok(());
        }
        let mut connection = self.connections.swap_remove(0);
        let count_text = count.to_string();
        let is_empty = self.stream.groups[group].given_back().is_empty();
        let claims = self.product == Product::Fanfare && is_empty && self.random.bool();
        let mut words =
            vec!["XREADGROUP", "GROUP", group, consumer, "COUNT", &count_text, "BLOCK", "0"];
        if claims {
            // Nothing becomes so idle; but what is given back is.
            words.extend(["CLAIM", "1000000000"]);
        }
        words.extend(["STREAMS", KEY, ">"]);
        connection.request(&words)?;
        self.waiters.push_back(Waiter { connection, group, consumer, count, claims });
        let wanted = format!("\r\nblocked_clients:{}\r\n", self.waiters.len());
        loop {
            let reply = self.control.call(&["INFO", "clients"])?;
            let info = String::from_utf8_lossy(reply.as_bytes().context("INFO")?).into_owned();
            if info.contains(&wanted) {
                break;
            }
        }
        // Otherwise it would rarely be given something before there are new entries.
        if claims && self.random.bool() { self.give_back_to(group) } else { Ok(()) }
    }

    /// Everything pending is what the model says.
    fn check(&mut self) -> Result<()> {
        let names: Vec<String> = self.stream.groups.keys().cloned().collect();
        for name in names {
            let reply = self.call(&["XPENDING", KEY, &name, "-", "+", "1000000"])?;
            let group = &self.stream.groups[&name];
            group.check_nothing_is_lost(&self.stream.entries)?;
            let rows = reply.as_items().context("XPENDING")?;
            ensure!(rows.len() == group.pending.len(), "{} are pending in {name}", rows.len());
            for (row, (&id, pending)) in rows.iter().zip(&group.pending) {
                let Some([row_id, consumer, _, deliveries]) = row.as_items() else {
                    bail!("{row:?}")
                };
                ensure!(
                    id_of(row_id)? == id
                        && consumer.as_bytes() == Some(pending.consumer.as_bytes())
                        && deliveries.as_integer() == Some(pending.deliveries),
                    "{row:?} in {name}, not {id} {pending:?}"
                );
            }
        }
        let reply = self.call(&["XLEN", KEY])?;
        let count = self.stream.entries.len();
        ensure!(reply.as_integer() == Some(count as i64), "XLEN: {reply:?}, not {count}");
        Ok(())
    }

    /// In the end one consumer gets and acknowledges all that is left.
    fn drain(&mut self) -> Result<()> {
        self.connections.truncate(0);
        self.waiters.clear();
        self.connections.push(self.server.connect()?);
        self.check()?;
        for name in GROUPS {
            let reply = self.call(&["XREADGROUP", "GROUP", name, "last", "STREAMS", KEY, ">"])?;
            let fresh = self.stream.unseen(name, usize::MAX);
            ensure!(entries_of(&reply)? == whole(&fresh), "{name}: {reply:?}, not {fresh:?}");
            let group = self.stream.groups.get_mut(name).context("no group")?;
            group.deliver(&fresh, "last", false)?;
            let left: Vec<Id> = group.pending.keys().copied().collect();
            for id in left {
                let reply = self.call(&["XACK", KEY, name, &text(id)])?;
                ensure!(reply.as_integer() == Some(1), "{id} was not pending");
                self.stream.groups.get_mut(name).context("no group")?.acknowledge(id);
            }
            let group = &self.stream.groups[name];
            let missing: Vec<_> =
                self.stream.entries.iter().filter(|id| !group.delivered.contains(id)).collect();
            ensure!(missing.is_empty(), "{missing:?} never went to {name}");
        }
        self.check()
    }
}

#[test]
fn groups_of_redis_are_as_the_model_says() -> Result<()> {
    play(Product::Redis82, setting("FANFARE_MODEL_SEED", 1)).map(drop)
}

#[test]
fn groups_are_as_the_model_says() -> Result<()> {
    let mut given_to_waiters = 0;
    for seed in 0..3 {
        given_to_waiters += play(Product::Fanfare, setting("FANFARE_MODEL_SEED", 1) + seed)?;
    }
    println!("{given_to_waiters} waiting clients got what was given back");
    // Short runs of one's own choice may have none.
    let is_fixed = setting("FANFARE_MODEL_STEPS", STEPS as u64) == STEPS as u64;
    ensure!(
        given_to_waiters > 0 || !is_fixed,
        "no run had a client that waited for what is given back"
    );
    Ok(())
}
