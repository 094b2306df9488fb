//! Bytes that a compact form is edited in: a vector of its own, the value of an entry, or a block of a list.

use std::ops::Range;

use super::entry::{Entry, Form};

/// Bytes that can be edited in place. (A trait, because they stand in different places; what edits them is the same.)
pub trait Buffer {
    /// The bytes.
    fn bytes(&self) -> &[u8];

    /// The bytes, to be changed.
    fn bytes_mut(&mut self) -> &mut [u8];

    /// Puts `length` bytes in the place of `range` and gives them to be filled; what they hold is unspecified. Costs a move of all
    /// that is behind, or in a block of a list of what is before if that is less, and perhaps one of the whole.
    fn make_room(&mut self, range: Range<usize>, length: usize) -> &mut [u8];
}

impl Buffer for Vec<u8> {
    fn bytes(&self) -> &[u8] {
        self
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        self
    }

    fn make_room(&mut self, range: Range<usize>, length: usize) -> &mut [u8] {
        let old_end = self.len();
        let new_end = old_end - range.len() + length;
        if new_end > old_end {
            self.reserve_exact(new_end - old_end);
            self.resize(new_end, 0);
        }
        self.copy_within(range.end..old_end, range.start + length);
        self.truncate(new_end);
        &mut self[range.start..range.start + length]
    }
}

/// The bytes that are the value of an entry.
pub struct InlineValue<'e, T>(&'e mut Entry<T>);

impl<'e, T> InlineValue<'e, T> {
    /// The value of an entry, if it is bytes of this form.
    pub fn of(entry: &'e mut Entry<T>, form: Form) -> Option<Self> {
        (entry.form() == Some(form)).then_some(Self(entry))
    }

    /// The entry again.
    pub fn into_entry(self) -> &'e mut Entry<T> {
        self.0
    }
}

impl<T> Buffer for InlineValue<'_, T> {
    fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        self.0.bytes_mut().unwrap_or_default()
    }

    fn make_room(&mut self, range: Range<usize>, length: usize) -> &mut [u8] {
        self.0.make_room(range, length)
    }
}
