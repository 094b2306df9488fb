//! The bytes of strings.

use std::borrow::Cow;

use fanfare_data::encoding::entry::ValueRef;
use fanfare_data::object::{EDITED_TEXT, KeyEntry, Object, TEXT, Type, new_raw_text};
use fanfare_protocol::Reply;

use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, ReadKeys, WriteKeys};

/// Longest string that a command may make, in bytes (the default of `proto-max-bulk-len`).
const STRING_BYTES_MAX: usize = 512 << 20;

const APPEND: Event = Event::new(EventClass::String, "append");
const DEL: Event = Event::new(EventClass::Generic, "del");

/// The bytes of a string; an error if the entry holds something else.
pub(super) fn text(entry: &KeyEntry) -> Result<Cow<'_, [u8]>, CommandError> {
    match entry.value() {
        ValueRef::Integer(number) => Ok(Cow::Owned(number.to_string().into_bytes())),
        ValueRef::Bytes(TEXT | EDITED_TEXT, bytes) => Ok(Cow::Borrowed(bytes)),
        ValueRef::Object(Object::Text(bytes)) => Ok(Cow::Borrowed(bytes)),
        ValueRef::Bytes(..) => Err(CommandError::WrongType),
    }
}

/// Writes the string of an entry, or that there is none.
pub(super) fn write_text(
    entry: Option<&KeyEntry>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let Some(entry) = entry else {
        reply.null();
        return Ok(());
    };
    match entry.value() {
        ValueRef::Integer(number) => reply.bulk(itoa::Buffer::new().format(number).as_bytes()),
        _ => reply.bulk(&text(entry)?),
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

/// `GETDEL`.
pub(super) fn getdel(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    write_text(keys.read(key), reply)?;
    if keys.remove(key).is_some() {
        keys.changed(key, DEL);
    }
    Ok(())
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
    let length = match keys.get(args.required()?) {
        Some(entry) => text(entry)?.len(),
        None => 0,
    };
    reply.integer(length as i64);
    Ok(())
}

/// `APPEND`.
pub(super) fn append(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, tail) = (args.required()?, args.required()?);
    let length = match keys.get_mut(key) {
        None => {
            keys.set(key, fanfare_data::object::new_text(tail));
            tail.len()
        }
        Some(entry) => {
            let length = text(entry)?.len() + tail.len();
            if length > STRING_BYTES_MAX {
                return Err(CommandError::Text(
                    "ERR string exceeds maximum allowed size (proto-max-bulk-len)",
                ));
            }
            if let Some(Object::Text(bytes)) = entry.object_mut() {
                bytes.extend_from_slice(tail);
            } else {
                let mut bytes = text(entry)?.into_owned();
                bytes.extend_from_slice(tail);
                entry.set_value(new_raw_text(&bytes));
            }
            length
        }
    };
    keys.changed(key, APPEND);
    reply.integer(length as i64);
    Ok(())
}
