//! `XDEL` and `XDELEX`.

use fanfare_data::stream::{References, Removal};
use fanfare_protocol::Reply;

use super::ids::all_ids;
use super::options::take_references;
use super::value::find_mut;
use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, WriteKeys};

/// The event of entries that were removed.
pub(super) const XDEL: Event = Event::new(EventClass::Stream, "xdel").waking_nobody();

/// `XDEL`.
pub(super) fn xdel(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let mut removed = 0;
    if let Some(stream) = find_mut(keys, key)? {
        removed = all_ids(args)?.into_iter().filter(|&id| stream.remove(id)).count();
    }
    if removed > 0 {
        keys.changed_by(key, XDEL, removed as u64);
    }
    reply.integer(removed as i64);
    Ok(())
}

/// `XDELEX`.
pub(super) fn xdelex(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let stream = find_mut(keys, key)?;
    let ReferredIds { ids, references } = ReferredIds::parse(&mut args)?;
    let Some(stream) = stream else {
        reply.array(ids.len());
        ids.iter().for_each(|_| reply.integer(removal_number(Removal::NotThere)));
        return Ok(());
    };
    let ids = all_ids(ids.into_iter())?;
    reply.array(ids.len());
    let mut removed = 0;
    for id in ids {
        let removal = stream.remove_referred(id, references);
        removed += u64::from(removal == Removal::Done);
        reply.integer(removal_number(removal));
    }
    if removed > 0 {
        keys.changed_by(key, XDEL, removed);
    }
    Ok(())
}

/// What stands for an entry's fate in replies.
pub(super) fn removal_number(removal: Removal) -> i64 {
    match removal {
        Removal::NotThere => -1,
        Removal::Done => 1,
        Removal::Referred => 2,
    }
}

/// `IDS count id …` and what becomes of references.
pub(super) struct ReferredIds<'a> {
    /// The ids, as the client wrote them.
    pub(super) ids: Vec<&'a [u8]>,
    /// What becomes of references.
    pub(super) references: References,
}

impl<'a> ReferredIds<'a> {
    /// Reads all arguments that are left.
    pub(super) fn parse(args: &mut Args<'a>) -> Result<Self, CommandError> {
        let mut references = None;
        let mut ids = None;
        while !args.is_empty() {
            if references.is_none() {
                references = take_references(args);
                if references.is_some() {
                    continue;
                }
            }
            ids = Some(take_ids(args)?.ok_or(CommandError::Syntax)?);
        }
        let ids = ids.ok_or(CommandError::Syntax)?;
        Ok(Self { ids, references: references.unwrap_or_default() })
    }
}

/// Takes `IDS count id …`, if that is next: the ids, as the client wrote them.
pub(super) fn take_ids<'a>(args: &mut Args<'a>) -> Result<Option<Vec<&'a [u8]>>, CommandError> {
    if args.len() < 2 || !args.take_word("IDS") {
        return Ok(None);
    }
    let count = args.integer().ok().and_then(|count| usize::try_from(count).ok());
    let count = count.filter(|&count| count > 0);
    let count = count.ok_or(CommandError::Text("ERR Number of IDs must be a positive integer"))?;
    if count > args.len() {
        return Err(CommandError::Text(
            "ERR The `numids` parameter must match the number of arguments",
        ));
    }
    Ok(Some(args.by_ref().take(count).collect()))
}
