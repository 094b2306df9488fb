//! Strings that are numbers.

use fanfare_data::encoding::entry::{NewValue, ValueRef};
use fanfare_data::object::{KeyEntry, new_raw_text};
use fanfare_data::text;
use fanfare_protocol::Reply;
use fanfare_stdx::extended::Extended;
use fanfare_stdx::number::parse_i64;

use super::text::text as text_of_entry;
use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, WriteKeys};

const INCRBY: Event = Event::new(EventClass::String, "incrby");
const INCRBYFLOAT: Event = Event::new(EventClass::String, "incrbyfloat");

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
                _ => parse_i64(text_of_entry(entry, &mut itoa::Buffer::new())?)
                    .ok_or(CommandError::NotAnInteger)?,
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

/// `INCRBYFLOAT`.
pub(super) fn incrbyfloat(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, amount) = (args.required()?, args.required()?);
    let entry = keys.get_mut(key);
    let number = match entry.as_deref().map(KeyEntry::value) {
        None => Extended::ZERO,
        Some(ValueRef::Integer(number)) => Extended::from(number),
        Some(value) => {
            let mut digits = itoa::Buffer::new();
            let text = text::text(value, &mut digits).ok_or(CommandError::WrongType)?;
            Extended::parse(text).ok_or(CommandError::NotAFloat)?
        }
    };
    let amount = Extended::parse(amount).ok_or(CommandError::NotAFloat)?;
    let sum = number
        .checked_add(amount)
        .ok_or(CommandError::Text("ERR increment would produce NaN or Infinity"))?;
    let sum = sum.decimal_text();
    let value = new_raw_text(sum.as_bytes());
    match entry {
        Some(entry) => entry.set_value(value),
        None => keys.set(key, value),
    }
    keys.changed(key, INCRBYFLOAT);
    reply.bulk(sum.as_bytes());
    Ok(())
}
