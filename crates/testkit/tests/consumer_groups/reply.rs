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
        let Some([id, fields, ..]) = entry.as_items() else { bail!("{entry:?} is no entry") };
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

/// Ids of entries that were claimed or are new, and how often they were delivered before.
pub(crate) fn deliveries_of(reply: &Value) -> Result<Vec<(Id, i64)>> {
    let ids = entries_of(reply)?;
    let Some([stream]) = reply.as_items() else { return Ok(Vec::new()) };
    let entries = stream.as_items().and_then(|stream| stream[1].as_items());
    let mut found = Vec::new();
    for (entry, (id, is_there)) in entries.context("no entries")?.iter().zip(ids) {
        let Some([_, _, idle, count]) = entry.as_items() else { bail!("{entry:?} is not claimed") };
        let (idle, count) = (idle.as_integer(), count.as_integer().context("no count")?);
        ensure!(is_there && idle >= Some(-1), "{entry:?}");
        found.push((id, count));
    }
    Ok(found)
}

/// The pending entries of a group in the order in which they are claimed: those given back, then those delivered first.
/// `info` is the reply to `XINFO STREAM FULL COUNT 0`.
pub(crate) fn claim_order(info: &Value, group: &str) -> Result<Vec<Id>> {
    let field = |fields: &Value, name: &str| -> Result<Value> {
        let fields = fields.as_items().context("no fields")?;
        let at = fields.iter().position(|one| one.as_bytes() == Some(name.as_bytes()));
        Ok(fields[at.with_context(|| format!("no {name}"))? + 1].clone())
    };
    for one in field(info, "groups")?.as_items().context("no groups")? {
        if field(one, "name")?.as_bytes() != Some(group.as_bytes()) {
            continue;
        }
        let mut order = Vec::new();
        for row in field(one, "pending")?.as_items().context("no rows")? {
            let Some([id, owner, time, _]) = row.as_items() else { bail!("{row:?}") };
            let is_owned = owner.as_bytes() != Some(b"");
            order.push((is_owned, time.as_integer().context("no time")?, id_of(id)?));
        }
        order.sort_unstable();
        return Ok(order.into_iter().map(|(_, _, id)| id).collect());
    }
    bail!("no group {group}")
}
