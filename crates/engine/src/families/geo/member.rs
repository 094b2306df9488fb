//! Members by name: giving them positions, and asking for these.

use fanfare_data::geo::Position;
use fanfare_data::sorted_set::SortedSetMut;
use fanfare_protocol::Reply;

use super::value::{position, unit_m, write_distance, write_position};
use crate::command::{Args, CommandError};
use crate::families::sorted_set::value::{limits, view_of};
use crate::keyspace::{Event, EventClass, ReadKeys, WriteKeys};

const ZADD: Event = Event::new(EventClass::SortedSet, "zadd");

#[derive(Clone, Copy, Debug, Default)]
struct Options {
    only_new: bool,
    only_existing: bool,
    counts_changed: bool,
}

impl Options {
    fn read(args: &mut Args<'_>) -> Self {
        let mut options = Self::default();
        loop {
            if args.take_word("NX") {
                options.only_new = true;
            } else if args.take_word("XX") {
                options.only_existing = true;
            } else if args.take_word("CH") {
                options.counts_changed = true;
            } else {
                return options;
            }
        }
    }

    /// The score that a member gets, if it gets another.
    fn decide(self, old: Option<f64>, new: f64) -> Option<f64> {
        let is_refused = if old.is_some() { self.only_new } else { self.only_existing };
        (!is_refused && old != Some(new)).then_some(new)
    }
}

/// `GEOADD`.
pub(super) fn geoadd(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let options = Options::read(&mut args);
    let is_contradiction = options.only_new && options.only_existing;
    if args.is_empty() || !args.len().is_multiple_of(3) || is_contradiction {
        return Err(CommandError::Syntax);
    }
    let mut members = Vec::with_capacity(args.len() / 3);
    while !args.is_empty() {
        let score = position(&mut args)?.number() as f64;
        members.push((args.required()?, score));
    }
    let limits = limits(keys);
    if keys.peek(key).is_none() {
        if options.only_existing {
            reply.integer(0);
            return Ok(());
        }
        let longest_bytes = members.iter().map(|(member, _)| member.len()).max();
        keys.set(key, limits.new_value(members.len(), longest_bytes.unwrap_or_default()));
    }
    let Some(entry) = keys.get_mut(key) else { unreachable!("it is there or was made") };
    let mut set = SortedSetMut::of(entry).ok_or(CommandError::WrongType)?;
    set.prepare(members.len(), limits);
    let (mut added, mut changed) = (0_u64, 0_u64);
    for (member, score) in members {
        set.update(member, limits, |old| {
            let new = options.decide(old, score);
            match (old, new) {
                (_, None) => {}
                (None, Some(_)) => added += 1,
                (Some(_), Some(_)) => changed += 1,
            }
            new
        });
    }
    if added + changed > 0 {
        keys.changed_by(key, ZADD, added + changed);
    }
    reply.integer(if options.counts_changed { added + changed } else { added } as i64);
    Ok(())
}

/// `GEODIST`.
pub(super) fn geodist(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, from, to) = (args.required()?, args.required()?, args.required()?);
    let unit_m = match (args.next(), args.next()) {
        (None, _) => 1.0,
        (Some(unit), None) => unit_m(unit)?,
        _ => return Err(CommandError::Syntax),
    };
    let set = view_of(keys.get(key))?;
    match (set.score(from), set.score(to)) {
        (Some(from), Some(to)) => {
            let (from, to) = (Position::of_score(from), Position::of_score(to));
            write_distance(reply, from.distance_m(to) / unit_m);
        }
        _ => reply.null(),
    }
    Ok(())
}

/// `GEOHASH`.
pub(super) fn geohash(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let set = view_of(keys.get(args.required()?))?;
    reply.array(args.len());
    for member in args {
        match set.score(member) {
            Some(score) => reply.bulk(&Position::of_score(score).geohash()),
            None => reply.null(),
        }
    }
    Ok(())
}

/// `GEOPOS`.
pub(super) fn geopos(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let set = view_of(keys.get(args.required()?))?;
    reply.array(args.len());
    for member in args {
        match set.score(member) {
            Some(score) => write_position(reply, Position::of_score(score)),
            None => reply.null_array(),
        }
    }
    Ok(())
}
