//! Streams in the keyspace.

use fanfare_data::object::KeyEntry;
use fanfare_data::stream::{NodeLimits, Stream};

use crate::command::CommandError;
use crate::keyspace::{Limit, ReadKeys, WriteKeys};

/// The stream that an entry holds.
pub(super) fn stream(entry: &KeyEntry) -> Result<&Stream, CommandError> {
    Stream::of(entry).ok_or(CommandError::WrongType)
}

/// The stream of a key, if there is the key.
pub(super) fn find<'k>(
    keys: &'k mut ReadKeys<'_>,
    key: &[u8],
) -> Result<Option<&'k Stream>, CommandError> {
    keys.get(key).map(stream).transpose()
}

/// As [`find`], to be changed.
pub(super) fn find_mut<'k>(
    keys: &'k mut WriteKeys<'_>,
    key: &[u8],
) -> Result<Option<&'k mut Stream>, CommandError> {
    let Some(entry) = keys.get_mut(key) else { return Ok(None) };
    Stream::of_mut(entry).map(Some).ok_or(CommandError::WrongType)
}

/// As [`find_mut`], and counted as a read: for changes that Redis counts so.
pub(super) fn read_mut<'k>(
    keys: &'k mut WriteKeys<'_>,
    key: &[u8],
) -> Result<Option<&'k mut Stream>, CommandError> {
    let Some(entry) = keys.read_mut(key) else { return Ok(None) };
    Stream::of_mut(entry).map(Some).ok_or(CommandError::WrongType)
}

/// How large nodes may be.
pub(super) fn node_limits(keys: &ReadKeys<'_>) -> NodeLimits {
    NodeLimits {
        bytes: keys.limit(Limit::StreamBlockBytes) as usize,
        entries: keys.limit(Limit::StreamBlockEntries) as u64,
    }
}
