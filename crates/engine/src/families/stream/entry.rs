//! Ids and entries as replies.

use fanfare_data::stream::{EntryRef, StreamId};
use fanfare_protocol::Reply;

/// Writes an id.
pub(super) fn write_id(reply: &mut Reply<'_>, id: StreamId) {
    let (mut ms, mut seq) = (itoa::Buffer::new(), itoa::Buffer::new());
    reply.bulk_of([ms.format(id.ms).as_bytes(), b"-", seq.format(id.seq).as_bytes()]);
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
    entries: impl Iterator<Item = EntryRef<'e>>,
) {
    // To count them first would be to find each of them twice. Who asks for so many, or for all, mostly gets as many.
    let most = entries.size_hint().1.unwrap_or(0);
    let array = reply.expected_array(most);
    let mut written = 0;
    for entry in entries {
        write_entry(reply, &entry);
        written += 1;
    }
    reply.settle(array, written);
}
