//! Waiting for members.

use fanfare_data::object::Type;
use fanfare_data::sorted_set::Order;
use fanfare_protocol::Reply;
use fanfare_protocol::decode::{Decoder, Value};
use fanfare_stdx::double::parse_double;

use super::add::give_back;
use super::pop::{PopRequest, pop_one};
use crate::command::{Args, CommandError};
use crate::families::timeout::timeout;
use crate::keyspace::{Nothing, Wait, WriteKeys};

/// `BZPOPMIN`.
pub(super) fn bzpopmin(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<Option<Wait>, CommandError> {
    pop(keys, args, reply, Order::Ascending)
}

/// `BZPOPMAX`.
pub(super) fn bzpopmax(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<Option<Wait>, CommandError> {
    pop(keys, args, reply, Order::Descending)
}

fn pop(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
    order: Order,
) -> Result<Option<Wait>, CommandError> {
    let count_of_keys = args.len() - 1;
    let timeout = timeout(args.get(count_of_keys).unwrap_or_default(), keys.now_ms())?;
    for key in args.take(count_of_keys) {
        if pop_one(keys, key, order, reply)? {
            return Ok(None);
        }
    }
    Ok(Some(Wait { keys: count_of_keys, timeout, ..WAIT }))
}

/// `BZMPOP`.
pub(super) fn bzmpop(
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
    Ok(Some(Wait { keys: request.count_of_keys(), timeout, ..WAIT }))
}

const WAIT: Wait = Wait {
    keys: 0,
    of: Some(Type::SortedSet),
    even_gone: false,
    timeout: None,
    nothing: Nothing::NullArray,
    give_back: Some(|keys, reply| {
        if let Some((key, members)) = taken(reply) {
            give_back(keys, &key, &members);
        }
    }),
    again: None,
    look_again_ms: None,
};

type Members = Vec<(Vec<u8>, f64)>;

/// The key and the members of a reply of these commands; nothing if it is an error.
fn taken(reply: &[u8]) -> Option<(Vec<u8>, Members)> {
    let mut decoder = Decoder::new();
    decoder.feed(reply);
    let Value::Array(parts) = decoder.next_value().ok()?? else { return None };
    let mut parts = parts.into_iter();
    let Value::Bulk(key) = parts.next()? else { return None };
    let pairs = match (parts.next()?, parts.next()) {
        (member, Some(score)) => vec![pair(member, score)?],
        (Value::Array(pairs), None) => {
            let of_pair = |value| match value {
                Value::Array(two) => {
                    let [member, score] = <[Value; 2]>::try_from(two).ok()?;
                    pair(member, score)
                }
                _ => None,
            };
            pairs.into_iter().map(of_pair).collect::<Option<_>>()?
        }
        _ => return None,
    };
    Some((key, pairs))
}

fn pair(member: Value, score: Value) -> Option<(Vec<u8>, f64)> {
    let Value::Bulk(member) = member else { return None };
    let score = match score {
        Value::Bulk(text) => parse_double(&text)?,
        Value::Double(text) => parse_double(text.as_bytes())?,
        _ => return None,
    };
    Some((member, score))
}
