//! Acknowledging entries: `XACK` and `XACKDEL`.

use fanfare_data::stream::Removal;
use fanfare_protocol::Reply;

use super::super::delete::{ReferredIds, XDEL, removal_number};
use super::super::ids::all_ids;
use super::super::value::read_mut;
use crate::command::{Args, CommandError};
use crate::keyspace::WriteKeys;

/// `XACK`.
pub(super) fn xack(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, name) = (args.required()?, args.required()?);
    let group = read_mut(keys, key)?.and_then(|stream| stream.group_mut(name));
    let Some(group) = group else {
        reply.integer(0);
        return Ok(());
    };
    let acknowledged = all_ids(args)?.into_iter().filter(|&id| group.acknowledge(id)).count();
    keys.changed_aside(acknowledged as u64);
    reply.integer(acknowledged as i64);
    Ok(())
}

/// `XACKDEL`.
pub(super) fn xackdel(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, name) = (args.required()?, args.required()?);
    let found = read_mut(keys, key)?.filter(|stream| stream.group(name).is_some());
    let ReferredIds { ids, references } = ReferredIds::parse(&mut args)?;
    reply.array(ids.len());
    let Some(stream) = found else {
        ids.iter().for_each(|_| reply.integer(removal_number(Removal::NotThere)));
        return Ok(());
    };
    let ids = all_ids(ids.into_iter())?;
    let (mut acknowledged, mut removed) = (0, 0);
    for id in ids {
        if !stream.group_mut(name).is_some_and(|group| group.acknowledge(id)) {
            reply.integer(removal_number(Removal::NotThere));
            continue;
        }
        acknowledged += 1;
        let removal = stream.remove_referred(id, references);
        removed += u64::from(removal == Removal::Done);
        // That an entry was gone before is as good as its removal.
        let is_left = removal == Removal::Referred;
        reply.integer(removal_number(if is_left { removal } else { Removal::Done }));
    }
    if removed > 0 {
        keys.changed_by(key, XDEL, acknowledged);
    } else {
        keys.changed_aside(acknowledged);
    }
    Ok(())
}
