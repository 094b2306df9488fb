//! Runs commands that follow on each other under one lock.
//!
//! What clients send in a row are mostly commands on one key each, while nothing is special about the connection. What
//! `run.rs` and `data.rs` ask of it and prepare for each request, and give back behind it, is asked, prepared and given back
//! once for all of them here. What a command changed is told before the next one, and whoever waits for a key is served before it.

use std::ops::Range;
use std::sync::Arc;

use fanfare_engine::command::Args;
use fanfare_engine::keyspace::WriteKeys;

use super::account::Call;
use super::ahead::{Ahead, Simple, SimpleCommand};
use super::core::{ConnectionKey, Reactor};
use super::run::Started;

/// After so long no further command is begun under the lock, which others may wait for.
const BURST_NS_MAX: u64 = 100_000;

impl Reactor {
    /// Runs the first of some requests, as long as they are simple ones with keys in one shard and nothing comes in between;
    /// the number of the first that it leaves.
    pub(super) fn run_burst(
        &mut self,
        key: ConnectionKey,
        input: &[u8],
        ahead: &Ahead,
        requests: Range<usize>,
    ) -> usize {
        let first = requests.start;
        let Some(Simple { sought, .. }) = ahead.simple(first, input) else { return first };
        let shard = sought.place.shard();
        if !self.connections[key as usize].is_plain() || !self.lets_commands_run() {
            return first;
        }
        let shared = Arc::clone(&self.shared);
        let locked = shared.keyspace.lock_shard(shard);
        if locked.has_spanning_waiters() {
            return first;
        }
        let client = self.connections[key as usize].session.id;
        let ends_ns = self.unix_ns() + BURST_NS_MAX;
        let mark = self.connections[key as usize].output.mark(&mut self.pool);
        let random = self.random.fork();
        let occasion = self.occasion(key, random);
        let mut keys = WriteKeys::new(locked, occasion, std::mem::take(&mut self.changes));
        let mut next = first;
        let mut last_command = None;
        while next < requests.end
            && let Some(simple) = ahead.simple(next, input)
            && simple.sought.place.shard() == shard
        {
            self.run_simple(key, &simple, &mut keys);
            last_command = Some(simple.command.id);
            next += 1;
            if keys.wakes_someone() || self.unix_ns() > ends_ns || !self.lets_commands_run() {
                break;
            }
        }
        let session = &mut self.connections[key as usize].session;
        session.last_command = last_command;
        session.commands += (next - first) as u64;
        let (locked, changes) = keys.into_parts();
        self.changes = changes;
        drop(self.serve_waiters(locked, client));
        self.end_reply(key, mark);
        self.end_changes(client);
        // What comes next is not charged with the time that this took.
        self.clock.tick();
        next
    }

    /// Whether neither a pause nor want of memory is in the way of commands.
    #[inline]
    fn lets_commands_run(&self) -> bool {
        !self.holds_writes_back() && self.is_within_limit()
    }

    fn run_simple<'k>(
        &mut self,
        key: ConnectionKey,
        Simple { command, request, sought }: &Simple<'k>,
        keys: &mut WriteKeys<'k>,
    ) {
        let &SimpleCommand { id, row, handler, names, key: key_at } = *command;
        let connection = &mut self.connections[key as usize];
        let client = connection.session.id;
        // Nothing takes back what a plain connection was answered before.
        let output = &mut connection.output;
        let mark = if output.is_long() { output.mark(&mut self.pool) } else { output.inner_mark() };
        let call = Call { id, row, request: *request };
        let started = Started { call, at_ns: self.unix_ns(), mark };
        keys.begin(request.arg(key_at.index), sought, self.unix_ms());
        let result = handler.run(keys, Args::new(*request, names), &mut self.reply(key));
        if keys.is_heard() {
            self.tell(&mut keys.changes, client);
        }
        self.end_call(key, started, result.map(|_| ()));
    }
}
