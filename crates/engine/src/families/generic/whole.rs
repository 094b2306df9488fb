//! Commands on a whole database.

use fanfare_data::object::Type;
use fanfare_protocol::Reply;
use fanfare_stdx::glob;
use fanfare_stdx::number::parse_i32;

use super::keys::database_number;
use crate::command::{Args, CommandError};
use crate::families::scan::cursor;
use crate::keyspace::{Freeing, ReadKeys, WriteKeys};

/// Keys that a step of a scan looks at unless it says otherwise.
const SCAN_COUNT: i64 = 10;

/// `DBSIZE`.
pub(super) fn dbsize(
    keys: &mut ReadKeys<'_>,
    _: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    reply.integer(keys.len() as i64);
    Ok(())
}

/// `KEYS`.
pub(super) fn keys(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let pattern = args.required()?;
    let list = reply.deferred();
    let mut found = 0;
    keys.for_each(|entry| {
        if pattern == b"*" || glob::matches(pattern, entry.key()) {
            reply.bulk(entry.key());
            found += 1;
        }
    });
    reply.finish_array(list, found);
    Ok(())
}

/// `RANDOMKEY`.
pub(super) fn randomkey(
    keys: &mut ReadKeys<'_>,
    _: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    match keys.random_key() {
        Some(key) => reply.bulk(&key),
        None => reply.null(),
    }
    Ok(())
}

/// `SCAN`.
pub(super) fn scan(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let cursor = cursor(args.required()?)?;
    let (mut pattern, mut count, mut wanted_type) = (None, SCAN_COUNT, None);
    while !args.is_empty() {
        if args.len() > 1 && args.take_word("COUNT") {
            count = args.integer()?;
            if count < 1 {
                return Err(CommandError::Syntax);
            }
        } else if args.len() > 1 && args.take_word("MATCH") {
            pattern = Some(args.required()?);
        } else if args.len() > 1 && args.take_word("TYPE") {
            wanted_type = Some(args.required()?);
        } else {
            return Err(CommandError::Syntax);
        }
    }
    let mut found: Vec<Box<[u8]>> = Vec::new();
    let next = keys.scan(cursor, count as usize, |entry| {
        let type_name = Type::of(&entry.value()).name();
        let fits = pattern
            .is_none_or(|pattern| pattern == b"*" || glob::matches(pattern, entry.key()))
            && wanted_type.is_none_or(|name| name.eq_ignore_ascii_case(type_name.as_bytes()));
        if fits {
            found.push(entry.key().into());
        }
    });
    reply.array(2);
    reply.bulk(next.to_string().as_bytes());
    reply.array(found.len());
    found.iter().for_each(|key| reply.bulk(key));
    Ok(())
}

/// `FLUSHDB`.
pub(super) fn flushdb(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let is_lazy = flushes_lazily(keys, args)?;
    let database = keys.database();
    keys.clear(database, is_lazy);
    keys.flushed();
    reply.ok();
    Ok(())
}

/// `FLUSHALL`.
pub(super) fn flushall(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let is_lazy = flushes_lazily(keys, args)?;
    (0..keys.databases()).for_each(|database| keys.clear(database, is_lazy));
    keys.flushed();
    reply.ok();
    Ok(())
}

/// Whether memory is freed in the background: `ASYNC`, or nothing said and configured so.
fn flushes_lazily(keys: &ReadKeys<'_>, mut args: Args<'_>) -> Result<bool, CommandError> {
    let is_lazy = if args.take_word("SYNC") {
        false
    } else {
        args.take_word("ASYNC") || keys.rules().is_lazy(Freeing::Flushing)
    };
    args.finish().map(|()| is_lazy)
}

/// `SWAPDB`.
pub(super) fn swapdb(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let first =
        parse_i32(args.required()?).ok_or(CommandError::Text("ERR invalid first DB index"))?;
    let second =
        parse_i32(args.required()?).ok_or(CommandError::Text("ERR invalid second DB index"))?;
    let (first, second) = (database_number(keys, first)?, database_number(keys, second)?);
    keys.swap_databases(first, second);
    reply.ok();
    Ok(())
}
