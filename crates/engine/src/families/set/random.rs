//! `SPOP` and `SRANDMEMBER`.

use fanfare_data::set::{Set, random};
use fanfare_protocol::Reply;

use super::access::{changed, event, limits, set_in, set_of};
use super::member::write_all;
use crate::command::{Args, CommandError};
use crate::families::element::write_element;
use crate::keyspace::{Event, Freeing, ReadKeys, WriteKeys};

const SPOP: Event = event("spop");

/// Most members that one command draws with repetition: its reply has them all.
const DRAWN_MEMBERS_MAX: usize = 1 << 28;

/// `SPOP`.
pub(super) fn spop(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    if args.len() > 1 {
        return Err(CommandError::Syntax);
    }
    if !args.is_empty() {
        let count = args.integer().ok().and_then(|count| usize::try_from(count).ok());
        return pop_some(keys, key, count.ok_or(CommandError::NotPositive)?, reply);
    }
    let mut random = keys.random().fork();
    let Some(entry) = keys.get_mut(key) else {
        reply.null();
        return Ok(());
    };
    set_in(entry)?;
    random::pop(entry, &mut random, |member| write_element(reply, member));
    changed(keys, key, SPOP, 1);
    Ok(())
}

/// `SPOP` with a count.
fn pop_some(
    keys: &mut WriteKeys<'_>,
    key: &[u8],
    count: usize,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (mut random, limits) = (keys.random().fork(), limits(keys));
    let set = set_of(keys, key)?;
    let length = set.map_or(0, Set::len);
    if count == 0 || length == 0 {
        reply.set(0);
        return Ok(());
    }
    if count >= length {
        // All of it is read as `SUNION` does, which counts.
        write_all(keys.read(key).map(set_in).transpose()?, reply);
        keys.delete(key, Freeing::Overwriting);
        keys.changed_by(key, SPOP, length as u64);
        keys.also(key, Event::DEL);
        return Ok(());
    }
    reply.set(count);
    if let Some(entry) = keys.get_mut(key) {
        random::pop_many(entry, count, &limits, &mut random, |member| {
            write_element(reply, member);
        });
    }
    keys.changed_by(key, SPOP, count as u64);
    Ok(())
}

/// `SRANDMEMBER`.
pub(super) fn srandmember(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let mut random = keys.random().fork();
    if args.is_empty() {
        match set_of(keys, key)?.and_then(|set| set.random(&mut random)) {
            Some(member) => write_element(reply, member),
            None => reply.null(),
        }
        return Ok(());
    }
    if args.len() > 1 {
        return Err(CommandError::Syntax);
    }
    let count = args.integer()?;
    if count == i64::MIN {
        return Err(CommandError::NO_OPPOSITE);
    }
    let Some(set) = set_of(keys, key)? else {
        reply.array(0);
        return Ok(());
    };
    let size = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if count >= 0 {
        let size = size.min(set.len());
        reply.array(size);
        set.sample(size, &mut random, |member| write_element(reply, member));
        return Ok(());
    }
    if size > DRAWN_MEMBERS_MAX {
        return Err(CommandError::Text("ERR value is out of range"));
    }
    reply.array(size);
    set.draw(size, &mut random, |member| write_element(reply, member));
    Ok(())
}
