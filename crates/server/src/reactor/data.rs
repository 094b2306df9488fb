//! Runs commands on data: locks the shards of their keys, calls the handler, publishes what changed.

use std::time::{SystemTime, UNIX_EPOCH};

use fanfare_engine::command::{Args, CommandError, Facts};
use fanfare_engine::families::DataHandler;
use fanfare_engine::keyspace::change::EventClasses;
use fanfare_engine::keyspace::{Locked, Occasion, ReadKeys, WriteKeys};
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
        let found = facts.keys.find(request, &mut self.keys_found);
        let keyspace = &self.shared.keyspace;
        let locked: Locked<'_> = match (found, &self.keys_found[..]) {
            (Err(_), _) => return Err(CommandError::Syntax),
            (Ok(()), []) => keyspace.lock_none(),
            (Ok(()), [only]) => keyspace.lock_one(request.arg(only.index)),
            (Ok(()), many) => keyspace.lock(many.iter().map(|found| request.arg(found.index))),
        };
        let connection = &mut self.connections[key as usize];
        let occasion = Occasion {
            now_ms: now_ms(),
            database: connection.session.database,
            databases: self.config.databases,
            events: EventClasses::NONE,
            random: self.random.fork(),
        };
        let version = connection.session.version;
        let mut reply = Reply::new(connection.output.writer(&mut self.pool), version);
        let changes = &mut self.changes;
        match handler {
            DataHandler::Read(handler) => {
                handler(&mut ReadKeys::new(locked, occasion, changes), args, &mut reply)
            }
            DataHandler::Write(handler) => {
                handler(&mut WriteKeys::new(locked, occasion, changes), args, &mut reply)
            }
        }
    }
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as i64
}
