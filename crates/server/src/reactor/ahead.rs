//! Looks ahead in what a client has sent: parses several requests before the first is run, finds their commands and keys,
//! and has the processor fetch what the look-ups of these keys will read.

use std::ops::Range;

use fanfare_engine::command::{Args, CommandId, Entry, Facts, Flag, Group, KeyAt};
use fanfare_engine::families::DataHandler;
use fanfare_engine::keyspace::{KeyPlace, MemberAt};
use fanfare_protocol::{Limits, Parsed, ProtocolError, Request, RequestBatch, RequestParser};

use super::burst::Simple;
use super::core::{ConnectionKey, Reactor};
use crate::context::Handler;

/// Most requests that are looked at before the first is run. More would push out of the processor's memory what was fetched.
const REQUESTS_AHEAD_MAX: usize = 16;
/// Keys for which there stays room when requests that name more have run.
const KEYS_KEPT_MAX: usize = 1024;

/// Requests that came together, and what is known of each.
#[derive(Default)]
pub(super) struct Ahead {
    batch: RequestBatch,
    found: Vec<Found>,
    /// The keys of all.
    keys: Vec<KeyAt>,
    /// Where the first keys are, of those that follow on each other.
    places: Vec<KeyPlace>,
}

#[derive(Default)]
struct Found {
    command: Option<CommandId>,
    simple: Option<SimpleCommand>,
    /// Its keys among those of all.
    keys: Range<usize>,
    place: Option<KeyPlace>,
    /// The argument that names a member or field of the first key's value, if it is a command of one.
    member: Option<usize>,
}

/// A command that neither waits nor looks beyond its one key, of a request with the right number of arguments.
#[derive(Clone, Copy)]
struct SimpleCommand {
    id: CommandId,
    row: &'static Facts,
    handler: DataHandler,
    /// How many arguments its name is.
    names: usize,
}

impl SimpleCommand {
    fn of(entry: &Entry<Handler>, request: Request<'_>, keys: &[KeyAt]) -> Option<Self> {
        let Entry { id, row, .. } = *entry;
        match entry.admit(request) {
            Ok(Handler::Data(handler @ (DataHandler::Read(_) | DataHandler::Write(_))))
                if keys.len() == 1 && !row.has(Flag::WholeKeyspace) =>
            {
                Some(Self { id, row, handler, names: entry.names() })
            }
            _ => None,
        }
    }
}

/// What looking ahead told of a request.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known<'a> {
    /// Its command, if there is one of that name.
    pub(super) command: Option<CommandId>,
    /// Its keys; none where the arguments contradict what the command's row says of them: the handler finds what is wrong, and
    /// says it in its own words, before it looks for a key.
    pub(super) keys: &'a [KeyAt],
    /// Where its first key is, if it has any.
    pub(super) place: Option<KeyPlace>,
}

impl Ahead {
    /// How many requests there are.
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    fn clear(&mut self) {
        self.found.clear();
        self.places.clear();
        self.keys.clear();
        self.keys.shrink_to(KEYS_KEPT_MAX);
    }

    /// The request at `index` of the input, and what is known of it.
    pub(super) fn request<'a>(&'a self, index: usize, input: &'a [u8]) -> (Request<'a>, Known<'a>) {
        let request = self.batch.request(index, input);
        let found = &self.found[index];
        let keys = &self.keys[found.keys.clone()];
        (request, Known { command: found.command, keys, place: found.place })
    }

    /// The request at `index`, if there is one and it is simple.
    #[inline]
    pub(super) fn simple<'a>(&'a self, index: usize, input: &'a [u8]) -> Option<Simple<'a>> {
        let found = self.found.get(index)?;
        let SimpleCommand { id, row, handler, names } = found.simple?;
        let request = self.batch.request(index, input);
        let key = request.arg(self.keys[found.keys.start].index);
        Some(Simple { id, row, handler, args: Args::new(request, names), key, place: found.place? })
    }

    /// Where the request behind the first `count` begins in the input.
    pub(super) fn end(&self, count: usize) -> usize {
        self.batch.end(count)
    }
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
        ahead.clear();
        let limits = self.limits(key);
        let parsed = parser.parse_batch(input, limits, REQUESTS_AHEAD_MAX, &mut ahead.batch)?;
        for index in 0..ahead.batch.len() {
            let found = self.find(ahead.batch.request(index, input), &mut ahead.keys);
            if let Some(place) = found.place
                && ahead.places.last() != Some(&place)
            {
                ahead.places.push(place);
            }
            ahead.found.push(found);
        }
        if ahead.places.len() > 1 {
            let database = self.connections[key as usize].session.database;
            self.shared.keyspace.fetch(database, &ahead.places);
        }
        if ahead.found.iter().filter(|found| found.member.is_some()).count() > 1 {
            self.fetch_members(key, input, ahead);
        }
        Ok(parsed)
    }

    fn fetch_members(&self, key: ConnectionKey, input: &[u8], ahead: &Ahead) {
        let member_of = |(index, found): (usize, &Found)| {
            let (request, known) = ahead.request(index, input);
            let (key_index, member_index) = (known.keys.first()?.index, found.member?);
            Some(MemberAt {
                key: request.arg(key_index),
                place: found.place?,
                member: request.arg(member_index),
                // As `ZADD` has it; between a key and a field stands nothing.
                score: (member_index > key_index + 1).then(|| request.arg(member_index - 1)),
            })
        };
        let members: Vec<_> = ahead.found.iter().enumerate().filter_map(member_of).collect();
        let database = self.connections[key as usize].session.database;
        self.shared.keyspace.fetch_members(database, &members);
    }

    /// What a connection's next request may use.
    pub(super) fn limits(&self, key: ConnectionKey) -> Limits {
        Limits {
            bulk_bytes_max: self.config.argument_bytes_max(),
            unauthenticated: !self.connections[key as usize].session.is_authenticated,
        }
    }

    fn find(&self, request: Request<'_>, keys: &mut Vec<KeyAt>) -> Found {
        let first = keys.len();
        let Ok(entry) = self.shared.commands.find(request) else {
            return Found::default();
        };
        if entry.row.keys.find(request, keys).is_err() {
            keys.truncate(first);
        }
        let key = keys.get(first);
        let place = key.map(|key| self.shared.keyspace.place(request.arg(key.index)));
        let member = key.and_then(|key| member_of(entry.row.group, request, key.index));
        let simple = SimpleCommand::of(entry, request, &keys[first..]);
        Found { command: Some(entry.id), simple, keys: first..keys.len(), place, member }
    }
}

/// Where a command names a member or field of a key's value, if it names one: fields stand behind the key, members at the
/// end. Where that is wrong, something is fetched in vain.
fn member_of(group: Group, request: Request<'_>, key_index: usize) -> Option<usize> {
    let index = match group {
        Group::Hash => key_index + 1,
        Group::Set | Group::SortedSet => request.len() - 1,
        _ => return None,
    };
    (key_index < index && index < request.len()).then_some(index)
}

#[cfg(test)]
mod tests {
    use fanfare_protocol::OwnedRequest;

    use super::*;

    fn check(group: Group, request: &str, member: Option<&str>) {
        let request: OwnedRequest = request.split(' ').map(str::as_bytes).collect();
        let request = request.as_request();
        let found = member_of(group, request, 1).map(|index| request.arg(index));
        assert_eq!(found, member.map(str::as_bytes));
    }

    #[test]
    fn members_are_told_by_their_place() {
        check(Group::Hash, "HSET key field value", Some("field"));
        check(Group::Hash, "HGETALL key", None);
        check(Group::Set, "SADD key member", Some("member"));
        check(Group::Set, "SCARD key", None);
        check(Group::SortedSet, "ZADD key 1 member", Some("member"));
        check(Group::SortedSet, "ZRANK key member", Some("member"));
        check(Group::String, "SET key value", None);
    }
}
