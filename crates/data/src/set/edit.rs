//! Changing a set in its entry.
//!
//! A set that was emptied stays until its key is taken out, which is the caller's to do.

use super::build::{
    Added, add_to_integers, add_to_packed, add_to_table, packed_of, remove_from_integers,
    remove_from_packed, table_of,
};
use super::{NewSet, Set, SetLimits};
use crate::encoding::buffer::InlineValue;
use crate::encoding::listpack::Element;
use crate::object::{INTEGER_SET, KeyEntry, Object, PACKED_SET};

/// Adds a member to an entry that holds a set; whether it was not there.
pub fn add(entry: &mut KeyEntry, member: &[u8], limits: &SetLimits) -> bool {
    if let Some(Object::Set(members)) = entry.object_mut() {
        return add_to_table(members, member);
    }
    let element = Element::of(member);
    let added = if let Some(mut integers) = InlineValue::of(entry, INTEGER_SET) {
        add_to_integers(&mut integers, element, limits)
    } else if let Some(mut packed) = InlineValue::of(entry, PACKED_SET) {
        add_to_packed(&mut packed, element, limits)
    } else {
        return false;
    };
    let Some(set) = Set::of(entry.value()) else { return false };
    let mut new = match added {
        Added::Yes => return true,
        Added::No => return false,
        Added::NeedsPacked => packed_of(set),
        Added::NeedsTable => table_of(set, None),
    };
    new.add(element, limits, None);
    entry.set_value(new.take_value());
    true
}

/// Prepares for so many members to come: if a small form might not take them, the set becomes a table at once.
pub fn expect(entry: &mut KeyEntry, members: usize, limits: &SetLimits) {
    let Some(set) = Set::of(entry.value()) else { return };
    let might_not_fit = match set {
        Set::Integers(_) => members > limits.integers,
        Set::Packed(_) => members > limits.packed,
        Set::Table(_) => false,
    };
    if might_not_fit {
        let mut new: NewSet = table_of(set, None);
        entry.set_value(new.take_value());
    }
}

/// Takes a member out; whether it was there.
pub fn remove(entry: &mut KeyEntry, member: &[u8]) -> bool {
    if let Some(Object::Set(members)) = entry.object_mut() {
        return members.remove(member).is_some();
    }
    let element = Element::of(member);
    if let Some(mut integers) = InlineValue::of(entry, INTEGER_SET) {
        remove_from_integers(&mut integers, element)
    } else if let Some(mut packed) = InlineValue::of(entry, PACKED_SET) {
        remove_from_packed(&mut packed, element)
    } else {
        false
    }
}
