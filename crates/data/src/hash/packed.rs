//! Hashes as listpacks, read.

use super::{Field, is_packed};
use crate::encoding::entry::Form;
use crate::encoding::listpack::{Element, Listpack};
use crate::object::{PACKED_EXPIRING_HASH, PACKED_HASH};

/// A packed hash.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packed<'a> {
    form: Form,
    pub(super) listpack: Listpack<'a>,
}

impl<'a> Packed<'a> {
    /// The packed hash in bytes of this form, if it is one.
    pub(super) fn of(form: Form, bytes: &'a [u8]) -> Option<Self> {
        is_packed(form).then(|| Self { form, listpack: Listpack::new(bytes) })
    }

    pub(super) fn form(self) -> Form {
        self.form
    }

    /// Elements for each field.
    pub(super) fn stride(self) -> usize {
        stride(self.form)
    }

    pub(super) fn len(self) -> usize {
        let elements = self.listpack.len();
        // Divisions by a constant, as this is asked behind every change.
        match self.form {
            PACKED_EXPIRING_HASH => elements / 3,
            _ => elements / 2,
        }
    }

    /// Where a field begins.
    pub(super) fn find(self, name: &[u8]) -> Option<usize> {
        self.listpack.find(name, self.listpack.start(), self.stride())
    }

    /// The field that begins at an offset, and where the next one does.
    pub(super) fn field(self, at: usize) -> (Field<'a>, usize) {
        let mut elements = self.listpack.iter_from(at);
        let (Some((_, name)), Some((_, value))) = (elements.next(), elements.next()) else {
            unreachable!("every field of a packed hash has a value")
        };
        let expiry_ms = match self.form {
            PACKED_HASH => None,
            _ => elements.next().and_then(|(_, element)| time_ms(element)),
        };
        (Field { name, value, expiry_ms }, elements.offset())
    }

    /// When the field that begins at an offset expires.
    pub(super) fn expiry_ms(self, at: usize) -> Option<i64> {
        if self.form == PACKED_HASH { None } else { self.field(at).0.expiry_ms }
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Field<'a>> {
        let mut at = self.listpack.start();
        std::iter::from_fn(move || {
            if at >= self.listpack.end() {
                return None;
            }
            let (field, next) = self.field(at);
            at = next;
            Some(field)
        })
    }

    pub(super) fn next_expiry_ms(self) -> Option<i64> {
        if self.listpack.is_empty() { None } else { self.expiry_ms(self.listpack.start()) }
    }

    /// Where a field that expires at this time belongs, were the one that begins at `moving` not there: in front of those
    /// that expire then or later.
    pub(super) fn place_for(self, expiry_ms: Option<i64>, moving: usize) -> usize {
        let Some(time_ms) = expiry_ms else { return self.listpack.end() };
        let mut at = self.listpack.start();
        while at < self.listpack.end() {
            let (field, next) = self.field(at);
            if at != moving && field.expiry_ms.is_none_or(|other_ms| other_ms >= time_ms) {
                break;
            }
            at = next;
        }
        at
    }

    /// How many fields have expired.
    pub(super) fn count_expired(self, now_ms: i64) -> usize {
        self.iter().take_while(|field| field.has_expired(now_ms)).count()
    }
}

/// Elements for each field.
pub(super) fn stride(form: Form) -> usize {
    if form == PACKED_EXPIRING_HASH { 3 } else { 2 }
}

/// The element that stands for a time.
pub(super) fn time_element(expiry_ms: Option<i64>) -> Element<'static> {
    Element::Integer(expiry_ms.unwrap_or(0))
}

fn time_ms(element: Element<'_>) -> Option<i64> {
    element.integer().filter(|&time_ms| time_ms != 0)
}
