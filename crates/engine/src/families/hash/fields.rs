//! Fields read and written.

use fanfare_data::hash::{Field, HashRef, NewTime};
use fanfare_protocol::Reply;

use super::access::{edit, packed_limits, read, with_field};
use super::{HDEL, HSET};
use crate::command::{Args, CommandError};
use crate::families::element::write_element;
use crate::keyspace::{ReadKeys, WriteKeys};

/// `HSET`.
pub(super) fn hset(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let added = set_pairs(keys, args, "HSET")?;
    reply.integer(added);
    Ok(())
}

/// `HMSET`.
pub(super) fn hmset(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    set_pairs(keys, args, "HMSET")?;
    reply.ok();
    Ok(())
}

/// Sets the fields that the arguments name; how many are new.
fn set_pairs(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    name: &'static str,
) -> Result<i64, CommandError> {
    let key = args.required()?;
    if !args.len().is_multiple_of(2) {
        return Err(CommandError::WrongArity { container: None, name });
    }
    let (count, limits) = (args.len() / 2, packed_limits(keys));
    let pairs = std::iter::from_fn(move || Some((args.next()?, args.next()?)));
    let added = edit(keys, key, |hash| {
        hash.prepare(count, limits);
        hash.set_all(pairs.clone(), limits)
    })?;
    keys.changed_by(key, HSET, count as u64);
    Ok(added as i64)
}

/// `HSETNX`.
pub(super) fn hsetnx(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, name, value) = (args.required()?, args.required()?, args.required()?);
    let is_absent = with_field(keys, key, name, |field| field.is_none())?;
    if is_absent {
        let limits = packed_limits(keys);
        edit(keys, key, |hash| hash.set(name, value, NewTime::Remove, limits))?;
        keys.changed(key, HSET);
    }
    reply.integer(i64::from(is_absent));
    Ok(())
}

/// `HDEL`. A field that has expired counts as one that was there, as in Redis.
pub(super) fn hdel(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let removed = keys.edit_hash(key, |hash| args.filter(|name| hash.remove(name)).count())?;
    let removed = removed.unwrap_or(0);
    if removed > 0 {
        keys.changed_by(key, HDEL, removed as u64);
        keys.remove_if_emptied(key);
    }
    reply.integer(removed as i64);
    Ok(())
}

/// `HGET`.
pub(super) fn hget(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, name) = (args.required()?, args.required()?);
    with_field(keys, key, name, |field| write_value(reply, field))
}

/// `HMGET`.
pub(super) fn hmget(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let now_ms = keys.now_ms();
    let hash = read(keys, key)?;
    let mut any_expired = false;
    reply.array(args.len());
    for name in args.clone() {
        let field = hash.and_then(|hash| hash.get(name));
        let has_expired = field.is_some_and(|field| field.has_expired(now_ms));
        any_expired |= has_expired;
        write_value(reply, field.filter(|_| !has_expired));
    }
    if any_expired {
        keys.expire_fields(key, args);
    }
    Ok(())
}

/// `HEXISTS`.
pub(super) fn hexists(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, name) = (args.required()?, args.required()?);
    with_field(keys, key, name, |field| reply.integer(i64::from(field.is_some())))
}

/// `HSTRLEN`.
pub(super) fn hstrlen(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, name) = (args.required()?, args.required()?);
    with_field(keys, key, name, |field| {
        reply.integer(field.map_or(0, |field| field.value.text_len() as i64));
    })
}

/// `HLEN`. Fields that have expired and that nobody took out yet count, as in Redis.
pub(super) fn hlen(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let length = read(keys, args.required()?)?.map_or(0, HashRef::len);
    reply.integer(length as i64);
    Ok(())
}

/// `HGETALL`.
pub(super) fn hgetall(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    for_each_field(keys, args, reply, Reply::map, |reply, field| {
        write_element(reply, field.name);
        write_element(reply, field.value);
    })
}

/// `HKEYS`.
pub(super) fn hkeys(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    for_each_field(keys, args, reply, Reply::array, |reply, field| {
        write_element(reply, field.name);
    })
}

/// `HVALS`.
pub(super) fn hvals(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    for_each_field(keys, args, reply, Reply::array, |reply, field| {
        write_element(reply, field.value);
    })
}

/// Writes something of every field of a hash that has not expired, behind a header.
fn for_each_field<'r>(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'r>,
    header: fn(&mut Reply<'r>, usize),
    write: fn(&mut Reply<'r>, Field<'_>),
) -> Result<(), CommandError> {
    let now_ms = keys.now_ms();
    let Some(hash) = read(keys, args.required()?)? else {
        header(reply, 0);
        return Ok(());
    };
    let mut length = hash.len();
    if hash.next_expiry_ms().is_some_and(|time_ms| time_ms <= now_ms) {
        hash.for_each(|field| length -= usize::from(field.has_expired(now_ms)));
    }
    header(reply, length);
    hash.for_each(|field| {
        if !field.has_expired(now_ms) {
            write(reply, field);
        }
    });
    Ok(())
}

/// Writes the value of a field, or that there is none.
pub(super) fn write_value(reply: &mut Reply<'_>, field: Option<Field<'_>>) {
    match field {
        Some(field) => write_element(reply, field.value),
        None => reply.null(),
    }
}
