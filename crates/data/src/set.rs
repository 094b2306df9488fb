//! Sets: distinct members in one of three forms.
//!
//! | form | when |
//! |---|---|
//! | an intset in the entry | all members are integers, and there are not too many |
//! | a listpack in the entry | there are not too many, and none is too long |
//! | a [`Table`] | else |
//!
//! Sets only ever change from a form to one further down. The members of an intset are in order, those of a listpack in the order
//! in which they came.
//!
//! | module | what it holds |
//! |---|---|
//! | [`build`] | sets that are made before they are stored |
//! | [`edit`] | changing a set in its entry |
//! | [`random`] | members at random |
//! | [`algebra`] | intersections, unions, differences |

pub mod algebra;
pub mod build;
pub mod edit;
pub mod random;
#[cfg(test)]
mod tests;

pub use build::NewSet;

use fanfare_stdx::number::parse_i64;

use crate::encoding::entry::{Form, NewValue, ValueRef};
use crate::encoding::intset::Intset;
use crate::encoding::listpack::{Element, Listpack};
use crate::object::{INTEGER_SET, Object, PACKED_SET};
use crate::table::Table;

/// The members of a large set.
pub type Members = Table<()>;

/// A member's entry in [`Members`] has no value.
const NOTHING: NewValue<'static, ()> = NewValue::Bytes(Form::NOTHING, &[]);

/// Up to where sets keep their small forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetLimits {
    /// Most members of an intset.
    pub integers: usize,
    /// Most members of a listpack.
    pub packed: usize,
    /// Longest member of a listpack, in bytes.
    pub packed_bytes: usize,
}

/// A set, read.
#[derive(Clone, Copy, Debug)]
pub enum Set<'a> {
    /// Integers in order.
    Integers(Intset<'a>),
    /// A few members of any kind.
    Packed(Listpack<'a>),
    /// Any number of members.
    Table(&'a Members),
}

impl<'a> Set<'a> {
    /// The set that a value is, if it is one.
    pub fn of(value: ValueRef<'a, Object>) -> Option<Self> {
        match value {
            ValueRef::Bytes(INTEGER_SET, bytes) => Some(Self::Integers(Intset::new(bytes))),
            ValueRef::Bytes(PACKED_SET, bytes) => Some(Self::Packed(Listpack::new(bytes))),
            ValueRef::Object(Object::Set(members)) => Some(Self::Table(members)),
            _ => None,
        }
    }

    /// How many members there are.
    pub fn len(self) -> usize {
        match self {
            Self::Integers(integers) => integers.len(),
            Self::Packed(packed) => packed.len(),
            Self::Table(members) => members.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        match self {
            Self::Integers(integers) => integers.is_empty(),
            Self::Packed(packed) => packed.is_empty(),
            Self::Table(members) => members.is_empty(),
        }
    }

    /// Whether a string is a member.
    pub fn contains(self, text: &[u8]) -> bool {
        match self {
            Self::Integers(integers) => {
                parse_i64(text).is_some_and(|integer| integers.contains(integer))
            }
            Self::Packed(packed) => position(packed, Element::of(text)).is_some(),
            Self::Table(members) => members.get(text).is_some(),
        }
    }

    /// Whether the string that an element stands for is a member.
    pub fn has(self, element: Element<'_>) -> bool {
        match (self, element) {
            (Self::Integers(integers), Element::Integer(integer)) => integers.contains(integer),
            (Self::Packed(packed), Element::Integer(_)) => position(packed, element).is_some(),
            _ => self.contains(element.text(&mut itoa::Buffer::new())),
        }
    }

    /// All members, each once. Those of a table are all bytes, integers or not.
    pub fn iter(self) -> impl Iterator<Item = Element<'a>> {
        let (mut integers, mut packed, mut table) = (None, None, None);
        match self {
            Self::Integers(set) => integers = Some(set.iter().map(Element::Integer)),
            Self::Packed(set) => packed = Some(set.iter().map(|(_, element)| element)),
            Self::Table(set) => table = Some(set.iter().map(|entry| Element::Bytes(entry.key()))),
        }
        let small = integers.into_iter().flatten().chain(packed.into_iter().flatten());
        small.chain(table.into_iter().flatten())
    }
}

/// The offset of an element of a listpack. An integer must be given as such.
fn position(packed: Listpack<'_>, wanted: Element<'_>) -> Option<usize> {
    packed.iter().find(|(_, element)| *element == wanted).map(|(at, _)| at)
}
