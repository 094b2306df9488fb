//! Intersections, unions and differences.

use fanfare_data::set::algebra::{
    Difference, difference, intersection, new_intersection, new_union,
};
use fanfare_data::set::{NewSet, Set, SetLimits};
use fanfare_protocol::Reply;

use super::access::{event, limits, set_in, store};
use super::member::write_all;
use crate::command::{Args, CommandError};
use crate::families::element::write_element;
use crate::keyspace::{Event, ReadKeys, WriteKeys};

const SINTERSTORE: Event = event("sinterstore");
const SUNIONSTORE: Event = event("sunionstore");
const SDIFFSTORE: Event = event("sdiffstore");

/// Looks for keys, each of which must hold a set if it is there.
fn look_up<'n>(
    keys: &mut ReadKeys<'_>,
    names: impl Iterator<Item = &'n [u8]>,
) -> Result<(), CommandError> {
    for name in names {
        if let Some(entry) = keys.read(name) {
            set_in(entry)?;
        }
    }
    Ok(())
}

/// The set of a key that was looked for, if it is there.
fn held<'k>(keys: &'k ReadKeys<'_>, name: &[u8]) -> Option<Set<'k>> {
    keys.held(name).and_then(|entry| Set::of(entry.value()))
}

/// The sets of several keys, in order; none where there is no such key.
fn sets<'k, 'n>(
    keys: &'k mut ReadKeys<'_>,
    names: impl Iterator<Item = &'n [u8]> + Clone,
) -> Result<Vec<Option<Set<'k>>>, CommandError> {
    look_up(keys, names.clone())?;
    Ok(names.map(|name| held(keys, name)).collect())
}

/// `SINTER`.
pub(super) fn sinter(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let sets: Option<Vec<_>> = sets(keys, args)?.into_iter().collect();
    match sets.as_deref() {
        Some([only]) => write_all(Some(*only), reply),
        _ => {
            let list = reply.deferred();
            let mut length = 0;
            intersection(&mut sets.unwrap_or_default()).for_each(|member| {
                write_element(reply, member);
                length += 1;
            });
            reply.finish_set(list, length);
        }
    }
    Ok(())
}

/// `SINTERCARD`.
pub(super) fn sintercard(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let count = args.integer().ok().and_then(|count| usize::try_from(count).ok());
    let count = count
        .filter(|count| *count > 0)
        .ok_or(CommandError::Text("ERR numkeys should be greater than 0"))?;
    if count > args.len() {
        return Err(CommandError::Text("ERR Number of keys can't be greater than number of args"));
    }
    let names = args.clone();
    args.by_ref().take(count).for_each(drop);
    let mut limit = 0;
    while !args.is_empty() {
        if args.len() < 2 || !args.take_word("LIMIT") {
            return Err(CommandError::Syntax);
        }
        limit = args
            .integer()
            .ok()
            .and_then(|limit| usize::try_from(limit).ok())
            .ok_or(CommandError::Text("ERR LIMIT can't be negative"))?;
    }
    let limit = if limit == 0 { usize::MAX } else { limit };
    let sets: Option<Vec<_>> = sets(keys, names.take(count))?.into_iter().collect();
    let found = intersection(&mut sets.unwrap_or_default()).take(limit).count();
    reply.integer(found as i64);
    Ok(())
}

/// `SINTERSTORE`.
pub(super) fn sinterstore(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let intersect = |sets: Vec<Option<Set<'_>>>, limits: &SetLimits, like: Option<Set<'_>>| {
        let sets: Option<Vec<_>> = sets.into_iter().collect();
        new_intersection(&mut sets.unwrap_or_default(), limits, like)
    };
    combine(keys, args, reply, SINTERSTORE, intersect)
}

/// `SUNION`.
pub(super) fn sunion(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let limits = limits(keys);
    let sets = sets(keys, args)?;
    match sets.as_slice() {
        [only] => write_all(*only, reply),
        several => {
            let union = new_union(several.iter().copied().flatten(), &limits, None);
            write_all(Some(union.as_set()), reply);
        }
    }
    Ok(())
}

/// `SUNIONSTORE`.
pub(super) fn sunionstore(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let unite = |sets: Vec<Option<Set<'_>>>, limits: &SetLimits, like: Option<Set<'_>>| {
        new_union(sets.into_iter().flatten(), limits, like)
    };
    combine(keys, args, reply, SUNIONSTORE, unite)
}

/// `SDIFF`.
pub(super) fn sdiff(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let limits = limits(keys);
    let list = reply.deferred();
    let mut length = 0;
    if let Some(difference) = difference_of(&sets(keys, args)?, &limits, None) {
        difference.for_each(|member| {
            write_element(reply, member);
            length += 1;
        });
    }
    reply.finish_set(list, length);
    Ok(())
}

/// `SDIFFSTORE`.
pub(super) fn sdiffstore(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let subtract = |sets: Vec<Option<Set<'_>>>, limits: &SetLimits, like: Option<Set<'_>>| {
        difference_of(&sets, limits, like)
            .map_or_else(NewSet::new, |difference| difference.into_new(limits, like))
    };
    combine(keys, args, reply, SDIFFSTORE, subtract)
}

fn difference_of<'a>(
    sets: &[Option<Set<'a>>],
    limits: &SetLimits,
    like: Option<Set<'_>>,
) -> Option<Difference<'a>> {
    let (first, others) = sets.split_first()?;
    let others = others.iter().copied().flatten().collect();
    Some(difference((*first)?, others, limits, like))
}

/// Stores what `make` makes of the sets of all keys but the first, in the place of that.
fn combine(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    event: Event,
    make: impl FnOnce(Vec<Option<Set<'_>>>, &SetLimits, Option<Set<'_>>) -> NewSet,
) -> Result<(), CommandError> {
    let target = args.required()?;
    let limits = limits(keys);
    look_up(keys, args.clone())?;
    let sets = args.map(|name| held(keys, name)).collect();
    let new = make(sets, &limits, held(keys, target));
    let length = store(keys, target, new, event);
    reply.integer(length as i64);
    Ok(())
}
