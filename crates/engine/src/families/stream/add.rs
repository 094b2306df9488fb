//! `XADD`, `XTRIM` and `XSETID`.

use fanfare_data::encoding::entry::NewValue;
use fanfare_data::object::Object;
use fanfare_data::stream::{Stream, StreamId};
use fanfare_protocol::Reply;

use super::entry::write_id;
use super::ids::id;
use super::options::{self, NewId, Options};
use super::value::{find_mut, node_limits};
use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, WriteKeys};

const XADD: Event = Event::new(EventClass::Stream, "xadd");
const XTRIM: Event = Event::new(EventClass::Stream, "xtrim").waking_nobody();
const XSETID: Event = Event::new(EventClass::Stream, "xsetid").waking_nobody();

const NO_ID_LEFT: CommandError = CommandError::Text(
    "ERR The stream has exhausted the last possible ID, unable to add more items",
);
const ID_TOO_SMALL: CommandError = CommandError::Text(
    "ERR The ID specified in XADD is equal or smaller than the target stream top item",
);

/// `XADD`.
pub(super) fn xadd(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let limits = node_limits(keys);
    let options = Options::parse(&mut args, options::Command::Add, limits.entries)?;
    let Some(new_id) = options.id.filter(|_| args.len() >= 2 && args.len().is_multiple_of(2))
    else {
        return Err(CommandError::WrongArity { container: None, name: "xadd" });
    };
    if new_id == NewId::Exactly(StreamId::MIN) {
        return Err(CommandError::Text("ERR The ID specified in XADD must be greater than 0-0"));
    }
    let now_ms = keys.now_ms() as u64;
    let mut trimmed = 0;
    let id;
    if let Some(stream) = find_mut(keys, key)? {
        id = choose_id(stream, new_id, now_ms)?;
        append(stream, id, args, limits)?;
        if let Some(trim) = options.trim {
            trimmed = stream.trim(trim);
        }
    } else if options.must_exist {
        reply.null();
        return Ok(());
    } else {
        let mut stream = Box::<Stream>::default();
        id = choose_id(&stream, new_id, now_ms)?;
        append(&mut stream, id, args, limits)?;
        if let Some(trim) = options.trim {
            trimmed = stream.trim(trim);
        }
        keys.set(key, NewValue::Object(Box::new(Object::Stream(stream))));
    }
    keys.changed(key, XADD);
    if trimmed > 0 {
        keys.also(key, XTRIM);
    }
    write_id(reply, id);
    Ok(())
}

fn append(
    stream: &mut Stream,
    id: StreamId,
    texts: Args<'_>,
    limits: fanfare_data::stream::NodeLimits,
) -> Result<(), CommandError> {
    let too_large = |_| CommandError::Text("ERR Elements are too large to be stored");
    stream.append(id, texts, limits).map_err(too_large)
}

/// The id of the next entry. A clock that goes backwards, or stands still, counts within the last millisecond.
fn choose_id(stream: &Stream, new_id: NewId, now_ms: u64) -> Result<StreamId, CommandError> {
    let last = stream.last_id;
    if last == StreamId::MAX {
        return Err(NO_ID_LEFT);
    }
    match new_id {
        NewId::Any if now_ms > last.ms => Ok(StreamId::new(now_ms, 0)),
        NewId::Any => last.next().ok_or(NO_ID_LEFT),
        NewId::OfTime(ms) if ms > last.ms => Ok(StreamId::new(ms, 0)),
        NewId::OfTime(ms) => {
            last.next().filter(|next| next.ms == ms && last.ms == ms).ok_or(ID_TOO_SMALL)
        }
        NewId::Exactly(id) if id > last => Ok(id),
        NewId::Exactly(_) => Err(ID_TOO_SMALL),
    }
}

/// `XTRIM`.
pub(super) fn xtrim(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let node_entries = node_limits(keys).entries;
    let options = Options::parse(&mut args, options::Command::Trim, node_entries)?;
    let Some(trim) = options.trim else { return Err(CommandError::Syntax) };
    let trimmed = find_mut(keys, key)?.map_or(0, |stream| stream.trim(trim));
    if trimmed > 0 {
        keys.changed_by(key, XTRIM, trimmed);
    }
    reply.integer(trimmed as i64);
    Ok(())
}

/// `XSETID`.
pub(super) fn xsetid(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, last_id) = (args.required()?, id(args.required()?)?);
    let mut entries_added = None;
    let mut max_deleted_id = None;
    while !args.is_empty() {
        let has_more = args.len() > 1;
        if has_more && args.take_word("ENTRIESADDED") {
            let count = args.integer()?;
            let is_negative = |_| CommandError::Text("ERR entries_added must be positive");
            entries_added = Some(u64::try_from(count).map_err(is_negative)?);
        } else if has_more && args.take_word("MAXDELETEDID") {
            let deleted = id(args.required()?)?;
            if deleted > last_id {
                return Err(CommandError::Text(
                    "ERR The ID specified in XSETID is smaller than the provided \
                     max_deleted_entry_id",
                ));
            }
            max_deleted_id = Some(deleted);
        } else {
            return Err(CommandError::Syntax);
        }
    }
    let Some(stream) = find_mut(keys, key)? else {
        return Err(CommandError::Text("ERR no such key"));
    };
    if last_id < stream.max_deleted_id {
        return Err(CommandError::Text(
            "ERR The ID specified in XSETID is smaller than current max_deleted_entry_id",
        ));
    }
    if stream.last().is_some_and(|last| last_id < last.id) {
        return Err(CommandError::Text(
            "ERR The ID specified in XSETID is smaller than the target stream top item",
        ));
    }
    if entries_added.is_some_and(|count| count < stream.len()) {
        return Err(CommandError::Text(
            "ERR The entries_added specified in XSETID is smaller than the target stream length",
        ));
    }
    stream.last_id = last_id;
    stream.entries_added = entries_added.unwrap_or(stream.entries_added);
    // A client that means none leaves the old one.
    let max_deleted_id = max_deleted_id.filter(|&id| id != StreamId::MIN);
    stream.max_deleted_id = max_deleted_id.unwrap_or(stream.max_deleted_id);
    keys.changed(key, XSETID);
    reply.ok();
    Ok(())
}
