//! When keys expire.

use fanfare_data::object::KeyEntry;
use fanfare_protocol::Reply;

use crate::command::{Args, CommandError};
use crate::families::expiry::{Conditions, TimeUnit, invalid_time};
use crate::keyspace::{Event, EventClass, Freeing, ReadKeys, WriteKeys};

const EXPIRE: Event = Event::new(EventClass::Generic, "expire").waking_nobody();
const PERSIST: Event = Event::new(EventClass::Generic, "persist").waking_nobody();

/// `EXPIRE`.
pub(super) fn expire(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    set(keys, args, reply, "expire", TimeUnit::Seconds)
}

/// `EXPIREAT`.
pub(super) fn expireat(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    set(keys, args, reply, "expireat", TimeUnit::UnixSeconds)
}

/// `PEXPIRE`.
pub(super) fn pexpire(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    set(keys, args, reply, "pexpire", TimeUnit::Milliseconds)
}

/// `PEXPIREAT`.
pub(super) fn pexpireat(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    set(keys, args, reply, "pexpireat", TimeUnit::UnixMilliseconds)
}

fn set(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    command: &str,
    unit: TimeUnit,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let time = args.required()?;
    let conditions = conditions(args)?;
    let number = fanfare_stdx::number::parse_i64(time).ok_or(CommandError::NotAnInteger)?;
    let expiry_ms = unit.unix_ms(number, keys.now_ms()).ok_or_else(|| invalid_time(command))?;
    let Some(entry) = keys.get(key) else {
        reply.integer(0);
        return Ok(());
    };
    if !conditions.allow(entry.expiry_ms(), expiry_ms) {
        reply.integer(0);
        return Ok(());
    }
    if expiry_ms <= keys.now_ms() {
        keys.delete(key, Freeing::Expiry);
        keys.changed(key, Event::DEL);
    } else {
        keys.set_expiry(key, Some(expiry_ms));
        keys.changed(key, EXPIRE);
    }
    reply.integer(1);
    Ok(())
}

fn conditions(args: Args<'_>) -> Result<Conditions, CommandError> {
    let mut conditions = Conditions::default();
    for word in args {
        match word.to_ascii_uppercase().as_slice() {
            b"NX" => conditions.if_none = true,
            b"XX" => conditions.if_any = true,
            b"GT" => conditions.if_later = true,
            b"LT" => conditions.if_earlier = true,
            _ => {
                let mut text = b"ERR Unsupported option ".to_vec();
                text.extend_from_slice(crate::command::until_zero(word));
                return Err(CommandError::echo(text));
            }
        }
    }
    let Conditions { if_none, if_any, if_later, if_earlier } = conditions;
    if if_none && (if_any || if_later || if_earlier) {
        return Err(CommandError::Text(
            "ERR NX and XX, GT or LT options at the same time are not compatible",
        ));
    }
    if if_later && if_earlier {
        return Err(CommandError::Text(
            "ERR GT and LT options at the same time are not compatible",
        ));
    }
    Ok(conditions)
}

/// `PERSIST`.
pub(super) fn persist(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let expires = keys.get(key).is_some_and(|entry| entry.expiry_ms().is_some());
    if expires {
        keys.set_expiry(key, None);
        keys.changed(key, PERSIST);
    }
    reply.integer(i64::from(expires));
    Ok(())
}

/// `TTL`.
pub(super) fn ttl(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    // Half a second counts as one, as in Redis.
    tell(keys, args, reply, |expiry_ms, now_ms| (expiry_ms - now_ms + 500) / 1000)
}

/// `PTTL`.
pub(super) fn pttl(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    tell(keys, args, reply, |expiry_ms, now_ms| expiry_ms - now_ms)
}

/// `EXPIRETIME`.
pub(super) fn expiretime(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    // The last half a second that there is rounds up as well, beyond what has a sign.
    tell(keys, args, reply, |expiry_ms, _| ((expiry_ms.unsigned_abs() + 500) / 1000) as i64)
}

/// `PEXPIRETIME`.
pub(super) fn pexpiretime(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    tell(keys, args, reply, |expiry_ms, _| expiry_ms)
}

/// Answers with a form of a key's expiry; -1 if it has none, -2 if there is no key.
fn tell(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    form: fn(i64, i64) -> i64,
) -> Result<(), CommandError> {
    let now_ms = keys.now_ms();
    let entry = keys.glance(args.required()?);
    reply.integer(match entry.map(KeyEntry::expiry_ms) {
        None => -2,
        Some(None) => -1,
        Some(Some(expiry_ms)) => form(expiry_ms, now_ms).max(0),
    });
    Ok(())
}
