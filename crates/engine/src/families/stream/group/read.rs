//! Reading as a consumer of a group: `XREADGROUP`.

use fanfare_data::stream::consumer::ConsumerNumber;
use fanfare_data::stream::{Delivery, EntryRef, Group, Stream, StreamId};
use fanfare_protocol::Reply;

use super::super::entry::{write_delivered_entry, write_entry, write_id};
use super::super::ids::id;
use super::super::read_options::{Block, ReadOptions, Reader};
use super::super::value::{find, read_mut};
use super::support::{CONSUMER_CREATED, check_group, idle_ms};
use crate::command::{Args, CommandError};
use crate::keyspace::{Nothing, Wait, WriteKeys};

const NO_LAST_ID: CommandError = CommandError::Text(
    "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this \
     consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just \
     return an empty result set.",
);
const NO_LAST_ENTRY: CommandError = CommandError::Text(
    "ERR The + ID is meaningless in the context of XREADGROUP: you want to read the history of this \
     consumer by specifying a proper ID, or use the > ID to get new messages. The + ID would just \
     return an empty result set.",
);

/// What is read of a stream.
#[derive(Clone, Copy)]
enum From {
    /// What was delivered to nobody in the group.
    New,
    /// What is pending for the consumer, behind an id.
    Pending(StreamId),
}

impl From {
    fn parse(text: &[u8]) -> Result<Self, CommandError> {
        match text {
            b">" => Ok(Self::New),
            b"$" => Err(NO_LAST_ID),
            b"+" => Err(NO_LAST_ENTRY),
            text => match id(text)? {
                // As in Redis, where the greatest id stands for what is new.
                StreamId::MAX => Ok(Self::New),
                id => Ok(Self::Pending(id)),
            },
        }
    }
}

/// Who reads, and how.
struct Request<'a> {
    group: &'a [u8],
    consumer: &'a [u8],
    options: &'a ReadOptions<'a>,
}

/// `XREADGROUP`.
pub(super) fn xreadgroup(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<Option<Wait>, CommandError> {
    let options = ReadOptions::parse(&mut args, Reader::Consumer, keys.now_ms())?;
    let (group, consumer) = options.group.unwrap_or_default();
    let request = Request { group, consumer, options: &options };
    let streams = || options.keys.iter().copied().zip(options.ids.iter().copied());
    for (key, from) in streams() {
        check(keys, group, key, from)?;
    }
    let deferred = reply.deferred();
    let mut served = 0;
    for (key, from) in streams() {
        served += usize::from(read(keys, &request, key, From::parse(from)?, reply)?);
    }
    if served > 0 {
        reply.finish_with(deferred, |reply| reply.map_of_pairs(served));
        return Ok(None);
    }
    let Block::For(timeout) = options.block else {
        reply.null_array();
        return Ok(None);
    };
    let look_again_ms = options.min_idle_ms.map(|min_idle_ms| {
        let oldest_ms = options.keys.iter().filter_map(|key| oldest_ms(keys, key, group)).min();
        oldest_ms.map_or(i64::MAX, |oldest_ms| oldest_ms.saturating_add(min_idle_ms))
    });
    Ok(Some(Wait {
        keys: options.keys.len(),
        of: None,
        even_gone: true,
        timeout,
        nothing: Nothing::NullArray,
        // What was delivered to a client that is gone is pending for its consumer.
        give_back: None,
        again: None,
        look_again_ms,
    }))
}

/// A time before which nothing was delivered that is pending in a group, if anything is.
fn oldest_ms(keys: &mut WriteKeys<'_>, key: &[u8], group: &[u8]) -> Option<i64> {
    find(keys, key).ok()??.group(group)?.pending().oldest_ms()
}

/// Finds what is wrong with one of the streams, before anything is done.
fn check(
    keys: &mut WriteKeys<'_>,
    group: &[u8],
    key: &[u8],
    from: &[u8],
) -> Result<(), CommandError> {
    check_group(keys, key, group, " in XREADGROUP with GROUP option")?;
    From::parse(from).map(|_| ())
}

/// Reads from one stream; whether there is something to show.
fn read(
    keys: &mut WriteKeys<'_>,
    request: &Request<'_>,
    key: &[u8],
    from: From,
    reply: &mut Reply<'_>,
) -> Result<bool, CommandError> {
    let now_ms = keys.now_ms();
    let Some(stream) = read_mut(keys, key)? else { return Ok(false) };
    let done = stream.with_group(request.group, |stream, group| {
        let (consumer, is_new) = group.find_or_add_consumer(request.consumer, now_ms);
        if let Some(consumer) = group.consumer_mut(consumer) {
            consumer.seen_ms = now_ms;
        }
        let options = request.options;
        let mut reading = Reading { stream, group, consumer, options, now_ms, changes: 0 };
        let is_shown = match from {
            From::New => reading.read_new(key, reply),
            From::Pending(id) => reading.read_pending(key, id, reply),
        };
        (is_new, reading.changes, is_shown)
    });
    let Some((is_new, changes, is_shown)) = done else { return Ok(false) };
    if is_new {
        keys.changed_aside(1);
        keys.tell_aside(key, CONSUMER_CREATED);
    }
    if changes > 0 {
        keys.changed_aside(changes);
        keys.wake_claimants(key);
    }
    Ok(is_shown)
}

/// Reads entries for a consumer.
struct Reading<'a> {
    stream: &'a Stream,
    group: &'a mut Group,
    consumer: ConsumerNumber,
    options: &'a ReadOptions<'a>,
    now_ms: i64,
    changes: u64,
}

impl<'a> Reading<'a> {
    /// Delivers what is claimed, and behind it new entries; whether there are any.
    fn read_new(&mut self, key: &[u8], reply: &mut Reply<'_>) -> bool {
        let claimed = self.options.min_idle_ms.map(|least| self.claimed(least)).unwrap_or_default();
        let left = self.options.count - claimed.len();
        let mut entries = self.unseen().take(left).peekable();
        let has_new = entries.peek().is_some();
        if claimed.is_empty() && !has_new {
            return false;
        }
        reply.map_pair();
        reply.bulk(key);
        let deferred = reply.deferred();
        let mut count = claimed.len();
        let mut is_active = count > 0;
        for id in claimed {
            self.claim(id, reply);
        }
        let counts = self.stream.counts();
        for entry in entries {
            match self.options.min_idle_ms {
                Some(_) => write_delivered_entry(reply, &entry, 0, 0),
                None => write_entry(reply, &entry),
            }
            self.group.advance(entry.id, &counts);
            if !self.options.has_no_acknowledgement {
                self.assign(entry.id, 1);
                is_active = true;
            }
            count += 1;
        }
        if is_active && let Some(consumer) = self.group.consumer_mut(self.consumer) {
            consumer.active_ms = Some(self.now_ms);
        }
        self.changes += u64::from(has_new);
        reply.finish_array(deferred, count);
        true
    }

    /// The entries behind those that were delivered.
    fn unseen(&self) -> impl Iterator<Item = EntryRef<'a>> + use<'a> {
        let is_behind = self.group.last_id < self.stream.last_id;
        let start = if is_behind { self.group.last_id.next() } else { None };
        let stream = self.stream;
        start.into_iter().flat_map(|start| stream.ascending(start, StreamId::MAX))
    }

    /// The pending entries that were not delivered for so long. Those that are not in the stream any more are pending no
    /// longer.
    fn claimed(&mut self, min_idle_ms: i64) -> Vec<StreamId> {
        let mut asked = self.options.count;
        loop {
            let ids = self.group.idle(min_idle_ms, self.now_ms, asked);
            let are_all = ids.len() < asked;
            let mut there = Vec::new();
            for id in ids {
                if there.len() == self.options.count {
                    break;
                } else if self.stream.get(id).is_some() {
                    there.push(id);
                } else {
                    self.changes += u64::from(self.group.acknowledge(id));
                }
            }
            if are_all || there.len() == self.options.count {
                return there;
            }
            // However many are gone, few looks find enough that are there.
            asked = asked.saturating_mul(2);
        }
    }

    /// Delivers a pending entry that is in the stream once more, to this consumer.
    fn claim(&mut self, id: StreamId, reply: &mut Reply<'_>) {
        let delivery = self.group.pending().get(id).copied();
        let (Some(entry), Some(delivery)) = (self.stream.get(id), delivery) else { return };
        write_delivered_entry(reply, &entry, idle_ms(&delivery, self.now_ms), delivery.count);
        self.assign(id, delivery.count.saturating_add(1));
        self.changes += 1;
    }

    /// An entry is pending for this consumer, delivered so often.
    fn assign(&mut self, id: StreamId, count: i64) {
        let delivery = Delivery { owner: Some(self.consumer), time_ms: self.now_ms, count };
        self.group.assign(id, delivery);
    }

    /// Delivers once more what is pending behind an id. There is always something to show, though it may be empty.
    fn read_pending(&mut self, key: &[u8], id: StreamId, reply: &mut Reply<'_>) -> bool {
        reply.map_pair();
        reply.bulk(key);
        let deferred = reply.deferred();
        let mut count = 0;
        if let Some(start) = id.next() {
            let (stream, now_ms) = (self.stream, self.now_ms);
            self.group.redeliver(self.consumer, start, self.options.count, now_ms, |id| {
                count += 1;
                let entry = stream.get(id);
                match &entry {
                    Some(entry) => write_entry(reply, entry),
                    None => {
                        reply.array(2);
                        write_id(reply, id);
                        reply.null_array();
                    }
                }
                entry.is_some()
            });
        }
        reply.finish_array(deferred, count);
        true
    }
}
