//! Ids and entries as replies.

use fanfare_data::stream::{EntryRef, StreamId};
use fanfare_protocol::Reply;

/// The longest text of an id, in bytes.
const ID_BYTES_MAX: usize = 41;

/// The text of an id.
pub(super) struct IdText {
    bytes: [u8; ID_BYTES_MAX],
    length: usize,
}

impl IdText {
    /// The text of this id.
    pub(super) fn of(id: StreamId) -> Self {
        let mut text = Self { bytes: [0; ID_BYTES_MAX], length: 0 };
        text.push(itoa::Buffer::new().format(id.ms).as_bytes());
        text.push(b"-");
        text.push(itoa::Buffer::new().format(id.seq).as_bytes());
        text
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    fn push(&mut self, part: &[u8]) {
        self.bytes[self.length..self.length + part.len()].copy_from_slice(part);
        self.length += part.len();
    }
}

/// Writes an id.
pub(super) fn write_id(reply: &mut Reply<'_>, id: StreamId) {
    reply.bulk(IdText::of(id).bytes());
}

/// Writes an entry: its id, and its fields with their values in turn.
pub(super) fn write_entry(reply: &mut Reply<'_>, entry: &EntryRef<'_>) {
    reply.array(2);
    write_parts(reply, entry);
}

/// Writes an entry as [`write_entry`] does, and behind it how many milliseconds ago it was delivered before, and how often.
pub(super) fn write_delivered_entry(
    reply: &mut Reply<'_>,
    entry: &EntryRef<'_>,
    idle_ms: i64,
    deliveries: i64,
) {
    reply.array(4);
    write_parts(reply, entry);
    reply.integer(idle_ms);
    reply.integer(deliveries);
}

fn write_parts(reply: &mut Reply<'_>, entry: &EntryRef<'_>) {
    write_id(reply, entry.id);
    let fields = entry.fields();
    reply.array(2 * fields.len());
    for (name, value) in fields {
        reply.bulk(name);
        reply.bulk(value);
    }
}

/// Writes entries as an array.
pub(super) fn write_entries<'e>(
    reply: &mut Reply<'_>,
    mut entries: impl Iterator<Item = EntryRef<'e>> + Clone,
) {
    // The first one is to be found once only; those behind it are counted where it left off.
    let first = entries.next();
    reply.array(usize::from(first.is_some()) + entries.clone().count());
    for entry in first.into_iter().chain(entries) {
        write_entry(reply, &entry);
    }
}
