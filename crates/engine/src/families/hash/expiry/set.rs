//! When fields expire: set and removed.

use fanfare_data::hash::HashMut;
use fanfare_protocol::Reply;

use super::times::{EXPIRE_WORDS, PERSIST_WORDS, expiry_ms, field_names, take_condition};
use super::{HEXPIRE, HPERSIST};
use crate::command::{Args, CommandError};
use crate::families::expiry::{Conditions, TimeUnit};
use crate::families::hash::HDEL;
use crate::families::hash::access::read;
use crate::keyspace::WriteKeys;

/// There is no such field, or no such key.
const NO_FIELD: i64 = -2;
/// The field does not expire.
const NO_EXPIRY: i64 = -1;
/// The condition does not hold.
const REFUSED: i64 = 0;
const DONE: i64 = 1;
/// The time has passed, so the field was deleted.
const DELETED: i64 = 2;

/// `HEXPIRE`.
pub(super) fn hexpire(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    expire(keys, args, reply, "hexpire", TimeUnit::Seconds)
}

/// `HPEXPIRE`.
pub(super) fn hpexpire(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    expire(keys, args, reply, "hpexpire", TimeUnit::Milliseconds)
}

/// `HEXPIREAT`.
pub(super) fn hexpireat(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    expire(keys, args, reply, "hexpireat", TimeUnit::UnixSeconds)
}

/// `HPEXPIREAT`.
pub(super) fn hpexpireat(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    expire(keys, args, reply, "hpexpireat", TimeUnit::UnixMilliseconds)
}

fn expire(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    command: &str,
    unit: TimeUnit,
) -> Result<(), CommandError> {
    let key = args.required()?;
    read(keys, key)?;
    let now_ms = keys.now_ms();
    let time_ms = expiry_ms(args.required()?, command, unit, now_ms)?;
    let condition = take_condition(&mut args);
    let names = field_names(args, EXPIRE_WORDS)?;
    let outcomes = keys.edit_hash(key, |hash| {
        hash.make_expiring();
        let outcome = |name| expire_field(hash, name, time_ms, now_ms, condition);
        names.clone().map(outcome).collect::<Vec<_>>()
    })?;
    let outcomes = outcomes.unwrap_or_else(|| vec![NO_FIELD; names.len()]);
    let count = |wanted| outcomes.iter().filter(|&&outcome| outcome == wanted).count() as u64;
    let (set, deleted) = (count(DONE), count(DELETED));
    if set > 0 {
        keys.changed_by(key, HEXPIRE, set);
    }
    if deleted > 0 {
        keys.changed_by(key, HDEL, deleted);
        keys.count_expired_fields(deleted);
        keys.remove_if_emptied(key);
    }
    reply.array(outcomes.len());
    outcomes.into_iter().for_each(|outcome| reply.integer(outcome));
    Ok(())
}

/// Sets the time of a field. One that has expired and that nobody took out yet is there like any other, as in Redis.
fn expire_field(
    hash: &mut HashMut<'_>,
    name: &[u8],
    time_ms: i64,
    now_ms: i64,
    condition: Conditions,
) -> i64 {
    let Some(field) = hash.read().get(name) else { return NO_FIELD };
    if !condition.allow(field.expiry_ms, time_ms) {
        return REFUSED;
    }
    if time_ms <= now_ms {
        hash.remove(name);
        return DELETED;
    }
    hash.set_expiry(name, Some(time_ms));
    DONE
}

/// `HPERSIST`.
pub(super) fn hpersist(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    read(keys, key)?;
    let now_ms = keys.now_ms();
    let names = field_names(args, PERSIST_WORDS)?;
    let outcomes = keys.edit_hash(key, |hash| {
        let outcome = |name| match hash.read().get(name) {
            Some(field) if field.has_expired(now_ms) => NO_FIELD,
            None => NO_FIELD,
            Some(field) if field.expiry_ms.is_none() => NO_EXPIRY,
            Some(_) => {
                hash.set_expiry(name, None);
                DONE
            }
        };
        names.clone().map(outcome).collect::<Vec<_>>()
    })?;
    let outcomes = outcomes.unwrap_or_else(|| vec![NO_FIELD; names.len()]);
    if outcomes.contains(&DONE) {
        keys.changed(key, HPERSIST);
    }
    reply.array(outcomes.len());
    outcomes.into_iter().for_each(|outcome| reply.integer(outcome));
    Ok(())
}
