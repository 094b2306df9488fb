//! Clients that wait for keys: parks them, serves them, ends their waiting.
//!
//! Whoever changes a key that someone waits for serves the waiters, oldest first, once its own command or transaction is
//! done and its locks are free; the reply goes to the waiter's reactor by mail.

use std::sync::Arc;
use std::time::{Duration, Instant};

use fanfare_engine::command::Args;
use fanfare_engine::keyspace::{Client, Nothing, Waiter, WriteKeys};
use fanfare_protocol::Reply;
use fanfare_pubsub::ReactorId;

use super::core::{ConnectionKey, Reactor};
use super::mail::Mail;
use crate::observe::Gauge;
use crate::session::Blocked;

/// When to look again for a client whose time is over while someone else serves it.
const SERVED_LOOK_AGAIN: Duration = Duration::from_millis(1);

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
        let until = waiter.wait.timeout.and_then(|timeout| self.now.checked_add(timeout));
        if let Some(until) = until {
            self.timeouts.insert((until, key, waiter.client.id));
        }
        let connection = &mut self.connections[key as usize];
        connection.is_parked = true;
        connection.blocked = Some(Box::new(Blocked { waiter, until }));
        self.stats().raise(Gauge::BlockedClients, 1);
    }

    /// Runs the commands of those who wait for these keys. What that changes is left in `changes`.
    pub(super) fn serve_waiters(&mut self, ready: &[(u32, Box<[u8]>)]) {
        let shared = Arc::clone(&self.shared);
        for (database, key) in ready {
            let waiters = shared.keyspace.lock_one(key).waiters(*database, key);
            waiters.iter().for_each(|waiter| self.serve(waiter));
        }
    }

    fn serve(&mut self, waiter: &Arc<Waiter>) {
        let shared = Arc::clone(&self.shared);
        let mut locked = shared.keyspace.lock(waiter.all_keys());
        if !waiter.claim() {
            return;
        }
        let mut bytes = Vec::new();
        let mut reply = Reply::new(&mut bytes, waiter.version);
        let args = Args::new(waiter.request.as_request(), waiter.names);
        let occasion = self.occasion_in(waiter.database);
        let mut keys = WriteKeys::new(locked, occasion, std::mem::take(&mut self.changes));
        let result = (waiter.handler)(&mut keys, args, &mut reply);
        let mut changes;
        (locked, changes) = keys.into_parts();
        self.tell(&mut changes, waiter.client.id);
        self.tell_listeners(std::mem::take(&mut changes.invalid), waiter.client.id);
        self.changes = changes;
        // A key of the wrong type is not what it waits for.
        if let Ok(None) = result {
            waiter.finish();
            locked.remove_waiter(waiter);
            drop(locked);
            let client = waiter.client;
            let mail = Mail::Unblocked(client.connection, client.id, bytes.into());
            self.shared.send(ReactorId(client.reactor), mail);
        } else {
            waiter.unclaim();
        }
    }

    /// The reply of a command that waited has come.
    pub(super) fn end_waiting(&mut self, key: ConnectionKey, client_id: u64, reply: &[u8]) {
        let asked = self.connections.get_mut(key as usize);
        let Some(connection) = asked.filter(|one| one.session.id == client_id) else { return };
        let Some(blocked) = connection.blocked.take() else { return };
        connection.is_parked = false;
        self.forget_timeout(key, &blocked);
        self.stats().lower(Gauge::BlockedClients, 1);
        let mark = self.connections[key as usize].output.mark();
        self.reply(key).raw(reply);
        self.end_reply(key, mark);
        self.note_readable(key);
    }

    /// Ends a client's waiting without what it waited for; `false` if it does not wait, or is just being served.
    pub(crate) fn unblock(&mut self, key: ConnectionKey, reason: UnblockReason) -> bool {
        let connection = &mut self.connections[key as usize];
        let blocked = connection.blocked.as_ref().filter(|blocked| blocked.waiter.give_up());
        let Some(waiter) = blocked.map(|blocked| Arc::clone(&blocked.waiter)) else {
            return false;
        };
        self.shared.keyspace.lock(waiter.awaited_keys()).remove_waiter(&waiter);
        let mut bytes = Vec::new();
        let mut reply = Reply::new(&mut bytes, waiter.version);
        match reason {
            UnblockReason::Timeout => write_nothing(&mut reply, waiter.wait.nothing),
            UnblockReason::Error => {
                reply.error(b"UNBLOCKED client unblocked via CLIENT UNBLOCK");
            }
        }
        self.end_waiting(key, waiter.client.id, &bytes);
        true
    }

    /// A connection that may wait is closed.
    pub(super) fn abandon_waiting(&mut self, key: ConnectionKey) {
        let Some(blocked) = self.connections[key as usize].blocked.take() else { return };
        self.stats().lower(Gauge::BlockedClients, 1);
        self.forget_timeout(key, &blocked);
        let waiter = &blocked.waiter;
        if waiter.give_up() {
            self.shared.keyspace.lock(waiter.awaited_keys()).remove_waiter(waiter);
        }
    }

    fn forget_timeout(&mut self, key: ConnectionKey, blocked: &Blocked) {
        if let Some(until) = blocked.until {
            self.timeouts.remove(&(until, key, blocked.waiter.client.id));
        }
    }

    /// Ends the waiting of those whose time is over.
    pub(super) fn end_timeouts(&mut self) {
        while let Some(&(at, key, client_id)) = self.timeouts.first()
            && at <= self.now
        {
            self.timeouts.pop_first();
            let connection = self.connections.get(key as usize);
            let waits =
                connection.is_some_and(|one| one.session.id == client_id && one.blocked.is_some());
            if waits && !self.unblock(key, UnblockReason::Timeout) {
                self.timeouts.insert((self.now + SERVED_LOOK_AGAIN, key, client_id));
            }
        }
    }

    /// When the next client's time is over.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.timeouts.first().map(|&(at, _, _)| at)
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
