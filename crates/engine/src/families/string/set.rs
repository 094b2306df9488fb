//! Setting strings.

use fanfare_data::object::{KeyEntry, new_text};
use fanfare_protocol::Reply;
use fanfare_stdx::number::parse_i64;

use super::SET;
use super::text::write_text;
use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, WriteKeys};

const EXPIRE: Event = Event::new(EventClass::Generic, "expire");
const DEL: Event = Event::new(EventClass::Generic, "del");

/// What becomes of a key's expiry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Expiry {
    /// It goes.
    #[default]
    None,
    /// It stays.
    Keep,
    /// It is this, in milliseconds of Unix time.
    At(i64),
}

/// The options of `SET`.
#[derive(Clone, Copy, Debug, Default)]
struct Options {
    if_absent: bool,
    if_present: bool,
    gives_old: bool,
    expiry: Expiry,
}

/// `SET`.
pub(super) fn set(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, value) = (args.required()?, args.required()?);
    let options = options(args, keys.now_ms())?;
    let is_present = if options.gives_old {
        let old = keys.read(key);
        write_text(old, reply)?;
        old.is_some()
    } else {
        keys.get(key).is_some()
    };
    if options.if_absent && is_present || options.if_present && !is_present {
        if !options.gives_old {
            reply.null();
        }
        return Ok(());
    }
    store(keys, key, value, options.expiry);
    if !options.gives_old {
        reply.ok();
    }
    Ok(())
}

fn options(mut args: Args<'_>, now_ms: i64) -> Result<Options, CommandError> {
    let mut options = Options::default();
    let mut time: Option<(&[u8], i64, bool)> = None;
    while let Some(word) = args.next() {
        let is_free = time.is_none() && options.expiry == Expiry::None;
        match word.to_ascii_uppercase().as_slice() {
            b"NX" if !options.if_present => options.if_absent = true,
            b"XX" if !options.if_absent => options.if_present = true,
            b"GET" => options.gives_old = true,
            b"KEEPTTL" if time.is_none() => options.expiry = Expiry::Keep,
            b"EX" if is_free => time = Some((args.required()?, 1000, true)),
            b"PX" if is_free => time = Some((args.required()?, 1, true)),
            b"EXAT" if is_free => time = Some((args.required()?, 1000, false)),
            b"PXAT" if is_free => time = Some((args.required()?, 1, false)),
            _ => return Err(CommandError::Syntax),
        }
    }
    if let Some((text, unit_ms, is_relative)) = time {
        let base_ms = if is_relative { now_ms } else { 0 };
        options.expiry = Expiry::At(time_ms("set", text, unit_ms, base_ms)?);
    }
    Ok(options)
}

/// A time that must be positive, in milliseconds of Unix time.
fn time_ms(command: &str, text: &[u8], unit_ms: i64, base_ms: i64) -> Result<i64, CommandError> {
    let number = parse_i64(text).ok_or(CommandError::NotAnInteger)?;
    number
        .checked_mul(unit_ms)
        .filter(|_| number > 0)
        .and_then(|ms| ms.checked_add(base_ms))
        .ok_or_else(|| {
            CommandError::echo(format!("ERR invalid expire time in '{command}' command"))
        })
}

fn store(keys: &mut WriteKeys<'_>, key: &[u8], value: &[u8], expiry: Expiry) {
    let kept = keys.get(key).and_then(KeyEntry::expiry_ms);
    keys.set(key, new_text(value));
    keys.changed(key, SET);
    match expiry {
        Expiry::None => {}
        Expiry::Keep => {
            keys.set_expiry(key, kept);
        }
        Expiry::At(time_ms) if time_ms <= keys.now_ms() => {
            keys.remove(key);
            keys.also(key, DEL);
        }
        Expiry::At(time_ms) => {
            keys.set_expiry(key, Some(time_ms));
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
    set_expiring(keys, args, reply, "setex", 1000)
}

/// `PSETEX`.
pub(super) fn psetex(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    set_expiring(keys, args, reply, "psetex", 1)
}

fn set_expiring(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    command: &str,
    unit_ms: i64,
) -> Result<(), CommandError> {
    let (key, time, value) = (args.required()?, args.required()?, args.required()?);
    let time_ms = time_ms(command, time, unit_ms, keys.now_ms())?;
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

/// `MSET`.
pub(super) fn mset(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    if !args.len().is_multiple_of(2) {
        return Err(CommandError::WrongArity { container: None, name: "MSET" });
    }
    while let (Some(key), Some(value)) = (args.next(), args.next()) {
        store(keys, key, value, Expiry::None);
    }
    reply.ok();
    Ok(())
}
