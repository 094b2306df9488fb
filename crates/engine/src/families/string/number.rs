//! Strings that are integers.

use fanfare_data::encoding::entry::{NewValue, ValueRef};
use fanfare_protocol::Reply;
use fanfare_stdx::number::parse_i64;

use super::text::text;
use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, WriteKeys};

const INCRBY: Event = Event::new(EventClass::String, "incrby");

/// `INCR`.
pub(super) fn incr(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    add(keys, args.required()?, 1, reply)
}

/// `DECR`.
pub(super) fn decr(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    add(keys, args.required()?, -1, reply)
}

/// `INCRBY`.
pub(super) fn incrby(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    add(keys, key, args.integer()?, reply)
}

/// `DECRBY`.
pub(super) fn decrby(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let amount =
        args.integer()?.checked_neg().ok_or(CommandError::Text("ERR decrement would overflow"))?;
    add(keys, key, amount, reply)
}

fn add(
    keys: &mut WriteKeys<'_>,
    key: &[u8],
    amount: i64,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let overflow = CommandError::Text("ERR increment or decrement would overflow");
    let sum = match keys.get_mut(key) {
        None => {
            keys.set(key, NewValue::Integer(amount));
            amount
        }
        Some(entry) => {
            let number = match entry.value() {
                ValueRef::Integer(number) => number,
                _ => parse_i64(&text(entry)?).ok_or(CommandError::NotAnInteger)?,
            };
            let sum = number.checked_add(amount).ok_or(overflow)?;
            entry.set_value(NewValue::Integer(sum));
            sum
        }
    };
    keys.changed(key, INCRBY);
    reply.integer(sum);
    Ok(())
}
