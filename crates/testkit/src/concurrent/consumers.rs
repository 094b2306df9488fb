//! Many clients wait for elements of a few lists, some of them are killed, and no element may be lost
//! or given twice.
//!
//! What `BRPOP` gave to a client that was killed at that moment is gone, as with Redis, hence at most one
//! element for each kill. What `BLMOVE` moves is in a list in any case.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use fanfare_protocol::decode::Value;
use fastrand::Rng;

use super::{integer, joined};
use crate::connection::Connection;
use crate::server::TestServer;

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Where random choices begin.
    pub seed: u64,
    /// Whether consumers move elements (`BLMOVE`) or take them (`BRPOP`).
    pub is_moving: bool,
    /// Lists.
    pub lists: usize,
    /// Clients that add elements.
    pub producers: usize,
    /// Elements of each.
    pub elements: usize,
    /// Clients that wait for elements.
    pub consumers: usize,
    /// Clients that are killed while others work.
    pub kills: usize,
}

/// What the threads of a play share.
struct Stage<'a> {
    server: &'a TestServer,
    plan: Plan,
    /// Ids of the consumers' connections, for whoever kills.
    ids: Mutex<Vec<i64>>,
    /// Elements that consumers were given.
    given: Mutex<Vec<String>>,
    producers_left: AtomicUsize,
    is_over: AtomicBool,
    kills: AtomicUsize,
}

/// Plays a plan. Gives how many clients were killed.
pub fn run(server: &TestServer, plan: Plan) -> Result<usize> {
    let mut control = server.connect()?;
    control.call(&["FLUSHALL"])?;
    let stage = Stage {
        server,
        plan,
        ids: Mutex::new(vec![0; plan.consumers]),
        given: Mutex::new(Vec::new()),
        producers_left: AtomicUsize::new(plan.producers),
        is_over: AtomicBool::new(false),
        kills: AtomicUsize::new(0),
    };
    thread::scope(|scope| {
        let stage = &stage;
        let consumers: Vec<_> =
            (0..plan.consumers).map(|number| scope.spawn(move || stage.consume(number))).collect();
        let killer = scope.spawn(|| stage.kill());
        let produce = move |number| {
            let result = stage.produce(number);
            stage.producers_left.fetch_sub(1, Ordering::Release);
            result
        };
        let producers: Vec<_> =
            (0..plan.producers).map(|number| scope.spawn(move || produce(number))).collect();
        let produced = producers.into_iter().map(joined).collect::<Result<Vec<_>>>();
        let killed = joined(killer);
        stage.is_over.store(true, Ordering::Release);
        // Consumers that wait end by their timeouts.
        consumers.into_iter().map(joined).collect::<Result<Vec<_>>>()?;
        killed?;
        produced.map(drop)
    })?;
    stage.settle(&mut control)
}

fn list(number: usize) -> String {
    format!("work:{number}")
}

impl Stage<'_> {
    fn produce(&self, number: usize) -> Result<()> {
        let mut random = Rng::with_seed(self.plan.seed * 1000 + number as u64);
        let mut connection = self.server.connect()?;
        let mut next = 0;
        while next < self.plan.elements {
            let end = (next + random.usize(1..4)).min(self.plan.elements);
            let list = list(random.usize(0..self.plan.lists));
            let mut words = vec!["LPUSH".to_owned(), list];
            words.extend((next..end).map(|element| format!("{number}-{element}")));
            integer(&connection.call(&words)?)?;
            next = end;
        }
        Ok(())
    }

    /// Takes elements until all is over, with a new connection whenever the last one was killed.
    fn consume(&self, number: usize) -> Result<()> {
        let mut random = Rng::with_seed(self.plan.seed * 7000 + number as u64);
        let mut connection = self.connect(number)?;
        loop {
            let is_last = self.is_over.load(Ordering::Acquire);
            let mut words = Vec::new();
            if self.plan.is_moving {
                let source = list(random.usize(0..self.plan.lists));
                words.extend(
                    ["BLMOVE", &source, &format!("taken:{number}"), "RIGHT", "LEFT"]
                        .map(str::to_owned),
                );
            } else {
                words.push("BRPOP".to_owned());
                words.extend((0..self.plan.lists).map(list));
                random.shuffle(&mut words[1..]);
            }
            words.push("0.05".to_owned());
            match connection.call(&words) {
                Ok(Value::Null | Value::NullArray) if is_last => return Ok(()),
                Ok(Value::Null | Value::NullArray) => {}
                Ok(Value::Error(text)) => bail!("{words:?}: {}", text.escape_ascii()),
                Ok(reply) => self.note(&reply)?,
                Err(_) if connection.is_closed() => connection = self.connect(number)?,
                Err(error) if error.root_cause().is::<std::io::Error>() => {
                    connection = self.connect(number)?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn connect(&self, number: usize) -> Result<Connection> {
        let mut connection = self.server.connect()?;
        let id = integer(&connection.call(&["CLIENT", "ID"])?)?;
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)[number] = id;
        Ok(connection)
    }

    fn note(&self, reply: &Value) -> Result<()> {
        let element = match reply.as_items() {
            Some([_, element]) => element,
            _ => reply,
        };
        let text = element.as_bytes().context("an element without text")?;
        let text = String::from_utf8_lossy(text).into_owned();
        self.given.lock().unwrap_or_else(PoisonError::into_inner).push(text);
        Ok(())
    }

    /// Kills consumers as long as there are producers, up to the plan's number.
    fn kill(&self) -> Result<()> {
        let mut random = Rng::with_seed(self.plan.seed);
        let mut connection = self.server.connect()?;
        while self.kills.load(Ordering::Relaxed) < self.plan.kills
            && self.producers_left.load(Ordering::Acquire) > 0
        {
            let victim = random.usize(0..self.plan.consumers);
            let id = self.ids.lock().unwrap_or_else(PoisonError::into_inner)[victim];
            // Zero is nobody's: this one has not connected yet.
            if id > 0 {
                let words = ["CLIENT", "KILL", "ID", &id.to_string()];
                let killed = integer(&connection.call(&words)?)?;
                self.kills.fetch_add(killed as usize, Ordering::Relaxed);
            }
            thread::yield_now();
        }
        Ok(())
    }

    /// Counts every element where it is in the end.
    fn settle(&self, control: &mut Connection) -> Result<usize> {
        let kills = self.kills.load(Ordering::Relaxed);
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let mut places: Vec<String> = (0..self.plan.lists).map(list).collect();
        let mut found = Vec::new();
        if self.plan.is_moving {
            places.extend((0..self.plan.consumers).map(|number| format!("taken:{number}")));
        } else {
            found.extend(given.iter().cloned());
        }
        for place in places {
            let reply = control.call(&["LRANGE", &place, "0", "-1"])?;
            for element in reply.as_items().context("no list")? {
                let text = element.as_bytes().context("an element without text")?;
                found.push(String::from_utf8_lossy(text).into_owned());
            }
        }
        let different: HashSet<&String> = found.iter().collect();
        ensure!(different.len() == found.len(), "an element was given twice");
        let told: HashSet<&String> = given.iter().collect();
        ensure!(told.len() == given.len(), "two clients were told of one element");
        ensure!(told.is_subset(&different), "a client was told of an element that is nowhere");
        let all = self.plan.producers * self.plan.elements;
        let lost = all.checked_sub(found.len()).context("more elements than were made")?;
        let may_be_lost = if self.plan.is_moving { 0 } else { kills };
        ensure!(lost <= may_be_lost, "{lost} of {all} elements are lost after {kills} kills");
        Ok(kills)
    }
}
