//! Looks ahead in what a client has sent: parses several requests before the first is run, finds their commands and keys,
//! and has the processor fetch what the look-ups of these keys will read.

use fanfare_engine::command::{CommandId, KeyAt};
use fanfare_engine::keyspace::KeyPlace;
use fanfare_protocol::{Limits, Parsed, ProtocolError, Request, RequestBatch, RequestParser};

use super::core::{ConnectionKey, Reactor};

/// Most requests that are looked at before the first is run. More would push out of the processor's memory what was fetched.
const REQUESTS_AHEAD_MAX: usize = 16;

/// Requests that came together, and what is known of each.
#[derive(Default)]
pub(super) struct Ahead {
    pub(super) batch: RequestBatch,
    pub(super) known: Vec<Known>,
    /// Where the keys are that follow on each other, kept for its capacity, as is the next.
    places: Vec<KeyPlace>,
    keys: Vec<KeyAt>,
}

/// What looking ahead told of a request.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// Its command, if there is one of that name.
    pub(super) command: Option<CommandId>,
    /// Where its first key is, if it has any.
    pub(super) place: Option<KeyPlace>,
}

impl Reactor {
    /// Parses the next requests of a connection's input; tells what [`RequestParser::parse_batch`] does.
    pub(super) fn look_ahead(
        &self,
        key: ConnectionKey,
        input: &[u8],
        parser: &mut RequestParser,
        ahead: &mut Ahead,
    ) -> Result<Parsed, ProtocolError> {
        let session = &self.connections[key as usize].session;
        let limits = Limits {
            bulk_bytes_max: self.config.bulk_bytes_max as u64,
            unauthenticated: !session.is_authenticated,
        };
        // Behind one that authenticates other limits apply.
        let most = if session.is_authenticated { REQUESTS_AHEAD_MAX } else { 1 };
        let parsed = parser.parse_batch(input, limits, most, &mut ahead.batch)?;
        let database = session.database;
        ahead.known.clear();
        ahead.places.clear();
        for index in 0..ahead.batch.len() {
            let known = self.know(ahead.batch.request(index, input).0, &mut ahead.keys);
            ahead.known.push(known);
            ahead.places.extend(known.place.filter(|place| ahead.places.last() != Some(place)));
        }
        if ahead.places.len() > 1 {
            self.shared.keyspace.fetch(database, &ahead.places);
        }
        Ok(parsed)
    }

    fn know(&self, request: Request<'_>, keys: &mut Vec<KeyAt>) -> Known {
        let Ok(entry) = self.shared.commands.find(request) else { return Known::default() };
        keys.clear();
        let found = entry.row.keys.find(request, keys);
        let first = keys.first().filter(|_| found.is_ok());
        let place = first.map(|first| self.shared.keyspace.place(request.arg(first.index)));
        Known { command: Some(entry.id), place }
    }
}
