//! Deleting, renaming, copying, looking at keys.

use fanfare_data::object::Type;
use fanfare_protocol::Reply;

use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, Freeing, ReadKeys, WriteKeys};

const RENAME_FROM: Event = Event::new(EventClass::Generic, "rename_from");
const RENAME_TO: Event = Event::new(EventClass::Generic, "rename_to");
const COPY_TO: Event = Event::new(EventClass::Generic, "copy_to");
const MOVE_FROM: Event = Event::new(EventClass::Generic, "move_from");
const MOVE_TO: Event = Event::new(EventClass::Generic, "move_to");

const NO_SUCH_KEY: CommandError = CommandError::Text("ERR no such key");
const SAME_OBJECT: CommandError =
    CommandError::Text("ERR source and destination objects are the same");
const DATABASE_OUT_OF_RANGE: CommandError = CommandError::Text("ERR DB index is out of range");

/// `DEL`.
pub(super) fn del(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    delete(keys, args, reply, Freeing::Deleting);
    Ok(())
}

/// `UNLINK`.
pub(super) fn unlink(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    delete(keys, args, reply, Freeing::Asked);
    Ok(())
}

fn delete(keys: &mut WriteKeys<'_>, args: Args<'_>, reply: &mut Reply<'_>, freeing: Freeing) {
    let mut removed = 0;
    for key in args {
        if keys.delete(key, freeing) {
            keys.changed(key, Event::DEL);
            removed += 1;
        }
    }
    reply.integer(removed);
}

/// `EXISTS`.
pub(super) fn exists(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let found = args.filter(|key| keys.glance(key).is_some()).count();
    reply.integer(found as i64);
    Ok(())
}

/// `TOUCH`.
pub(super) fn touch(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let found = args.filter(|key| keys.touch(key)).count();
    reply.integer(found as i64);
    Ok(())
}

/// `TYPE`.
pub(super) fn value_type(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let entry = keys.glance(args.required()?);
    reply.simple(entry.map_or("none", |entry| Type::of(&entry.value()).name()));
    Ok(())
}

/// `RENAME`.
pub(super) fn rename(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (from, to) = (args.required()?, args.required()?);
    if keys.get(from).is_none() {
        return Err(NO_SUCH_KEY);
    }
    if from != to {
        rename_present(keys, from, to);
    }
    reply.ok();
    Ok(())
}

/// `RENAMENX`.
pub(super) fn renamenx(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (from, to) = (args.required()?, args.required()?);
    if keys.get(from).is_none() {
        return Err(NO_SUCH_KEY);
    }
    let is_free = from != to && keys.get(to).is_none();
    if is_free {
        rename_present(keys, from, to);
    }
    reply.integer(i64::from(is_free));
    Ok(())
}

fn rename_present(keys: &mut WriteKeys<'_>, from: &[u8], to: &[u8]) {
    if let Some(entry) = keys.remove(from) {
        let database = keys.database();
        let replaced = keys.put(database, entry.with_key(to));
        keys.changed(from, RENAME_FROM);
        keys.also(to, RENAME_TO);
        keys.tell_replaced(database, to, replaced);
    }
}

/// `COPY`.
pub(super) fn copy(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (from, to) = (args.required()?, args.required()?);
    let mut database = keys.database();
    let mut replaces = false;
    while !args.is_empty() {
        if args.take_word("REPLACE") {
            replaces = true;
        } else if args.len() > 1 && args.take_word("DB") {
            database = database_argument(keys, &mut args)?;
        } else {
            return Err(CommandError::Syntax);
        }
    }
    if database == keys.database() && from == to {
        return Err(SAME_OBJECT);
    }
    let Some(entry) = keys.read(from).cloned() else {
        reply.integer(0);
        return Ok(());
    };
    if keys.get_in(database, to).is_some() && !replaces {
        reply.integer(0);
        return Ok(());
    }
    let replaced = keys.put(database, entry.with_key(to));
    keys.changed_in(database, to, COPY_TO);
    keys.tell_replaced(database, to, replaced);
    reply.integer(1);
    Ok(())
}

/// `MOVE`.
pub(super) fn move_key(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let database = database_argument(keys, &mut args)?;
    let source = keys.database();
    if database == source {
        return Err(SAME_OBJECT);
    }
    if keys.get(key).is_none() || keys.get_in(database, key).is_some() {
        reply.integer(0);
        return Ok(());
    }
    if let Some(entry) = keys.remove(key) {
        keys.put(database, entry);
        keys.changed(key, MOVE_FROM);
        keys.also_in(database, key, MOVE_TO);
    }
    reply.integer(1);
    Ok(())
}

/// Reads the number of a database.
fn database_argument(keys: &ReadKeys<'_>, args: &mut Args<'_>) -> Result<u32, CommandError> {
    let number = i32::try_from(args.integer()?).map_err(|_| {
        CommandError::Text(
            "ERR value is out of range, value must between -2147483648 and 2147483647",
        )
    })?;
    database_number(keys, number)
}

pub(super) fn database_number(keys: &ReadKeys<'_>, number: i32) -> Result<u32, CommandError> {
    u32::try_from(number)
        .ok()
        .filter(|&number| number < keys.databases())
        .ok_or(DATABASE_OUT_OF_RANGE)
}
