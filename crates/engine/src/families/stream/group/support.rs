//! What several commands on groups share.

use fanfare_data::stream::{Delivery, Group};

use super::super::value::{find, stream};
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

/// Reads a stream to find out that a group is not there; `after` ends the words of the error.
pub(super) fn check_group(
    keys: &mut ReadKeys<'_>,
    key: &[u8],
    name: &[u8],
    after: &str,
) -> Result<(), CommandError> {
    let stream = keys.read(key).map(stream).transpose()?;
    match stream.and_then(|stream| stream.group(name)) {
        Some(_) => Ok(()),
        None => Err(no_key_or_group(key, name, after)),
    }
}

/// How long ago an entry was delivered, as replies tell it, in milliseconds: -1 if it was given back.
pub(super) fn idle_ms(delivery: &Delivery, now_ms: i64) -> i64 {
    delivery.idle_ms(now_ms).map_or(-1, |idle_ms| idle_ms.max(0))
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
