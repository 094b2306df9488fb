//! Sets that are made before they are stored.

use fanfare_stdx::number::parse_i64;

use super::{Members, NOTHING, Set, SetLimits, position};
use crate::encoding::buffer::Buffer;
use crate::encoding::entry::{Entry, INLINE_BYTES_MAX, NewValue};
use crate::encoding::intset::{self, Intset};
use crate::encoding::listpack::{self, Element, Listpack};
use crate::object::{INTEGER_SET, Object, PACKED_SET};

/// Bytes of an element of a listpack beside its text, at most.
const PACKED_OVERHEAD_BYTES_MAX: usize = 10;

/// A set outside of any entry.
#[derive(Clone, Debug)]
pub enum NewSet {
    /// An intset.
    Integers(Vec<u8>),
    /// A listpack.
    Packed(Vec<u8>),
    /// A table.
    Table(Members),
}

/// What became of a member that was to be added to a small form.
pub(super) enum Added {
    /// It is there now.
    Yes,
    /// It was there before.
    No,
    /// The set must be a listpack to take it.
    NeedsPacked,
    /// The set must be a table to take it.
    NeedsTable,
}

impl NewSet {
    /// An empty set of integers: what becomes of it follows from its members.
    pub fn new() -> Self {
        Self::Integers(intset::EMPTY.to_vec())
    }

    /// An empty set that takes any few members.
    pub fn new_packed() -> Self {
        Self::Packed(listpack::EMPTY.to_vec())
    }

    /// An empty set in the form that suits some `expected` members of which this is the first.
    pub fn new_for(first: &[u8], expected: usize, limits: &SetLimits) -> Self {
        if expected <= limits.integers && parse_i64(first).is_some() {
            Self::new()
        } else if expected <= limits.packed {
            Self::new_packed()
        } else {
            Self::Table(Members::default())
        }
    }

    /// The set to be read.
    pub fn as_set(&self) -> Set<'_> {
        match self {
            Self::Integers(bytes) => Set::Integers(Intset::new(bytes)),
            Self::Packed(bytes) => Set::Packed(Listpack::new(bytes)),
            Self::Table(members) => Set::Table(members),
        }
    }

    /// Adds a member; whether it was not there. `like` is the set that this one will replace: a table hashes as its table does,
    /// for the sake of scans that go on.
    pub fn add(&mut self, member: Element<'_>, limits: &SetLimits, like: Option<Set<'_>>) -> bool {
        let added = match self {
            Self::Integers(bytes) => add_to_integers(bytes, normal(member), limits),
            Self::Packed(bytes) => add_to_packed(bytes, normal(member), limits),
            Self::Table(members) => {
                return add_to_table(members, member.text(&mut itoa::Buffer::new()));
            }
        };
        match added {
            Added::Yes => true,
            Added::No => false,
            Added::NeedsPacked => {
                *self = packed_of(self.as_set());
                self.add(member, limits, like)
            }
            Added::NeedsTable => {
                *self = table_of(self.as_set(), like);
                self.add(member, limits, like)
            }
        }
    }

    /// Takes a member out, if it is there.
    pub fn remove(&mut self, member: Element<'_>) -> bool {
        match self {
            Self::Integers(bytes) => remove_from_integers(bytes, normal(member)),
            Self::Packed(bytes) => remove_from_packed(bytes, normal(member)),
            Self::Table(members) => members.remove(member.text(&mut itoa::Buffer::new())).is_some(),
        }
    }

    /// Makes it an intset if all members are integers and they are few enough.
    pub fn narrow(&mut self, limits: &SetLimits) {
        let set = self.as_set();
        if matches!(set, Set::Integers(_)) || set.len() > limits.integers {
            return;
        }
        let mut bytes = intset::EMPTY.to_vec();
        for member in set.iter() {
            let Element::Integer(integer) = normal(member) else { return };
            intset::insert(&mut bytes, integer);
        }
        if bytes.len() <= INLINE_BYTES_MAX {
            *self = Self::Integers(bytes);
        }
    }

    /// The value to be stored. Leaves an empty set if it was a table.
    pub fn take_value(&mut self) -> NewValue<'_, Object> {
        match self {
            Self::Integers(bytes) => NewValue::Bytes(INTEGER_SET, bytes),
            Self::Packed(bytes) => NewValue::Bytes(PACKED_SET, bytes),
            Self::Table(members) => {
                NewValue::Object(Box::new(Object::Set(std::mem::take(members))))
            }
        }
    }
}

impl Default for NewSet {
    fn default() -> Self {
        Self::new()
    }
}

/// The element as a listpack would hold it: an integer, if it stands for one.
fn normal(element: Element<'_>) -> Element<'_> {
    match element {
        Element::Bytes(bytes) => Element::of(bytes),
        integer @ Element::Integer(_) => integer,
    }
}

/// A set as a listpack, which must have room for it.
pub(super) fn packed_of(set: Set<'_>) -> NewSet {
    let mut bytes = listpack::EMPTY.to_vec();
    let members: Vec<_> = set.iter().collect();
    listpack::push(&mut bytes, &members);
    NewSet::Packed(bytes)
}

/// A set as a table that hashes as `like` does, if that is one.
pub(super) fn table_of(set: Set<'_>, like: Option<Set<'_>>) -> NewSet {
    let mut members = match like {
        Some(Set::Table(table)) => table.new_like(),
        _ => Members::default(),
    };
    for member in set.iter() {
        add_to_table(&mut members, member.text(&mut itoa::Buffer::new()));
    }
    NewSet::Table(members)
}

pub(super) fn add_to_integers(
    buffer: &mut impl Buffer,
    member: Element<'_>,
    limits: &SetLimits,
) -> Added {
    let set = Intset::new(buffer.bytes());
    let Element::Integer(integer) = member else {
        let last = set.len().saturating_sub(1);
        let ends = (!set.is_empty()).then(|| [set.get(0), set.get(last)]).into_iter().flatten();
        let longest = ends.map(|end| Element::Integer(end).text_len()).max().unwrap_or(0);
        let bytes_max = set.len() * (longest + PACKED_OVERHEAD_BYTES_MAX);
        let fits = set.len() < limits.packed
            && longest.max(member.text_len()) <= limits.packed_bytes
            && bytes_max + member.text_len() + PACKED_OVERHEAD_BYTES_MAX <= INLINE_BYTES_MAX;
        return if fits { Added::NeedsPacked } else { Added::NeedsTable };
    };
    let is_full =
        set.len() >= limits.integers || intset::bytes_with(set, integer) > INLINE_BYTES_MAX;
    match is_full {
        true if set.contains(integer) => Added::No,
        true => Added::NeedsTable,
        false if intset::insert(buffer, integer) => Added::Yes,
        false => Added::No,
    }
}

pub(super) fn add_to_packed(
    buffer: &mut impl Buffer,
    member: Element<'_>,
    limits: &SetLimits,
) -> Added {
    let set = Listpack::new(buffer.bytes());
    if position(set, member).is_some() {
        return Added::No;
    }
    let fits = set.len() < limits.packed
        && member.text_len() <= limits.packed_bytes
        && set.bytes().len() + member.encoded_bytes() <= INLINE_BYTES_MAX;
    if !fits {
        return Added::NeedsTable;
    }
    listpack::push(buffer, &[member]);
    Added::Yes
}

pub(super) fn add_to_table(members: &mut Members, member: &[u8]) -> bool {
    members.get_or_insert(member, || Entry::new(member, NOTHING)).1
}

pub(super) fn remove_from_integers(buffer: &mut impl Buffer, member: Element<'_>) -> bool {
    member.integer().is_some_and(|integer| intset::remove(buffer, integer))
}

pub(super) fn remove_from_packed(buffer: &mut impl Buffer, member: Element<'_>) -> bool {
    let at = position(Listpack::new(buffer.bytes()), member);
    if let Some(at) = at {
        listpack::remove(buffer, at, 1);
    }
    at.is_some()
}
