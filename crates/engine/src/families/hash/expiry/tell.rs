//! When fields expire: told.

use fanfare_protocol::Reply;

use super::times::{PERSIST_WORDS, field_names};
use crate::command::{Args, CommandError};
use crate::families::hash::access::read;
use crate::keyspace::ReadKeys;

/// `HTTL`.
pub(super) fn httl(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    tell(keys, args, reply, |expiry_ms, now_ms| (expiry_ms - now_ms + 999) / 1000)
}

/// `HPTTL`.
pub(super) fn hpttl(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    tell(keys, args, reply, |expiry_ms, now_ms| expiry_ms - now_ms)
}

/// `HEXPIRETIME`.
pub(super) fn hexpiretime(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    tell(keys, args, reply, |expiry_ms, _| (expiry_ms + 999) / 1000)
}

/// `HPEXPIRETIME`.
pub(super) fn hpexpiretime(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    tell(keys, args, reply, |expiry_ms, _| expiry_ms)
}

/// Answers with a form of each field's expiry; -1 if it has none, -2 if there is no such field.
fn tell(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    form: fn(i64, i64) -> i64,
) -> Result<(), CommandError> {
    let now_ms = keys.now_ms();
    let hash = read(keys, args.required()?)?;
    let names = field_names(args, PERSIST_WORDS)?;
    reply.array(names.len());
    for name in names {
        let field = hash.and_then(|hash| hash.get(name));
        reply.integer(match field.filter(|field| !field.has_expired(now_ms)) {
            None => -2,
            Some(field) => field.expiry_ms.map_or(-1, |expiry_ms| form(expiry_ms, now_ms)),
        });
    }
    Ok(())
}
