//! What several commands on groups share.

use fanfare_data::stream::Group;

use super::super::value::find;
use crate::command::CommandError;
use crate::keyspace::{Event, EventClass, ReadKeys};

/// The event of a consumer that was made.
pub(super) const CONSUMER_CREATED: Event = Event::new(EventClass::Stream, "xgroup-createconsumer");

/// A group that must be there.
pub(super) fn group<'k>(
    keys: &'k mut ReadKeys<'_>,
    key: &[u8],
    name: &[u8],
) -> Result<&'k Group, CommandError> {
    let found = find(keys, key)?.and_then(|stream| stream.group(name));
    found.ok_or_else(|| no_key_or_group(key, name, ""))
}

/// Neither the key nor the group may be there.
#[cold]
pub(super) fn no_key_or_group(key: &[u8], group: &[u8], after: &str) -> CommandError {
    let words = [b"NOGROUP No such key '".as_slice(), key, b"' or consumer group '", group, b"'"];
    CommandError::echo([&words.concat(), after.as_bytes()].concat())
}

/// The key is there, but not the group.
#[cold]
pub(super) fn no_group(key: &[u8], group: &[u8]) -> CommandError {
    let words = [b"NOGROUP No such consumer group '".as_slice(), group, b"' for key name '"];
    CommandError::echo([&words.concat(), key, b"'"].concat())
}
