//! Setting strings.

use fanfare_data::object::{KeyEntry, new_text};
use fanfare_protocol::{Reply, Request};

use super::options::{Condition, Expiry, Options, Word, time_ms};
use super::text::write_text;
use crate::command::{Args, CommandError, KeyFlag, KeyFlags};
use crate::families::expiry::TimeUnit;
use crate::keyspace::{Event, EventClass, Freeing, WriteKeys};

const SET: Event = Event::new(EventClass::String, "set");
const EXPIRE: Event = Event::new(EventClass::Generic, "expire");
const PERSIST: Event = Event::new(EventClass::Generic, "persist");

/// `SET`.
pub(super) fn set(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, value) = (args.required()?, args.required()?);
    if args.is_empty() {
        store(keys, key, value, Expiry::None);
        reply.ok();
        return Ok(());
    }
    let options = Options::read(args, |word| word != Word::Persist)?;
    let expiry = options.expiry("set", keys.now_ms())?;
    if options.gives_old {
        write_text(keys.read(key), reply)?;
    }
    let is_met = match options.condition {
        None => true,
        Some(Condition::Absent) => keys.get(key).is_none(),
        Some(Condition::Present) => keys.peek(key).is_some(),
        Some(Condition::Compared(comparison)) => comparison.holds(keys.peek(key))?,
    };
    if is_met {
        store(keys, key, value, expiry);
    }
    match (options.gives_old, is_met) {
        (true, _) => {}
        (false, true) => reply.ok(),
        (false, false) => reply.null(),
    }
    Ok(())
}

/// What a `SET` does to its key: with `GET`, whatever stands around it, it gives the old value.
pub(super) fn set_key_flags(request: Request<'_>) -> KeyFlags {
    if request.iter().skip(3).any(|arg| arg.eq_ignore_ascii_case(b"GET")) {
        KeyFlags::of(&[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update])
    } else {
        KeyFlags::of(&[KeyFlag::Overwrite, KeyFlag::Update])
    }
}

/// Sets a key. A time that has passed is set like any other: the key is gone for whoever looks for it.
fn store(keys: &mut WriteKeys<'_>, key: &[u8], value: &[u8], expiry: Expiry) {
    match expiry {
        Expiry::None => {
            keys.set(key, new_text(value));
            keys.changed(key, SET);
        }
        Expiry::Keep => {
            let kept = keys.peek(key).and_then(KeyEntry::expiry_ms);
            keys.set(key, new_text(value));
            keys.set_expiry(key, kept);
            keys.changed(key, SET);
        }
        Expiry::At(time_ms) => {
            keys.set(key, new_text(value));
            keys.set_expiry(key, Some(time_ms));
            keys.changed(key, SET);
            keys.also(key, EXPIRE);
        }
    }
}

/// `SETEX`.
pub(super) fn setex(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    set_expiring(keys, args, reply, "setex", TimeUnit::Seconds)
}

/// `PSETEX`.
pub(super) fn psetex(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    set_expiring(keys, args, reply, "psetex", TimeUnit::Milliseconds)
}

fn set_expiring(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    command: &str,
    unit: TimeUnit,
) -> Result<(), CommandError> {
    let (key, time, value) = (args.required()?, args.required()?, args.required()?);
    let time_ms = time_ms(command, unit, time, keys.now_ms())?;
    store(keys, key, value, Expiry::At(time_ms));
    reply.ok();
    Ok(())
}

/// `SETNX`.
pub(super) fn setnx(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, value) = (args.required()?, args.required()?);
    let is_absent = keys.get(key).is_none();
    if is_absent {
        store(keys, key, value, Expiry::None);
    }
    reply.integer(i64::from(is_absent));
    Ok(())
}

/// `GETSET`.
pub(super) fn getset(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, value) = (args.required()?, args.required()?);
    write_text(keys.read(key), reply)?;
    store(keys, key, value, Expiry::None);
    Ok(())
}

/// `GETDEL`.
pub(super) fn getdel(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    write_text(keys.read(key), reply)?;
    if keys.delete(key, Freeing::Overwriting) {
        keys.changed(key, Event::DEL);
    }
    Ok(())
}

/// `GETEX`.
pub(super) fn getex(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let options = Options::read(args, |word| matches!(word, Word::Persist | Word::Time(_)))?;
    let entry = keys.read(key);
    let Some(old_expiry_ms) = entry.map(KeyEntry::expiry_ms) else {
        reply.null();
        return Ok(());
    };
    write_text(entry, reply)?;
    match options.expiry("getex", keys.now_ms())? {
        Expiry::At(time_ms) if time_ms <= keys.now_ms() => {
            keys.delete(key, Freeing::Expiry);
            keys.changed(key, Event::DEL);
        }
        Expiry::At(time_ms) => {
            keys.set_expiry(key, Some(time_ms));
            keys.changed(key, EXPIRE);
        }
        Expiry::None | Expiry::Keep => {
            if options.persists() && old_expiry_ms.is_some() {
                keys.set_expiry(key, None);
                keys.changed(key, PERSIST);
            }
        }
    }
    Ok(())
}

/// `MSET`.
pub(super) fn mset(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    check_pairs(&args, "MSET")?;
    store_all(keys, args, Expiry::None);
    reply.ok();
    Ok(())
}

/// `MSETNX`.
pub(super) fn msetnx(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    check_pairs(&args, "MSETNX")?;
    let are_absent = args.clone().step_by(2).all(|key| keys.get(key).is_none());
    if are_absent {
        store_all(keys, args, Expiry::None);
    }
    reply.integer(i64::from(are_absent));
    Ok(())
}

/// `MSETEX`.
pub(super) fn msetex(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    const NO_COUNT: CommandError = CommandError::Text("ERR invalid numkeys value");
    const TOO_FEW: CommandError = CommandError::Text("ERR wrong number of key-value pairs");
    let count = args.integer().ok().and_then(|count| usize::try_from(count).ok());
    let count = count.filter(|&count| count > 0).ok_or(NO_COUNT)?;
    let args_count = count.checked_mul(2).filter(|&count| count <= args.len()).ok_or(TOO_FEW)?;
    let pairs = args.clone().take(args_count);
    args.nth(args_count - 1);
    let options = Options::read(args, |word| {
        matches!(word, Word::Nx | Word::Xx | Word::KeepTtl | Word::Time(_))
    })?;
    let expiry = options.expiry("msetex", keys.now_ms())?;
    let mut named = pairs.clone().step_by(2);
    let is_met = match options.condition {
        Some(Condition::Absent) => named.all(|key| keys.peek(key).is_none()),
        Some(Condition::Present) => named.all(|key| keys.peek(key).is_some()),
        Some(Condition::Compared(_)) | None => true,
    };
    if is_met {
        store_all(keys, pairs, expiry);
    }
    reply.integer(i64::from(is_met));
    Ok(())
}

fn check_pairs(args: &Args<'_>, name: &'static str) -> Result<(), CommandError> {
    if args.len().is_multiple_of(2) {
        return Ok(());
    }
    Err(CommandError::WrongArity { container: None, name })
}

/// Sets keys to values, which come in turn.
fn store_all<'a>(
    keys: &mut WriteKeys<'_>,
    mut pairs: impl Iterator<Item = &'a [u8]>,
    expiry: Expiry,
) {
    while let (Some(key), Some(value)) = (pairs.next(), pairs.next()) {
        store(keys, key, value, expiry);
    }
}
