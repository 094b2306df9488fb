//! An entry, read from the bytes of its node, and one to be added.

use super::StreamId;
use super::node::Names;
use super::packing::{length_bytes, push_length, read_length};
use super::step::Step;

/// An entry.
#[derive(Clone, Debug)]
pub struct EntryRef<'a> {
    /// Its id.
    pub id: StreamId,
    pub(super) fields: Fields<'a>,
}

impl<'a> EntryRef<'a> {
    /// Its fields with their values, in the order that they were given in. A name may come twice.
    pub fn fields(&self) -> Fields<'a> {
        self.fields.clone()
    }
}

/// Fields with their values.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    /// The names that the node has once for many entries; none where the entry has names of its own.
    pub(super) shared_names: Option<&'a [u8]>,
    /// Lengths and bytes of the values, or of names and values in turn; the last has no length.
    pub(super) body: &'a [u8],
    /// How many are left.
    pub(super) left: usize,
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], &'a [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let name = match &mut self.shared_names {
            Some(names) => take(names),
            None => take(&mut self.body),
        };
        let value = if self.left == 0 { self.body } else { take(&mut self.body) };
        Some((name, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Fields<'_> {}

/// Takes a text with its length from the start of `bytes`.
#[inline]
fn take<'a>(bytes: &mut &'a [u8]) -> &'a [u8] {
    let mut at = 0;
    let length = read_length(bytes, &mut at);
    let (text, rest) = bytes[at..].split_at(length);
    *bytes = rest;
    text
}

/// Adds a text with its length.
pub(super) fn push_text(out: &mut Vec<u8>, text: &[u8]) {
    push_length(out, text.len());
    out.extend_from_slice(text);
}

/// Fields and values in turn that an entry is to have, and what they take.
#[derive(Clone, Debug)]
pub(super) struct NewFields<I> {
    texts: I,
    /// How many fields there are; not zero.
    pub(super) count: usize,
    /// Bytes of the values with their lengths, but for the last one's.
    values_bytes: usize,
    /// Bytes of the names with their lengths.
    pub(super) names_bytes: usize,
}

impl<'f, I: Iterator<Item = &'f [u8]> + Clone> NewFields<I> {
    /// Measures fields and values in turn, of which there must be some.
    pub(super) fn new(texts: I) -> Self {
        let mut fields = Self { texts: texts.clone(), count: 0, values_bytes: 0, names_bytes: 0 };
        let mut last_bytes = 0;
        let mut texts = texts;
        while let (Some(name), Some(value)) = (texts.next(), texts.next()) {
            fields.count += 1;
            fields.names_bytes += length_bytes(name.len()) + name.len();
            last_bytes = length_bytes(value.len());
            fields.values_bytes += last_bytes + value.len();
        }
        fields.values_bytes -= last_bytes;
        fields
    }

    fn names(&self) -> impl Iterator<Item = &'f [u8]> + use<'f, I> {
        self.texts.clone().step_by(2).take(self.count)
    }

    /// Bytes of the names and values, their lengths included.
    pub(super) fn text_bytes(&self) -> usize {
        self.names_bytes + self.values_bytes
    }

    /// Bytes of the body.
    pub(super) fn body_bytes(&self, names: Names) -> usize {
        self.values_bytes + if names == Names::Own { self.names_bytes } else { 0 }
    }

    /// Bytes of the entry.
    pub(super) fn entry_bytes(&self, step: Step, names: Names) -> usize {
        let body_bytes = self.body_bytes(names);
        let count_bytes = if names == Names::Own { length_bytes(self.count) } else { 0 };
        1 + step.bytes() + count_bytes + length_bytes(body_bytes) + body_bytes
    }

    /// Whether the names are those that a node has for many entries.
    pub(super) fn has_names(&self, names: &[u8], count: usize) -> bool {
        if self.count != count || self.names_bytes != names.len() {
            return false;
        }
        let mut names = names;
        self.names().all(|name| take(&mut names) == name)
    }

    /// Writes the names.
    pub(super) fn push_names(&self, out: &mut Vec<u8>) {
        for name in self.names() {
            push_text(out, name);
        }
    }

    /// Writes the values, or the names and values in turn, the last without its length.
    pub(super) fn push_body(&self, out: &mut Vec<u8>, names: Names) {
        let mut texts = self.texts.clone();
        for left in (0..self.count).rev() {
            let (Some(name), Some(value)) = (texts.next(), texts.next()) else { return };
            if names == Names::Own {
                push_text(out, name);
            }
            if left == 0 {
                out.extend_from_slice(value);
            } else {
                push_text(out, value);
            }
        }
    }
}
