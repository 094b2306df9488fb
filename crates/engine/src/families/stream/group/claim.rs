//! Taking pending entries over: `XCLAIM` and `XAUTOCLAIM`.

use fanfare_data::stream::consumer::ConsumerNumber;
use fanfare_data::stream::{Delivery, Group, Stream, StreamId};
use fanfare_protocol::Reply;

use super::super::entry::{write_entry, write_id};
use super::super::ids::{id, range_start};
use super::super::value::find_mut;
use super::support::{CONSUMER_CREATED, check_group, group};
use crate::command::{Args, CommandError};
use crate::keyspace::WriteKeys;

/// How many entries `XAUTOCLAIM` claims unless told otherwise.
const COUNT: usize = 100;
/// How many entries it looks at for each one that it may claim.
const LOOKS_PER_CLAIM: usize = 10;
/// Largest count that is one to it.
const COUNT_MAX: i64 = i64::MAX / ID_BYTES;
/// Largest count that it takes: so many ids fit into the addresses of a process. (It does not set memory aside for them.)
const COUNT_SERVED_MAX: i64 = (1 << 47) / ID_BYTES;
const ID_BYTES: i64 = size_of::<StreamId>() as i64;

/// How entries are claimed.
struct Terms {
    /// How long an entry must not have been delivered, in milliseconds.
    min_idle_ms: i64,
    /// What its time of delivery becomes.
    time_ms: i64,
    /// What its count of deliveries becomes, if that is told.
    count: Option<i64>,
    /// Whether an entry becomes pending that is not.
    is_forced: bool,
    /// Whether ids are all that is wanted. That is no delivery.
    only_ids: bool,
}

impl Terms {
    /// Reads the least idle time, or fails with `invalid`; all else is as it is unless options say otherwise.
    fn parse(
        args: &mut Args<'_>,
        now_ms: i64,
        invalid: &'static str,
    ) -> Result<Self, CommandError> {
        let min_idle_ms = args.integer().map_err(|_| CommandError::Text(invalid))?;
        Ok(Self { min_idle_ms, time_ms: now_ms, count: None, is_forced: false, only_ids: false })
    }
}

/// Who claims, and of which group.
struct Claimant<'a> {
    key: &'a [u8],
    group: &'a [u8],
    consumer: &'a [u8],
}

impl<'a> Claimant<'a> {
    fn parse(args: &mut Args<'a>) -> Result<Self, CommandError> {
        Ok(Self { key: args.required()?, group: args.required()?, consumer: args.required()? })
    }
}

/// `XCLAIM`.
pub(super) fn xclaim(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let now_ms = keys.now_ms();
    let claimant = Claimant::parse(&mut args)?;
    check_group(keys, claimant.key, claimant.group, "")?;
    let invalid = "ERR Invalid min-idle-time argument for XCLAIM";
    let mut terms = Terms::parse(&mut args, now_ms, invalid)?;
    let mut options = args.clone();
    let is_id = |arg: &&[u8]| StreamId::parse(arg, 0).is_some();
    let ids = args.clone().take_while(is_id).count();
    (0..ids).for_each(|_| _ = options.next());
    let last_id = parse_claim(options, &mut terms, now_ms)?;
    claim(keys, &claimant, |claimer| {
        let moves = last_id > claimer.group.last_id;
        if moves {
            claimer.group.last_id = last_id;
        }
        let deferred = reply.deferred();
        let mut count = 0;
        for text in args.take(ids) {
            count += usize::from(claimer.claim_one(id(text)?, &terms, reply) == Claimed::Shown);
        }
        reply.finish_array(deferred, count);
        // That the group has moved counts as one change with the first entry, or alone.
        claimer.changes = claimer.changes.max(u64::from(moves));
        Ok(())
    })
}

/// Reads what stands behind the ids of `XCLAIM`: terms, and the id that the group has come to at least.
fn parse_claim(
    mut args: Args<'_>,
    terms: &mut Terms,
    now_ms: i64,
) -> Result<StreamId, CommandError> {
    let integer = |args: &mut Args<'_>, text| args.integer().map_err(|_| CommandError::Text(text));
    let mut last_id = StreamId::MIN;
    while let Some(word) = args.get(0) {
        let has_value = args.len() > 1;
        if args.take_word("FORCE") {
            terms.is_forced = true;
        } else if args.take_word("JUSTID") {
            terms.only_ids = true;
        } else if has_value && args.take_word("IDLE") {
            let idle_ms = integer(&mut args, "ERR Invalid IDLE option argument for XCLAIM")?;
            terms.time_ms = now_ms.wrapping_sub(idle_ms);
        } else if has_value && args.take_word("TIME") {
            terms.time_ms = integer(&mut args, "ERR Invalid TIME option argument for XCLAIM")?;
        } else if has_value && args.take_word("RETRYCOUNT") {
            let text = "ERR Invalid RETRYCOUNT option argument for XCLAIM";
            terms.count = Some(integer(&mut args, text)?).filter(|&count| count >= 0);
        } else if has_value && args.take_word("LASTID") {
            last_id = id(args.required()?)?;
        } else {
            return Err(CommandError::naming("ERR Unrecognized XCLAIM option '", word, "'"));
        }
    }
    if !(0..=now_ms).contains(&terms.time_ms) {
        terms.time_ms = now_ms;
    }
    Ok(last_id)
}

/// `XAUTOCLAIM`.
pub(super) fn xautoclaim(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let claimant = Claimant::parse(&mut args)?;
    // As in Redis, the look-up counts even if an argument is wrong, which is told first.
    keys.read(claimant.key);
    let invalid = "ERR Invalid min-idle-time argument for XAUTOCLAIM";
    let mut terms = Terms::parse(&mut args, keys.now_ms(), invalid)?;
    let from = range_start(args.required()?)?;
    let mut count = COUNT;
    while !args.is_empty() {
        if args.len() > 1 && args.take_word("COUNT") {
            let no_count = CommandError::Text("ERR COUNT must be > 0");
            let number = args.integer().ok().filter(|number| (1..=COUNT_MAX).contains(number));
            count = number.ok_or(no_count)? as usize;
            if count as i64 > COUNT_SERVED_MAX {
                return Err(CommandError::Text(
                    "ERR Insufficient memory, failed allocating transient memory, COUNT too high.",
                ));
            }
        } else if args.take_word("JUSTID") {
            terms.only_ids = true;
        } else {
            return Err(CommandError::Syntax);
        }
    }
    group(keys, claimant.key, claimant.group)?;
    claim(keys, &claimant, |claimer| {
        claimer.claim_from(from, count, &terms, reply);
        Ok(())
    })
}

/// Has `act` claim entries for a consumer of a group that is there, and tells of it.
fn claim(
    keys: &mut WriteKeys<'_>,
    claimant: &Claimant<'_>,
    act: impl FnOnce(&mut Claimer<'_>) -> Result<(), CommandError>,
) -> Result<(), CommandError> {
    let now_ms = keys.now_ms();
    let Claimant { key, group, consumer } = *claimant;
    let Some(stream) = find_mut(keys, key)? else { return Ok(()) };
    let done = stream.with_group(group, |stream, group| {
        let (owner, is_new) = group.find_or_add_consumer(consumer, now_ms);
        let mut claimer = Claimer { stream, group, owner, now_ms, changes: 0, is_active: false };
        let result = act(&mut claimer);
        let Claimer { changes, is_active, .. } = claimer;
        if let Some(consumer) = group.consumer_mut(owner) {
            consumer.seen_ms = now_ms;
            if is_active {
                consumer.active_ms = Some(now_ms);
            }
        }
        (is_new, changes, result)
    });
    let Some((is_new, changes, result)) = done else { return Ok(()) };
    keys.changed_aside(changes);
    if changes > 0 {
        keys.wake_claimants(key);
    }
    if is_new {
        keys.changed_aside(1);
        keys.tell_aside(key, CONSUMER_CREATED);
    }
    result
}

/// What became of an entry that was to be claimed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Claimed {
    /// It was claimed and written.
    Shown,
    /// It was pending, but is not in the stream: it is pending no longer.
    Forgotten,
    /// It is not pending, or was delivered too short a time ago.
    Not,
}

/// Claims entries for a consumer.
struct Claimer<'a> {
    stream: &'a Stream,
    group: &'a mut Group,
    owner: ConsumerNumber,
    now_ms: i64,
    changes: u64,
    is_active: bool,
}

impl Claimer<'_> {
    fn claim_one(&mut self, id: StreamId, terms: &Terms, reply: &mut Reply<'_>) -> Claimed {
        let pending = self.group.pending().get(id).copied();
        let Some(entry) = self.stream.get(id) else {
            if pending.is_none() {
                return Claimed::Not;
            }
            self.group.acknowledge(id);
            self.changes += 1;
            return Claimed::Forgotten;
        };
        let delivered = match pending {
            Some(delivery) if delivery.has_idled(terms.min_idle_ms, self.now_ms) => delivery.count,
            Some(_) => return Claimed::Not,
            None if terms.is_forced => 1,
            None => return Claimed::Not,
        };
        let counted = if terms.only_ids { delivered } else { delivered.saturating_add(1) };
        let count = terms.count.unwrap_or(counted);
        let delivery = Delivery { owner: Some(self.owner), time_ms: terms.time_ms, count };
        self.group.assign(id, delivery);
        self.changes += 1;
        self.is_active = true;
        if terms.only_ids {
            write_id(reply, id);
        } else {
            write_entry(reply, &entry);
        }
        Claimed::Shown
    }

    /// Claims what is pending from an id on, and writes where the next search may begin, what was claimed, and which ids are
    /// pending no longer.
    fn claim_from(&mut self, from: StreamId, count: usize, terms: &Terms, reply: &mut Reply<'_>) {
        reply.array(3);
        let next_place = reply.deferred();
        let claimed_place = reply.deferred();
        let (mut claimed, mut forgotten) = (0, Vec::new());
        let mut next = Some(from);
        let mut looks = count.saturating_mul(LOOKS_PER_CLAIM);
        while claimed + forgotten.len() < count
            && looks > 0
            && let Some(start) = next
        {
            let found = self.group.pending().range(start..=StreamId::MAX).next();
            let Some((id, _)) = found else {
                next = None;
                break;
            };
            looks -= 1;
            next = id.next();
            match self.claim_one(id, terms, reply) {
                Claimed::Shown => claimed += 1,
                Claimed::Forgotten => forgotten.push(id),
                Claimed::Not => {}
            }
        }
        reply.finish_array(claimed_place, claimed);
        let rest = next.and_then(|start| self.group.pending().range(start..=StreamId::MAX).next());
        reply.finish_with(next_place, |reply| {
            write_id(reply, rest.map_or(StreamId::MIN, |(id, _)| id));
        });
        reply.array(forgotten.len());
        forgotten.into_iter().for_each(|id| write_id(reply, id));
    }
}
