//! Making, moving and deleting groups and consumers: handlers of `XGROUP`.

use fanfare_data::encoding::entry::NewValue;
use fanfare_data::object::Object;
use fanfare_data::stream::{Group, Stream, StreamId};
use fanfare_protocol::Reply;

use super::super::ids::id;
use super::super::value::{find, find_mut};
use super::support::{CONSUMER_CREATED, no_group};
use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, WriteKeys};

const NO_KEY: CommandError = CommandError::Text(
    "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use \
     the MKSTREAM option to create an empty stream automatically.",
);
const CREATED: Event = Event::new(EventClass::Stream, "xgroup-create");
const MOVED: Event = Event::new(EventClass::Stream, "xgroup-setid");
const DESTROYED: Event = Event::new(EventClass::Stream, "xgroup-destroy");
const CONSUMER_DELETED: Event = Event::new(EventClass::Stream, "xgroup-delconsumer");

/// Most arguments behind the subcommand of `XGROUP CREATE`, and of `XGROUP SETID`.
const CREATE_ARGS_MAX: usize = 6;
const SETID_ARGS_MAX: usize = 5;

/// The options of `XGROUP CREATE` and `XGROUP SETID`.
#[derive(Default)]
struct Options {
    entries_read: Option<u64>,
    makes_stream: bool,
}

impl Options {
    /// Reads what is behind the id. `can_make`: whether a stream may be made.
    fn parse(args: &mut Args<'_>, can_make: bool) -> Result<Self, CommandError> {
        let mut options = Self::default();
        while !args.is_empty() {
            if can_make && args.take_word("MKSTREAM") {
                options.makes_stream = true;
            } else if args.len() > 1 && args.take_word("ENTRIESREAD") {
                options.entries_read = match args.integer()? {
                    -1 => None,
                    number => Some(u64::try_from(number).map_err(|_| {
                        CommandError::Text("ERR value for ENTRIESREAD must be positive or -1")
                    })?),
                };
            } else {
                return Err(unknown(args));
            }
        }
        Ok(options)
    }

    /// What a group is told of entries read; not more than there ever were.
    fn entries_read(&self, stream: &Stream) -> Option<u64> {
        self.entries_read.map(|read| read.min(stream.entries_added))
    }
}

#[cold]
fn unknown(args: &Args<'_>) -> CommandError {
    CommandError::unknown_subcommand_or_arity(b"XGROUP", args.request().arg(1))
}

/// The id that a group begins behind: `$` is the last one of the stream.
fn position(text: &[u8], last_id: StreamId) -> Result<StreamId, CommandError> {
    if text == b"$" { Ok(last_id) } else { id(text) }
}

/// `XGROUP CREATE`.
pub fn create(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let are_too_many = args.len() > CREATE_ARGS_MAX;
    let (key, name, from) = (args.required()?, args.required()?, args.required()?);
    let options = Options::parse(&mut args, true)?;
    let last_id = find(keys, key)?.map(|stream| stream.last_id);
    if last_id.is_none() && !options.makes_stream {
        return Err(NO_KEY);
    }
    // Redis counts arguments last.
    if are_too_many {
        return Err(unknown(&args));
    }
    let from = position(from, last_id.unwrap_or_default())?;
    if last_id.is_none() {
        keys.set(key, NewValue::Object(Box::new(Object::Stream(Box::default()))));
    }
    let Some(stream) = find_mut(keys, key)? else { return Err(NO_KEY) };
    let group = Group::new(from, options.entries_read(stream));
    if !stream.groups.get_or_insert_default().add(name, group) {
        return Err(CommandError::Text("BUSYGROUP Consumer Group name already exists"));
    }
    if last_id.is_none() {
        // The key is new, which others must hear of.
        keys.changed(key, CREATED);
    } else {
        keys.changed_aside(1);
        keys.tell_aside(key, CREATED);
    }
    reply.ok();
    Ok(())
}

/// `XGROUP SETID`.
pub fn setid(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let are_too_many = args.len() > SETID_ARGS_MAX;
    let (key, name, to) = (args.required()?, args.required()?, args.required()?);
    let options = Options::parse(&mut args, false)?;
    let stream = find_mut(keys, key)?.ok_or(NO_KEY)?;
    let (last_id, entries_read) = (stream.last_id, options.entries_read(stream));
    let group = stream.group_mut(name).ok_or_else(|| no_group(key, name))?;
    if are_too_many {
        return Err(unknown(&args));
    }
    group.last_id = position(to, last_id)?;
    group.entries_read = entries_read;
    keys.changed_aside(1);
    keys.tell_aside(key, MOVED);
    reply.ok();
    Ok(())
}

/// `XGROUP DESTROY`.
pub fn destroy(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, name) = (args.required()?, args.required()?);
    let stream = find_mut(keys, key)?.ok_or(NO_KEY)?;
    let is_removed = stream.groups.as_mut().is_some_and(|groups| groups.remove(name).is_some());
    if is_removed {
        stream.groups.take_if(|groups| groups.is_empty());
        keys.changed_aside(1);
        keys.tell_aside(key, DESTROYED);
        keys.wake(key);
    }
    reply.integer(i64::from(is_removed));
    Ok(())
}

/// `XGROUP CREATECONSUMER`.
pub fn createconsumer(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let now_ms = keys.now_ms();
    let (key, name, consumer) = (args.required()?, args.required()?, args.required()?);
    let stream = find_mut(keys, key)?.ok_or(NO_KEY)?;
    let group = stream.group_mut(name).ok_or_else(|| no_group(key, name))?;
    let (_, is_new) = group.find_or_add_consumer(consumer, now_ms);
    if is_new {
        keys.changed_aside(1);
        keys.tell_aside(key, CONSUMER_CREATED);
    }
    reply.integer(i64::from(is_new));
    Ok(())
}

/// `XGROUP DELCONSUMER`.
pub fn delconsumer(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, name, consumer) = (args.required()?, args.required()?, args.required()?);
    let stream = find_mut(keys, key)?.ok_or(NO_KEY)?;
    let group = stream.group_mut(name).ok_or_else(|| no_group(key, name))?;
    let pending = group.remove_consumer(consumer);
    if pending.is_some() {
        keys.changed_aside(1);
        keys.tell_aside(key, CONSUMER_DELETED);
    }
    reply.integer(pending.unwrap_or(0) as i64);
    Ok(())
}
