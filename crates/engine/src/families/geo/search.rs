//! The commands that search.

use fanfare_data::encoding::listpack::Element;
use fanfare_data::geo::{Area, Position, number_of_score};
use fanfare_data::sorted_set::{self, Built, Limits, ScoreEnd, ScoreRange, View};
use fanfare_protocol::Reply;

use super::options::{Command, Options, Order, Reader};
use super::value::{write_distance, write_position};
use crate::command::{Args, CommandError};
use crate::families::element::write_element;
use crate::families::sorted_set::value::{limits, view_of};
use crate::keyspace::{Event, EventClass, Freeing, ReadKeys, WriteKeys};

const GEORADIUSSTORE: Event = Event::new(EventClass::SortedSet, "georadiusstore");
const GEOSEARCHSTORE: Event = Event::new(EventClass::SortedSet, "geosearchstore");

/// A member that was found.
#[derive(Clone, Copy, Debug)]
struct Found<'a> {
    member: Element<'a>,
    score: f64,
    position: Position,
    distance_m: f64,
}

/// How the area of a search begins.
#[derive(Clone, Copy)]
enum Start {
    Position,
    Member,
    Options,
}

/// `GEORADIUS`.
pub(super) fn georadius(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    search_or_store(keys, args, reply, Start::Position)
}

/// `GEORADIUSBYMEMBER`.
pub(super) fn georadiusbymember(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    search_or_store(keys, args, reply, Start::Member)
}

/// `GEORADIUS_RO`.
pub(super) fn georadius_ro(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    search(keys, args, reply, Command::RadiusReadOnly, Start::Position)
}

/// `GEORADIUSBYMEMBER_RO`.
pub(super) fn georadiusbymember_ro(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    search(keys, args, reply, Command::RadiusReadOnly, Start::Member)
}

/// `GEOSEARCH`.
pub(super) fn geosearch(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    search(keys, args, reply, Command::Search, Start::Options)
}

/// `GEOSEARCHSTORE`.
pub(super) fn geosearchstore(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (target, key) = (args.required()?, args.required()?);
    let limits = limits(keys);
    let set = set_in(keys, key)?;
    let options = options(args, set, Command::SearchStore, Start::Options)?;
    let built = build(set, &options, limits);
    store(keys, target, built, GEOSEARCHSTORE, reply);
    Ok(())
}

fn search_or_store(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    start: Start,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let limits = limits(keys);
    let set = set_in(keys, key)?;
    let options = options(args, set, Command::Radius, start)?;
    let Some(target) = options.target else {
        write_found(&find(set, &options), &options, reply);
        return Ok(());
    };
    let built = build(set, &options, limits);
    store(keys, target, built, GEORADIUSSTORE, reply);
    Ok(())
}

fn search(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    command: Command,
    start: Start,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let set = set_in(keys, key)?;
    let options = options(args, set, command, start)?;
    write_found(&find(set, &options), &options, reply);
    Ok(())
}

/// The sorted set of a key, if there is one. That it is used for reading is noted.
fn set_in<'k>(keys: &'k mut ReadKeys<'_>, key: &[u8]) -> Result<Option<View<'k>>, CommandError> {
    keys.read(key);
    let entry = keys.held(key);
    entry.map(|entry| view_of(Some(entry))).transpose()
}

fn options<'a>(
    mut args: Args<'a>,
    set: Option<View<'_>>,
    command: Command,
    start: Start,
) -> Result<Options<'a>, CommandError> {
    let reader = Reader::new(command, set);
    let reader = match start {
        Start::Position => reader.position(&mut args)?.radius(&mut args)?,
        Start::Member => reader.member_and_radius(&mut args)?,
        Start::Options => reader,
    };
    reader.rest(args)
}

/// What a search finds, in the order that is wanted.
fn find<'a>(set: Option<View<'a>>, options: &Options<'_>) -> Vec<Found<'a>> {
    let (Some(set), Some(area)) = (set, options.area) else { return Vec::new() };
    let limit = if options.takes_any { options.count.unwrap_or(usize::MAX) } else { usize::MAX };
    let mut found: Vec<Found<'a>> = members_in(set, &area).take(limit).collect();
    match options.order {
        Order::None => {}
        Order::Ascending => found.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m)),
        Order::Descending => found.sort_by(|a, b| b.distance_m.total_cmp(&a.distance_m)),
    }
    found.truncate(options.count.unwrap_or(usize::MAX));
    found
}

/// The members in an area, in the order of its cells.
fn members_in<'a>(set: View<'a>, area: &Area) -> impl Iterator<Item = Found<'a>> {
    area.numbers().flat_map(move |numbers| {
        let range = ScoreRange {
            min: ScoreEnd { score: numbers.start as f64, is_exclusive: false },
            max: ScoreEnd { score: numbers.end as f64, is_exclusive: true },
        };
        let ranks = set.ranks_of_scores(range);
        set.range(ranks, sorted_set::Order::Ascending).filter_map(move |(member, score)| {
            let position = Position::of_score(score);
            let distance_m = area.distance_m(position)?;
            Some(Found { member, score, position, distance_m })
        })
    })
}

fn write_found(found: &[Found<'_>], options: &Options<'_>, reply: &mut Reply<'_>) {
    let extras = [options.with_distance, options.with_number, options.with_position];
    let parts = extras.into_iter().filter(|is_wanted| *is_wanted).count();
    reply.array(found.len());
    for one in found {
        if parts > 0 {
            reply.array(1 + parts);
        }
        write_element(reply, one.member);
        if options.with_distance {
            write_distance(reply, one.distance_m / options.unit_m);
        }
        if options.with_number {
            reply.integer(number_of_score(one.score).cast_signed());
        }
        if options.with_position {
            write_position(reply, one.position);
        }
    }
}

/// What a search finds, as it is to be stored.
fn build(set: Option<View<'_>>, options: &Options<'_>, limits: Limits) -> Built {
    let scored = find(set, options).into_iter().map(|one| {
        let distance = one.distance_m / options.unit_m;
        (one.member, if options.stores_distances { distance } else { one.score })
    });
    Built::growing(scored, limits)
}

fn store(
    keys: &mut WriteKeys<'_>,
    target: &[u8],
    built: Built,
    event: Event,
    reply: &mut Reply<'_>,
) {
    let length = built.len();
    if length > 0 {
        keys.set(target, built.value(&mut Vec::new()));
        keys.changed_by(target, event, length as u64);
    } else if keys.delete(target, Freeing::Overwriting) {
        keys.changed(target, Event::DEL);
    }
    reply.integer(length as i64);
}
