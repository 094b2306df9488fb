//! The bytes of strings.

use fanfare_data::object::{KeyEntry, Type, new_edited_text, new_text};
use fanfare_protocol::Reply;

use super::range::range;
use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, Limit, ReadKeys, WriteKeys};

const APPEND: Event = Event::new(EventClass::String, "append");
const SETRANGE: Event = Event::new(EventClass::String, "setrange");

/// The bytes of a string; an error if the entry holds something else. An integer's digits are put into `digits`.
pub(in crate::families) fn text<'a>(
    entry: &'a KeyEntry,
    digits: &'a mut itoa::Buffer,
) -> Result<&'a [u8], CommandError> {
    fanfare_data::text::text(entry.value(), digits).ok_or(CommandError::WrongType)
}

/// As [`text`], of a key; no key is an empty string.
pub(in crate::families) fn text_of<'a>(
    keys: &'a mut ReadKeys<'_>,
    key: &[u8],
    digits: &'a mut itoa::Buffer,
) -> Result<&'a [u8], CommandError> {
    keys.get(key).map_or(Ok(&[]), |entry| text(entry, digits))
}

/// The length of a key's string, `None` if there is no such key.
pub(in crate::families) fn length_of(
    keys: &mut ReadKeys<'_>,
    key: &[u8],
) -> Result<Option<usize>, CommandError> {
    let entry = keys.get(key);
    entry.map(|entry| Ok(text(entry, &mut itoa::Buffer::new())?.len())).transpose()
}

/// The bytes of a key's string to be changed, at least `length` of them, zeros where there were none. Makes the key. It must
/// not hold anything but a string.
pub(in crate::families) fn edit<'k>(
    keys: &'k mut WriteKeys<'_>,
    key: &[u8],
    length: usize,
) -> &'k mut [u8] {
    if keys.get(key).is_none() {
        keys.set(key, new_edited_text(&[]));
    }
    keys.get_mut(key).map_or(&mut [], |entry| fanfare_data::text::edit(entry, length))
}

/// Refuses a string longer than strings may be.
fn check_length(keys: &ReadKeys<'_>, length: Option<usize>) -> Result<(), CommandError> {
    let bytes_max = usize::try_from(keys.limit(Limit::StringBytes)).unwrap_or(usize::MAX);
    if length.is_some_and(|length| length <= bytes_max) {
        return Ok(());
    }
    Err(CommandError::Text("ERR string exceeds maximum allowed size (proto-max-bulk-len)"))
}

/// Writes the string of an entry, or that there is none.
pub(super) fn write_text(
    entry: Option<&KeyEntry>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    match entry {
        Some(entry) => reply.bulk(text(entry, &mut itoa::Buffer::new())?),
        None => reply.null(),
    }
    Ok(())
}

/// `GET`.
pub(super) fn get(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    write_text(keys.get(args.required()?), reply)
}

/// `MGET`.
pub(super) fn mget(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    reply.array(args.len());
    for key in args {
        // A value of another type counts as none.
        let entry = keys.get(key).filter(|entry| Type::of(&entry.value()) == Type::String);
        write_text(entry, reply)?;
    }
    Ok(())
}

/// `STRLEN`.
pub(super) fn strlen(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let length = length_of(keys, args.required()?)?;
    reply.integer(length.unwrap_or(0) as i64);
    Ok(())
}

/// `GETRANGE` and `SUBSTR`.
pub(super) fn getrange(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, start, end) = (args.required()?, args.integer()?, args.integer()?);
    let mut digits = itoa::Buffer::new();
    let bytes = text_of(keys, key, &mut digits)?;
    reply.bulk(&bytes[range(start, end, bytes.len())]);
    Ok(())
}

/// `APPEND`.
pub(super) fn append(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, tail) = (args.required()?, args.required()?);
    let length = match length_of(keys, key)? {
        None => {
            keys.set(key, new_text(tail));
            tail.len()
        }
        Some(old_length) => {
            let length = old_length.saturating_add(tail.len());
            check_length(keys, Some(length))?;
            edit(keys, key, length)[old_length..].copy_from_slice(tail);
            length
        }
    };
    keys.changed(key, APPEND);
    reply.integer(length as i64);
    Ok(())
}

/// `SETRANGE`.
pub(super) fn setrange(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, offset, bytes) = (args.required()?, args.integer()?, args.required()?);
    let Ok(offset) = usize::try_from(offset) else {
        return Err(CommandError::Text("ERR offset is out of range"));
    };
    let old_length = length_of(keys, key)?.unwrap_or(0);
    if bytes.is_empty() {
        reply.integer(old_length as i64);
        return Ok(());
    }
    check_length(keys, offset.checked_add(bytes.len()))?;
    let end = offset + bytes.len();
    edit(keys, key, end)[offset..end].copy_from_slice(bytes);
    keys.changed(key, SETRANGE);
    reply.integer(old_length.max(end) as i64);
    Ok(())
}
