//! What several commands on lists share.

use fanfare_data::encoding::listpack::Element;
use fanfare_data::list::{BlockLimit, ListRef, Side, edit};
use fanfare_data::object::KeyEntry;
use fanfare_protocol::Reply;

use crate::command::{Args, CommandError};
use crate::families::element::write_element;
use crate::keyspace::{Event, EventClass, Freeing, Limit, ReadKeys, WriteKeys};

/// The list that an entry holds.
pub(super) fn list(entry: &KeyEntry) -> Result<ListRef<'_>, CommandError> {
    ListRef::of(entry).ok_or(CommandError::WrongType)
}

/// The list of a key, if there is the key.
pub(super) fn find<'k>(
    keys: &'k mut ReadKeys<'_>,
    key: &[u8],
) -> Result<Option<ListRef<'k>>, CommandError> {
    keys.get(key).map(list).transpose()
}

/// How large blocks may be.
pub(in crate::families) fn block_limit(keys: &ReadKeys<'_>) -> BlockLimit {
    BlockLimit::from_setting(keys.limit(Limit::ListBlock))
}

/// Reads `LEFT` or `RIGHT`.
pub(super) fn side(args: &mut Args<'_>) -> Result<Side, CommandError> {
    if args.take_word("LEFT") {
        Ok(Side::Left)
    } else if args.take_word("RIGHT") {
        Ok(Side::Right)
    } else {
        Err(CommandError::Syntax)
    }
}

/// The event of an element that was added at a side.
pub(super) const fn pushed(side: Side) -> Event {
    let name = match side {
        Side::Left => "lpush",
        Side::Right => "rpush",
    };
    Event::new(EventClass::List, name)
}

/// The event of an element that was taken from a side.
pub(super) const fn popped(side: Side) -> Event {
    let name = match side {
        Side::Left => "lpop",
        Side::Right => "rpop",
    };
    Event::new(EventClass::List, name)
}

/// Says that a list lost so many elements, and deletes it if none is left.
pub(super) fn say_removed(
    keys: &mut WriteKeys<'_>,
    key: &[u8],
    event: Event,
    count: usize,
    is_empty: bool,
) {
    keys.changed_by(key, event, count as u64);
    if is_empty {
        keys.delete(key, Freeing::Overwriting);
        keys.also(key, Event::DEL);
    }
}

/// What was taken from a list.
#[derive(Clone, Copy)]
pub(super) struct Taken {
    /// How many elements.
    pub(super) count: usize,
    /// Whether the list has no others.
    pub(super) is_all: bool,
}

/// Takes `count` elements, or all there are, from a side of a list, and writes each. A list without others stays as it is: the
/// whole key goes.
pub(super) fn take(
    entry: &mut KeyEntry,
    side: Side,
    count: usize,
    limit: BlockLimit,
    reply: &mut Reply<'_>,
) -> Result<Taken, CommandError> {
    let list = list(entry)?;
    let length = list.len();
    let is_all = count >= length;
    if is_all {
        list.iter(side).for_each(|element| write_element(reply, element));
    } else {
        edit::take(entry, side, count, limit, |element| write_element(reply, element));
    }
    Ok(Taken { count: count.min(length), is_all })
}

/// A copy of the element at a side of a list that is not empty.
pub(super) fn end_text(list: ListRef<'_>, side: Side) -> Vec<u8> {
    match list.iter(side).next() {
        Some(Element::Bytes(bytes)) => bytes.to_vec(),
        Some(Element::Integer(number)) => number.to_string().into_bytes(),
        None => Vec::new(),
    }
}

/// Adds elements at a side of a key's list, which is made if it is not there; how long it is then. Says nothing.
pub(super) fn add<'e>(
    keys: &mut WriteKeys<'_>,
    key: &[u8],
    side: Side,
    elements: impl Iterator<Item = &'e [u8]> + Clone,
) -> Result<usize, CommandError> {
    let limit = block_limit(keys);
    if let Some(entry) = keys.get_mut(key) {
        return edit::push(entry, side, elements, limit).ok_or(CommandError::WrongType);
    }
    let mut scratch = Vec::new();
    let length = elements.clone().count();
    keys.set(key, edit::new_list(side, elements, limit, &mut scratch));
    Ok(length)
}

/// The numbers of the elements from `start` to `stop`, both of which count from the end if negative.
pub(super) fn range(start: i64, stop: i64, length: usize) -> std::ops::Range<usize> {
    let length = length as i64;
    let from_start = |index: i64| if index < 0 { index.saturating_add(length) } else { index };
    let start = from_start(start).max(0);
    let stop = from_start(stop).min(length - 1);
    if start > stop { 0..0 } else { start as usize..stop as usize + 1 }
}

/// The number of an element, counted from the end if negative, unless there is no such element.
pub(super) fn index(index: i64, length: usize) -> Option<usize> {
    let from_start = if index < 0 { index.checked_add(length as i64)? } else { index };
    usize::try_from(from_start).ok().filter(|&index| index < length)
}
