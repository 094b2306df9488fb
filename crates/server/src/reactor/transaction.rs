//! Transactions: queues requests, and runs them as one.
//!
//! `EXEC` locks the shards of all keys that the queue names, and those watched, before the first command runs, and
//! unlocks them behind the last: nobody sees a part of it, and a lock is never waited for in the middle.

use std::sync::Arc;

use fanfare_engine::command::{Args, CommandError, Facts, Flag};
use fanfare_engine::keyspace::Locked;
use fanfare_protocol::Request;

use super::account::Call;
use super::ahead::Known;
use super::core::{ConnectionKey, Reactor};
use super::run::{Admitted, Rejected, Started, writes};
use crate::context::{Context, Runner};
use crate::session::{Queued, ReplyMode, Transaction, Watching};
use crate::shared::Shared;

/// A transaction that runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Executing {
    /// The connection whose it is.
    pub(super) key: ConnectionKey,
    /// How many requests it has.
    pub(super) requests: usize,
    /// Memory that it takes, in bytes.
    pub(super) memory_bytes: usize,
    /// The time at which all of them run, in nanoseconds of Unix time.
    pub(super) unix_ns: u64,
}

impl Reactor {
    /// Whether a request is to be queued, now that its connection has begun a transaction.
    pub(super) fn is_to_be_queued(&self, key: ConnectionKey, admitted: &Admitted<'_>) -> bool {
        let connection = &self.connections[key as usize];
        connection.session.transaction.is_some() && !admitted.row.has(Flag::Immediate)
    }

    /// Queues a request, or refuses it and with it the transaction.
    pub(super) fn queue(
        &mut self,
        key: ConnectionKey,
        request: Request<'_>,
        admitted: &Admitted<'_>,
        known: Known<'_>,
    ) -> Result<(), CommandError> {
        let session = &mut self.connections[key as usize].session;
        let Some(transaction) = &mut session.transaction else { return Ok(()) };
        if admitted.row.has(Flag::NoMulti) {
            transaction.is_broken = true;
            return Err(CommandError::Text("ERR Command not allowed inside a transaction"));
        }
        transaction.has_writes |= writes(admitted.row);
        let only_key = match (known.keys, known.sought) {
            ([only], [sought]) => Some((only.index, sought.place)),
            _ => None,
        };
        transaction.push(admitted.id, request, only_key);
        self.reply(key).simple("QUEUED");
        Ok(())
    }

    /// Whether what a connection has queued would change data or reach other connections.
    pub(super) fn has_queued_writes(&self, key: ConnectionKey) -> bool {
        let transaction = &self.connections[key as usize].session.transaction;
        transaction.as_ref().is_some_and(|transaction| transaction.has_writes)
    }

    /// A request was rejected. If it is the one that would run the transaction, that ends here, and the error says so; with
    /// any other, the transaction, if there is one, will be refused.
    pub(super) fn reject(&mut self, key: ConnectionKey, rejected: &mut Rejected) {
        let row = rejected.id.map(|id| self.shared.commands.entry(id).row);
        if row.is_some_and(|row| row.has(Flag::RunsQueue)) {
            self.forget_transaction(key);
            let text = rejected.error.text();
            let why = text.strip_prefix(b"ERR ").unwrap_or(&text);
            let text = [b"EXECABORT Transaction discarded because of: ", why].concat();
            rejected.error = CommandError::echo(text);
        } else if let Some(transaction) = &mut self.connections[key as usize].session.transaction {
            transaction.is_broken = true;
        }
    }

    /// Forgets a connection's transaction and what it watches.
    pub(crate) fn forget_transaction(&mut self, key: ConnectionKey) {
        self.connections[key as usize].session.transaction = None;
        self.unwatch(key);
    }

    /// Has a connection watch keys of its database.
    pub(crate) fn watch(&mut self, key: ConnectionKey, names: Args<'_>) {
        let shared = Arc::clone(&self.shared);
        let database = self.connections[key as usize].session.database;
        let watching = self.connections[key as usize].session.watching.take();
        let begin = || Box::new(Watching::new(shared.keyspace.new_mark()));
        let mut watching = watching.unwrap_or_else(begin);
        let locked = shared.keyspace.lock(names.clone());
        let locked = self.with_write_keys(key, locked, |keys| {
            for name in names {
                if keys.watch(name, &watching.mark) {
                    watching.push(database, name);
                }
            }
        });
        drop(locked);
        self.end_changes(self.connections[key as usize].session.id);
        self.connections[key as usize].session.watching = Some(watching);
    }

    /// Ends all watching of a connection.
    pub(crate) fn unwatch(&mut self, key: ConnectionKey) {
        let Some(watching) = self.connections[key as usize].session.watching.take() else { return };
        let names = watching.keys().iter().map(|(_, name)| &**name);
        let mut locked = self.shared.keyspace.lock(names);
        for (database, name) in watching.keys() {
            locked.unwatch(*database, name, &watching.mark);
        }
    }

    /// Runs a connection's transaction.
    pub(crate) fn execute(&mut self, key: ConnectionKey) -> Result<(), CommandError> {
        let session = &mut self.connections[key as usize].session;
        let Some(transaction) = session.transaction.take() else {
            return Err(CommandError::Text("ERR EXEC without MULTI"));
        };
        if transaction.is_broken {
            self.unwatch(key);
            return Err(CommandError::Text(
                "EXECABORT Transaction discarded because of previous errors.",
            ));
        }
        let watching = session.watching.take();
        let database = session.database;
        let shared = Arc::clone(&self.shared);
        let mut locked = lock_transaction(&shared, database, &transaction, watching.as_deref());
        if let Some(watching) = watching {
            for (database, name) in watching.keys() {
                // A watched key whose time has come since is a change; to look for that is no use of it.
                locked = self.with_write_keys(key, locked, |keys| {
                    keys.peek_in(*database, name);
                });
            }
            let is_changed = watching.mark.is_set();
            for (database, name) in watching.keys() {
                locked.unwatch(*database, name, &watching.mark);
            }
            if is_changed {
                drop(locked);
                self.end_changes(self.connections[key as usize].session.id);
                self.reply(key).null_array();
                return Ok(());
            }
        }
        if !self.is_silent(key) {
            self.reply(key).array(transaction.requests().len());
        }
        self.executing = Some(Executing {
            key,
            requests: transaction.requests().len(),
            memory_bytes: transaction.memory_bytes(),
            unix_ns: self.unix_ns(),
        });
        for queued in transaction.requests() {
            locked = self.run_queued(key, queued, locked);
        }
        self.executing = None;
        let writer = self.connections[key as usize].session.id;
        drop(self.serve_waiters(locked, writer));
        self.end_changes(writer);
        Ok(())
    }

    /// Whether a transaction runs, which cannot wait for anything.
    pub(crate) fn executes(&self) -> bool {
        self.executing.is_some()
    }

    /// Whether a client wants no reply to what it runs. Pushes are sent all the same.
    fn is_silent(&self, key: ConnectionKey) -> bool {
        let mode = self.connections[key as usize].session.reply_mode;
        matches!(mode, ReplyMode::Off | ReplyMode::Skip)
    }

    /// Remembers the keys that a command of a transaction read.
    fn remember_reads(&self, key: ConnectionKey, row: &Facts, queued: &Queued) {
        let request = queued.request.as_request();
        let mut keys = Vec::new();
        let indexes = match queued.only_key {
            Some((index, _)) => vec![index],
            None if row.keys.find(request, &mut keys).is_ok() => {
                keys.iter().map(|key| key.index).collect()
            }
            None => return,
        };
        let client = self.client(key);
        for index in indexes {
            self.shared.tracking.remember(client, request.arg(index));
        }
    }

    /// Runs one request of a transaction, under the locks of all of them.
    fn run_queued<'s>(
        &mut self,
        key: ConnectionKey,
        queued: &'s Queued,
        mut locked: Locked<'s>,
    ) -> Locked<'s> {
        let request = queued.request.as_request();
        let mark = self.connections[key as usize].output.inner_mark();
        // Whether the client may run it was asked when it was queued. Who has subscribed since still may.
        let admitted = match self.find_command(request, Some(queued.command)) {
            Ok(admitted) => admitted,
            Err(rejected) => {
                self.account_error(&rejected.error, rejected.id);
                rejected.error.write(&mut self.reply(key));
                return locked;
            }
        };
        let Admitted { id, row, handler, args } = admitted;
        let started = Started { call: Call { id, row, request }, at_ns: self.unix_ns(), mark };
        let mut wrote_pushes = false;
        let (result, locked) = match handler {
            Runner::Data(handler) => {
                if let Some((index, place)) = queued.only_key {
                    locked.expect(request.arg(index), place.into());
                }
                let ran = self.run_locked(key, handler, args, locked);
                if row.has(Flag::ReadOnly) && self.remembers_reads(key) {
                    self.remember_reads(key, row, queued);
                }
                ran
            }
            Runner::Session(handler) => {
                if row.has(Flag::WholeKeyspace) {
                    self.forget_waiters_under(&mut locked);
                    let now_ms = self.unix_ms();
                    let databases = self.config.databases;
                    self.survey = Some(locked.survey(databases, now_ms, &mut self.random));
                }
                let mut context = Context::new(self, key);
                let result = handler(&mut context, args);
                wrote_pushes = context.wrote_pushes;
                // It is of this moment; not every such command takes it.
                self.survey = None;
                (result, locked)
            }
        };
        self.end_call(key, started, result);
        if self.is_silent(key) {
            let output = &mut self.connections[key as usize].output;
            if wrote_pushes {
                output.mark(&mut self.pool);
            } else {
                output.truncate(mark);
            }
        }
        locked
    }
}

/// Locks what all requests of a transaction need, and what is watched.
fn lock_transaction<'s>(
    shared: &'s Shared,
    database: u32,
    transaction: &Transaction,
    watching: Option<&Watching>,
) -> Locked<'s> {
    let keyspace = &shared.keyspace;
    let (mut names, mut shards): (Vec<&[u8]>, Vec<u16>) = (Vec::new(), Vec::new());
    let mut keys_found = Vec::new();
    for queued in transaction.requests() {
        let request = queued.request.as_request();
        let row = shared.commands.entry(queued.command).row;
        if row.has(Flag::WholeKeyspace) {
            return keyspace.lock_all();
        }
        if let Some((index, place)) = queued.only_key {
            names.push(request.arg(index));
            shards.push(place.shard());
            continue;
        }
        keys_found.clear();
        // A request whose keys cannot be told fails when it runs.
        let _ = row.keys.find(request, &mut keys_found);
        let found = keys_found.iter().map(|found| request.arg(found.index));
        shards.extend(found.clone().map(|name| keyspace.shard_of(name)));
        names.extend(found);
    }
    let watched = watching.map(Watching::keys).unwrap_or_default();
    let watched = watched.iter().map(|(_, name)| &**name);
    shards.extend(watched.clone().map(|name| keyspace.shard_of(name)));
    names.extend(watched);
    keyspace.lock_shards_with_waiters(database, shards, names.into_iter())
}
