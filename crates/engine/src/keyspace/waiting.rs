//! Clients that wait for keys.
//!
//! A blocking command that finds nothing leaves a [`Waiter`] with its keys, in the same locks under which it looked. Whoever
//! changes such a key is told ([`Changes::ready`](super::Changes::ready)) and runs the command again on the waiter's
//! behalf, oldest waiter first. A waiter is claimed before that and finished after, so that it is served at most once
//! and never after it gave up.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use fanfare_protocol::{OwnedRequest, RespVersion};

use crate::families::Block;

const WAITING: u8 = 0;
const CLAIMED: u8 = 1;
const FINISHED: u8 = 2;

/// What a blocking command answers when there is nothing for it, after its time or in a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// Nothing where a string could have been.
    Null,
    /// Nothing where an array could have been.
    NullArray,
    /// No replica has all writes.
    NoReplica,
    /// Neither the disk nor a replica has all writes.
    NoCopies,
}

/// What a blocking command waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// How many of the keys that its row declares, from the first on.
    pub keys: usize,
    /// How long; `None`: for ever.
    pub timeout: Option<Duration>,
    /// What it answers then.
    pub nothing: Nothing,
}

/// Where a waiter's client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// The reactor that owns its connection.
    pub reactor: u16,
    /// The connection within the reactor.
    pub connection: u32,
    /// The client's number, which is not used twice.
    pub id: u64,
}

/// A client that waits, with all that is needed to run its command again.
#[derive(Debug)]
pub struct Waiter {
    /// Who waits.
    pub client: Client,
    /// Its request.
    pub request: OwnedRequest,
    /// How many arguments name the command.
    pub names: usize,
    /// What runs it.
    pub handler: Block,
    /// The protocol of its reply.
    pub version: RespVersion,
    /// The database that it selected.
    pub database: u32,
    /// Which arguments are keys; the first `wait.keys` are those waited for.
    pub keys: Box<[usize]>,
    /// What it waits for.
    pub wait: Wait,
    /// Whether it still does.
    pub state: WaiterState,
}

/// Whether a waiter still waits; at first it does.
#[derive(Debug, Default)]
pub struct WaiterState(AtomicU8);

impl Waiter {
    /// Takes the right to serve it; `false` if it is being served or has given up.
    pub fn claim(&self) -> bool {
        self.step(WAITING, CLAIMED)
    }

    /// Gives the right back: there was nothing for it.
    pub fn unclaim(&self) {
        self.state.0.store(WAITING, Ordering::Release);
    }

    /// It has been served.
    pub fn finish(&self) {
        self.state.0.store(FINISHED, Ordering::Release);
    }

    /// It waits no longer; `false` if it is being served or was.
    pub fn give_up(&self) -> bool {
        self.step(WAITING, FINISHED)
    }

    /// Whether it may still be served.
    pub fn is_waiting(&self) -> bool {
        self.state.0.load(Ordering::Acquire) != FINISHED
    }

    /// All its keys.
    pub fn all_keys(&self) -> impl Iterator<Item = &[u8]> {
        self.keys.iter().map(|&index| self.request.as_request().arg(index))
    }

    /// The keys that it waits for.
    pub fn awaited_keys(&self) -> impl Iterator<Item = &[u8]> {
        self.all_keys().take(self.wait.keys)
    }

    fn step(&self, from: u8, to: u8) -> bool {
        self.state.0.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// The waiters for the keys of one shard, oldest first.
#[derive(Debug, Default)]
pub struct Waiting {
    queues: HashMap<(u32, Box<[u8]>), Queue>,
}

type Queue = VecDeque<Arc<Waiter>>;

impl Waiting {
    /// Adds a waiter for a key; once, though the command may name the key twice.
    pub fn add(&mut self, database: u32, key: &[u8], waiter: &Arc<Waiter>) {
        let queue = self.queues.entry((database, key.into())).or_default();
        if !queue.iter().any(|other| Arc::ptr_eq(other, waiter)) {
            queue.push_back(Arc::clone(waiter));
        }
    }

    /// Removes a waiter for a key.
    pub fn remove(&mut self, database: u32, key: &[u8], waiter: &Arc<Waiter>) {
        let name = (database, key.into());
        if let Some(queue) = self.queues.get_mut(&name) {
            queue.retain(|other| !Arc::ptr_eq(other, waiter));
            if queue.is_empty() {
                self.queues.remove(&name);
            }
        }
    }

    /// Whether anyone waits for a key. Costs nothing while nobody waits for any.
    pub fn has(&self, database: u32, key: &[u8]) -> bool {
        !self.queues.is_empty() && self.queues.contains_key(&(database, Box::from(key)))
    }

    /// The keys of a database that someone waits for.
    pub fn keys_in(&self, database: u32) -> impl Iterator<Item = (u32, Box<[u8]>)> {
        self.queues.keys().filter(move |(number, _)| *number == database).cloned()
    }

    /// The waiters for a key.
    pub fn of(&self, database: u32, key: &[u8]) -> Vec<Arc<Waiter>> {
        let queue = self.queues.get(&(database, Box::from(key)));
        queue.map_or_else(Vec::new, |queue| queue.iter().cloned().collect())
    }
}
