//! Runs commands that follow on each other under one lock.
//!
//! What clients send in a row are mostly commands on one key each, while nothing is special about the connection. What
//! `run.rs` and `data.rs` ask of it and prepare for each request, and give back behind it, is asked, prepared and given back
//! once for all of them here. Whoever waits for a key is served before the next command all the same.

use std::sync::Arc;

use fanfare_engine::command::{Args, CommandId, Facts};
use fanfare_engine::families::DataHandler;
use fanfare_engine::keyspace::{KeyPlace, WriteKeys};

use super::ahead::Ahead;
use super::core::{ConnectionKey, Reactor};
use super::run::Started;

/// A request of a simple command: one on one key, which may run at once and waits for nothing.
pub(super) struct Simple<'a> {
    pub(super) id: CommandId,
    pub(super) row: &'static Facts,
    pub(super) handler: DataHandler,
    pub(super) args: Args<'a>,
    pub(super) key: &'a [u8],
    pub(super) place: KeyPlace,
}

impl Reactor {
    /// Runs the requests of a batch from number `first` on, as long as they are simple ones with keys in one shard and
    /// nothing comes in between; the number of the first that it leaves.
    pub(super) fn run_burst(
        &mut self,
        key: ConnectionKey,
        input: &[u8],
        ahead: &Ahead,
        first: usize,
    ) -> usize {
        let Some(Simple { place, .. }) = ahead.simple(first, input) else { return first };
        let shard = place.shard();
        if !self.connections[key as usize].is_plain() {
            return first;
        }
        let shared = Arc::clone(&self.shared);
        let locked = shared.keyspace.lock_shard(shard);
        if locked.has_spanning_waiters() {
            return first;
        }
        let client = self.client(key);
        let mark = self.connections[key as usize].output.mark();
        let random = self.random.fork();
        let occasion = self.occasion(key, random);
        let mut keys = WriteKeys::new(locked, occasion, std::mem::take(&mut self.changes));
        let mut next = first;
        while let Some(simple) = ahead.simple(next, input)
            && simple.place.shard() == shard
            && !self.holds_writes_back()
            && self.has_room()
        {
            self.run_simple(key, simple, &mut keys);
            next += 1;
            if keys.wakes_someone() {
                break;
            }
        }
        let (locked, mut changes) = keys.into_parts();
        self.tell(&mut changes, client.id);
        self.changes = changes;
        drop(self.serve_waiters(locked, client.id));
        self.end_reply(key, mark);
        self.end_changes(client.id);
        next
    }

    fn run_simple<'k>(&mut self, key: ConnectionKey, simple: Simple<'k>, keys: &mut WriteKeys<'k>) {
        let Simple { id, row, handler, args, key: name, place } = simple;
        let connection = &mut self.connections[key as usize];
        connection.session.last_command = Some(id);
        connection.session.commands += 1;
        let mark = connection.output.inner_mark();
        let started = Started { id, row, request: args.request(), at_ns: self.unix_ns, mark };
        keys.begin(name, place, self.unix_ms());
        let result = handler.run(keys, args, &mut self.reply(key));
        self.end_call(key, started, result.map(|_| ()));
    }
}
