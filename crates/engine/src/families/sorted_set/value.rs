//! What all commands on sorted sets do: find one, and leave no empty one behind.

use std::ops::Range;

use fanfare_data::encoding::listpack::{EMPTY, Element, Listpack};
use fanfare_data::object::KeyEntry;
use fanfare_data::sorted_set::{Built, Elements, LexEnd, Limits, ScoreEnd, SortedSetMut, View};
use fanfare_protocol::Reply;
use fanfare_stdx::double::{parse_double, parse_double_bound};

use crate::command::{Args, CommandError};
use crate::families::element::write_element;
use crate::keyspace::{Event, Freeing, Limit, ReadKeys, WriteKeys};

pub(super) const NOT_A_FLOAT: CommandError = CommandError::Text("ERR value is not a valid float");
const NOT_A_SCORE_END: CommandError = CommandError::Text("ERR min or max is not a float");
const NOT_A_LEX_END: CommandError =
    CommandError::Text("ERR min or max not valid string range item");

/// The sorted set of an entry, or an empty one.
pub(in crate::families) fn view_of(entry: Option<&KeyEntry>) -> Result<View<'_>, CommandError> {
    let Some(entry) = entry else { return Ok(View::Packed(Listpack::new(&EMPTY))) };
    View::of(entry.value()).ok_or(CommandError::WrongType)
}

/// The sorted set of a key, to be changed.
pub(super) fn get_mut<'k>(
    keys: &'k mut WriteKeys<'_>,
    key: &[u8],
) -> Result<Option<SortedSetMut<'k>>, CommandError> {
    let Some(entry) = keys.get_mut(key) else { return Ok(None) };
    SortedSetMut::of(entry).map(Some).ok_or(CommandError::WrongType)
}

/// Says that so many members were taken out of a key, perhaps none, and deletes the key if none is left.
pub(super) fn end_removal(keys: &mut WriteKeys<'_>, key: &[u8], event: Event, removed: usize) {
    if removed == 0 {
        return;
    }
    if view_of(keys.peek(key)).is_ok_and(View::is_empty) {
        end_key(keys, key, event, removed);
    } else {
        keys.changed_by(key, event, removed as u64);
    }
}

/// Deletes a key and says that so many members, all it had, were taken out.
pub(super) fn end_key(keys: &mut WriteKeys<'_>, key: &[u8], event: Event, removed: usize) {
    keys.delete(key, Freeing::Overwriting);
    keys.changed_by(key, event, removed as u64);
    keys.also(key, Event::DEL);
}

/// Stores a sorted set under a key, whatever it held, and writes how many members it has. An empty one deletes the key.
pub(super) fn end_store(
    keys: &mut WriteKeys<'_>,
    key: &[u8],
    built: Built,
    event: Event,
    reply: &mut Reply<'_>,
) {
    let length = built.len();
    if length > 0 {
        keys.set(key, built.value(&mut Vec::new()));
        keys.changed(key, event);
    } else if keys.delete(key, Freeing::Overwriting) {
        keys.changed(key, Event::DEL);
    }
    reply.integer(length as i64);
}

/// The ranks from `start` to `stop`, both of which count from the end if negative.
pub(super) fn ranks(start: i64, stop: i64, length: usize) -> Range<usize> {
    let length = length as i64;
    let from_start = |rank: i64| if rank < 0 { rank.saturating_add(length) } else { rank };
    let start = from_start(start).max(0);
    let stop = from_start(stop).min(length - 1);
    if start > stop { 0..0 } else { start as usize..stop as usize + 1 }
}

/// The limits of the small form.
pub(in crate::families) fn limits(keys: &ReadKeys<'_>) -> Limits {
    let of = |limit| keys.limit(limit).max(0) as usize;
    Limits {
        members: of(Limit::PackedSortedSetMembers),
        member_bytes: of(Limit::PackedSortedSetBytes),
    }
}

/// Reads a score.
pub(super) fn score(args: &mut Args<'_>) -> Result<f64, CommandError> {
    parse_double(args.required()?).ok_or(NOT_A_FLOAT)
}

/// Reads an end of a range of scores.
pub(super) fn score_end(text: &[u8]) -> Result<ScoreEnd, CommandError> {
    let (text, is_exclusive) = match text {
        [b'(', rest @ ..] => (rest, true),
        text => (text, false),
    };
    let score = parse_double_bound(text).ok_or(NOT_A_SCORE_END)?;
    Ok(ScoreEnd { score, is_exclusive })
}

/// Reads an end of a range of members.
pub(super) fn lex_end(text: &[u8]) -> Result<LexEnd<'_>, CommandError> {
    match text {
        b"-" => Ok(LexEnd::Lowest),
        b"+" => Ok(LexEnd::Highest),
        [b'[', member @ ..] => Ok(LexEnd::Inclusive(member)),
        [b'(', member @ ..] => Ok(LexEnd::Exclusive(member)),
        _ => Err(NOT_A_LEX_END),
    }
}

/// Whether members come with their scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Show {
    Members,
    MembersAndScores,
}

/// Writes elements.
pub(super) fn write_elements(reply: &mut Reply<'_>, elements: Elements<'_>, show: Show) {
    write_header(reply, elements.len(), show);
    elements.for_each(|element| write_element_of(reply, element, show));
}

/// Begins a list of so many elements.
pub(super) fn write_header(reply: &mut Reply<'_>, elements: usize, show: Show) {
    match show {
        Show::Members => reply.array(elements),
        Show::MembersAndScores => reply.pairs(elements),
    }
}

/// Writes an element of a list.
pub(super) fn write_element_of(
    reply: &mut Reply<'_>,
    (member, score): (Element<'_>, f64),
    show: Show,
) {
    match show {
        Show::Members => write_element(reply, member),
        Show::MembersAndScores => {
            reply.pair();
            write_element(reply, member);
            reply.double(score);
        }
    }
}
