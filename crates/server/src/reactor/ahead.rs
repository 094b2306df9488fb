//! Looks ahead in what one or several clients have sent: parses requests before the first is run, finds their commands and
//! keys, and has the processor fetch what the look-ups of these keys will read.

use std::ops::Range;

use fanfare_engine::command::{CommandId, Entry, Facts, Flag, Group, KeyAt};
use fanfare_engine::families::DataHandler;
use fanfare_engine::keyspace::{MemberAt, SoughtKey};
use fanfare_protocol::{Limits, Parsed, ProtocolError, Request, RequestBatch, RequestParser};

use super::core::{ConnectionKey, Reactor};
use crate::context::Handler;
use crate::shared::Shared;

/// Most requests that are looked at before the first is run. More would push out of the processor's memory what was fetched.
pub(super) const REQUESTS_AHEAD_MAX: usize = 16;
/// Keys for which there stays room when requests that name more have run.
const KEYS_KEPT_MAX: usize = 1024;
/// Most keys of one request whose places are found ahead. The places of more are found one by one as it runs.
const PLACES_MAX: usize = 16;

/// Requests that came together, and what is known of each.
#[derive(Default)]
pub(super) struct Ahead {
    batch: RequestBatch,
    found: Vec<Found>,
    /// What is known of each, once for several in a row that are alike.
    kinds: Vec<Kind>,
    /// The keys of all kinds.
    keys: Vec<KeyAt>,
    /// Where the keys of each request are; once for several requests in a row about one key.
    sought: Vec<SoughtKey>,
}

#[derive(Clone)]
struct Found {
    /// Its kind, if there is a command of its name.
    kind: Option<usize>,
    /// Where its keys are, among those of all; nothing if there are too many.
    sought: Range<usize>,
}

impl Found {
    /// The first key of a request of which this was found.
    fn key<'a>(&self, kinds: &[Kind], request: Request<'a>) -> Option<&'a [u8]> {
        Some(request.arg(kinds[self.kind?].key_index?))
    }
}

/// What is known of a request, and of those behind it that begin like it if their beginning tells all of this.
struct Kind {
    command: CommandId,
    simple: Option<SimpleCommand>,
    /// The keys among those of all kinds.
    keys: Range<usize>,
    /// The argument that is the first of them.
    key_index: Option<usize>,
    /// The argument that names a member or field of the first key's value, if it is a command of one.
    member: Option<usize>,
    /// Whether the name and the number of arguments tell the command and the keys.
    is_told_by_head: bool,
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

/// What looking ahead told of a request.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known<'a> {
    /// Its command, if there is one of that name.
    pub(super) command: Option<CommandId>,
    /// Its keys; none where the arguments contradict what the command's row says of them: the handler finds what is wrong, and
    /// says it in its own words, before it looks for a key.
    pub(super) keys: &'a [KeyAt],
    /// Where each of them is; nothing if there are too many.
    pub(super) sought: &'a [SoughtKey],
}

impl Ahead {
    /// How many requests there are.
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    pub(super) fn clear(&mut self) {
        self.batch.clear();
        self.found.clear();
        self.sought.clear();
        self.kinds.clear();
        self.keys.clear();
        self.keys.shrink_to(KEYS_KEPT_MAX);
    }

    /// The request at `index` of the input, and what is known of it.
    pub(super) fn request<'a>(&'a self, index: usize, input: &'a [u8]) -> (Request<'a>, Known<'a>) {
        let request = self.batch.request(index, input);
        let found = &self.found[index];
        let Some(kind) = found.kind.map(|kind| &self.kinds[kind]) else {
            return (request, Known::default());
        };
        let keys = &self.keys[kind.keys.clone()];
        let sought = &self.sought[found.sought.clone()];
        (request, Known { command: Some(kind.command), keys, sought })
    }

    /// The request at `index` of the input, if there is one and it is of a simple command.
    #[inline]
    pub(super) fn simple<'a>(&'a self, index: usize, input: &'a [u8]) -> Option<Simple<'a>> {
        let found = self.found.get(index)?;
        let command = self.kinds[found.kind?].simple.as_ref()?;
        let sought = self.sought.get(found.sought.start)?;
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
        let Self { batch, found, kinds, keys, sought } = self;
        // The key of what is last among the sought.
        let mut last_key = match found.last() {
            Some(last) if last.sought.len() == 1 => {
                last.key(kinds, batch.request(found.len() - 1, input))
            }
            _ => None,
        };
        for index in found.len()..batch.len() {
            let request = batch.request(index, input);
            let last_kind =
                found.last().and_then(|last| last.kind).filter(|_| batch.is_alike(index));
            let kind = last_kind.filter(|&kind| kinds[kind].is_told_by_head).or_else(|| {
                kinds.push(Kind::find(shared, request, keys)?);
                Some(kinds.len() - 1)
            });
            let keys = kind.map_or(&[][..], |kind| &keys[kinds[kind].keys.clone()]);
            let mut first = sought.len();
            match keys {
                [only] => {
                    let key = request.arg(only.index);
                    if last_key == Some(key) {
                        first -= 1;
                    } else {
                        sought.push(shared.keyspace.place(key).into());
                        last_key = Some(key);
                    }
                }
                _ if keys.len() <= PLACES_MAX => {
                    let places =
                        keys.iter().map(|key| shared.keyspace.place(request.arg(key.index)));
                    sought.extend(places.map(SoughtKey::from));
                    last_key = None;
                }
                _ => {}
            }
            found.push(Found { kind, sought: first..sought.len() });
        }
    }

    /// Has fetched what the look-ups of requests about a database will read.
    pub(super) fn fetch(
        &mut self,
        shared: &Shared,
        database: u32,
        input: &[u8],
        requests: Range<usize>,
    ) {
        let found = &self.found[requests.clone()];
        let (Some(first), Some(last)) = (found.first(), found.last()) else { return };
        let sought = first.sought.start..last.sought.end;
        // What a single look-up reads it fetches itself.
        if requests.len() > 1 || sought.len() > 1 {
            shared.keyspace.fetch(database, &mut self.sought[sought]);
        }
        if self.kinds.iter().any(|kind| kind.member.is_some()) {
            let mut first = requests.start;
            for on_one_key in found.chunk_by(|one, next| one.sought == next.sought) {
                let requests = first..first + on_one_key.len();
                first = requests.end;
                if requests.len() > 1 {
                    self.fetch_members(shared, database, input, requests);
                }
            }
        }
    }

    /// Has fetched what the look-ups of members will read in several requests about one key, if they look for any.
    fn fetch_members(&self, shared: &Shared, database: u32, input: &[u8], requests: Range<usize>) {
        let found = &self.found[requests.start];
        let key = found.key(&self.kinds, self.batch.request(requests.start, input));
        if let (Some(key), [only]) = (key, &self.sought[found.sought.clone()]) {
            let members = requests.filter_map(|index| self.member(index, input));
            shared.keyspace.fetch_members(database, key, *only, members);
        }
    }

    /// The member that a request names, if it names one.
    fn member<'a>(&'a self, index: usize, input: &'a [u8]) -> Option<MemberAt<'a>> {
        let kind = &self.kinds[self.found[index].kind?];
        let (key_index, member_index) = (kind.key_index?, kind.member?);
        let request = self.batch.request(index, input);
        Some(MemberAt {
            member: request.arg(member_index),
            // As `ZADD` has it; between a key and a field stands nothing.
            score: (member_index > key_index + 1).then(|| request.arg(member_index - 1)),
        })
    }
}

impl Kind {
    /// The kind of a request, if there is a command of its name. Adds the keys to `keys`.
    fn find(shared: &Shared, request: Request<'_>, keys: &mut Vec<KeyAt>) -> Option<Self> {
        let entry = shared.commands.find(request).ok()?;
        let Entry { id, row, .. } = *entry;
        let first = keys.len();
        if row.keys.find(request, keys).is_err() {
            keys.truncate(first);
        }
        let key_index = keys.get(first).map(|key| key.index);
        Some(Self {
            command: id,
            simple: SimpleCommand::of(entry, request, &keys[first..]),
            keys: first..keys.len(),
            key_index,
            member: key_index.and_then(|index| member_of(row.group, request, index)),
            is_told_by_head: entry.is_told_by_name() && !row.keys.are_movable(),
        })
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
