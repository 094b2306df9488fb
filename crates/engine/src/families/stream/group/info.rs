//! What is known of groups: handlers of `XINFO`.

use fanfare_data::stream::consumer::Consumer;
use fanfare_data::stream::progress::Counts;
use fanfare_data::stream::{Group, Stream, StreamId};
use fanfare_protocol::Reply;

use super::super::entry::write_id;
use super::super::value::find;
use super::support::no_group;
use crate::command::{Args, CommandError};
use crate::keyspace::ReadKeys;

const NO_KEY: CommandError = CommandError::Text("ERR no such key");

/// `XINFO GROUPS`.
pub fn groups(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let stream = find(keys, args.required()?)?.ok_or(NO_KEY)?;
    let counts = stream.counts();
    reply.array(stream.groups.as_ref().map_or(0, |groups| groups.len()));
    for (name, group) in stream.groups.iter().flat_map(|groups| groups.iter()) {
        reply.map(6);
        reply.bulk(b"name");
        reply.bulk(name);
        reply.bulk(b"consumers");
        reply.integer(group.consumers_len() as i64);
        reply.bulk(b"pending");
        reply.integer(group.pending().len() as i64);
        write_progress(reply, group, &counts);
    }
    Ok(())
}

/// Writes how far a group has come: three pairs of a map.
fn write_progress(reply: &mut Reply<'_>, group: &Group, counts: &Counts) {
    reply.bulk(b"last-delivered-id");
    write_id(reply, group.last_id);
    reply.bulk(b"entries-read");
    write_known(reply, group.entries_read.map(|read| read as i64));
    reply.bulk(b"lag");
    write_known(reply, group.lag(counts));
}

fn write_known(reply: &mut Reply<'_>, number: Option<i64>) {
    match number {
        Some(number) => reply.integer(number),
        None => reply.null(),
    }
}

/// `XINFO CONSUMERS`.
pub fn consumers(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let now_ms = keys.now_ms();
    let (key, name) = (args.required()?, args.required()?);
    let stream = find(keys, key)?.ok_or(NO_KEY)?;
    let group = stream.group(name).ok_or_else(|| no_group(key, name))?;
    reply.array(group.consumers_len());
    for (_, consumer) in group.consumers() {
        reply.map(4);
        reply.bulk(b"name");
        reply.bulk(consumer.name());
        reply.bulk(b"pending");
        reply.integer(consumer.pending() as i64);
        reply.bulk(b"idle");
        reply.integer((now_ms - consumer.seen_ms).max(0));
        reply.bulk(b"inactive");
        reply.integer(consumer.active_ms.map_or(-1, |active_ms| (now_ms - active_ms).max(0)));
    }
    Ok(())
}

/// Writes all that is known of a stream's groups, as `XINFO STREAM FULL` shows it, with at most `count` pending entries of
/// each list.
pub(in crate::families::stream) fn write_groups(
    reply: &mut Reply<'_>,
    stream: &Stream,
    count: usize,
) {
    let counts = stream.counts();
    reply.array(stream.groups.as_ref().map_or(0, |groups| groups.len()));
    for (name, group) in stream.groups.iter().flat_map(|groups| groups.iter()) {
        // As 8.2 does not have the field, it is shown only where there is something to be told.
        let given_back = group.given_back_len();
        reply.map(7 + usize::from(given_back > 0));
        reply.bulk(b"name");
        reply.bulk(name);
        write_progress(reply, group, &counts);
        reply.bulk(b"pel-count");
        reply.integer(group.pending().len() as i64);
        reply.bulk(b"pending");
        write_pending(reply, group, count);
        reply.bulk(b"consumers");
        write_consumers(reply, group, count);
        if given_back > 0 {
            reply.bulk(b"nacked-count");
            reply.integer(given_back as i64);
        }
    }
}

const ALL: std::ops::RangeInclusive<StreamId> = StreamId::MIN..=StreamId::MAX;

fn write_pending(reply: &mut Reply<'_>, group: &Group, count: usize) {
    reply.array(group.pending().len().min(count));
    for (id, delivery) in group.pending().range(ALL).take(count) {
        let owner = delivery.owner.and_then(|owner| group.consumer(owner));
        reply.array(4);
        write_id(reply, id);
        reply.bulk(owner.map_or(b"", Consumer::name));
        reply.integer(delivery.time_ms.max(0));
        reply.integer(delivery.count);
    }
}

fn write_consumers(reply: &mut Reply<'_>, group: &Group, count: usize) {
    reply.array(group.consumers_len());
    for (number, consumer) in group.consumers() {
        reply.map(5);
        reply.bulk(b"name");
        reply.bulk(consumer.name());
        reply.bulk(b"seen-time");
        reply.integer(consumer.seen_ms);
        reply.bulk(b"active-time");
        reply.integer(consumer.active_ms.unwrap_or(-1));
        reply.bulk(b"pel-count");
        reply.integer(consumer.pending() as i64);
        reply.bulk(b"pending");
        reply.array(consumer.pending().min(count));
        for (id, delivery) in group.pending_of(number, ALL).take(count) {
            reply.array(3);
            write_id(reply, id);
            reply.integer(delivery.time_ms);
            reply.integer(delivery.count);
        }
    }
}
