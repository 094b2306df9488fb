//! Hashes as tables.

use std::collections::BTreeSet;

use super::{Field, NewTime};
use crate::encoding::entry::{Entry, Form, INLINE_BYTES_MAX, NewValue, ValueRef};
use crate::encoding::listpack::Element;
use crate::table::Table;

/// The only form that bytes of a value have here.
const BYTES: Form = Form::new(0);

/// A field, its value and its time in one allocation; values too long for that are vectors.
pub(super) type FieldEntry = Entry<Vec<u8>>;

/// A hash of any size.
#[derive(Clone, Debug, Default)]
pub struct LargeHash {
    table: Table<Vec<u8>>,
    /// When fields expire. Two fields of one hash value that expire at one time share an element, which goes with the first
    /// of them; the other is then noticed when it is next asked for.
    expiries: BTreeSet<(i64, u64)>,
}

impl LargeHash {
    /// How many fields there are, expired ones included.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many fields there are places for; see [`Table::places`].
    pub fn places(&self) -> usize {
        self.table.places()
    }

    /// Memory that it takes beside what its fields point to, in bytes; see [`Table::table_bytes`].
    pub fn table_bytes(&self) -> usize {
        self.table.table_bytes()
    }

    /// The fields, by hash.
    pub(crate) fn table(&self) -> &Table<Vec<u8>> {
        &self.table
    }

    pub(super) fn get(&self, name: &[u8]) -> Option<Field<'_>> {
        self.table.get(name).map(field)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Field<'_>> {
        self.table.iter().map(field)
    }

    /// All fields as they are kept.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &FieldEntry> {
        self.table.iter()
    }

    pub(super) fn random_entry(&self, random: u64) -> Option<&FieldEntry> {
        self.table.random(random)
    }

    pub(super) fn scan(&self, cursor: u64, count: usize, mut each: impl FnMut(Field<'_>)) -> u64 {
        self.table.scan(cursor, count, |entry| each(field(entry)))
    }

    pub(super) fn next_expiry_ms(&self) -> Option<i64> {
        self.expiries.first().map(|&(time_ms, _)| time_ms)
    }

    /// Gives a field a value; whether the field is new.
    pub(super) fn set(&mut self, name: &[u8], value: &[u8], time: NewTime) -> bool {
        let new = || FieldEntry::with(name, new_value(value), time.after(None), 0);
        let (entry, is_new) = self.table.get_or_insert(name, new);
        let old_ms = if is_new { None } else { entry.expiry_ms() };
        let expiry_ms = time.after(old_ms);
        if old_ms == expiry_ms {
            // So it is nearly always.
            if !is_new {
                entry.set_value(new_value(value));
            }
            return is_new;
        }
        if !is_new {
            entry.replace(new_value(value), expiry_ms);
        }
        self.note_expiry(name, old_ms, expiry_ms);
        is_new
    }

    /// Sets or removes the time of a field; whether the field is there.
    pub(super) fn set_expiry(&mut self, name: &[u8], expiry_ms: Option<i64>) -> bool {
        let Some(entry) = self.table.get_mut(name) else { return false };
        let old_ms = entry.expiry_ms();
        entry.set_expiry_ms(expiry_ms);
        self.note_expiry(name, old_ms, expiry_ms);
        true
    }

    /// Keeps the times in step with a field whose time was changed.
    fn note_expiry(&mut self, name: &[u8], old_ms: Option<i64>, expiry_ms: Option<i64>) {
        if old_ms == expiry_ms {
            return;
        }
        let hash = self.table.hash(name);
        if let Some(time_ms) = old_ms {
            self.expiries.remove(&(time_ms, hash));
        }
        if let Some(time_ms) = expiry_ms {
            self.expiries.insert((time_ms, hash));
        }
    }

    /// Takes a field out; whether it was there.
    pub(super) fn remove(&mut self, name: &[u8]) -> bool {
        let Some(entry) = self.table.remove(name) else { return false };
        if let Some(time_ms) = entry.expiry_ms() {
            self.expiries.remove(&(time_ms, self.table.hash(name)));
        }
        true
    }

    /// Takes out fields that have expired, at most `count`, those first that expired first; how many.
    pub(super) fn remove_expired(&mut self, now_ms: i64, count: usize) -> usize {
        let mut removed = 0;
        while removed < count {
            let due = self.expiries.first().filter(|(time_ms, _)| *time_ms <= now_ms);
            let Some(&(time_ms, hash)) = due else { break };
            self.expiries.pop_first();
            let same_hash = self.table.of_hash(hash);
            let names: Vec<Box<[u8]>> = same_hash
                .filter(|entry| entry.expiry_ms() == Some(time_ms))
                .map(|entry| entry.key().into())
                .collect();
            removed += names.iter().filter(|name| self.table.remove(name).is_some()).count();
        }
        removed
    }
}

/// What an entry holds.
pub(super) fn field(entry: &FieldEntry) -> Field<'_> {
    let value = match entry.value() {
        ValueRef::Integer(number) => Element::Integer(number),
        ValueRef::Bytes(_, bytes) => Element::Bytes(bytes),
        ValueRef::Object(bytes) => Element::Bytes(bytes),
    };
    Field { name: Element::Bytes(entry.key()), value, expiry_ms: entry.expiry_ms() }
}

/// A value as it is stored: always as text, which is shorter than an integer more often than not.
fn new_value(value: &[u8]) -> NewValue<'_, Vec<u8>> {
    if value.len() <= INLINE_BYTES_MAX {
        NewValue::Bytes(BYTES, value)
    } else {
        NewValue::Object(Box::new(value.to_vec()))
    }
}
