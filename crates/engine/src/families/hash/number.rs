//! Values that are numbers.

use fanfare_data::hash::{HashMut, NewTime, PackedLimits};
use fanfare_protocol::Reply;
use fanfare_stdx::extended::Extended;
use fanfare_stdx::number::parse_i64;

use super::access::{edit, packed_limits};
use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, WriteKeys};

const HINCRBY: Event = Event::new(EventClass::Hash, "hincrby");
const HINCRBYFLOAT: Event = Event::new(EventClass::Hash, "hincrbyfloat");

/// A sum, as it is stored.
trait Sum {
    /// Gives its text to `store`.
    fn with_text(&self, store: impl FnOnce(&[u8]));
}

impl Sum for i64 {
    fn with_text(&self, store: impl FnOnce(&[u8])) {
        store(itoa::Buffer::new().format(*self).as_bytes());
    }
}

impl Sum for String {
    fn with_text(&self, store: impl FnOnce(&[u8])) {
        store(self.as_bytes());
    }
}

/// What comes of adding to the value of a field.
enum Outcome<T> {
    Sum(T),
    Error(CommandError),
    /// The field has expired, and must go before anything else is done.
    Expired,
}

/// `HINCRBY`.
pub(super) fn hincrby(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, name) = (args.required()?, args.required()?);
    let amount = args.integer()?;
    let sum = replace(keys, key, name, |value| {
        let number = match value {
            Some(text) => {
                parse_i64(text).ok_or(CommandError::Text("ERR hash value is not an integer"))?
            }
            None => 0,
        };
        let sum = number
            .checked_add(amount)
            .ok_or(CommandError::Text("ERR increment or decrement would overflow"))?;
        Ok(sum)
    })?;
    keys.changed(key, HINCRBY);
    reply.integer(sum);
    Ok(())
}

/// `HINCRBYFLOAT`.
pub(super) fn hincrbyfloat(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, name) = (args.required()?, args.required()?);
    let amount = Extended::parse(args.required()?)
        .ok_or(CommandError::Text("ERR value is not a valid float"))?;
    if !amount.is_finite() {
        return Err(CommandError::Text("ERR value is NaN or Infinity"));
    }
    let sum = replace(keys, key, name, |value| {
        let number = match value {
            Some(text) => {
                Extended::parse(text).ok_or(CommandError::Text("ERR hash value is not a float"))?
            }
            None => Extended::ZERO,
        };
        let sum = number
            .checked_add(amount)
            .ok_or(CommandError::Text("ERR increment would produce NaN or Infinity"))?;
        Ok(sum.decimal_text())
    })?;
    keys.changed(key, HINCRBYFLOAT);
    reply.bulk(sum.as_bytes());
    Ok(())
}

/// Puts into a field what `add` makes of its value, if it has one. The field's time stays.
fn replace<T: Sum>(
    keys: &mut WriteKeys<'_>,
    key: &[u8],
    name: &[u8],
    add: impl Fn(Option<&[u8]>) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let (limits, now_ms) = (packed_limits(keys), keys.now_ms());
    loop {
        match edit(keys, key, |hash| replace_in(hash, name, now_ms, limits, &add))? {
            Outcome::Sum(sum) => return Ok(sum),
            Outcome::Error(error) => return Err(error),
            Outcome::Expired => keys.expire_fields(key, std::iter::once(name)),
        }
    }
}

fn replace_in<T: Sum>(
    hash: &mut HashMut<'_>,
    name: &[u8],
    now_ms: i64,
    limits: PackedLimits,
    add: &impl Fn(Option<&[u8]>) -> Result<T, CommandError>,
) -> Outcome<T> {
    let result = match hash.read().get(name) {
        Some(field) if field.has_expired(now_ms) => return Outcome::Expired,
        Some(field) => add(Some(field.value.text(&mut itoa::Buffer::new()))),
        None => add(None),
    };
    match result {
        Ok(sum) => {
            sum.with_text(|text| {
                hash.set(name, text, NewTime::Keep, limits);
            });
            Outcome::Sum(sum)
        }
        Err(error) => Outcome::Error(error),
    }
}
