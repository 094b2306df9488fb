//! Clients that wait for keys.
//!
//! A blocking command that finds nothing leaves a [`Waiter`] with its keys, in the same locks under which it looked. Whoever
//! changes such a key finds it among those that are [ready](super::Changes::ready), and runs the commands of the waiters
//! under the same locks, oldest waiter first, so that nobody else gets what they waited for. A waiter is claimed before
//! that and finished after: it is served at most once, and never after it gave up.

use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::time::Duration;

use fanfare_data::object::Type;
use fanfare_protocol::{OwnedRequest, RespVersion};

use super::WriteKeys;
use crate::families::Block;

const WAITING: u8 = 0;
const CLAIMED: u8 = 1;
const FINISHED: u8 = 2;
/// Its client went away while it was being served.
const ABANDONED: u8 = 3;

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

/// Puts back what a command took for a client that is gone, given its reply.
pub type GiveBack = fn(&mut WriteKeys<'_>, &[u8]);

/// What a blocking command waits for.
#[derive(Clone, Debug)]
pub struct Wait {
    /// How many of the keys that its row declares, from the first on.
    pub keys: usize,
    /// What one of them must hold before it is worth another try; `None`: anything.
    pub of: Option<Type>,
    /// Whether it is worth another try, too, when one of them is gone.
    pub even_gone: bool,
    /// How long; `None`: for ever.
    pub timeout: Option<Duration>,
    /// What it answers when there is nothing. Once its time is over, as in Redis, that is no array where it would be no
    /// string.
    pub nothing: Nothing,
    /// How to put back what it took, should its client be gone when the reply comes; `None` if it takes nothing away.
    pub give_back: Option<GiveBack>,
    /// The request to run again, if it is not the same: with the same keys, but with what the client meant when it asked.
    pub again: Option<OwnedRequest>,
    /// When it is worth another try though nothing has changed, in milliseconds of Unix time, as far as is known: of who
    /// claims what is pending for long. `None`: never, and what happens beside the values is of no concern.
    pub look_again_ms: Option<i64>,
}

impl Wait {
    /// Whether another try is worth it now that a key holds something of a type, or nothing.
    pub fn is_for(&self, found: Option<Type>) -> bool {
        match found {
            Some(found) => self.of.is_none_or(|awaited| awaited == found),
            None => self.even_gone,
        }
    }
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
    /// The shards of these keys, each once.
    pub shards: Box<[u16]>,
    /// Whether its client remembers what it reads.
    pub remembers: bool,
    /// Whether its client's looking at keys is no use of them (`CLIENT NO-TOUCH`).
    pub is_untouching: bool,
    /// What it waits for.
    pub wait: Wait,
    /// Whether it still does.
    pub state: WaiterState,
}

/// Whether a waiter still waits; at first it does.
#[derive(Debug)]
pub struct WaiterState {
    stage: AtomicU8,
    /// When its reactor looks again, in milliseconds of Unix time.
    look_again_ms: AtomicI64,
}

impl WaiterState {
    /// That of one who begins to wait.
    pub fn new(wait: &Wait) -> Self {
        let look_again_ms = AtomicI64::new(wait.look_again_ms.unwrap_or(i64::MAX));
        Self { stage: AtomicU8::new(WAITING), look_again_ms }
    }
}

impl Waiter {
    /// Takes the right to serve it; `false` if it is being served or has given up.
    pub fn claim(&self) -> bool {
        self.step(WAITING, CLAIMED)
    }

    /// Gives the right back: there was nothing for it. `false` if it waits no longer, because its client went away.
    pub fn unclaim(&self) -> bool {
        let waits = self.step(CLAIMED, WAITING);
        if !waits {
            self.finish();
        }
        waits
    }

    /// It has been served.
    pub fn finish(&self) {
        self.state.stage.store(FINISHED, Ordering::Release);
    }

    /// It waits no longer; `false` if it is being served or was.
    pub fn give_up(&self) -> bool {
        self.step(WAITING, FINISHED)
    }

    /// Its client goes away; `false` if it was served. If it is just being served, it may be the last time.
    pub fn abandon(&self) -> bool {
        self.give_up() || self.step(CLAIMED, ABANDONED) || self.give_up()
    }

    /// Whether it may still be served.
    pub fn is_waiting(&self) -> bool {
        self.state.stage.load(Ordering::Acquire) != FINISHED
    }

    /// Has its reactor look again at a time; whether that is sooner than it would have.
    pub fn look_again_at(&self, time_ms: i64) -> bool {
        self.state.look_again_ms.fetch_min(time_ms, Ordering::AcqRel) > time_ms
    }

    /// Its reactor looks, and will not look again.
    pub fn looks_now(&self) {
        self.state.look_again_ms.store(i64::MAX, Ordering::Release);
    }

    /// All its keys.
    pub fn all_keys(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.keys.iter().map(|&index| self.request.as_request().arg(index))
    }

    /// The keys that it waits for.
    pub fn awaited_keys(&self) -> impl Iterator<Item = &[u8]> {
        self.all_keys().take(self.wait.keys)
    }

    /// The keys that serving it may fill.
    pub fn filled_keys(&self) -> impl Iterator<Item = &[u8]> {
        self.all_keys().skip(self.wait.keys)
    }

    fn step(&self, from: u8, to: u8) -> bool {
        self.state.stage.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}
