//! `XLEN`, `XRANGE` and `XREVRANGE`.

use fanfare_data::stream::Stream;
use fanfare_protocol::Reply;

use super::entry::write_entries;
use super::ids::{range_end, range_start};
use super::value::find;
use crate::command::{Args, CommandError};
use crate::keyspace::ReadKeys;

/// `XLEN`.
pub(super) fn xlen(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let length = find(keys, args.required()?)?.map_or(0, Stream::len);
    reply.integer(length as i64);
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

/// `XRANGE`.
pub(super) fn xrange(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    range(keys, args, reply, Direction::Ascending)
}

/// `XREVRANGE`.
pub(super) fn xrevrange(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    range(keys, args, reply, Direction::Descending)
}

fn range(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    direction: Direction,
) -> Result<(), CommandError> {
    let (key, first, second) = (args.required()?, args.required()?, args.required()?);
    let (start, end) = match direction {
        Direction::Ascending => (first, second),
        Direction::Descending => (second, first),
    };
    let (start, end) = (range_start(start)?, range_end(end)?);
    let mut count = None;
    while !args.is_empty() {
        if args.len() < 2 || !args.take_word("COUNT") {
            return Err(CommandError::Syntax);
        }
        count = Some(args.integer()?.max(0));
    }
    let Some(stream) = find(keys, key)? else {
        reply.array(0);
        return Ok(());
    };
    if count == Some(0) {
        reply.null_array();
        return Ok(());
    }
    let count = count.map_or(usize::MAX, |count| count as usize);
    match direction {
        Direction::Ascending => write_entries(reply, stream.ascending(start, end).take(count)),
        Direction::Descending => write_entries(reply, stream.descending(start, end).take(count)),
    }
    Ok(())
}
