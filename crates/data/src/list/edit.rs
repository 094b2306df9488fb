//! A list of either form, changed in its entry.
//!
//! A small list becomes a large one before something is added that would make its listpack too large, and a large one that
//! has shrunk to half a block becomes small again. Functions for entries that hold no list do nothing.

use std::ops::Range;

use super::block::{BlockRef, listpack_end};
use super::{BlockLimit, List, ListRef, Side};
use crate::encoding::buffer::{Buffer, InlineValue};
use crate::encoding::entry::NewValue;
use crate::encoding::listpack::{self, EMPTY, Element, Listpack, REDIS_EMPTY_BYTES};
use crate::object::{KeyEntry, Object, PACKED_LIST};

/// A list with one element after the other added at a side, to be stored.
///
/// `scratch` is where a small one is made.
pub fn new_list<'s, 'e>(
    side: Side,
    elements: impl Iterator<Item = &'e [u8]> + Clone,
    limit: BlockLimit,
    scratch: &'s mut Vec<u8>,
) -> NewValue<'s, Object> {
    let (count, bytes) = weigh(elements.clone());
    scratch.clear();
    scratch.extend_from_slice(&EMPTY);
    if limit.allows_packed(count, REDIS_EMPTY_BYTES + bytes) {
        scratch.reserve(bytes + count * 4);
        elements.for_each(|element| push_packed(scratch, side, element));
        return NewValue::Bytes(PACKED_LIST, scratch);
    }
    let mut list = List::default();
    elements.for_each(|element| list.push(side, element, limit));
    NewValue::Object(Box::new(Object::List(list)))
}

/// Adds elements at a side, one after the other; how many there are then, unless the entry holds no list.
pub fn push<'e>(
    entry: &mut KeyEntry,
    side: Side,
    elements: impl Iterator<Item = &'e [u8]> + Clone,
    limit: BlockLimit,
) -> Option<usize> {
    if entry.form() == Some(PACKED_LIST) {
        let (count, bytes) = weigh(elements.clone());
        make_room(entry, count, bytes, limit);
    }
    if let Some(object) = entry.object_mut() {
        let Object::List(list) = object else { return None };
        elements.for_each(|element| list.push(side, element, limit));
        return Some(list.len());
    }
    let mut packed = InlineValue::of(entry, PACKED_LIST)?;
    elements.for_each(|element| push_packed(&mut packed, side, element));
    Some(Listpack::new(packed.bytes()).len())
}

/// Makes a small list large if so many elements with so many bytes would make its listpack too large.
pub fn make_room(entry: &mut KeyEntry, count: usize, bytes: usize, limit: BlockLimit) {
    if let Some(ListRef::Packed(listpack)) = ListRef::of(entry) {
        let total_bytes = listpack.redis_bytes() + bytes;
        if !limit.allows_packed(listpack.len() + count, total_bytes) {
            let list = List::from_packed(listpack);
            entry.set_value(NewValue::Object(Box::new(Object::List(list))));
        }
    }
}

/// Adds an element before or behind (`side` is where it stands, seen from the other) the element of a number.
pub fn insert(entry: &mut KeyEntry, index: usize, side: Side, element: &[u8], limit: BlockLimit) {
    make_room(entry, 1, element.len(), limit);
    if let Some(Object::List(list)) = entry.object_mut() {
        match side {
            Side::Left => list.insert_before(index, element, limit),
            Side::Right => list.insert_after(index, element, limit),
        }
    } else if let Some(mut packed) = InlineValue::of(entry, PACKED_LIST) {
        let listpack = Listpack::new(packed.bytes());
        let Some(at) = listpack.nth(index as i64) else { return };
        let at = if side == Side::Left { at } else { listpack.next(at) };
        listpack::insert(&mut packed, at, &[Element::of(element)]);
    }
}

/// Replaces the element of a number.
pub fn replace(entry: &mut KeyEntry, index: usize, element: &[u8], limit: BlockLimit) {
    make_room(entry, 1, element.len(), limit);
    if let Some(Object::List(list)) = entry.object_mut() {
        list.replace(index, element, limit);
    } else if let Some(mut packed) = InlineValue::of(entry, PACKED_LIST) {
        let listpack = Listpack::new(packed.bytes());
        let Some(at) = listpack.nth(index as i64) else { return };
        listpack::replace(&mut packed, at, Element::of(element));
    }
}

/// Takes `count` elements, or all there are, from a side, and shows each. An empty list is the caller's to delete.
pub fn take(
    entry: &mut KeyEntry,
    side: Side,
    count: usize,
    limit: BlockLimit,
    each: impl FnMut(Element<'_>),
) {
    if let Some(Object::List(list)) = entry.object_mut() {
        list.take(side, count, each);
        shrink(entry, limit);
    } else if let Some(mut packed) = InlineValue::of(entry, PACKED_LIST) {
        let listpack = Listpack::new(packed.bytes());
        let count = count.min(listpack.len());
        let range = listpack_end(listpack, side, count, each);
        listpack::cut(&mut packed, range, count);
    }
}

/// Takes out a range of elements. An empty list is the caller's to delete.
pub fn remove(entry: &mut KeyEntry, range: Range<usize>) {
    if range.is_empty() {
        return;
    }
    if let Some(Object::List(list)) = entry.object_mut() {
        list.remove(range);
    } else if let Some(mut packed) = InlineValue::of(entry, PACKED_LIST) {
        let listpack = Listpack::new(packed.bytes());
        let Some(at) = listpack.nth(range.start as i64) else { return };
        listpack::remove(&mut packed, at, range.len());
    }
}

/// Takes out at most `most` elements like this one, those nearest to `side`; how many there were.
pub fn remove_equal(entry: &mut KeyEntry, wanted: &[u8], side: Side, most: usize) -> usize {
    let wanted = Element::of(wanted);
    if let Some(Object::List(list)) = entry.object_mut() {
        return list.remove_equal(wanted, side, most);
    }
    let Some(mut packed) = InlineValue::of(entry, PACKED_LIST) else { return 0 };
    let listpack = Listpack::new(packed.bytes());
    let mut offsets = BlockRef::Packed(listpack).find_all(wanted, side, most);
    if side == Side::Right {
        offsets.reverse();
    }
    listpack::remove_each(&mut packed, &offsets);
    offsets.len()
}

/// Makes a large list small again if it has shrunk enough. To be called once elements were taken out or replaced.
pub fn shrink(entry: &mut KeyEntry, limit: BlockLimit) {
    let Some(Object::List(list)) = entry.object_mut() else { return };
    if let Some(packed) = list.packed_again(limit) {
        let packed = packed.to_vec();
        entry.set_value(NewValue::Bytes(PACKED_LIST, &packed));
    }
}

fn push_packed(buffer: &mut impl Buffer, side: Side, element: &[u8]) {
    let listpack = Listpack::new(buffer.bytes());
    let at = if side == Side::Left { listpack.start() } else { listpack.end() };
    listpack::insert(buffer, at, &[Element::of(element)]);
}

/// How many elements there are, and bytes in them.
fn weigh<'e>(elements: impl Iterator<Item = &'e [u8]>) -> (usize, usize) {
    elements.fold((0, 0), |(count, bytes), element| (count + 1, bytes + element.len()))
}
