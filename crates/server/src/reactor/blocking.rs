//! Clients that wait for keys: parks them, serves them, ends their waiting.
//!
//! Whoever changes a key that someone waits for serves the waiters, oldest first, once its own command or transaction is
//! done, and before others get the locks; the reply goes to the waiter's reactor by mail. If the client has gone away by
//! then, what was taken for it is put back.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fanfare_engine::command::Args;
use fanfare_engine::keyspace::{
    Changes, Client, Locked, Nothing, Occasion, Type, Waiter, WriteKeys,
};
use fanfare_protocol::Reply;
use fanfare_pubsub::ReactorId;

use super::core::{ConnectionKey, Reactor};
use super::mail::Mail;
use super::notify::NOBODY;
use crate::observe::Gauge;
use crate::session::Blocked;

/// How often is looked whether writes are held back no longer, on behalf of clients whose commands are to run again.
const HELD_BACK_LOOKS: Duration = Duration::from_millis(100);

/// How the waiting of a client ends that was not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnblockReason {
    /// As if its time were over.
    Timeout,
    /// With an error.
    Error,
}

impl Reactor {
    /// Where a connection's client is.
    pub(super) fn client(&self, key: ConnectionKey) -> Client {
        let id = self.connections[key as usize].session.id;
        Client { reactor: self.id.0, connection: key, id }
    }

    /// Parks a connection whose command waits.
    pub(super) fn park(&mut self, key: ConnectionKey, waiter: Arc<Waiter>) {
        let until = waiter.wait.timeout.and_then(|timeout| self.now().checked_add(timeout));
        let look_again = waiter.wait.look_again_ms.and_then(|time_ms| self.instant_of(time_ms));
        let blocked = Blocked { waiter, until, look_again };
        self.set_alarm(key, &blocked);
        let connection = &mut self.connections[key as usize];
        connection.is_parked = true;
        connection.blocked = Some(Box::new(blocked));
        self.stats().raise(Gauge::BlockedClients, 1);
        self.close_blocked(key);
    }

    /// Serves those who wait for keys that `writer` has changed, under the locks of the change.
    pub(super) fn serve_waiters<'s>(&mut self, locked: Locked<'s>, writer: u64) -> Locked<'s> {
        if self.changes.ready.is_empty() {
            return locked;
        }
        let occasion = self.occasion_in(0);
        let mut changes = std::mem::take(&mut self.changes);
        self.tell_listeners(std::mem::take(&mut changes.invalid), writer);
        let (reactor, unserved) = (&*self, Vec::new());
        let mut serving = Serving { reactor, occasion, changes: &mut changes, unserved };
        let locked = serving.serve_all(locked);
        let mut unserved = serving.unserved;
        self.unserved.append(&mut unserved);
        self.changes = changes;
        locked
    }

    /// Serves those whose keys could not be locked together with the change.
    pub(super) fn serve_unserved(&mut self) {
        while !self.unserved.is_empty() {
            self.changes.ready.extend(self.unserved.drain(..));
            let shared = Arc::clone(&self.shared);
            drop(self.serve_waiters(shared.keyspace.lock_all(), NOBODY));
        }
    }

    /// The reply of a command that waited has come.
    pub(super) fn receive_unblocked(&mut self, waiter: &Waiter, reply: &[u8]) {
        let Client { connection: key, id, .. } = waiter.client;
        let asked = self.connections.get(key as usize);
        let waits = asked
            .is_some_and(|one| one.session.id == id && one.blocked.is_some() && !one.is_doomed);
        if waits {
            self.end_waiting(key, reply);
        } else {
            self.give_back(waiter, reply);
        }
    }

    fn end_waiting(&mut self, key: ConnectionKey, reply: &[u8]) {
        let connection = &mut self.connections[key as usize];
        let Some(blocked) = connection.blocked.take() else { return };
        connection.is_parked = false;
        self.forget_alarm(key, &blocked);
        self.stats().lower(Gauge::BlockedClients, 1);
        if let [b'-', line @ ..] = reply {
            self.account_late_error(key, line);
        }
        let mark = self.connections[key as usize].output.mark(&mut self.pool);
        self.reply(key).raw(reply);
        self.end_reply(key, mark);
        self.note_readable(key);
    }

    /// A client was served, but had gone away before the reply came: what its command took goes back to where it was.
    fn give_back(&mut self, waiter: &Waiter, reply: &[u8]) {
        let Some(give_back) = waiter.wait.give_back else { return };
        let shared = Arc::clone(&self.shared);
        let locked = shared.keyspace.lock_with_waiters(waiter.database, waiter.all_keys());
        let occasion = self.occasion_in(waiter.database);
        let mut keys = WriteKeys::new(locked, occasion, std::mem::take(&mut self.changes));
        give_back(&mut keys, reply);
        let (locked, mut changes) = keys.into_parts();
        self.tell(&mut changes, NOBODY);
        self.changes = changes;
        drop(self.serve_waiters(locked, NOBODY));
        self.end_changes(NOBODY);
    }

    /// Ends a client's waiting without what it waited for; `false` if it does not wait, or was served.
    pub(crate) fn unblock(&mut self, key: ConnectionKey, reason: UnblockReason) -> bool {
        let blocked = self.connections[key as usize].blocked.as_ref();
        let waiter = blocked.map(|blocked| Arc::clone(&blocked.waiter));
        let Some(waiter) = waiter.filter(|waiter| self.has_given_up(waiter)) else { return false };
        let mut bytes = Vec::new();
        let mut reply = Reply::new(&mut bytes, waiter.version);
        match reason {
            UnblockReason::Timeout if waiter.wait.nothing == Nothing::Null => reply.null_array(),
            UnblockReason::Timeout => write_nothing(&mut reply, waiter.wait.nothing),
            UnblockReason::Error => {
                reply.error(b"UNBLOCKED client unblocked via CLIENT UNBLOCK");
            }
        }
        self.end_waiting(key, &bytes);
        self.gave_up.push(waiter);
        if !self.executes() {
            self.forget_waiters();
        }
        true
    }

    /// Has a waiter give up; `false` if it was served.
    fn has_given_up(&self, waiter: &Waiter) -> bool {
        if waiter.give_up() {
            return true;
        }
        // A transaction holds locks; but with several reactors none comes here, and one alone serves nobody meanwhile.
        if self.executes() {
            return false;
        }
        // Another reactor may be serving it, and find nothing for it. It does so under the locks of the waiter's keys.
        let _locked = self.shared.keyspace.lock(waiter.awaited_keys());
        waiter.give_up()
    }

    /// Takes those who gave up out of the queues of their keys. (Not at once if a transaction has them give up, which holds
    /// locks.)
    pub(super) fn forget_waiters(&mut self) {
        while let Some(waiter) = self.gave_up.pop() {
            self.shared.keyspace.lock(waiter.awaited_keys()).remove_waiter(&waiter);
        }
    }

    /// As [`forget_waiters`](Self::forget_waiters), under the locks of all shards.
    pub(super) fn forget_waiters_under(&mut self, locked: &mut Locked<'_>) {
        for waiter in self.gave_up.drain(..) {
            locked.remove_waiter(&waiter);
        }
    }

    /// Closes a connection whose peer has gone, if it waits: it is not read, so nobody else would notice.
    pub(super) fn close_blocked(&mut self, key: ConnectionKey) {
        let connection = &self.connections[key as usize];
        if connection.is_peer_closed && connection.blocked.is_some() {
            self.doom(key);
        }
    }

    /// A connection that may wait will be closed: it takes nothing any more.
    pub(super) fn abandon_waiting(&mut self, key: ConnectionKey) {
        if let Some(blocked) = &self.connections[key as usize].blocked
            && blocked.waiter.abandon()
        {
            self.gave_up.push(Arc::clone(&blocked.waiter));
        }
    }

    /// A connection that may wait is closed.
    pub(super) fn end_abandoned(&mut self, key: ConnectionKey) {
        let Some(blocked) = self.connections[key as usize].blocked.take() else { return };
        self.stats().lower(Gauge::BlockedClients, 1);
        self.forget_alarm(key, &blocked);
    }

    fn set_alarm(&mut self, key: ConnectionKey, blocked: &Blocked) {
        if let Some(at) = blocked.alarm() {
            self.alarms.insert((at, key, blocked.waiter.client.id));
        }
    }

    fn forget_alarm(&mut self, key: ConnectionKey, blocked: &Blocked) {
        if let Some(at) = blocked.alarm() {
            self.alarms.remove(&(at, key, blocked.waiter.client.id));
        }
    }

    /// Ends the waiting of those whose time is over, and runs the commands of others again whose time has come.
    pub(super) fn heed_alarms(&mut self) {
        let mut looking = Vec::new();
        while let Some(&(at, key, client_id)) = self.alarms.first()
            && at <= self.now()
        {
            self.alarms.pop_first();
            let connection = self.connections.get(key as usize);
            let connection = connection.filter(|one| one.session.id == client_id);
            let Some(blocked) = connection.and_then(|one| one.blocked.as_ref()) else { continue };
            if blocked.until.is_some_and(|until| until <= self.now()) {
                // If it was served, the reply is on its way.
                self.unblock(key, UnblockReason::Timeout);
            } else {
                looking.extend(self.begin_look(key));
            }
        }
        self.look_again(&looking);
    }

    /// Has the command of a client that waits run again at a time, in milliseconds of Unix time.
    pub(super) fn look_again_at(&mut self, waiter: &Waiter, time_ms: i64) {
        let at = self.instant_of(time_ms);
        let Client { connection: key, id, .. } = waiter.client;
        let connection = self.connections.get_mut(key as usize);
        let connection = connection.filter(|one| one.session.id == id);
        let Some(mut blocked) = connection.and_then(|one| one.blocked.take()) else { return };
        self.forget_alarm(key, &blocked);
        blocked.look_again = at;
        self.set_alarm(key, &blocked);
        self.connections[key as usize].blocked = Some(blocked);
    }

    /// The waiter of a client whose time has come, unless it has to wait longer.
    fn begin_look(&mut self, key: ConnectionKey) -> Option<Arc<Waiter>> {
        let mut blocked = self.connections[key as usize].blocked.take()?;
        let waiter = Arc::clone(&blocked.waiter);
        // Nothing may change while writes are held back.
        let held_back = self.holds_writes_back();
        blocked.look_again = held_back.then(|| self.now() + HELD_BACK_LOOKS);
        self.set_alarm(key, &blocked);
        self.connections[key as usize].blocked = Some(blocked);
        if held_back {
            return None;
        }
        waiter.looks_now();
        Some(waiter)
    }

    /// Serves those who wait for the keys of these waiters, in their order, though nothing has changed. A look at a key is one
    /// for all who wait for it.
    fn look_again(&mut self, looking: &[Arc<Waiter>]) {
        let mut seen = HashSet::new();
        for waiter in looking {
            let keys = waiter.awaited_keys().map(|key| (waiter.database, key));
            let unseen: Vec<_> = keys.filter(|&key| seen.insert(key)).collect();
            if unseen.is_empty() {
                continue;
            }
            let shared = Arc::clone(&self.shared);
            let locked = shared.keyspace.lock_with_waiters(waiter.database, waiter.all_keys());
            let ready = unseen.into_iter().map(|(database, key)| (database, key.into()));
            self.changes.ready.extend(ready);
            drop(self.serve_waiters(locked, NOBODY));
            self.end_changes(NOBODY);
        }
    }

    /// When the clock will show a time, given in milliseconds of Unix time; nothing for the end of all times.
    fn instant_of(&self, time_ms: i64) -> Option<Instant> {
        if time_ms == i64::MAX {
            return None;
        }
        let left_ms = time_ms.saturating_sub(self.unix_ms());
        self.now().checked_add(Duration::from_millis(left_ms.max(0) as u64))
    }

    /// When the next client is to be looked at that waits.
    pub(super) fn next_alarm(&self) -> Option<Instant> {
        self.alarms.first().map(|&(at, _, _)| at)
    }
}

/// What a command answers in a transaction, where it cannot wait.
pub(super) fn write_nothing(reply: &mut Reply<'_>, nothing: Nothing) {
    match nothing {
        Nothing::Null => reply.null(),
        Nothing::NullArray => reply.null_array(),
        Nothing::NoReplica => reply.integer(0),
        Nothing::NoCopies => {
            reply.array(2);
            reply.integer(0);
            reply.integer(0);
        }
    }
}

/// Serves clients that wait.
pub(super) struct Serving<'a> {
    pub(super) reactor: &'a Reactor,
    /// The circumstances, of any database.
    pub(super) occasion: Occasion,
    pub(super) changes: &'a mut Changes,
    /// Keys whose waiters could not be served under the locks that there are, with their databases.
    pub(super) unserved: Vec<(u32, Box<[u8]>)>,
}

impl Serving<'_> {
    /// Runs the commands of those who wait for keys that have changed, under the locks of the change, and of those who wait
    /// for what that changes. A key whose waiters need other locks is noted as not served.
    pub(super) fn serve_all<'s>(&mut self, mut locked: Locked<'s>) -> Locked<'s> {
        while !self.changes.ready.is_empty() {
            for (database, key) in self.changes.ready.take() {
                let mut passed = 0;
                while let Some(waiter) = locked.waiter(database, &key, passed) {
                    let now_ms = self.occasion.now_ms;
                    let found = locked.value_type(database, &key, now_ms);
                    if found.is_none() && !locked.has_waiter_even_gone(database, &key) {
                        break;
                    }
                    if !locked.covers_waiter(&waiter) {
                        self.unserved.push((database, key));
                        break;
                    }
                    let is_served;
                    (is_served, locked) = self.serve(&waiter, found, locked);
                    passed += usize::from(!is_served);
                }
            }
        }
        locked
    }

    /// Runs the command of one who waits for a key, if what was found there is what it waits for; whether it was the last
    /// time.
    fn serve<'s>(
        &mut self,
        waiter: &Arc<Waiter>,
        found: Option<Type>,
        mut locked: Locked<'s>,
    ) -> (bool, Locked<'s>) {
        if !waiter.wait.is_for(found) || !waiter.claim() {
            return (false, locked);
        }
        let mut bytes = Vec::new();
        let mut reply = Reply::new(&mut bytes, waiter.version);
        let args = Args::new(waiter.request.as_request(), waiter.names);
        let random = self.occasion.random.fork();
        let mut occasion = Occasion { database: waiter.database, random, ..self.occasion.clone() };
        occasion.rules.is_untouching = waiter.is_untouching;
        let mut keys = WriteKeys::new(locked, occasion, std::mem::take(self.changes));
        let result = (waiter.handler)(&mut keys, args, &mut reply);
        (locked, *self.changes) = keys.into_parts();
        self.reactor.tell(self.changes, waiter.client.id);
        let invalid = std::mem::take(&mut self.changes.invalid);
        self.reactor.tell_listeners(invalid, waiter.client.id);
        if waiter.remembers {
            // What it read when it began to wait was forgotten with the change.
            for key in waiter.all_keys() {
                self.reactor.shared.tracking.remember(waiter.client, key);
            }
        }
        match result {
            Ok(None) => {}
            Ok(Some(wait)) if waiter.unclaim() => {
                if let Some(time_ms) = wait.look_again_ms
                    && waiter.look_again_at(time_ms)
                {
                    let mail = Mail::LookAgain(Arc::clone(waiter), time_ms);
                    self.reactor.shared.send(ReactorId(waiter.client.reactor), mail);
                }
                return (false, locked);
            }
            // Its client went away meanwhile; the reply reaches nobody.
            Ok(Some(_)) => {}
            Err(error) => {
                bytes.clear();
                error.write(&mut Reply::new(&mut bytes, waiter.version));
            }
        }
        waiter.finish();
        locked.remove_waiter(waiter);
        let mail = Mail::Unblocked(Arc::clone(waiter), bytes.into());
        self.reactor.shared.send(ReactorId(waiter.client.reactor), mail);
        (true, locked)
    }
}
