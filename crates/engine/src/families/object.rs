//! What the server knows of a value beside its content: handlers of `OBJECT` and `MEMORY USAGE`.
//!
//! Their containers have subcommands that need the server; so the rows stand there.

use fanfare_data::encoding::entry::ValueRef;
use fanfare_data::object::{KeyEntry, PLACE_BYTES, allocation_bytes, encoding_name};
use fanfare_protocol::Reply;

use crate::command::{Args, CommandError};
use crate::keyspace::{Access, ReadKeys, access};

const NO_FREQUENCY: CommandError = CommandError::Text(
    "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that \
     when switching between policies at runtime LRU and LFU data will take some time to adjust.",
);
const NO_IDLE_TIME: CommandError = CommandError::Text(
    "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when \
     switching between policies at runtime LRU and LFU data will take some time to adjust.",
);

/// Longest string that is called `embstr`, with its key and its expiry, in bytes.
const EMBEDDED_BYTES_MAX: usize = 41;
const EXPIRY_BYTES: usize = 8;

/// `OBJECT ENCODING`.
pub fn encoding(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    match keys.inspect(args.required()?) {
        Some(entry) => reply.bulk(encoding_of(entry).as_bytes()),
        None => reply.null(),
    }
    Ok(())
}

/// The name of a value's form. Since 8.2 Redis keeps a short string together with its key and expiry, if all fit.
pub fn encoding_of(entry: &KeyEntry) -> &'static str {
    let expiry_bytes = if entry.expiry_ms().is_some() { EXPIRY_BYTES } else { 0 };
    match encoding_name(&entry.value()) {
        "embstr" if entry.key().len() + entry.bytes().len() + expiry_bytes > EMBEDDED_BYTES_MAX => {
            "raw"
        }
        name => name,
    }
}

/// `OBJECT FREQ`.
pub fn freq(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (rules, now_ms) = (keys.rules(), keys.now_ms());
    let Some(entry) = keys.inspect(args.required()?) else {
        reply.null();
        return Ok(());
    };
    let Access::Frequency { decay_minutes, .. } = rules.access else { return Err(NO_FREQUENCY) };
    reply.integer(i64::from(access::counter(entry.access(), now_ms, decay_minutes)));
    Ok(())
}

/// `OBJECT IDLETIME`.
pub fn idletime(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (rules, now_ms) = (keys.rules(), keys.now_ms());
    let Some(entry) = keys.inspect(args.required()?) else {
        reply.null();
        return Ok(());
    };
    if rules.access != Access::Recency {
        return Err(NO_IDLE_TIME);
    }
    reply.integer(access::idle_seconds(entry.access(), now_ms) as i64);
    Ok(())
}

/// `OBJECT REFCOUNT`: values are not shared.
pub fn refcount(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    match keys.inspect(args.required()?) {
        Some(_) => reply.integer(1),
        None => reply.null(),
    }
    Ok(())
}

/// Elements of a value by which what it takes is estimated, unless a command says.
pub const SAMPLES_DEFAULT: usize = 5;

/// `MEMORY USAGE key [SAMPLES count]`.
pub fn usage(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let mut samples = SAMPLES_DEFAULT;
    while !args.is_empty() {
        if args.len() < 2 || !args.take_word("SAMPLES") {
            return Err(CommandError::Syntax);
        }
        samples = usize::try_from(args.integer()?).map_err(|_| CommandError::Syntax)?;
    }
    let Some(entry) = keys.peek(key) else {
        reply.null();
        return Ok(());
    };
    let object_bytes = match entry.value() {
        ValueRef::Object(object) => object.memory_bytes(samples),
        ValueRef::Integer(_) | ValueRef::Bytes(..) => 0,
    };
    let entry_bytes = allocation_bytes(entry.allocated_bytes());
    reply.integer((PLACE_BYTES + entry_bytes + object_bytes) as i64);
    Ok(())
}
