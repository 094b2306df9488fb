//! Waiting for elements.

use fanfare_data::list::Side;
use fanfare_data::object::Type;
use fanfare_protocol::Reply;
use fanfare_protocol::decode::{Decoder, Value};

use super::moves::{PopRequest, move_one};
use super::support::{Taken, add, block_limit, popped, pushed, say_removed, side, take};
use crate::command::{Args, CommandError};
use crate::families::timeout::timeout;
use crate::keyspace::{GiveBack, Nothing, Wait, WriteKeys};

/// `BLPOP`.
pub(super) fn blpop(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<Option<Wait>, CommandError> {
    pop(keys, args, reply, Side::Left)
}

/// `BRPOP`.
pub(super) fn brpop(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<Option<Wait>, CommandError> {
    pop(keys, args, reply, Side::Right)
}

fn pop(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
    side: Side,
) -> Result<Option<Wait>, CommandError> {
    let count_of_keys = args.len() - 1;
    let timeout = timeout(args.get(count_of_keys).unwrap_or_default(), keys.now_ms())?;
    let limit = block_limit(keys);
    for key in args.take(count_of_keys) {
        let Some(entry) = keys.get_mut(key) else { continue };
        reply.array(2);
        reply.bulk(key);
        let Taken { count, is_all } = take(entry, side, 1, limit, reply)?;
        say_removed(keys, key, popped(side), count, is_all);
        return Ok(None);
    }
    let give_back: GiveBack = match side {
        Side::Left => give_back_left,
        Side::Right => give_back_right,
    };
    Ok(Some(Wait {
        keys: count_of_keys,
        of: Some(Type::List),
        even_gone: false,
        timeout,
        nothing: Nothing::NullArray,
        give_back: Some(give_back),
        again: None,
        look_again_ms: None,
    }))
}

/// `BLMOVE`.
pub(super) fn blmove(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<Option<Wait>, CommandError> {
    let (from, to) = (args.required()?, args.required()?);
    let sides = (side(&mut args)?, side(&mut args)?);
    move_or_wait(keys, from, to, sides, args, reply)
}

/// `BRPOPLPUSH`.
pub(super) fn brpoplpush(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<Option<Wait>, CommandError> {
    let (from, to) = (args.required()?, args.required()?);
    move_or_wait(keys, from, to, (Side::Right, Side::Left), args, reply)
}

fn move_or_wait(
    keys: &mut WriteKeys<'_>,
    from: &[u8],
    to: &[u8],
    sides: (Side, Side),
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<Option<Wait>, CommandError> {
    let timeout = timeout(args.required()?, keys.now_ms())?;
    if move_one(keys, from, to, sides, reply)? {
        return Ok(None);
    }
    // What was moved is still there.
    Ok(Some(Wait {
        keys: 1,
        of: Some(Type::List),
        even_gone: false,
        timeout,
        nothing: Nothing::Null,
        give_back: None,
        again: None,
        look_again_ms: None,
    }))
}

/// `BLMPOP`.
pub(super) fn blmpop(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<Option<Wait>, CommandError> {
    let seconds = args.required()?;
    let request = PopRequest::parse(&mut args)?;
    let timeout = timeout(seconds, keys.now_ms())?;
    if request.run(keys, reply)? {
        return Ok(None);
    }
    let give_back: GiveBack = match request.side() {
        Side::Left => give_back_left,
        Side::Right => give_back_right,
    };
    Ok(Some(Wait {
        keys: request.count_of_keys(),
        of: Some(Type::List),
        even_gone: false,
        timeout,
        nothing: Nothing::NullArray,
        give_back: Some(give_back),
        again: None,
        look_again_ms: None,
    }))
}

fn give_back_left(keys: &mut WriteKeys<'_>, reply: &[u8]) {
    give_back(keys, reply, Side::Left);
}

fn give_back_right(keys: &mut WriteKeys<'_>, reply: &[u8]) {
    give_back(keys, reply, Side::Right);
}

/// Adds the elements of a reply at the side that they were taken from. They are lost if the key holds something else by now.
fn give_back(keys: &mut WriteKeys<'_>, reply: &[u8], side: Side) {
    let Some((key, elements)) = taken(reply) else { return };
    // Adding them one after the other at that side turns them round, so the last one taken comes first.
    if add(keys, &key, side, elements.iter().rev().map(Vec::as_slice)).is_ok() {
        keys.changed_by(&key, pushed(side), elements.len() as u64);
    }
}

/// The key and the elements of a reply of these commands; nothing if it is an error.
fn taken(reply: &[u8]) -> Option<(Vec<u8>, Vec<Vec<u8>>)> {
    let mut decoder = Decoder::new();
    decoder.feed(reply);
    let Value::Array(parts) = decoder.next_value().ok()?? else { return None };
    let [Value::Bulk(key), elements] = <[Value; 2]>::try_from(parts).ok()? else { return None };
    let bulk = |value| match value {
        Value::Bulk(bytes) => Some(bytes),
        _ => None,
    };
    let elements = match elements {
        Value::Bulk(element) => vec![element],
        Value::Array(elements) => elements.into_iter().map(bulk).collect::<Option<_>>()?,
        _ => return None,
    };
    Some((key, elements))
}
