//! Members by name.

use fanfare_data::encoding::listpack::Element;
use fanfare_data::set::{NewSet, Set, edit};
use fanfare_protocol::Reply;

use super::access::{changed, event, limits, set_in, set_of};
use crate::command::{Args, CommandError};
use crate::families::element::write_element;
use crate::keyspace::{Event, ReadKeys, WriteKeys};

const SADD: Event = event("sadd");
const SREM: Event = event("srem");

/// `SADD`.
pub(super) fn sadd(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let (limits, expected) = (limits(keys), args.len());
    let added = if let Some(entry) = keys.get_mut(key) {
        set_in(entry)?;
        edit::expect(entry, expected, &limits);
        args.filter(|member| edit::add(entry, member, &limits)).count()
    } else {
        let mut new = NewSet::new_for(args.get(0).unwrap_or_default(), expected, &limits);
        let added = args.filter(|member| new.add(Element::of(member), &limits, None)).count();
        keys.set(key, new.take_value());
        added
    };
    if added > 0 {
        keys.changed_by(key, SADD, added as u64);
    }
    reply.integer(added as i64);
    Ok(())
}

/// `SREM`.
pub(super) fn srem(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let mut removed = 0;
    if let Some(entry) = keys.get_mut(key) {
        set_in(entry)?;
        removed = args.filter(|member| edit::remove(entry, member)).count();
    }
    if removed > 0 {
        changed(keys, key, SREM, removed);
    }
    reply.integer(removed as i64);
    Ok(())
}

/// `SMOVE`.
pub(super) fn smove(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (source, target, member) = (args.required()?, args.required()?, args.required()?);
    if keys.get(source).is_none() {
        reply.integer(0);
        return Ok(());
    }
    let is_member = set_of(keys, source)?.is_some_and(|set| set.contains(member));
    set_of(keys, target)?;
    reply.integer(i64::from(is_member));
    if !is_member || source == target {
        return Ok(());
    }
    if let Some(entry) = keys.get_mut(source) {
        edit::remove(entry, member);
    }
    changed(keys, source, SREM, 1);
    let limits = limits(keys);
    let is_new = if let Some(entry) = keys.get_mut(target) {
        edit::add(entry, member, &limits)
    } else {
        let mut new = NewSet::new_for(member, 1, &limits);
        new.add(Element::of(member), &limits, None);
        keys.set(target, new.take_value());
        true
    };
    if is_new {
        keys.changed(target, SADD);
    }
    Ok(())
}

/// `SISMEMBER`.
pub(super) fn sismember(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, member) = (args.required()?, args.required()?);
    let is_member = set_of(keys, key)?.is_some_and(|set| set.contains(member));
    reply.integer(i64::from(is_member));
    Ok(())
}

/// `SMISMEMBER`.
pub(super) fn smismember(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let set = set_of(keys, key)?;
    reply.array(args.len());
    for member in args {
        reply.integer(i64::from(set.is_some_and(|set| set.contains(member))));
    }
    Ok(())
}

/// `SCARD`.
pub(super) fn scard(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let set = set_of(keys, args.required()?)?;
    reply.integer(set.map_or(0, Set::len) as i64);
    Ok(())
}

/// `SMEMBERS`.
pub(super) fn smembers(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let set = set_of(keys, args.required()?)?;
    write_all(set, reply);
    Ok(())
}

/// Writes all members of a set that may be there.
pub(super) fn write_all(set: Option<Set<'_>>, reply: &mut Reply<'_>) {
    reply.set(set.map_or(0, Set::len));
    if let Some(set) = set {
        set.iter().for_each(|member| write_element(reply, member));
    }
}
