//! Commands on values and times together.

use fanfare_data::hash::{HashMut, HashRef, NewTime};
use fanfare_protocol::Reply;

use super::times::{PERSIST_WORDS, expiry_ms, field_names, take_unit};
use super::{HEXPIRE, HPERSIST};
use crate::command::{Args, CommandError};
use crate::families::hash::access::{edit, packed_limits, read};
use crate::families::hash::fields::write_value;
use crate::families::hash::{HDEL, HSET};
use crate::keyspace::WriteKeys;

const HGETEX_ARITY: CommandError = CommandError::WrongArity { container: None, name: "HGETEX" };
const HSETEX_ARITY: CommandError = CommandError::WrongArity { container: None, name: "HSETEX" };

/// `HGETEX`.
pub(super) fn hgetex(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    read(keys, key)?;
    let now_ms = keys.now_ms();
    let time = match take_unit(&mut args) {
        Some(unit) => {
            NewTime::Set(expiry_ms(args.next().ok_or(HGETEX_ARITY)?, "hgetex", unit, now_ms)?)
        }
        None if args.take_word("PERSIST") => NewTime::Remove,
        None => NewTime::Keep,
    };
    if args.len() < 2 {
        return Err(HGETEX_ARITY);
    }
    let names = field_names(args, PERSIST_WORDS)?;
    expire_among(keys, key, names.clone())?;
    reply.array(names.len());
    let changed = keys.edit_hash(key, |hash| {
        if time != NewTime::Keep {
            hash.make_expiring();
        }
        let mut changed = 0;
        for name in names.clone() {
            write_value(reply, hash.read().get(name));
            changed += u64::from(set_time(hash, name, time, now_ms));
        }
        changed
    })?;
    match changed {
        None => names.for_each(|_| reply.null()),
        Some(0) => {}
        Some(changed) => match time {
            NewTime::Set(time_ms) if time_ms <= now_ms => {
                keys.changed_by(key, HDEL, changed);
                keys.count_expired_fields(changed);
                keys.remove_if_emptied(key);
            }
            NewTime::Set(_) => keys.changed_by(key, HEXPIRE, changed),
            NewTime::Remove | NewTime::Keep => keys.changed_by(key, HPERSIST, changed),
        },
    }
    Ok(())
}

/// Changes the time of a field, or deletes it if that has passed; whether it did.
fn set_time(hash: &mut HashMut<'_>, name: &[u8], time: NewTime, now_ms: i64) -> bool {
    match time {
        NewTime::Keep => false,
        NewTime::Remove => {
            let expires = hash.read().get(name).is_some_and(|field| field.expiry_ms.is_some());
            expires && hash.set_expiry(name, None)
        }
        NewTime::Set(time_ms) if time_ms <= now_ms => hash.remove(name),
        NewTime::Set(time_ms) => hash.set_expiry(name, Some(time_ms)),
    }
}

/// `HGETDEL`.
pub(super) fn hgetdel(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    read(keys, key)?;
    let names = field_names(args, PERSIST_WORDS)?;
    expire_among(keys, key, names.clone())?;
    reply.array(names.len());
    let removed = keys.edit_hash(key, |hash| {
        let mut removed = 0;
        for name in names.clone() {
            write_value(reply, hash.read().get(name));
            removed += u64::from(hash.remove(name));
        }
        removed
    })?;
    match removed {
        None => names.for_each(|_| reply.null()),
        Some(0) => {}
        Some(removed) => {
            keys.changed_by(key, HDEL, removed);
            keys.remove_if_emptied(key);
        }
    }
    Ok(())
}

/// Takes out those of the named fields that have expired.
fn expire_among(keys: &mut WriteKeys<'_>, key: &[u8], names: Args<'_>) -> Result<(), CommandError> {
    let now_ms = keys.now_ms();
    let next_ms = read(keys, key)?.and_then(HashRef::next_expiry_ms);
    if next_ms.is_some_and(|time_ms| time_ms <= now_ms) {
        keys.expire_fields(key, names);
    }
    Ok(())
}

/// Which fields must be there for any to be set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Any,
    /// `FXX`: all of them.
    All,
    /// `FNX`: none.
    None,
}

/// What is asked of `HSETEX`.
struct Request<'a> {
    presence: Presence,
    time: NewTime,
    /// Names and values in turn.
    pairs: Args<'a>,
}

/// `HSETEX`.
pub(super) fn hsetex(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let now_ms = keys.now_ms();
    let request = parse(args, now_ms)?;
    if !allows(keys, key, &request)? {
        reply.integer(0);
        return Ok(());
    }
    let (limits, pairs) = (packed_limits(keys), request.pairs.len() / 2);
    let have_passed = matches!(request.time, NewTime::Set(time_ms) if time_ms <= now_ms);
    edit(keys, key, |hash| {
        hash.prepare(pairs, limits);
        let mut args = request.pairs.clone();
        while let (Some(name), Some(value)) = (args.next(), args.next()) {
            hash.set(name, value, request.time, limits);
            if have_passed {
                hash.remove(name);
            }
        }
    })?;
    keys.changed_by(key, HSET, pairs as u64);
    match request.time {
        NewTime::Set(time_ms) if time_ms <= now_ms => {
            keys.also(key, HDEL);
            keys.count_expired_fields(pairs as u64);
            keys.remove_if_emptied(key);
        }
        NewTime::Set(_) => keys.also(key, HEXPIRE),
        NewTime::Keep | NewTime::Remove => {}
    }
    reply.integer(1);
    Ok(())
}

fn parse(mut args: Args<'_>, now_ms: i64) -> Result<Request<'_>, CommandError> {
    const ONE_TIME: CommandError = CommandError::Text(
        "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified",
    );
    let (mut presence, mut keeps, mut time_ms) = (Presence::Any, false, None);
    loop {
        if let Some(wanted) = take_presence(&mut args) {
            if presence != Presence::Any {
                return Err(CommandError::Text(
                    "ERR Only one of FXX or FNX arguments can be specified",
                ));
            }
            presence = wanted;
        } else if args.take_word("KEEPTTL") {
            if keeps || time_ms.is_some() {
                return Err(ONE_TIME);
            }
            keeps = true;
        } else if let Some(unit) = take_unit(&mut args) {
            if time_ms.is_some() {
                return Err(ONE_TIME);
            }
            let text = args.next().ok_or(HSETEX_ARITY)?;
            if keeps {
                return Err(ONE_TIME);
            }
            time_ms = Some(expiry_ms(text, "hsetex", unit, now_ms)?);
        } else if args.take_word("FIELDS") {
            break;
        } else {
            let word = args.next().ok_or(HSETEX_ARITY)?;
            return Err(CommandError::naming("ERR unknown argument: ", word, ""));
        }
    }
    let time = match time_ms {
        Some(time_ms) => NewTime::Set(time_ms),
        None if keeps => NewTime::Keep,
        None => NewTime::Remove,
    };
    Ok(Request { presence, time, pairs: pairs(args)? })
}

fn take_presence(args: &mut Args<'_>) -> Option<Presence> {
    if args.take_word("FXX") {
        return Some(Presence::All);
    }
    args.take_word("FNX").then_some(Presence::None)
}

/// Reads the number of fields, behind which names and values must be all that is left.
fn pairs(mut args: Args<'_>) -> Result<Args<'_>, CommandError> {
    // The number, a name and a value.
    if args.len() < 3 {
        return Err(HSETEX_ARITY);
    }
    let text = args.required()?;
    let number = fanfare_stdx::number::parse_i32(text).filter(|&number| number > 0);
    let number = number.ok_or(CommandError::Text("ERR invalid number of fields"))?;
    if args.len() as u64 != 2 * u64::from(number.unsigned_abs()) {
        return Err(HSETEX_ARITY);
    }
    Ok(args)
}

/// Whether the fields are there, or not, as the request demands. Those looked at that have expired are taken out.
fn allows(
    keys: &mut WriteKeys<'_>,
    key: &[u8],
    request: &Request<'_>,
) -> Result<bool, CommandError> {
    let now_ms = keys.now_ms();
    let hash = read(keys, key)?;
    if request.presence == Presence::Any {
        return Ok(true);
    }
    let Some(hash) = hash else { return Ok(request.presence == Presence::None) };
    let wanted = request.presence == Presence::All;
    let (mut allowed, mut any_expired, mut looked_at) = (true, false, 0);
    let names = || request.pairs.clone().step_by(2);
    for name in names() {
        let field = hash.get(name);
        let has_expired = field.is_some_and(|field| field.has_expired(now_ms));
        looked_at += 1;
        any_expired |= has_expired;
        allowed = wanted == (field.is_some() && !has_expired);
        if !allowed {
            break;
        }
    }
    if any_expired {
        keys.take_expired_fields(key, names().take(looked_at));
        if !allowed {
            keys.remove_if_emptied(key);
        }
    }
    Ok(allowed)
}
