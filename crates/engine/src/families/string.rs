//! Strings.

use std::borrow::Cow;

use fanfare_data::encoding::entry::ValueRef;
use fanfare_data::object::{KeyEntry, Object, TEXT, new_text};
use fanfare_protocol::Reply;

use super::DataHandler;
use super::row::{read, write};
use crate::command::{
    Args, Arity, Category, Command, CommandError, Flag, Group, KeyFlag, KeySpec, Keys,
};
use crate::keyspace::{Event, EventClass, ReadKeys, WriteKeys};

const SET: Event = Event::new(EventClass::String, "set");
const EXPIRE: Event = Event::new(EventClass::Generic, "expire");

/// The family's commands.
pub const COMMANDS: &[Command<DataHandler>] = &[
    read("GET", Arity::Exactly(2), Keys::of(&[READ_KEY]), get)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::String])
        .group(Group::String)
        .since("1.0.0")
        .complexity("O(1)")
        .usage("key:key")
        .summary("Returns the string that a key holds."),
    read("STRLEN", Arity::Exactly(2), Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly])]), strlen)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::String])
        .group(Group::String)
        .since("2.2.0")
        .complexity("O(1)")
        .usage("key:key")
        .summary("Returns the length of the string that a key holds."),
    write("SETEX", Arity::Exactly(4), Keys::of(&[SET_KEY]), setex)
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&[Category::String])
        .group(Group::String)
        .since("2.0.0")
        .complexity("O(1)")
        .usage("key:key seconds:integer value")
        .summary("Sets a key to a string that expires after so many seconds.")
        .deprecated("2.6.12", "`SET` with the `EX` argument"),
];

const READ_KEY: KeySpec = KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access]);
const SET_KEY: KeySpec = KeySpec::at(1, &[KeyFlag::Overwrite, KeyFlag::Update]);

/// The bytes of a string.
fn text(entry: &KeyEntry) -> Cow<'_, [u8]> {
    match entry.value() {
        ValueRef::Integer(number) => Cow::Owned(number.to_string().into_bytes()),
        ValueRef::Bytes(TEXT, bytes) => Cow::Borrowed(bytes),
        ValueRef::Object(Object::Text(bytes)) => Cow::Borrowed(bytes),
        ValueRef::Bytes(..) => Cow::Borrowed(b""),
    }
}

fn get(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    match keys.get(args.required()?) {
        Some(entry) => match entry.value() {
            ValueRef::Integer(number) => reply.bulk(itoa::Buffer::new().format(number).as_bytes()),
            _ => reply.bulk(&text(entry)),
        },
        None => reply.null(),
    }
    Ok(())
}

fn strlen(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let length = keys.get(args.required()?).map_or(0, |entry| text(entry).len());
    reply.integer(length as i64);
    Ok(())
}

fn setex(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let seconds = args.integer()?;
    let expiry_ms = seconds
        .checked_mul(1000)
        .and_then(|duration_ms| duration_ms.checked_add(keys.now_ms()))
        .filter(|_| seconds > 0)
        .ok_or(CommandError::Text("ERR invalid expire time in 'setex' command"))?;
    keys.set(key, new_text(args.required()?));
    keys.set_expiry(key, Some(expiry_ms));
    keys.changed(key, SET);
    keys.changed(key, EXPIRE);
    reply.ok();
    Ok(())
}
