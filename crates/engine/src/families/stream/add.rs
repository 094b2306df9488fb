//! `XADD`, `XTRIM` and `XSETID`.

use fanfare_data::encoding::entry::NewValue;
use fanfare_data::object::Object;
use fanfare_data::stream::{IdempotenceLimits, NodeLimits, Stream, StreamId};
use fanfare_protocol::Reply;

use super::entry::write_id;
use super::idempotence::idempotence_limits;
use super::ids::id;
use super::options::{self, NewId, Options};
use super::value::{find_mut, node_limits};
use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, ReadKeys, WriteKeys};

const XADD: Event = Event::new(EventClass::Stream, "xadd");
const XTRIM: Event = Event::new(EventClass::Stream, "xtrim").waking_nobody();
const XSETID: Event = Event::new(EventClass::Stream, "xsetid");

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
    let occasion = Occasion::of(keys);
    let mut options = Options::default();
    options.take(&mut args, options::Command::Add, occasion.node_limits.entries)?;
    let Some(new_id) = options.id.filter(|_| args.len() >= 2 && args.len().is_multiple_of(2))
    else {
        return Err(CommandError::WrongArity { container: None, name: "xadd" });
    };
    if new_id == NewId::Exactly(StreamId::MIN) {
        return Err(CommandError::Text("ERR The ID specified in XADD must be greater than 0-0"));
    }
    if options.identity.is_some() && new_id != NewId::Any {
        return Err(CommandError::Text(
            "ERR IDMP and IDMPAUTO can be used only with auto-generated IDs",
        ));
    }
    if let Some(identity) = &mut options.identity {
        identity.complete(args.clone());
    }
    let new = NewEntry { id: new_id, texts: args, options: &options, occasion: &occasion };
    let (id, trimmed);
    if let Some(stream) = find_mut(keys, key)? {
        let identity = options.identity.as_ref();
        if let Some(known) = identity.and_then(|one| one.find(stream, occasion.now_ms)) {
            write_id(reply, known);
            return Ok(());
        }
        (id, trimmed) = new.add_to(stream)?;
    } else if options.must_exist {
        reply.null();
        return Ok(());
    } else {
        let mut stream = Box::<Stream>::default();
        (id, trimmed) = new.add_to(&mut stream)?;
        keys.set(key, NewValue::Object(Box::new(Object::Stream(stream))));
    }
    keys.changed(key, XADD);
    if trimmed > 0 {
        keys.also(key, XTRIM);
    }
    write_id(reply, id);
    Ok(())
}

/// When an entry is added, and to what kind of stream.
struct Occasion {
    now_ms: i64,
    node_limits: NodeLimits,
    idempotence_limits: IdempotenceLimits,
}

impl Occasion {
    fn of(keys: &ReadKeys<'_>) -> Self {
        Self {
            now_ms: keys.now_ms(),
            node_limits: node_limits(keys),
            idempotence_limits: idempotence_limits(keys),
        }
    }
}

/// An entry that a client wants to be added.
struct NewEntry<'a> {
    id: NewId,
    texts: Args<'a>,
    options: &'a Options<'a>,
    occasion: &'a Occasion,
}

impl NewEntry<'_> {
    /// Adds it; its id, and how many entries went for it.
    fn add_to(&self, stream: &mut Stream) -> Result<(StreamId, u64), CommandError> {
        let &Occasion { now_ms, node_limits, idempotence_limits } = self.occasion;
        let id = choose_id(stream, self.id, now_ms as u64)?;
        let too_large = |_| CommandError::Text("ERR Elements are too large to be stored");
        stream.append(id, self.texts.clone(), node_limits).map_err(too_large)?;
        if let Some(identity) = &self.options.identity {
            identity.remember(stream, id, now_ms, idempotence_limits);
        }
        Ok((id, self.options.trim.map_or(0, |trim| stream.trim(trim))))
    }
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
    let mut options = Options::default();
    options.take(&mut args, options::Command::Trim, node_limits(keys).entries)?;
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
    // The entries are the same, for those who watch or remember the key, too.
    keys.changed_aside(1);
    keys.tell_aside(key, XSETID);
    reply.ok();
    Ok(())
}
