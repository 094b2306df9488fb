//! Hashes: fields with values, of which each may expire.
//!
//! A small hash is a listpack in its entry: fields and values in turn ([`PACKED_HASH`]), or, once a field was given a time,
//! fields, values and times ([`PACKED_EXPIRING_HASH`]), those that expire first in front and those that never do (time 0) at
//! the end. A large one is a [`LargeHash`]. A hash never becomes small again.
//!
//! What has expired stays until someone takes it out; whoever reads decides what is still to be seen.

mod edit;
mod large;
mod packed;
mod sample;

use std::ops::ControlFlow;

pub use edit::{HashMut, NewTime, PackedLimits};
pub use large::LargeHash;
use packed::Packed;

use crate::dictionary::SCAN_END;
use crate::encoding::entry::{Form, NewValue, ValueRef};
use crate::encoding::listpack::{self, Element};
use crate::object::{KeyEntry, Object, PACKED_EXPIRING_HASH, PACKED_HASH};

/// A hash without fields, to which they are added.
pub const EMPTY: NewValue<'_, Object> = NewValue::Bytes(PACKED_HASH, &listpack::EMPTY);

/// A field with what belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its name.
    pub name: Element<'a>,
    /// Its value.
    pub value: Element<'a>,
    /// When it expires, in milliseconds of Unix time.
    pub expiry_ms: Option<i64>,
}

impl Field<'_> {
    /// Whether it has expired.
    pub fn has_expired(&self, now_ms: i64) -> bool {
        self.expiry_ms.is_some_and(|time_ms| time_ms <= now_ms)
    }
}

/// A hash, read.
#[derive(Clone, Copy, Debug)]
pub struct HashRef<'a>(Kind<'a>);

#[derive(Clone, Copy, Debug)]
enum Kind<'a> {
    Packed(Packed<'a>),
    Large(&'a LargeHash),
}

impl<'a> HashRef<'a> {
    /// The hash that an entry holds, if it holds one.
    pub fn of(entry: &'a KeyEntry) -> Option<Self> {
        match entry.value() {
            ValueRef::Bytes(form, bytes) => {
                Packed::of(form, bytes).map(|one| Self(Kind::Packed(one)))
            }
            ValueRef::Object(Object::Hash(hash)) => Some(Self(Kind::Large(hash))),
            _ => None,
        }
    }

    /// Whether it is a listpack, and of which form.
    pub fn form(self) -> Option<Form> {
        match self.0 {
            Kind::Packed(packed) => Some(packed.form()),
            Kind::Large(_) => None,
        }
    }

    /// How many fields there are, expired ones included.
    pub fn len(self) -> usize {
        match self.0 {
            Kind::Packed(packed) => packed.len(),
            Kind::Large(hash) => hash.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        match self.0 {
            Kind::Packed(packed) => packed.listpack.is_empty(),
            Kind::Large(hash) => hash.is_empty(),
        }
    }

    /// A field, expired or not.
    pub fn get(self, name: &[u8]) -> Option<Field<'a>> {
        match self.0 {
            Kind::Packed(packed) => packed.find(name).map(|at| packed.field(at).0),
            Kind::Large(hash) => hash.get(name),
        }
    }

    /// When the first field expires.
    pub fn next_expiry_ms(self) -> Option<i64> {
        match self.0 {
            Kind::Packed(packed) => packed.next_expiry_ms(),
            Kind::Large(hash) => hash.next_expiry_ms(),
        }
    }

    /// Calls `each` with every field, expired ones included; in the order in which a packed hash has them.
    pub fn for_each(self, mut each: impl FnMut(Field<'a>)) {
        let _ = self.try_for_each(|field| {
            each(field);
            ControlFlow::Continue(())
        });
    }

    /// As [`for_each`](Self::for_each), until `each` breaks.
    pub fn try_for_each(
        self,
        mut each: impl FnMut(Field<'a>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match self.0 {
            Kind::Packed(packed) => packed.iter().try_for_each(each),
            Kind::Large(hash) => hash.iter().try_for_each(&mut each),
        }
    }

    /// A field at random, from 64 random bits. Costs a walk where the hash is packed.
    pub fn random(self, random: u64) -> Option<Field<'a>> {
        match self.0 {
            Kind::Packed(packed) => {
                let index = (u128::from(random) * packed.len() as u128) >> 64;
                packed.iter().nth(index as usize)
            }
            Kind::Large(hash) => hash.random_entry(random).map(large::field),
        }
    }

    /// A step of a scan: calls `each` with some `count` fields from `cursor` on, expired ones included, and returns the cursor
    /// to go on from, or [`SCAN_END`]. A packed hash is seen in one step, so that no cursor outlives it.
    pub fn scan(self, cursor: u64, count: usize, each: impl FnMut(Field<'_>)) -> u64 {
        match self.0 {
            Kind::Packed(packed) => {
                packed.iter().for_each(each);
                SCAN_END
            }
            Kind::Large(hash) => hash.scan(cursor, count, each),
        }
    }
}

/// Whether bytes of a form are a packed hash.
const fn is_packed(form: Form) -> bool {
    matches!(form, PACKED_HASH | PACKED_EXPIRING_HASH)
}

#[cfg(test)]
mod tests;
