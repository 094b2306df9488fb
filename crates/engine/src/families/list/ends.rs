//! Adding and taking at the ends.

use fanfare_data::list::{ListRef, Side};
use fanfare_protocol::Reply;

use super::support::{Taken, add, block_limit, find, popped, pushed, say_removed, take};
use crate::command::{Args, CommandError};
use crate::keyspace::{ReadKeys, WriteKeys};

/// `LPUSH`.
pub(super) fn lpush(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    push(keys, args, reply, Side::Left)
}

/// `RPUSH`.
pub(super) fn rpush(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    push(keys, args, reply, Side::Right)
}

fn push(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    side: Side,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let count = args.len() as u64;
    let length = add(keys, key, side, args)?;
    keys.changed_by(key, pushed(side), count);
    reply.integer(length as i64);
    Ok(())
}

/// `LPUSHX`.
pub(super) fn lpushx(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    push_to_present(keys, args, reply, Side::Left)
}

/// `RPUSHX`.
pub(super) fn rpushx(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    push_to_present(keys, args, reply, Side::Right)
}

fn push_to_present(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
    side: Side,
) -> Result<(), CommandError> {
    let key = args.get(0).unwrap_or_default();
    if keys.get(key).is_none() {
        reply.integer(0);
        return Ok(());
    }
    push(keys, args, reply, side)
}

/// `LPOP`.
pub(super) fn lpop(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    pop(keys, args, reply, Side::Left, "LPOP")
}

/// `RPOP`.
pub(super) fn rpop(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    pop(keys, args, reply, Side::Right, "RPOP")
}

fn pop(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    side: Side,
    name: &'static str,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let count = match args.len() {
        0 => None,
        1 => {
            let count = args.integer().ok().and_then(|count| usize::try_from(count).ok());
            Some(count.ok_or(CommandError::NotPositive)?)
        }
        _ => return Err(CommandError::WrongArity { container: None, name }),
    };
    let limit = block_limit(keys);
    let Some(entry) = keys.get_mut(key) else {
        if count.is_some() {
            reply.null_array();
        } else {
            reply.null();
        }
        return Ok(());
    };
    if let Some(count) = count {
        let length = ListRef::of(entry).ok_or(CommandError::WrongType)?.len();
        reply.array(count.min(length));
        if count == 0 {
            return Ok(());
        }
    }
    let Taken { count, is_all } = take(entry, side, count.unwrap_or(1), limit, reply)?;
    say_removed(keys, key, popped(side), count, is_all);
    Ok(())
}

/// `LLEN`.
pub(super) fn llen(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let length = find(keys, args.required()?)?.map_or(0, ListRef::len);
    reply.integer(length as i64);
    Ok(())
}
