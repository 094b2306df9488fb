//! Sorts.

use std::ops::Range;

use fanfare_data::encoding::listpack::Element;
use fanfare_data::list::{ListRef, Side, edit};
use fanfare_data::set::Set;
use fanfare_data::sorted_set::{Order, View};
use fanfare_protocol::Reply;

use super::pattern::look_up;
use super::request::SortRequest;
use super::weight::{Weighed, Weight};
use crate::command::{Args, CommandError};
use crate::families::list::block_limit;
use crate::keyspace::{Event, EventClass, Freeing, ReadKeys, WriteKeys};

const SORTSTORE: Event = Event::new(EventClass::List, "sortstore");

/// `SORT_RO`.
pub(super) fn sort_ro(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let request = SortRequest::parse(&mut args, false)?;
    write_sorted(keys, &request, reply)
}

/// `SORT`.
pub(super) fn sort(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let request = SortRequest::parse(&mut args, true)?;
    match request.store {
        Some(store) => store_sorted(keys, &request, store, reply),
        None => write_sorted(keys, &request, reply),
    }
}

fn write_sorted(
    keys: &mut ReadKeys<'_>,
    request: &SortRequest<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let sorted = sorted(keys, request)?;
    reply.array(sorted.len() * request.get.len().max(1));
    for element in sorted {
        if request.get.is_empty() {
            reply.bulk(&element);
        }
        for pattern in &request.get {
            match look_up(keys, pattern, &element) {
                Some(value) => reply.bulk(&value),
                None => reply.null(),
            }
        }
    }
    Ok(())
}

fn store_sorted(
    keys: &mut WriteKeys<'_>,
    request: &SortRequest<'_>,
    store: &[u8],
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let mut values = sorted(keys, request)?;
    if !request.get.is_empty() {
        let elements = std::mem::take(&mut values);
        for element in elements {
            // What is not there is stored as an empty string.
            let found = request.get.iter().map(|pattern| look_up(keys, pattern, &element));
            values.extend(found.map(Option::unwrap_or_default));
        }
    }
    if values.is_empty() {
        if keys.delete(store, Freeing::Overwriting) {
            keys.changed(store, Event::DEL);
        }
    } else {
        let limit = block_limit(keys);
        let mut scratch = Vec::new();
        let elements = values.iter().map(Vec::as_slice);
        keys.set(store, edit::new_list(Side::Right, elements, limit, &mut scratch));
        keys.changed_by(store, SORTSTORE, values.len() as u64);
    }
    reply.integer(values.len() as i64);
    Ok(())
}

/// The elements that are asked for, in order.
fn sorted(
    keys: &mut ReadKeys<'_>,
    request: &SortRequest<'_>,
) -> Result<Vec<Vec<u8>>, CommandError> {
    let Some(values) = values(keys, request.key)? else { return Ok(Vec::new()) };
    let mut by = request.by;
    let mut is_alphabetic = request.is_alphabetic;
    if request.keeps_order() {
        if !(matches!(values, Values::Set(_)) && request.store.is_some()) {
            return Ok(values.part(request.part(values.len()), request.is_descending));
        }
        // What is stored must not depend on the order in which a set happens to be.
        (by, is_alphabetic) = (None, true);
    }
    let elements = values.part(0..values.len(), false);
    let mut weighed = Vec::with_capacity(elements.len());
    let mut outcome = Ok(());
    for element in elements {
        match weight(keys, by, is_alphabetic, &element) {
            Ok(weight) => weighed.push(Weighed { element, weight }),
            // The others are looked up all the same, as in Redis.
            Err(error) => outcome = Err(error),
        }
    }
    outcome?;
    let as_bytes = request.store.is_some();
    weighed.sort_by(|one, two| {
        let order = one.compare(two, as_bytes);
        if request.is_descending { order.reverse() } else { order }
    });
    let part = request.part(weighed.len());
    let wanted = weighed.into_iter().skip(part.start).take(part.len());
    Ok(wanted.map(|weighed| weighed.element).collect())
}

fn weight(
    keys: &mut ReadKeys<'_>,
    by: Option<&[u8]>,
    is_alphabetic: bool,
    element: &[u8],
) -> Result<Weight, CommandError> {
    match (by, is_alphabetic) {
        (None, true) => Ok(Weight::Own),
        (None, false) => Weight::number(element),
        (Some(pattern), true) => Ok(Weight::Text(look_up(keys, pattern, element))),
        (Some(pattern), false) => match look_up(keys, pattern, element) {
            Some(text) => Weight::number(&text),
            None => Ok(Weight::Number(0.0)),
        },
    }
}

/// What can be sorted.
#[derive(Clone, Copy)]
enum Values<'a> {
    List(ListRef<'a>),
    Set(Set<'a>),
    SortedSet(View<'a>),
}

/// The elements of a key, if it is there.
fn values<'k>(keys: &'k mut ReadKeys<'_>, key: &[u8]) -> Result<Option<Values<'k>>, CommandError> {
    let Some(entry) = keys.read(key) else { return Ok(None) };
    let list = || ListRef::of(entry).map(Values::List);
    let set = || Set::of(entry.value()).map(Values::Set);
    let sorted_set = || View::of(entry.value()).map(Values::SortedSet);
    list().or_else(set).or_else(sorted_set).ok_or(CommandError::WrongType).map(Some)
}

impl Values<'_> {
    fn len(self) -> usize {
        match self {
            Self::List(list) => list.len(),
            Self::Set(set) => set.len(),
            Self::SortedSet(sorted_set) => sorted_set.len(),
        }
    }

    /// A part of the elements in their own order, or turned round; a set has no order that could be.
    fn part(self, part: Range<usize>, is_descending: bool) -> Vec<Vec<u8>> {
        let text = |element: Element<'_>| element.text(&mut itoa::Buffer::new()).to_vec();
        match self {
            Self::List(list) if is_descending => {
                let from = list.len().saturating_sub(part.start + 1);
                list.iter_from(from, Side::Right).take(part.len()).map(text).collect()
            }
            Self::List(list) => {
                list.iter_from(part.start, Side::Left).take(part.len()).map(text).collect()
            }
            Self::Set(set) => set.iter().skip(part.start).take(part.len()).map(text).collect(),
            Self::SortedSet(sorted_set) => {
                let length = sorted_set.len();
                let (ranks, order) = if is_descending {
                    (length - part.end..length - part.start, Order::Descending)
                } else {
                    (part, Order::Ascending)
                };
                sorted_set.range(ranks, order).map(|(member, _)| text(member)).collect()
            }
        }
    }
}
