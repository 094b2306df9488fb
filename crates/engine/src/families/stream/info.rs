//! `XINFO STREAM`. (The container has a subcommand for the server; so the rows stand there.)

use fanfare_data::stream::{EntryRef, Idempotence, Stream, StreamId};
use fanfare_protocol::Reply;

use super::entry::{write_entries, write_entry, write_id};
use super::group::info::write_groups;
use super::radix::radix_nodes;
use super::value::find;
use crate::command::{Args, CommandError};
use crate::keyspace::ReadKeys;

/// How many fields both forms begin with.
const COMMON_FIELDS: usize = 7;
/// How many more they have of a stream that remembers what producers may send twice, or was told how much it is to. (8.2 has
/// none of them.)
const IDEMPOTENCE_FIELDS: usize = 6;
/// How many entries of each list the long form shows unless told otherwise.
const FULL_COUNT: usize = 10;

/// `XINFO STREAM key [FULL [COUNT count]]`.
pub fn stream(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, now_ms) = (args.required()?, keys.now_ms());
    let Some(stream) = find(keys, key)? else {
        return Err(CommandError::Text("ERR no such key"));
    };
    if !args.is_empty() {
        write_all(reply, stream, now_ms, full_count(args)?);
        return Ok(());
    }
    write_common(reply, stream, now_ms, 3);
    reply.bulk(b"groups");
    reply.integer(stream.groups.as_ref().map_or(0, |groups| groups.len()) as i64);
    reply.bulk(b"first-entry");
    write_entry_if_any(reply, stream.first());
    reply.bulk(b"last-entry");
    write_entry_if_any(reply, stream.last());
    Ok(())
}

/// Reads `FULL [COUNT count]`: how many entries of each list are to be shown.
fn full_count(mut args: Args<'_>) -> Result<usize, CommandError> {
    let request = args.request();
    let unknown = || CommandError::unknown_subcommand_or_arity(request.arg(0), request.arg(1));
    if !args.take_word("FULL") {
        return Err(unknown());
    }
    if args.is_empty() {
        return Ok(FULL_COUNT);
    }
    if args.len() != 2 || !args.take_word("COUNT") {
        return Err(unknown());
    }
    match args.integer()? {
        0 => Ok(usize::MAX),
        count => Ok(usize::try_from(count).unwrap_or(FULL_COUNT)),
    }
}

/// Writes the long form, with at most `count` entries of each list.
fn write_all(reply: &mut Reply<'_>, stream: &Stream, now_ms: i64, count: usize) {
    write_common(reply, stream, now_ms, 2);
    reply.bulk(b"entries");
    write_entries(reply, stream.ascending(StreamId::MIN, StreamId::MAX).take(count));
    reply.bulk(b"groups");
    write_groups(reply, stream, count);
}

/// Begins a map with the fields that both forms begin with; so many more follow.
fn write_common(reply: &mut Reply<'_>, stream: &Stream, now_ms: i64, more: usize) {
    let idempotence = stream.idempotence.as_ref();
    reply.map(COMMON_FIELDS + idempotence.map_or(0, |_| IDEMPOTENCE_FIELDS) + more);
    reply.bulk(b"length");
    reply.integer(stream.len() as i64);
    reply.bulk(b"radix-tree-keys");
    reply.integer(stream.nodes() as i64);
    reply.bulk(b"radix-tree-nodes");
    reply.integer(radix_nodes(stream) as i64);
    reply.bulk(b"last-generated-id");
    write_id(reply, stream.last_id);
    reply.bulk(b"max-deleted-entry-id");
    write_id(reply, stream.max_deleted_id);
    reply.bulk(b"entries-added");
    reply.integer(stream.entries_added as i64);
    reply.bulk(b"recorded-first-entry-id");
    write_id(reply, stream.first().map(|entry| entry.id).unwrap_or_default());
    if let Some(idempotence) = idempotence {
        write_idempotence(reply, idempotence, now_ms);
    }
}

/// Writes what is remembered of entries that producers may send twice.
fn write_idempotence(reply: &mut Reply<'_>, idempotence: &Idempotence, now_ms: i64) {
    let limits = idempotence.limits();
    let (producers, ids) = idempotence.counts(now_ms);
    let fields: [(&str, i64); IDEMPOTENCE_FIELDS] = [
        ("idmp-duration", limits.duration_s),
        ("idmp-maxsize", limits.ids),
        ("pids-tracked", producers as i64),
        ("iids-tracked", ids as i64),
        ("iids-added", idempotence.added as i64),
        ("iids-duplicates", idempotence.duplicates as i64),
    ];
    for (name, number) in fields {
        reply.bulk(name.as_bytes());
        reply.integer(number);
    }
}

fn write_entry_if_any(reply: &mut Reply<'_>, entry: Option<EntryRef<'_>>) {
    match entry {
        Some(entry) => write_entry(reply, &entry),
        None => reply.null(),
    }
}
