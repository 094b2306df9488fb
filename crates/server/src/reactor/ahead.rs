//! Looks ahead in what one or several clients have sent: parses requests before the first is run, finds their commands and
//! keys, and has the processor fetch what the look-ups of these keys will read.

use std::ops::Range;

use fanfare_engine::command::{CommandId, Entry, Facts, Flag, Group, KeyAt};
use fanfare_engine::families::DataHandler;
use fanfare_engine::keyspace::{KeyPlace, MemberAt, SoughtKey};
use fanfare_protocol::{Limits, Parsed, ProtocolError, Request, RequestBatch, RequestParser};

use super::core::{ConnectionKey, Reactor};
use crate::context::Handler;
use crate::shared::Shared;

/// Most requests that are looked at before the first is run. More would push out of the processor's memory what was fetched.
pub(super) const REQUESTS_AHEAD_MAX: usize = 16;
/// Keys for which there stays room when requests that name more have run.
const KEYS_KEPT_MAX: usize = 1024;

/// Requests that came together, and what is known of each.
#[derive(Default)]
pub(super) struct Ahead {
    batch: RequestBatch,
    found: Vec<Found>,
    /// The keys of all.
    keys: Vec<KeyAt>,
    /// The first keys of each; once for several requests in a row about one key.
    first_keys: Vec<SoughtKey>,
}

#[derive(Default)]
struct Found {
    command: Option<CommandId>,
    simple: Option<SimpleCommand>,
    /// Its keys among those of all.
    keys: Range<usize>,
    /// The first of them among the first keys of all.
    first_key: Option<usize>,
    /// The argument that names a member or field of the first key's value, if it is a command of one.
    member: Option<usize>,
}

/// A command that neither waits nor looks beyond its one key, of a request with the right number of arguments.
#[derive(Clone, Copy)]
pub(super) struct SimpleCommand {
    pub(super) id: CommandId,
    pub(super) row: &'static Facts,
    pub(super) handler: DataHandler,
    /// How many arguments its name is.
    pub(super) names: usize,
    /// Its key.
    pub(super) key: KeyAt,
}

/// A request of such a command.
pub(super) struct Simple<'a> {
    pub(super) command: &'a SimpleCommand,
    pub(super) request: Request<'a>,
    pub(super) sought: &'a SoughtKey,
}

impl SimpleCommand {
    fn of(entry: &Entry<Handler>, request: Request<'_>, keys: &[KeyAt]) -> Option<Self> {
        let Entry { id, row, .. } = *entry;
        let &[key] = keys else { return None };
        match entry.admit(request) {
            Ok(Handler::Data(handler @ (DataHandler::Read(_) | DataHandler::Write(_))))
                if !row.has(Flag::WholeKeyspace) =>
            {
                Some(Self { id, row, handler, names: entry.names(), key })
            }
            _ => None,
        }
    }
}

/// What is known of the requests before one.
#[derive(Default)]
struct Last<'a> {
    /// What the last one is like.
    kind: Option<Kind<'a>>,
    /// The last of the first keys.
    key: Option<&'a [u8]>,
}

/// What all requests have in common that have this name and so many arguments.
struct Kind<'a> {
    name: &'a [u8],
    args: usize,
    group: Group,
    simple: SimpleCommand,
}

impl<'a> Kind<'a> {
    /// The kind of a request of a simple command, if its name and the number of its arguments tell all of this.
    fn of(entry: &Entry<Handler>, request: Request<'a>, simple: SimpleCommand) -> Option<Self> {
        let is_told = entry.is_told_by_name() && entry.row.keys.only_index().is_some();
        let (name, args, group) = (request.arg(0), request.len(), entry.row.group);
        is_told.then_some(Self { name, args, group, simple })
    }

    fn is_of(&self, request: Request<'_>) -> bool {
        request.arg(0) == self.name && request.len() == self.args
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

    pub(super) fn clear(&mut self) {
        self.batch.clear();
        self.found.clear();
        self.first_keys.clear();
        self.keys.clear();
        self.keys.shrink_to(KEYS_KEPT_MAX);
    }

    /// The request at `index` of the input, and what is known of it.
    pub(super) fn request<'a>(&'a self, index: usize, input: &'a [u8]) -> (Request<'a>, Known<'a>) {
        let request = self.batch.request(index, input);
        let found = &self.found[index];
        let keys = &self.keys[found.keys.clone()];
        let place = found.first_key.map(|index| self.first_keys[index].place);
        (request, Known { command: found.command, keys, place })
    }

    /// The request at `index` of the input, if there is one and it is of a simple command.
    #[inline]
    pub(super) fn simple<'a>(&'a self, index: usize, input: &'a [u8]) -> Option<Simple<'a>> {
        let found = self.found.get(index)?;
        let (command, sought) = (found.simple.as_ref()?, &self.first_keys[found.first_key?]);
        Some(Simple { command, request: self.batch.request(index, input), sought })
    }

    /// Where a request ends in the input.
    pub(super) fn end(&self, index: usize) -> usize {
        self.batch.end(index)
    }

    /// Adds the requests that begin at `from` of the input, as far as they are ordinary ones, have all come, and are not too
    /// many with those that are there.
    pub(super) fn add_whole(&mut self, shared: &Shared, input: &[u8], from: usize, limits: Limits) {
        let most = REQUESTS_AHEAD_MAX.saturating_sub(self.len());
        self.batch.add_whole(input, from, limits, most);
        self.find_all(shared, input);
    }

    /// Finds what is known of the requests that were added.
    fn find_all(&mut self, shared: &Shared, input: &[u8]) {
        let Self { batch, found, keys, first_keys } = self;
        let mut last = Last::default();
        for index in found.len()..batch.len() {
            let request = batch.request(index, input);
            found.push(Self::find(shared, request, keys, first_keys, &mut last));
        }
    }

    /// Has fetched what the look-ups of several requests about a database will read.
    pub(super) fn fetch(
        &mut self,
        shared: &Shared,
        database: u32,
        input: &[u8],
        requests: Range<usize>,
    ) {
        if requests.len() < 2 {
            return;
        }
        let found = &self.found[requests.clone()];
        let mut numbers = found.iter().filter_map(|found| found.first_key);
        if let Some(first) = numbers.next() {
            let last = numbers.next_back().unwrap_or(first);
            shared.keyspace.fetch(database, &mut self.first_keys[first..=last]);
        }
        if found.iter().filter(|found| found.member.is_some()).count() > 1 {
            let members: Vec<_> = requests.filter_map(|index| self.member(index, input)).collect();
            shared.keyspace.fetch_members(database, &members);
        }
    }

    /// The member that a request names, if it names one.
    fn member<'a>(&'a self, index: usize, input: &'a [u8]) -> Option<MemberAt<'a>> {
        let (request, known) = self.request(index, input);
        let (key_index, member_index) = (known.keys.first()?.index, self.found[index].member?);
        Some(MemberAt {
            key: request.arg(key_index),
            place: known.place?,
            member: request.arg(member_index),
            // As `ZADD` has it; between a key and a field stands nothing.
            score: (member_index > key_index + 1).then(|| request.arg(member_index - 1)),
        })
    }

    /// Finds the command of a request, its keys, and where the first is. `last` tells of the requests before, as most are like
    /// their neighbours.
    fn find<'a>(
        shared: &'a Shared,
        request: Request<'a>,
        keys: &mut Vec<KeyAt>,
        first_keys: &mut Vec<SoughtKey>,
        last: &mut Last<'a>,
    ) -> Found {
        let first = keys.len();
        let (command, group, simple) = match &last.kind {
            Some(kind) if kind.is_of(request) => {
                keys.push(kind.simple.key);
                (kind.simple.id, kind.group, Some(kind.simple))
            }
            _ => {
                let Ok(entry) = shared.commands.find(request) else {
                    return Found::default();
                };
                if entry.row.keys.find(request, keys).is_err() {
                    keys.truncate(first);
                }
                let simple = SimpleCommand::of(entry, request, &keys[first..]);
                last.kind = simple.and_then(|simple| Kind::of(entry, request, simple));
                (entry.id, entry.row.group, simple)
            }
        };
        let (mut first_key, mut member) = (None, None);
        if let Some(index) = keys.get(first).map(|key| key.index) {
            let key = request.arg(index);
            if last.key != Some(key) {
                first_keys.push(shared.keyspace.place(key).into());
                last.key = Some(key);
            }
            first_key = Some(first_keys.len() - 1);
            member = member_of(group, request, index);
        }
        Found { command: Some(command), simple, keys: first..keys.len(), first_key, member }
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
        ahead.find_all(&self.shared, input);
        let database = self.connections[key as usize].session.database;
        ahead.fetch(&self.shared, database, input, 0..ahead.len());
        Ok(parsed)
    }

    /// What a connection's next request may use.
    pub(super) fn limits(&self, key: ConnectionKey) -> Limits {
        Limits {
            bulk_bytes_max: self.config.argument_bytes_max(),
            unauthenticated: !self.connections[key as usize].session.is_authenticated,
        }
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
