//! Runs commands on data: locks the shards of their keys, calls the handler, publishes what changed.

use std::sync::Arc;

use fanfare_engine::command::{Args, CommandError, Facts, Flag};
use fanfare_engine::families::DataHandler;
use fanfare_engine::keyspace::{
    Changes, Keyspace, Locked, Occasion, Survey, Waiter, WaiterState, WriteKeys,
};
use fanfare_protocol::{Reply, Request};
use fanfare_stdx::random::Random;

use super::ahead::Known;
use super::blocking::write_nothing;
use super::core::{ConnectionKey, Reactor};
use crate::observe::{Counter, Gauge};

impl Reactor {
    /// Runs a command on data for a connection.
    pub(super) fn run_on_data(
        &mut self,
        key: ConnectionKey,
        facts: &Facts,
        handler: DataHandler,
        args: Args<'_>,
        known: Known<'_>,
    ) -> Result<(), CommandError> {
        let request = args.request();
        let names = request.len() - args.len();
        let client = self.client(key);
        let database = self.connections[key as usize].session.database;
        let random = self.random.fork();
        let shared = Arc::clone(&self.shared);
        let locked = lock(&shared.keyspace, facts, handler, request, known, database);
        let occasion = self.occasion(key, random);
        let mut keys = WriteKeys::new(locked, occasion, std::mem::take(&mut self.changes));
        let connection = &mut self.connections[key as usize];
        let version = connection.session.version;
        let mut reply = Reply::new(connection.output.writer(&mut self.pool), version);
        let mut result = handler.run(&mut keys, args, &mut reply);
        let (mut locked, mut changes) = keys.into_parts();
        self.tell(&mut changes, client.id);
        let remembers = facts.has(Flag::ReadOnly) && self.remembers_reads(key);
        if remembers {
            for found in known.keys {
                self.shared.tracking.remember(client, request.arg(found.index));
            }
        }
        let mut waiter = None;
        if let (Ok(Some(wait)), DataHandler::Block(handler)) = (&mut result, handler) {
            let names_of_keys = known.keys.iter().map(|found| request.arg(found.index));
            let new = Arc::new(Waiter {
                client,
                request: wait.again.take().unwrap_or_else(|| request.into()),
                names,
                handler,
                version,
                database,
                keys: known.keys.iter().map(|found| found.index).collect(),
                shards: shared.keyspace.shards_of(names_of_keys).into(),
                remembers,
                is_untouching: self.connections[key as usize].session.is_touch_exempt,
                wait: wait.clone(),
                state: WaiterState::new(wait),
            });
            locked.add_waiter(&new);
            waiter = Some(new);
        }
        self.changes = changes;
        drop(self.serve_waiters(locked, client.id));
        if let Some(waiter) = waiter {
            self.park(key, waiter);
        }
        self.end_changes(client.id);
        result.map(|_| ())
    }

    /// As [`run_on_data`](Self::run_on_data), under locks that are held already and stay so.
    pub(super) fn run_locked<'s>(
        &mut self,
        key: ConnectionKey,
        handler: DataHandler,
        args: Args<'_>,
        locked: Locked<'s>,
    ) -> (Result<(), CommandError>, Locked<'s>) {
        let random = self.random.fork();
        let occasion = self.occasion(key, random);
        let mut keys = WriteKeys::new(locked, occasion, std::mem::take(&mut self.changes));
        let connection = &mut self.connections[key as usize];
        let version = connection.session.version;
        let mut reply = Reply::new(connection.output.writer(&mut self.pool), version);
        let result = handler.run(&mut keys, args, &mut reply);
        let (locked, mut changes) = keys.into_parts();
        self.tell(&mut changes, self.connections[key as usize].session.id);
        self.changes = changes;
        let result = result.map(|wait| {
            if let Some(wait) = wait {
                write_nothing(&mut self.reply(key), wait.nothing);
            }
        });
        (result, locked)
    }

    /// Lets `act` work on keys whose shards are locked.
    pub(super) fn with_write_keys<'s>(
        &mut self,
        key: ConnectionKey,
        locked: Locked<'s>,
        act: impl FnOnce(&mut WriteKeys<'_>),
    ) -> Locked<'s> {
        let random = self.random.fork();
        let occasion = self.occasion(key, random);
        let mut keys = WriteKeys::new(locked, occasion, std::mem::take(&mut self.changes));
        act(&mut keys);
        let (locked, mut changes) = keys.into_parts();
        self.tell(&mut changes, self.connections[key as usize].session.id);
        self.changes = changes;
        locked
    }

    /// Serves those who wait for what the last command or transaction changed and could not be served under its locks,
    /// and counts what all of them did.
    pub(super) fn end_changes(&mut self, writer: u64) {
        if !self.changes.invalid.is_empty() {
            let invalid = std::mem::take(&mut self.changes.invalid);
            self.tell_listeners(invalid, writer);
        }
        self.serve_unserved();
        self.count_changes();
    }

    fn count_changes(&mut self) {
        let Changes { count, expired, expired_fields, hits, misses, garbage, .. } =
            &mut self.changes;
        let stats = self.shared.observed.stats.reactor(usize::from(self.id.0));
        let figures = [
            (Counter::KeyspaceHits, hits),
            (Counter::KeyspaceMisses, misses),
            (Counter::ExpiredKeys, expired),
            (Counter::ExpiredFields, expired_fields),
        ];
        for (counter, figure) in figures {
            if *figure > 0 {
                stats.count(counter, std::mem::take(figure));
            }
        }
        for garbage in garbage.drain(..) {
            stats.count(Counter::LazyFreedObjects, garbage.objects());
            self.shared.reaper.free(garbage);
        }
        if *count > 0 {
            stats.raise(Gauge::UnsavedChanges, std::mem::take(count));
        }
    }

    /// The circumstances of a command of a connection, to be asked for under the locks of its keys: whether clients track is
    /// certain only there.
    pub(super) fn occasion(&self, key: ConnectionKey, random: Random) -> Occasion {
        let session = &self.connections[key as usize].session;
        let mut occasion = self.occasion_of(session.database, random);
        occasion.rules.is_untouching = session.is_touch_exempt;
        occasion
    }

    /// What is in each database, and who has an eye on it. For commands whose rows say that they look at the whole keyspace.
    pub(crate) fn survey(&mut self) -> Survey {
        if let Some(survey) = self.survey.take() {
            return survey;
        }
        self.forget_waiters();
        let now_ms = self.unix_ms();
        self.shared.keyspace.lock_none().survey(self.config.databases, now_ms, &mut self.random)
    }

    /// The circumstances of what nobody's command does to a database. Whether clients track is certain under the locks of the
    /// keys only.
    pub(super) fn occasion_in(&mut self, database: u32) -> Occasion {
        let random = self.random.fork();
        self.occasion_of(database, random)
    }

    fn occasion_of(&self, database: u32, random: Random) -> Occasion {
        let mut rules = self.rules;
        rules.keeps_expired = self.holds_writes_back();
        Occasion {
            now_ms: self.unix_ms(),
            database,
            databases: self.config.databases,
            events: self.config.keyspace_events.classes(),
            is_tracked: self.shared.tracking.is_on(),
            random,
            rules,
        }
    }
}

/// Locks what a command needs that names these keys.
fn lock<'k>(
    keyspace: &'k Keyspace,
    facts: &Facts,
    handler: DataHandler,
    request: Request<'k>,
    known: Known<'_>,
    database: u32,
) -> Locked<'k> {
    let Known { keys, sought, .. } = known;
    let is_read = matches!(handler, DataHandler::Read(_));
    // A command that looks at keys part by part, and names none, locks shards as it comes to them.
    let goes_by_parts = is_read && keys.is_empty() && !facts.has(Flag::OneMoment);
    if facts.has(Flag::WholeKeyspace) && !goes_by_parts {
        return keyspace.lock_all();
    }
    let names = keys.iter().map(|found| request.arg(found.index));
    match (keys, sought) {
        ([], _) => keyspace.lock_none(),
        ([only], [sought]) if is_read => keyspace.lock_at(request.arg(only.index), *sought),
        ([only], [sought]) => {
            keyspace.lock_at_with_waiters(database, request.arg(only.index), *sought)
        }
        (_, []) if is_read => keyspace.lock(names),
        (_, []) => keyspace.lock_with_waiters(database, names),
        (_, sought) => {
            let known = names.zip(sought.iter().copied()).collect();
            if is_read {
                keyspace.lock_known(known)
            } else {
                keyspace.lock_known_with_waiters(database, known)
            }
        }
    }
}
