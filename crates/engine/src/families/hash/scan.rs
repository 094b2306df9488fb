//! `HSCAN` and `HRANDFIELD`.

use fanfare_data::dictionary::SCAN_END;
use fanfare_data::hash::{Field, HashRef};
use fanfare_protocol::{Reply, RespVersion};
use fanfare_stdx::number::parse_i64;

use super::access::read;
use crate::command::{Args, CommandError};
use crate::families::element::write_element;
use crate::families::scan::{NoValues, ScanOptions, cursor, write_step};
use crate::keyspace::ReadKeys;

/// `HSCAN`.
pub(super) fn hscan(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, cursor) = (args.required()?, cursor(args.required()?)?);
    let now_ms = keys.now_ms();
    let Some(hash) = read(keys, key)? else {
        write_step(reply, SCAN_END);
        reply.array(0);
        return Ok(());
    };
    let options = ScanOptions::read(args, NoValues::Allowed)?;
    let mut found = Vec::new();
    let mut length = 0;
    let mut out = Reply::new(&mut found, reply.version());
    let next = hash.scan(cursor, options.count, |field| {
        if field.has_expired(now_ms) || !options.wants(field.name.text(&mut itoa::Buffer::new())) {
            return;
        }
        write_element(&mut out, field.name);
        length += 1;
        if !options.no_values {
            write_element(&mut out, field.value);
            length += 1;
        }
    });
    write_step(reply, next);
    reply.array(length);
    reply.raw(&found);
    Ok(())
}

/// Most fields that one command draws with repetition: its reply has them all.
const DRAWN_FIELDS_MAX: usize = 1 << 28;

/// What is shown of fields.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Names,
    NamesAndValues,
}

/// `HRANDFIELD`. It first takes out what has expired, as in Redis.
pub(super) fn hrandfield(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    if args.is_empty() {
        let random = keys.random().next_u64();
        match alive(keys, key)?.and_then(|hash| hash.random(random)) {
            Some(field) => write_element(reply, field.name),
            None => reply.null(),
        }
        return Ok(());
    }
    let count = count(args.required()?)?;
    let shown = if args.take_word("WITHVALUES") { Shown::NamesAndValues } else { Shown::Names };
    args.finish()?;
    if shown == Shown::NamesAndValues && !(-i64::MAX / 2..=i64::MAX / 2).contains(&count) {
        return Err(CommandError::Text("ERR value is out of range"));
    }
    let mut random = keys.random().fork();
    let Some(hash) = alive(keys, key)? else {
        reply.array(0);
        return Ok(());
    };
    let size = count.unsigned_abs() as usize;
    if count < 0 {
        if size > DRAWN_FIELDS_MAX {
            return Err(CommandError::Text("ERR value is out of range"));
        }
        write_header(reply, size, shown);
        let drawn = hash.draw_each(size, &mut random);
        drawn.for_each(|field| write_field(reply, field, shown));
    } else {
        let drawn = hash.sample(size, &mut random);
        write_header(reply, drawn.len(), shown);
        drawn.into_iter().for_each(|field| write_field(reply, field, shown));
    }
    Ok(())
}

/// The hash that a key holds, without the fields that have expired.
fn alive<'k>(keys: &'k mut ReadKeys<'_>, key: &[u8]) -> Result<Option<HashRef<'k>>, CommandError> {
    keys.expire_all_fields(key);
    read(keys, key)
}

fn count(text: &[u8]) -> Result<i64, CommandError> {
    match parse_i64(text) {
        None => Err(CommandError::NotAnInteger),
        Some(i64::MIN) => Err(CommandError::NO_OPPOSITE),
        Some(count) => Ok(count),
    }
}

fn write_header(reply: &mut Reply<'_>, fields: usize, shown: Shown) {
    let is_flat = reply.version() == RespVersion::Resp2 && shown == Shown::NamesAndValues;
    reply.array(if is_flat { 2 * fields } else { fields });
}

fn write_field(reply: &mut Reply<'_>, field: Field<'_>, shown: Shown) {
    if shown == Shown::Names {
        write_element(reply, field.name);
        return;
    }
    if reply.version() == RespVersion::Resp3 {
        reply.array(2);
    }
    write_element(reply, field.name);
    write_element(reply, field.value);
}
