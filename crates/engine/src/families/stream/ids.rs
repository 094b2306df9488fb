//! Ids as commands take them.

use fanfare_data::stream::StreamId;

use crate::command::CommandError;

/// What is wrong with an id that is none.
pub(super) const INVALID_ID: CommandError =
    CommandError::Text("ERR Invalid stream ID specified as stream command argument");

/// The id of one entry. Without a number it is the first of its millisecond.
pub(super) fn id(text: &[u8]) -> Result<StreamId, CommandError> {
    StreamId::parse(text, 0).ok_or(INVALID_ID)
}

/// As [`id`], of several entries: one that is none spoils them all.
pub(super) fn all_ids<'a>(
    texts: impl Iterator<Item = &'a [u8]>,
) -> Result<Vec<StreamId>, CommandError> {
    texts.map(id).collect()
}

/// The start of a range: `-`, `+`, or an id, the least of its millisecond if it has no number; behind `(` it is left out.
pub(super) fn range_start(text: &[u8]) -> Result<StreamId, CommandError> {
    match text.strip_prefix(b"(") {
        Some(excluded) => {
            id(excluded)?.next().ok_or(CommandError::Text("ERR invalid start ID for the interval"))
        }
        None => bound(text, 0),
    }
}

/// The end of a range: as [`range_start`], but the greatest of its millisecond.
pub(super) fn range_end(text: &[u8]) -> Result<StreamId, CommandError> {
    match text.strip_prefix(b"(") {
        Some(excluded) => StreamId::parse(excluded, u64::MAX)
            .ok_or(INVALID_ID)?
            .previous()
            .ok_or(CommandError::Text("ERR invalid end ID for the interval")),
        None => bound(text, u64::MAX),
    }
}

fn bound(text: &[u8], seq_if_missing: u64) -> Result<StreamId, CommandError> {
    match text {
        b"-" => Ok(StreamId::MIN),
        b"+" => Ok(StreamId::MAX),
        _ => StreamId::parse(text, seq_if_missing).ok_or(INVALID_ID),
    }
}
