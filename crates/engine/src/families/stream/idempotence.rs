//! Entries that producers may send twice, and `XCFGSET`, which says for how long that is heeded.

use std::borrow::Cow;

use fanfare_data::stream::idempotence::{IDEMPOTENCE_SECONDS_MAX, IDEMPOTENT_IDS_MAX};
use fanfare_data::stream::{Idempotence, IdempotenceLimits, Stream, StreamId};
use fanfare_protocol::Reply;
use sha1::{Digest as _, Sha1};

use super::value::find_mut;
use crate::command::{Args, CommandError};
use crate::keyspace::{Limit, ReadKeys, WriteKeys};

/// By what an entry is known if its producer sends it twice.
#[derive(Clone, Debug)]
pub(super) struct Identity<'a> {
    producer: &'a [u8],
    /// The idempotent id; empty until it is known, if the content is to give it.
    id: Cow<'a, [u8]>,
}

impl<'a> Identity<'a> {
    /// Takes `IDMP producer id` or `IDMPAUTO producer`, if that is next.
    pub(super) fn take(args: &mut Args<'a>) -> Result<Option<Self>, CommandError> {
        const EMPTY: CommandError =
            CommandError::Text("ERR producer ID and idempotent ID must not be empty");
        let is_given = args.len() > 2 && args.take_word("IDMP");
        let is_wanted = is_given || args.len() > 1 && args.take_word("IDMPAUTO");
        if !is_wanted {
            return Ok(None);
        }
        let producer = args.required()?;
        let id = if is_given { args.required()? } else { b"" };
        if producer.is_empty() || is_given && id.is_empty() {
            return Err(EMPTY);
        }
        Ok(Some(Self { producer, id: Cow::Borrowed(id) }))
    }

    /// Takes the id from an entry's fields and values, if the client gave none. Equal contents have equal ids.
    pub(super) fn complete(&mut self, texts: Args<'_>) {
        if !self.id.is_empty() {
            return;
        }
        let mut digest = Sha1::new();
        for text in texts {
            digest.update(text.len().to_le_bytes());
            digest.update(text);
        }
        self.id = Cow::Owned(digest.finalize().to_vec());
    }

    /// The entry that was added before with this identity, if that is remembered; it is counted as a duplicate.
    pub(super) fn find(&self, stream: &mut Stream, now_ms: i64) -> Option<StreamId> {
        let idempotence = stream.idempotence.as_mut()?;
        let entry = idempotence.entry(self.producer, &self.id, now_ms)?;
        idempotence.duplicates += 1;
        Some(entry)
    }

    /// Remembers the entry that was added. `limits` are for a stream that remembers nothing yet.
    pub(super) fn remember(
        &self,
        stream: &mut Stream,
        entry: StreamId,
        now_ms: i64,
        limits: IdempotenceLimits,
    ) {
        let new = || Box::new(Idempotence::new(limits));
        let idempotence = stream.idempotence.get_or_insert_with(new);
        idempotence.add(self.producer, &self.id, entry, now_ms);
    }
}

/// How much streams remember unless they are told otherwise.
pub(super) fn idempotence_limits(keys: &ReadKeys<'_>) -> IdempotenceLimits {
    IdempotenceLimits {
        duration_s: keys.limit(Limit::StreamIdempotenceSeconds),
        ids: keys.limit(Limit::StreamIdempotenceIds),
    }
}

/// `XCFGSET`.
pub(super) fn xcfgset(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let (mut duration_s, mut ids) = (None, None);
    while !args.is_empty() {
        if args.len() > 1 && args.take_word("IDMP-DURATION") {
            duration_s = Some(number(&mut args, IDEMPOTENCE_SECONDS_MAX, "ERR invalid duration")?);
        } else if args.len() > 1 && args.take_word("IDMP-MAXSIZE") {
            ids = Some(number(&mut args, IDEMPOTENT_IDS_MAX, "ERR invalid maxsize")?);
        } else {
            return Err(CommandError::Syntax);
        }
    }
    if duration_s.is_none() && ids.is_none() {
        return Err(CommandError::Syntax);
    }
    let limits = idempotence_limits(keys);
    let stream = find_mut(keys, key)?.ok_or(CommandError::Text("ERR no such key"))?;
    let new = || Box::new(Idempotence::new(limits));
    let idempotence = stream.idempotence.get_or_insert_with(new);
    let old = idempotence.limits();
    idempotence.set_limits(IdempotenceLimits {
        duration_s: duration_s.unwrap_or(old.duration_s),
        ids: ids.unwrap_or(old.ids),
    });
    // As with `XSETID`, it is no change to who watches the stream or keeps its value.
    keys.changed_aside(1);
    reply.ok();
    Ok(())
}

/// A number from 1 to `most`.
fn number(args: &mut Args<'_>, most: i64, invalid: &'static str) -> Result<i64, CommandError> {
    let number = args.integer().ok().filter(|number| (1..=most).contains(number));
    number.ok_or(CommandError::Text(invalid))
}
