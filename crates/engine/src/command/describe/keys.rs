//! `COMMAND GETKEYS` and `COMMAND GETKEYSANDFLAGS`.

use fanfare_protocol::Reply;
use fanfare_protocol::request::Request;

use super::info::names;
use crate::command::CommandError;
use crate::command::flag::Flag;
use crate::command::keys::{KeyAt, KeyFlag};
use crate::command::row::Facts;
use crate::command::table::CommandTable;

/// `COMMAND GETKEYS request...`: the keys of a request, in the order of the key specifications.
pub fn get_keys<H: Copy>(
    table: &CommandTable<H>,
    request: Request<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (_, keys) = keys_of(table, request)?;
    reply.array(keys.len());
    for key in keys {
        reply.bulk(request.arg(key.index));
    }
    Ok(())
}

/// `COMMAND GETKEYSANDFLAGS request...`: as [`get_keys`], each key with what is done to it.
pub fn get_keys_and_flags<H: Copy>(
    table: &CommandTable<H>,
    request: Request<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (row, keys) = keys_of(table, request)?;
    let flags_of_all = row.flags_of_keys.map(|flags_of_keys| flags_of_keys(request));
    reply.array(keys.len());
    for key in keys {
        reply.array(2);
        reply.bulk(request.arg(key.index));
        names(flags_of_all.unwrap_or(key.flags).iter().map(KeyFlag::name), reply);
    }
    Ok(())
}

/// The facts of the request's command, and its keys.
fn keys_of<H: Copy>(
    table: &CommandTable<H>,
    request: Request<'_>,
) -> Result<(&'static Facts, Vec<KeyAt>), CommandError> {
    const UNKNOWN: CommandError = CommandError::Text("ERR Invalid command specified");
    const NO_KEYS: CommandError = CommandError::Text("ERR The command has no key arguments");
    const ARITY: CommandError =
        CommandError::Text("ERR Invalid number of arguments specified for command");
    const ARGUMENTS: CommandError =
        CommandError::Text("ERR Invalid arguments specified for command");

    let row = table.find(request).map_err(|_| UNKNOWN)?.row;
    if !row.keys.has_keys() {
        return Err(NO_KEYS);
    }
    if !row.arity.allows(request.len()) {
        return Err(ARITY);
    }
    let mut found = Vec::new();
    let is_sound = row.keys.find(request, &mut found).is_ok();
    if is_sound && !found.is_empty() {
        return Ok((row, found));
    }
    if row.has(Flag::NoMandatoryKeys) { Ok((row, Vec::new())) } else { Err(ARGUMENTS) }
}
