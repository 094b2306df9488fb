//! `DEBUG DIGEST` and `DEBUG DIGEST-VALUE`: forty digits that are equal where data is equal, and equal to those of Redis 8.2.
//!
//! How they come about was found by holding guesses against a real server. Two operations on twenty bytes suffice: to
//! *add* text is to take the exclusive or with its SHA-1, which forgets order; to *mix* it in is to add it and to put the
//! SHA-1 of the result in its place, which keeps order.

use std::fmt::Write as _;

use fanfare_data::hash::HashRef;
use fanfare_data::list::{ListRef, Side};
use fanfare_data::object::{KeyEntry, Type};
use fanfare_data::set::Set;
use fanfare_data::sorted_set;
use fanfare_data::stream::{Stream, StreamId};
use fanfare_protocol::Reply;
use fanfare_stdx::double;
use sha1::{Digest as _, Sha1};

use crate::command::{Args, CommandError};
use crate::families::string::text::text;
use crate::keyspace::WriteKeys;

/// Added for a key that expires.
const EXPIRES: &[u8] = b"!!expire!!";
/// Added for a field that expires.
const FIELD_EXPIRES: &[u8] = b"!!hexpire!!";

/// Twenty bytes that stand for data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Digest([u8; 20]);

impl Digest {
    fn add(&mut self, text: &[u8]) {
        let added = Sha1::digest(text);
        self.0.iter_mut().zip(added).for_each(|(byte, other)| *byte ^= other);
    }

    fn mix(&mut self, text: &[u8]) {
        self.add(text);
        self.0 = Sha1::digest(self.0).into();
    }

    /// Mixes in type and value of an entry, and adds whether it expires.
    fn take_in(&mut self, entry: &KeyEntry) {
        let kind = Type::of(&entry.value());
        self.mix(&type_number(kind).to_be_bytes());
        match kind {
            Type::String => {
                self.mix(text(entry, &mut itoa::Buffer::new()).unwrap_or_default());
            }
            Type::List => self.take_in_list(entry),
            Type::Set => self.take_in_set(entry),
            Type::SortedSet => self.take_in_sorted_set(entry),
            Type::Hash => self.take_in_hash(entry),
            Type::Stream => self.take_in_stream(entry),
        }
        if entry.expiry_ms().is_some() {
            self.add(EXPIRES);
        }
    }

    fn take_in_list(&mut self, entry: &KeyEntry) {
        for element in ListRef::of(entry).into_iter().flat_map(|list| list.iter(Side::Left)) {
            self.mix(element.text(&mut itoa::Buffer::new()));
        }
    }

    fn take_in_set(&mut self, entry: &KeyEntry) {
        for member in Set::of(entry.value()).into_iter().flat_map(Set::iter) {
            self.add(member.text(&mut itoa::Buffer::new()));
        }
    }

    fn take_in_sorted_set(&mut self, entry: &KeyEntry) {
        let mut score_text = double::Buffer::new();
        for (member, score) in
            sorted_set::View::of(entry.value()).into_iter().flat_map(sorted_set::View::iter)
        {
            let mut element = Self::default();
            element.mix(member.text(&mut itoa::Buffer::new()));
            element.mix(score_text.format_shortest(score).as_bytes());
            self.add(&element.0);
        }
    }

    fn take_in_hash(&mut self, entry: &KeyEntry) {
        let Some(hash) = HashRef::of(entry) else { return };
        hash.for_each(|field| {
            let mut element = Self::default();
            element.mix(field.name.text(&mut itoa::Buffer::new()));
            element.mix(field.value.text(&mut itoa::Buffer::new()));
            if field.expiry_ms.is_some() {
                element.add(FIELD_EXPIRES);
            }
            self.add(&element.0);
        });
    }

    /// Groups and what they have delivered do not count.
    fn take_in_stream(&mut self, entry: &KeyEntry) {
        let Some(stream) = Stream::of(entry) else { return };
        for entry in stream.ascending(StreamId::MIN, StreamId::MAX) {
            self.mix(format!("{}.{}", entry.id.ms, entry.id.seq).as_bytes());
            for (name, value) in entry.fields() {
                self.mix(name);
                self.mix(value);
            }
        }
    }

    fn write(&self, reply: &mut Reply<'_>) {
        let mut digits = String::with_capacity(2 * self.0.len());
        for byte in self.0 {
            let _ = write!(digits, "{byte:02x}");
        }
        reply.simple(&digits);
    }
}

/// The number that Redis has for a type.
fn type_number(kind: Type) -> u32 {
    match kind {
        Type::String => 0,
        Type::List => 1,
        Type::Set => 2,
        Type::SortedSet => 3,
        Type::Hash => 4,
        Type::Stream => 6,
    }
}

/// `DEBUG DIGEST`: of all databases.
pub fn digest(
    keys: &mut WriteKeys<'_>,
    _: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let mut whole = Digest::default();
    for database in 0..keys.databases() {
        if keys.table_figures(database).0.entries == 0 {
            continue;
        }
        whole.mix(&database.to_be_bytes());
        keys.for_each_in(database, |entry| {
            let mut own = Digest::default();
            own.mix(entry.key());
            own.take_in(entry);
            whole.add(&own.0);
        });
    }
    whole.write(reply);
    Ok(())
}

/// `DEBUG DIGEST-VALUE`: of the values of some keys; zeros for a key that is not there.
pub fn digest_value(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    reply.array(args.len());
    for key in args {
        let mut own = Digest::default();
        if let Some(entry) = keys.peek(key) {
            own.take_in(entry);
        }
        own.write(reply);
    }
    Ok(())
}
