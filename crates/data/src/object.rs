//! What a key holds when it is more than short bytes or an integer.

mod memory;

pub use memory::{PLACE_BYTES, allocation_bytes};

use crate::dictionary::{Candidates, FetchStage};
use crate::encoding::entry::{Entry, Form, INLINE_BYTES_MAX, NewValue, ValueRef};
use crate::hash::LargeHash;
use crate::list::List;
use crate::set::Members;
use crate::sorted_set::SortedSet;
use crate::stream::Stream;

/// The form of a short string's bytes in an entry.
pub const TEXT: Form = Form::new(0);
/// The form of a short string that was edited in place.
pub const EDITED_TEXT: Form = Form::new(1);
/// The form of a small list: a listpack of its elements.
pub const PACKED_LIST: Form = Form::new(2);
/// The form of a small hash: a listpack of fields and values in turn.
pub const PACKED_HASH: Form = Form::new(3);
/// The form of a small hash with fields that expire: a listpack of fields, values and times in turn.
pub const PACKED_EXPIRING_HASH: Form = Form::new(4);
/// The form of a small set of integers: an intset.
pub const INTEGER_SET: Form = Form::new(5);
/// The form of any other small set: a listpack of its members.
pub const PACKED_SET: Form = Form::new(6);
/// The form of a small sorted set: a listpack of members and scores in turn, in order.
pub const PACKED_SORTED_SET: Form = Form::new(7);
/// Longest string kept in its entry, in bytes; a longer one is an object, which can grow in place.
pub const INLINE_TEXT_BYTES_MAX: usize = 1024;

/// Longest string that is called `embstr`, in bytes. (Redis keeps such a string and its header in one allocation.)
const EMBEDDED_TEXT_BYTES_MAX: usize = 44;

const _: () = assert!(INLINE_TEXT_BYTES_MAX <= INLINE_BYTES_MAX);

/// A key with its value.
pub type KeyEntry = Entry<Object>;

/// A value too large, or of a kind, to stand in its entry.
#[derive(Clone, Debug)]
pub enum Object {
    /// A long string.
    Text(Vec<u8>),
    /// A large set.
    Set(Members),
    /// A large hash.
    Hash(LargeHash),
    /// A large list.
    List(List),
    /// A large sorted set.
    SortedSet(SortedSet),
    /// A stream.
    Stream(Box<Stream>),
}

impl Object {
    /// How many parts a value has that are freed one by one, about.
    pub fn parts(&self) -> usize {
        match self {
            Self::Text(_) => 1,
            Self::Set(members) => members.len(),
            Self::Hash(hash) => hash.len(),
            Self::List(list) => list.blocks(),
            Self::SortedSet(set) => set.len(),
            Self::Stream(stream) => stream.parts(),
        }
    }
}

/// Members from which on a value has its members [fetched](Object::fetch_member): fewer, the processor has at hand. (With 5,000
/// a fetch cost more than it saved.)
const FETCHED_PARTS_MIN: usize = 16_384;

impl Object {
    /// The hash of a member or field, if it is a value that finds them by that and has so many that they are worth fetching.
    pub fn hash_to_fetch(&self, member: &[u8]) -> Option<u64> {
        if self.parts() < FETCHED_PARTS_MIN {
            return None;
        }
        match self {
            Self::Set(members) => Some(members.hash(member)),
            Self::Hash(hash) => Some(hash.table().hash(member)),
            Self::SortedSet(set) => Some(set.hash(member)),
            Self::Text(_) | Self::List(_) | Self::Stream(_) => None,
        }
    }

    /// Has one stage of what a look-up of the member or field of a hash will read fetched; the stages before have come.
    pub fn fetch_member(&self, hash: u64, stage: FetchStage, found: &mut Candidates) {
        match self {
            Self::Set(members) => members.fetch(hash, stage, found),
            Self::Hash(fields) => fields.table().fetch(hash, stage, found),
            Self::SortedSet(set) => set.fetch(hash, stage, found),
            Self::Text(_) | Self::List(_) | Self::Stream(_) => {}
        }
    }

    /// The sorted set, if it is one.
    pub fn as_sorted_set(&self) -> Option<&SortedSet> {
        match self {
            Self::SortedSet(set) => Some(set),
            _ => None,
        }
    }
}

/// The types that clients know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Bytes, or an integer.
    String,
    /// Strings in an order that clients give.
    List,
    /// Distinct strings.
    Set,
    /// Distinct strings, each with a number that orders them.
    SortedSet,
    /// Fields with values.
    Hash,
    /// Entries in the order of their ids.
    Stream,
}

impl Type {
    /// The word of `TYPE`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::List => "list",
            Self::Set => "set",
            Self::SortedSet => "zset",
            Self::Hash => "hash",
            Self::Stream => "stream",
        }
    }

    /// The type of a value.
    pub fn of(value: &ValueRef<'_, Object>) -> Self {
        match value {
            ValueRef::Integer(_) => Self::String,
            ValueRef::Bytes(form, _) => match *form {
                TEXT | EDITED_TEXT => Self::String,
                PACKED_LIST => Self::List,
                PACKED_HASH | PACKED_EXPIRING_HASH => Self::Hash,
                INTEGER_SET | PACKED_SET => Self::Set,
                PACKED_SORTED_SET => Self::SortedSet,
                _ => unreachable!("no value has the form {form:?}"),
            },
            ValueRef::Object(Object::Text(_)) => Self::String,
            ValueRef::Object(Object::Set(_)) => Self::Set,
            ValueRef::Object(Object::Hash(_)) => Self::Hash,
            ValueRef::Object(Object::List(_)) => Self::List,
            ValueRef::Object(Object::SortedSet(_)) => Self::SortedSet,
            ValueRef::Object(Object::Stream(_)) => Self::Stream,
        }
    }
}

/// The word of `OBJECT ENCODING` for a value.
pub fn encoding_name(value: &ValueRef<'_, Object>) -> &'static str {
    match value {
        ValueRef::Integer(_) => "int",
        ValueRef::Bytes(form, bytes) => match *form {
            TEXT if bytes.len() <= EMBEDDED_TEXT_BYTES_MAX => "embstr",
            TEXT | EDITED_TEXT => "raw",
            PACKED_LIST | PACKED_HASH | PACKED_SET | PACKED_SORTED_SET => "listpack",
            PACKED_EXPIRING_HASH => "listpackex",
            INTEGER_SET => "intset",
            _ => unreachable!("no value has the form {form:?}"),
        },
        ValueRef::Object(Object::Text(_)) => "raw",
        ValueRef::Object(Object::Set(_)) => "hashtable",
        ValueRef::Object(Object::Hash(_)) => "hashtable",
        ValueRef::Object(Object::List(_)) => "quicklist",
        ValueRef::Object(Object::SortedSet(_)) => "skiplist",
        ValueRef::Object(Object::Stream(_)) => "stream",
    }
}

impl Stream {
    /// The stream that an entry holds.
    pub fn of(entry: &KeyEntry) -> Option<&Self> {
        match entry.value() {
            ValueRef::Object(Object::Stream(stream)) => Some(stream),
            _ => None,
        }
    }

    /// As [`of`](Self::of), to be changed.
    pub fn of_mut(entry: &mut KeyEntry) -> Option<&mut Self> {
        match entry.object_mut() {
            Some(Object::Stream(stream)) => Some(stream),
            _ => None,
        }
    }
}

/// A string as it is to be stored: an integer if it is exactly one's text, in the entry if it is short.
pub fn new_text(bytes: &[u8]) -> NewValue<'_, Object> {
    if let Some(number) = fanfare_stdx::number::parse_i64(bytes) {
        return NewValue::Integer(number);
    }
    new_raw_text(bytes)
}

/// As [`new_text`], but never an integer.
pub fn new_raw_text(bytes: &[u8]) -> NewValue<'_, Object> {
    if bytes.len() <= INLINE_TEXT_BYTES_MAX {
        NewValue::Bytes(TEXT, bytes)
    } else {
        NewValue::Object(Box::new(Object::Text(bytes.to_vec())))
    }
}

/// As [`new_edited_text`], but takes a long string instead of copying it.
pub fn take_edited_text(bytes: &mut Vec<u8>) -> NewValue<'_, Object> {
    if bytes.len() <= INLINE_TEXT_BYTES_MAX {
        NewValue::Bytes(EDITED_TEXT, bytes)
    } else {
        NewValue::Object(Box::new(Object::Text(std::mem::take(bytes))))
    }
}

/// A string that was edited: never an integer, and `raw` however short.
pub fn new_edited_text(bytes: &[u8]) -> NewValue<'_, Object> {
    match new_raw_text(bytes) {
        NewValue::Bytes(_, bytes) => NewValue::Bytes(EDITED_TEXT, bytes),
        long => long,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_large_values_are_fetched_by_the_hash_that_finds_them() {
        let set_of = |members: usize| {
            let mut set = Members::default();
            for number in 0..members {
                let name = number.to_string();
                let nothing = NewValue::Bytes(Form::NOTHING, &[]);
                set.get_or_insert(name.as_bytes(), || Entry::new(name.as_bytes(), nothing));
            }
            Object::Set(set)
        };
        assert_eq!(set_of(FETCHED_PARTS_MIN - 1).hash_to_fetch(b"7"), None);
        let set = set_of(FETCHED_PARTS_MIN);
        let hash = set.hash_to_fetch(b"7").expect("a large set");
        let Object::Set(members) = &set else { unreachable!() };
        assert!(members.of_hash(hash).any(|entry| entry.key() == b"7"));
    }

    #[test]
    fn strings_are_called_as_in_redis() {
        let short = b"x".repeat(EMBEDDED_TEXT_BYTES_MAX);
        let longer = b"x".repeat(EMBEDDED_TEXT_BYTES_MAX + 1);
        let long = b"x".repeat(INLINE_TEXT_BYTES_MAX + 1);
        for (value, name) in [
            (new_text(b"-12"), "int"),
            (new_text(b"012"), "embstr"),
            (new_raw_text(b"12"), "embstr"),
            (new_text(&short), "embstr"),
            (new_text(&longer), "raw"),
            (new_text(&long), "raw"),
            (new_edited_text(b"12"), "raw"),
            (new_edited_text(&long), "raw"),
            (take_edited_text(&mut b"12".to_vec()), "raw"),
            (take_edited_text(&mut long.clone()), "raw"),
        ] {
            let entry = KeyEntry::new(b"key", value);
            assert_eq!(encoding_name(&entry.value()), name, "{:?}", entry.value());
            assert_eq!(Type::of(&entry.value()), Type::String);
        }
    }
}
