//! Looking at what is pending: `XPENDING`.

use fanfare_data::stream::{Delivery, Group, StreamId};
use fanfare_protocol::Reply;

use super::super::entry::write_id;
use super::super::ids::{range_end, range_start};
use super::support::{group, idle_ms};
use crate::command::{Args, CommandError};
use crate::keyspace::ReadKeys;

/// Most arguments behind the group.
const ARGS_MAX: usize = 6;

/// What is to be listed.
struct Listing<'a> {
    min_idle_ms: i64,
    start: StreamId,
    end: StreamId,
    count: usize,
    consumer: Option<&'a [u8]>,
}

impl<'a> Listing<'a> {
    fn parse(mut args: Args<'a>) -> Result<Self, CommandError> {
        if args.len() > ARGS_MAX {
            return Err(CommandError::Syntax);
        }
        let has_idle = args.take_word("IDLE");
        let min_idle_ms = if has_idle && args.len() > 1 { args.integer()? } else { 0 };
        if args.len() < 3 {
            return Err(CommandError::Syntax);
        }
        let (start, end) = (args.required()?, args.required()?);
        let count = usize::try_from(args.integer()?).unwrap_or(0);
        let (start, end) = (range_start(start)?, range_end(end)?);
        Ok(Self { min_idle_ms, start, end, count, consumer: args.next() })
    }
}

/// `XPENDING`.
pub(super) fn xpending(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, name) = (args.required()?, args.required()?);
    let now_ms = keys.now_ms();
    if args.is_empty() {
        summarise(group(keys, key, name)?, reply);
        return Ok(());
    }
    let listing = Listing::parse(args)?;
    list(group(keys, key, name)?, &listing, now_ms, reply);
    Ok(())
}

/// Writes how much is pending, between which ids, and how much each consumer has of it.
fn summarise(group: &Group, reply: &mut Reply<'_>) {
    reply.array(4);
    reply.integer(group.pending().len() as i64);
    let Some((first, last)) = group.pending().ends() else {
        reply.null();
        reply.null();
        reply.null_array();
        return;
    };
    write_id(reply, first);
    write_id(reply, last);
    let owners = || group.consumers().filter(|(_, consumer)| consumer.pending() > 0);
    reply.array(owners().count());
    for (_, consumer) in owners() {
        reply.array(2);
        reply.bulk(consumer.name());
        reply.bulk(itoa::Buffer::new().format(consumer.pending()).as_bytes());
    }
}

/// Writes entries one by one.
fn list(group: &Group, listing: &Listing<'_>, now_ms: i64, reply: &mut Reply<'_>) {
    if listing.start > listing.end {
        reply.array(0);
        return;
    }
    let range = listing.start..=listing.end;
    match listing.consumer {
        None => write_all(group, group.pending().range(range), listing, now_ms, reply),
        Some(name) => match group.find_consumer(name) {
            Some(owner) => {
                write_all(group, group.pending_of(owner, range), listing, now_ms, reply);
            }
            None => reply.array(0),
        },
    }
}

fn write_all<'g>(
    group: &Group,
    pending: impl Iterator<Item = (StreamId, &'g Delivery)>,
    listing: &Listing<'_>,
    now_ms: i64,
    reply: &mut Reply<'_>,
) {
    let deferred = reply.deferred();
    let mut count = 0;
    let wanted = pending.filter(|(_, delivery)| {
        listing.min_idle_ms <= 0 || delivery.has_idled(listing.min_idle_ms, now_ms)
    });
    for (id, delivery) in wanted.take(listing.count) {
        let owner = delivery.owner.and_then(|owner| group.consumer(owner));
        reply.array(4);
        write_id(reply, id);
        reply.bulk(owner.map_or(b"", |owner| owner.name()));
        reply.integer(idle_ms(delivery, now_ms));
        reply.integer(delivery.count);
        count += 1;
    }
    reply.finish_array(deferred, count);
}
