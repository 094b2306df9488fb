//! Changing and removing elements within a list.

use fanfare_data::encoding::listpack::Element;
use fanfare_data::list::{Side, edit};
use fanfare_protocol::Reply;

use super::support::{block_limit, index, list, range, say_removed};
use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, WriteKeys};

const LSET: Event = Event::new(EventClass::List, "lset");
const LINSERT: Event = Event::new(EventClass::List, "linsert");
const LREM: Event = Event::new(EventClass::List, "lrem");
const LTRIM: Event = Event::new(EventClass::List, "ltrim");

/// `LSET`.
pub(super) fn lset(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let limit = block_limit(keys);
    let Some(entry) = keys.get_mut(key) else {
        return Err(CommandError::Text("ERR no such key"));
    };
    let length = list(entry)?.len();
    let (number, element) = (args.integer()?, args.required()?);
    edit::make_room(entry, 1, element.len(), limit);
    let Some(index) = index(number, length) else {
        return Err(CommandError::Text("ERR index out of range"));
    };
    edit::replace(entry, index, element, limit);
    edit::shrink(entry, limit);
    keys.changed(key, LSET);
    reply.ok();
    Ok(())
}

/// `LINSERT`.
pub(super) fn linsert(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let side = if args.take_word("BEFORE") {
        Side::Left
    } else if args.take_word("AFTER") {
        Side::Right
    } else {
        return Err(CommandError::Syntax);
    };
    let (pivot, element) = (Element::of(args.required()?), args.required()?);
    let limit = block_limit(keys);
    let Some(entry) = keys.get_mut(key) else {
        reply.integer(0);
        return Ok(());
    };
    list(entry)?;
    edit::make_room(entry, 1, element.len(), limit);
    let list = list(entry)?;
    let length = list.len();
    let Some(index) = list.position(pivot) else {
        reply.integer(-1);
        return Ok(());
    };
    edit::insert(entry, index, side, element, limit);
    keys.changed(key, LINSERT);
    reply.integer(length as i64 + 1);
    Ok(())
}

/// `LREM`.
pub(super) fn lrem(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, count, element) = (args.required()?, args.integer()?, args.required()?);
    if count == i64::MIN {
        return Err(CommandError::NO_OPPOSITE);
    }
    let limit = block_limit(keys);
    let Some(entry) = keys.get_mut(key) else {
        reply.integer(0);
        return Ok(());
    };
    list(entry)?;
    let (side, most) = match count {
        0 => (Side::Left, usize::MAX),
        1.. => (Side::Left, count as usize),
        _ => (Side::Right, count.unsigned_abs() as usize),
    };
    let removed = edit::remove_equal(entry, element, side, most);
    if removed > 0 {
        let is_empty = list(entry)?.is_empty();
        if !is_empty {
            edit::shrink(entry, limit);
        }
        say_removed(keys, key, LREM, removed, is_empty);
    }
    reply.integer(removed as i64);
    Ok(())
}

/// `LTRIM`.
pub(super) fn ltrim(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, start, stop) = (args.required()?, args.integer()?, args.integer()?);
    let limit = block_limit(keys);
    let Some(entry) = keys.get_mut(key) else {
        reply.ok();
        return Ok(());
    };
    let length = list(entry)?.len();
    let kept = range(start, stop, length);
    if !kept.is_empty() {
        edit::remove(entry, kept.end..length);
        edit::remove(entry, 0..kept.start);
        edit::shrink(entry, limit);
    }
    say_removed(keys, key, LTRIM, length - kept.len(), kept.is_empty());
    reply.ok();
    Ok(())
}
