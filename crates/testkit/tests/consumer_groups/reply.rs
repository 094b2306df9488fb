//! What replies of stream commands say, with ids as numbers.

use anyhow::{Context, Result, bail, ensure};
use fanfare_protocol::decode::Value;

use crate::model::Id;

/// The id of an entry.
pub(crate) fn text(id: Id) -> String {
    format!("{id}-0")
}

/// The number in an id.
pub(crate) fn id_of(value: &Value) -> Result<Id> {
    let bytes = value.as_bytes().with_context(|| format!("{value:?} is no id"))?;
    let text = String::from_utf8_lossy(bytes);
    let (number, _) = text.split_once('-').with_context(|| format!("{text} is no id"))?;
    Ok(number.parse()?)
}

/// The numbers in ids.
pub(crate) fn ids(value: &Value) -> Result<Vec<Id>> {
    value.as_items().context("no ids")?.iter().map(id_of).collect()
}

/// Entries that are all there.
pub(crate) fn whole(ids: &[Id]) -> Vec<(Id, bool)> {
    ids.iter().map(|&id| (id, true)).collect()
}

/// The entries of the one stream of a reply to a reader.
pub(crate) fn entries_of(reply: &Value) -> Result<Vec<(Id, bool)>> {
    if reply.is_null() {
        return Ok(Vec::new());
    }
    match reply.as_items() {
        Some([stream]) => entries(&stream.as_items().context("no stream")?[1]),
        _ => bail!("{reply:?} is not one stream"),
    }
}

/// Ids of entries, and whether they have fields, which must be their own.
pub(crate) fn entries(value: &Value) -> Result<Vec<(Id, bool)>> {
    let mut found = Vec::new();
    for entry in value.as_items().context("no entries")? {
        let Some([id, fields]) = entry.as_items() else { bail!("{entry:?} is no entry") };
        let id = id_of(id)?;
        if let Some([_, number]) = fields.as_items() {
            ensure!(number.as_bytes() == Some(id.to_string().as_bytes()), "{entry:?}");
        } else {
            ensure!(fields.is_null(), "{entry:?}");
        }
        found.push((id, !fields.is_null()));
    }
    Ok(found)
}
