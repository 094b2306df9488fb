//! Hashes, changed.

use super::packed::{Packed, stride, time_element};
use super::{HashRef, LargeHash, is_packed};
use crate::encoding::buffer::{Buffer, InlineValue};
use crate::encoding::entry::{Form, INLINE_BYTES_MAX, NewValue};
use crate::encoding::listpack::{self, ELEMENT_OVERHEAD_BYTES_MAX, Element};
use crate::object::{KeyEntry, Object, PACKED_EXPIRING_HASH, PACKED_HASH};

/// Most bytes that a time takes in a listpack.
const TIME_BYTES_MAX: usize = 10;

/// How large a packed hash may become.
#[derive(Clone, Copy, Debug)]
pub struct PackedLimits {
    /// Most fields.
    pub fields: usize,
    /// Longest field or value, in bytes.
    pub bytes: usize,
}

impl PackedLimits {
    fn allow(self, name: &[u8], value: &[u8]) -> bool {
        name.len() <= self.bytes && value.len() <= self.bytes
    }
}

/// What becomes of a field's time when it gets a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewTime {
    /// It stays.
    Keep,
    /// It goes.
    Remove,
    /// It is this, in milliseconds of Unix time.
    Set(i64),
}

impl NewTime {
    /// What the time is if it was another.
    pub(super) fn after(self, old_ms: Option<i64>) -> Option<i64> {
        match self {
            Self::Keep => old_ms,
            Self::Remove => None,
            Self::Set(time_ms) => Some(time_ms),
        }
    }
}

/// A hash to be changed.
#[derive(Debug)]
pub struct HashMut<'a>(&'a mut KeyEntry);

impl<'a> HashMut<'a> {
    /// The hash that an entry holds, if it holds one.
    pub fn of(entry: &'a mut KeyEntry) -> Option<Self> {
        let is_hash = match entry.form() {
            Some(form) => is_packed(form),
            None => matches!(entry.object_mut(), Some(Object::Hash(_))),
        };
        is_hash.then_some(Self(entry))
    }

    /// The hash, read.
    pub fn read(&self) -> HashRef<'_> {
        HashRef::of(self.0).expect("an entry that was found to hold a hash")
    }

    /// Prepares for so many fields that are to be set together. (Redis judges by their number, though some may be the same.)
    pub fn prepare(&mut self, fields: usize, limits: PackedLimits) {
        if fields > limits.fields {
            self.large();
        }
    }

    /// Gives a field a value; whether the field is new.
    pub fn set(&mut self, name: &[u8], value: &[u8], time: NewTime, limits: PackedLimits) -> bool {
        if matches!(time, NewTime::Set(_)) {
            self.make_expiring();
        }
        if !limits.allow(name, value) || !self.has_room(name.len() + value.len()) {
            self.large();
        }
        let Some(mut buffer) = self.packed() else { return self.large().set(name, value, time) };
        let is_new = set_packed(&mut buffer, name, value, time);
        if buffer.read().len() > limits.fields {
            self.large();
        }
        is_new
    }

    /// As [`set`](Self::set), for one pair of a name and a value after the other; how many fields are new. A hash that had none
    /// is put together before it is stored, so that its entry moves once.
    pub fn set_all<'p, I>(&mut self, pairs: I, limits: PackedLimits) -> usize
    where
        I: Iterator<Item = (&'p [u8], &'p [u8])> + Clone,
    {
        if let Some(Object::Hash(hash)) = self.0.object_mut() {
            return pairs.filter(|&(name, value)| hash.set(name, value, NewTime::Remove)).count();
        }
        let is_first = self.0.form() == Some(PACKED_HASH) && self.read().is_empty();
        let room = if is_first { packed_bytes(pairs.clone(), limits) } else { None };
        let Some(room) = room else {
            let set = |&(name, value): &_| self.set(name, value, NewTime::Remove, limits);
            return pairs.filter(set).count();
        };
        let mut value = Vec::with_capacity(room);
        value.extend_from_slice(&listpack::EMPTY);
        let mut buffer = PackedBuffer { value, form: PACKED_HASH };
        for (name, value) in pairs {
            set_packed(&mut buffer, name, value, NewTime::Remove);
        }
        self.0.set_value(NewValue::Bytes(PACKED_HASH, &buffer.value));
        buffer.read().len()
    }

    /// Takes a field out; whether it was there.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        let Some(mut buffer) = self.packed() else { return self.large().remove(name) };
        let Some(at) = buffer.read().find(name) else { return false };
        listpack::remove(&mut buffer.value, at, stride(buffer.form));
        true
    }

    /// Makes a packed hash one whose fields can expire.
    pub fn make_expiring(&mut self) {
        if self.0.form() != Some(PACKED_HASH) {
            return;
        }
        let more_bytes = 2 * self.read().len();
        let mut bytes = Vec::with_capacity(self.0.bytes().len() + more_bytes);
        bytes.extend_from_slice(&listpack::EMPTY);
        self.read().for_each(|field| {
            listpack::push(&mut bytes, &[field.name, field.value, time_element(None)]);
        });
        if bytes.len() > INLINE_BYTES_MAX {
            self.large();
        } else {
            self.0.set_value(NewValue::Bytes(PACKED_EXPIRING_HASH, &bytes));
        }
    }

    /// Sets or removes the time of a field, in milliseconds of Unix time; whether the field is there.
    pub fn set_expiry(&mut self, name: &[u8], expiry_ms: Option<i64>) -> bool {
        if expiry_ms.is_some() {
            self.make_expiring();
        }
        if !self.has_room(0) {
            self.large();
        }
        let Some(mut buffer) = self.packed() else {
            return self.large().set_expiry(name, expiry_ms);
        };
        let packed = buffer.read();
        let Some(at) = packed.find(name) else { return false };
        let field = packed.field(at).0;
        // A field that never expires stays where it is if that does not change.
        if field.expiry_ms.is_some() || expiry_ms.is_some() {
            let time_at = packed.listpack.next(packed.listpack.next(at));
            listpack::replace(&mut buffer.value, time_at, time_element(expiry_ms));
            move_to_its_place(&mut buffer, at, expiry_ms);
        }
        true
    }

    /// Takes out fields that have expired, at most `count`, those first that expired first; how many.
    pub fn remove_expired(&mut self, now_ms: i64, count: usize) -> usize {
        if self.read().next_expiry_ms().is_none_or(|time_ms| time_ms > now_ms) {
            return 0;
        }
        let Some(mut buffer) = self.packed() else {
            return self.large().remove_expired(now_ms, count);
        };
        let packed = buffer.read();
        let expired = packed.count_expired(now_ms).min(count);
        let start = packed.listpack.start();
        listpack::remove(&mut buffer.value, start, expired * stride(buffer.form));
        expired
    }

    /// Whether so many bytes more, and what belongs to them, can stand in the entry.
    fn has_room(&self, bytes: usize) -> bool {
        // Two heads, two lengths and a time.
        let more = bytes + 4 * TIME_BYTES_MAX;
        self.0.bytes().len() + more <= INLINE_BYTES_MAX
    }

    fn packed(&mut self) -> Option<PackedBuffer<InlineValue<'_, Object>>> {
        let form = self.0.form()?;
        InlineValue::of(self.0, form).map(|value| PackedBuffer { value, form })
    }

    /// The hash as a large one, which it becomes if it is not.
    fn large(&mut self) -> &mut LargeHash {
        if self.packed().is_some() {
            let mut hash = LargeHash::default();
            self.read().for_each(|field| {
                let (mut name, mut value) = (itoa::Buffer::new(), itoa::Buffer::new());
                let name = field.name.text(&mut name);
                let time = field.expiry_ms.map_or(NewTime::Remove, NewTime::Set);
                hash.set(name, field.value.text(&mut value), time);
            });
            self.0.set_value(NewValue::Object(Box::new(Object::Hash(hash))));
        }
        match self.0.object_mut() {
            Some(Object::Hash(hash)) => hash,
            _ => unreachable!("a hash that is not packed is a large one"),
        }
    }
}

/// Bytes that a packed hash of several pairs takes at most, if they may stand in one.
fn packed_bytes<'p>(
    pairs: impl Iterator<Item = (&'p [u8], &'p [u8])>,
    limits: PackedLimits,
) -> Option<usize> {
    let (mut count, mut bytes) = (0, listpack::EMPTY.len());
    for (name, value) in pairs {
        if !limits.allow(name, value) {
            return None;
        }
        count += 1;
        bytes += name.len() + value.len() + 2 * ELEMENT_OVERHEAD_BYTES_MAX;
    }
    ((2..=limits.fields).contains(&count) && bytes <= INLINE_BYTES_MAX).then_some(bytes)
}

/// A packed hash to be edited, in its entry or before it is stored.
struct PackedBuffer<B> {
    value: B,
    form: Form,
}

impl<B: Buffer> PackedBuffer<B> {
    fn read(&self) -> Packed<'_> {
        Packed::of(self.form, self.value.bytes()).expect("an entry that was found to hold a hash")
    }
}

fn set_packed(
    buffer: &mut PackedBuffer<impl Buffer>,
    name: &[u8],
    value: &[u8],
    time: NewTime,
) -> bool {
    let packed = buffer.read();
    let value = Element::of(value);
    let Some(at) = packed.find(name) else {
        let (at, expiry_ms) = (packed.listpack.end(), time.after(None));
        let elements = [Element::of(name), value, time_element(expiry_ms)];
        let count = stride(buffer.form);
        listpack::push(&mut buffer.value, &elements[..count]);
        if expiry_ms.is_some() {
            move_to_its_place(buffer, at, expiry_ms);
        }
        return true;
    };
    let value_at = packed.listpack.next(at);
    let old_ms = packed.expiry_ms(at);
    let expiry_ms = time.after(old_ms);
    // A field whose time stays, or that still never expires, stays where it is.
    if time == NewTime::Keep || (old_ms, expiry_ms) == (None, None) {
        listpack::replace(&mut buffer.value, value_at, value);
    } else {
        listpack::splice(&mut buffer.value, value_at, 2, &[value, time_element(expiry_ms)]);
        move_to_its_place(buffer, at, expiry_ms);
    }
    false
}

/// Moves a field whose time was changed to where it belongs.
fn move_to_its_place(buffer: &mut PackedBuffer<impl Buffer>, at: usize, expiry_ms: Option<i64>) {
    let packed = buffer.read();
    let end = packed.field(at).1;
    let place = packed.place_for(expiry_ms, at);
    let bytes = buffer.value.bytes_mut();
    if place <= at {
        bytes[place..end].rotate_right(end - at);
    } else {
        bytes[at..place].rotate_left(end - at);
    }
}
