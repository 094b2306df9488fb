//! Runs commands on data: locks the shards of their keys, calls the handler, publishes what changed.

use std::time::{SystemTime, UNIX_EPOCH};

use fanfare_engine::command::{Args, CommandError, Facts, Flag};
use fanfare_engine::families::DataHandler;
use fanfare_engine::keyspace::change::EventClasses;
use fanfare_engine::keyspace::{Changes, Locked, Occasion, ReadKeys, WriteKeys};
use fanfare_protocol::Reply;

use super::core::{ConnectionKey, Reactor};

impl Reactor {
    /// Runs a command on data for a connection.
    pub(super) fn run_on_data(
        &mut self,
        key: ConnectionKey,
        facts: &Facts,
        handler: DataHandler,
        args: Args<'_>,
    ) -> Result<(), CommandError> {
        let request = args.request();
        self.keys_found.clear();
        if facts.keys.find(request, &mut self.keys_found).is_err() {
            // The handler finds what is wrong, and says it in its own words, before it looks for a key.
            self.keys_found.clear();
        }
        let occasion = self.occasion(key);
        let keyspace = &self.shared.keyspace;
        let locked = match &self.keys_found[..] {
            [] => keyspace.lock_none(),
            [only] => keyspace.lock_one(request.arg(only.index)),
            many => keyspace.lock(many.iter().map(|found| request.arg(found.index))),
        };
        let connection = &mut self.connections[key as usize];
        let version = connection.session.version;
        let mut reply = Reply::new(connection.output.writer(&mut self.pool), version);
        let changes = std::mem::take(&mut self.changes);
        let (result, (locked, changes)) = run(handler, args, &mut reply, locked, occasion, changes);
        drop(locked);
        self.changes = changes;
        if facts.has(Flag::Write) {
            self.end_changes();
        }
        result
    }

    /// As [`run_on_data`](Self::run_on_data), under locks that are held already and stay so.
    pub(super) fn run_locked<'s>(
        &mut self,
        key: ConnectionKey,
        handler: DataHandler,
        args: Args<'_>,
        locked: Locked<'s>,
    ) -> (Result<(), CommandError>, Locked<'s>) {
        let occasion = self.occasion(key);
        let connection = &mut self.connections[key as usize];
        let version = connection.session.version;
        let mut reply = Reply::new(connection.output.writer(&mut self.pool), version);
        let changes = std::mem::take(&mut self.changes);
        let (result, (locked, changes)) = run(handler, args, &mut reply, locked, occasion, changes);
        self.changes = changes;
        (result, locked)
    }

    /// Lets `act` work on keys whose shards are locked.
    pub(super) fn with_write_keys<'s>(
        &mut self,
        key: ConnectionKey,
        locked: Locked<'s>,
        act: impl FnOnce(&mut WriteKeys<'_>),
    ) -> Locked<'s> {
        let occasion = self.occasion(key);
        let mut keys = WriteKeys::new(locked, occasion, std::mem::take(&mut self.changes));
        act(&mut keys);
        let (locked, changes) = keys.into_parts();
        self.changes = changes;
        locked
    }

    /// Tells whoever wants to know what the last command or transaction changed.
    pub(super) fn end_changes(&mut self) {
        self.changes = Changes::default();
    }

    fn occasion(&mut self, key: ConnectionKey) -> Occasion {
        Occasion {
            now_ms: now_ms(),
            database: self.connections[key as usize].session.database,
            databases: self.config.databases,
            events: EventClasses::NONE,
            random: self.random.fork(),
        }
    }
}

fn run<'s>(
    handler: DataHandler,
    args: Args<'_>,
    reply: &mut Reply<'_>,
    locked: Locked<'s>,
    occasion: Occasion,
    changes: Changes,
) -> (Result<(), CommandError>, (Locked<'s>, Changes)) {
    match handler {
        DataHandler::Read(handler) => {
            let mut keys = ReadKeys::new(locked, occasion, changes);
            (handler(&mut keys, args, reply), keys.into_parts())
        }
        DataHandler::Write(handler) => {
            let mut keys = WriteKeys::new(locked, occasion, changes);
            (handler(&mut keys, args, reply), keys.into_parts())
        }
    }
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as i64
}
