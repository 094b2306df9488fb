//! Adding, counting and merging.

use fanfare_data::encoding::entry::ValueRef;
use fanfare_data::hyperloglog::{
    self as sketch, Corrupt, Encoding, Union, add_dense, cache_count, cached_count, forget_count,
};
use fanfare_data::object::{EDITED_TEXT, KeyEntry, Object, TEXT, new_edited_text};
use fanfare_protocol::Reply;

use crate::command::{Args, CommandError};
use crate::families::string::text::edit;
use crate::keyspace::{Event, EventClass, Limit, ReadKeys, WriteKeys};

const PFADD: Event = Event::new(EventClass::String, "pfadd");

/// Registers that make no sense.
pub(super) fn corrupt(_: Corrupt) -> CommandError {
    CommandError::Text("INVALIDOBJ Corrupted HLL object detected")
}

/// The bytes of a HyperLogLog with their encoding; an error if the entry holds something else.
pub(super) fn sketch_of(entry: &KeyEntry) -> Result<(&[u8], Encoding), CommandError> {
    const NO_SKETCH: CommandError =
        CommandError::Text("WRONGTYPE Key is not a valid HyperLogLog string value.");
    let bytes = match entry.value() {
        ValueRef::Integer(_) => return Err(NO_SKETCH),
        ValueRef::Bytes(TEXT | EDITED_TEXT, bytes) => bytes,
        ValueRef::Object(Object::Text(bytes)) => bytes,
        ValueRef::Bytes(..) | ValueRef::Object(_) => return Err(CommandError::WrongType),
    };
    let encoding = sketch::encoding(bytes).ok_or(NO_SKETCH)?;
    Ok((bytes, encoding))
}

/// The limit on sparse registers, in bytes.
pub(super) fn sparse_bytes_max(keys: &ReadKeys<'_>) -> usize {
    usize::try_from(keys.limit(Limit::SparseHyperLogLogBytes)).unwrap_or(usize::MAX >> 1)
}

/// Gives a key other bytes; its expiry stays.
pub(super) fn store(keys: &mut WriteKeys<'_>, key: &[u8], bytes: &[u8]) {
    match keys.get_mut(key) {
        Some(entry) => entry.set_value(new_edited_text(bytes)),
        None => keys.set(key, new_edited_text(bytes)),
    }
}

/// `PFADD`.
pub(super) fn pfadd(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let sparse_bytes_max = sparse_bytes_max(keys);
    let old = keys.get(key).map(sketch_of).transpose()?;
    let mut changes = u64::from(old.is_none());
    let sparse = match old {
        None => Some(sketch::empty()),
        Some((bytes, Encoding::Sparse)) => Some(bytes.to_vec()),
        Some((_, Encoding::Dense)) => None,
    };
    if let Some(mut bytes) = sparse {
        for element in args {
            match sketch::add(&mut bytes, element, sparse_bytes_max) {
                Ok(was_added) => changes += u64::from(was_added),
                Err(error) => {
                    // What was added before stays, and nobody is told, as in Redis.
                    store(keys, key, &bytes);
                    return Err(corrupt(error));
                }
            }
        }
        if changes > 0 {
            forget_count(&mut bytes);
            store(keys, key, &bytes);
        }
    } else {
        let bytes = edit(keys, key, 0);
        changes += args.filter(|element| add_dense(bytes, element)).count() as u64;
        if changes > 0 {
            forget_count(bytes);
        }
    }
    if changes > 0 {
        keys.changed_by(key, PFADD, changes);
    }
    reply.integer(i64::from(changes > 0));
    Ok(())
}

/// `PFCOUNT`.
pub(super) fn pfcount(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    if args.len() > 1 {
        reply.integer(union(keys, args)?.0.count() as i64);
        return Ok(());
    }
    let key = args.required()?;
    let Some(entry) = keys.read(key) else {
        reply.integer(0);
        return Ok(());
    };
    let (bytes, _) = sketch_of(entry)?;
    let count = match cached_count(bytes) {
        Some(count) => count,
        None => {
            let count = sketch::count(bytes).map_err(corrupt)?;
            cache_count(edit(keys, key, 0), count);
            keys.changed_quietly(key);
            count
        }
    };
    reply.integer(count as i64);
    Ok(())
}

/// `PFMERGE`.
pub(super) fn pfmerge(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (union, has_dense) = union(keys, args.clone())?;
    let target = args.required()?;
    let mut bytes = match keys.get(target) {
        Some(entry) => sketch_of(entry)?.0.to_vec(),
        None => sketch::empty(),
    };
    if has_dense {
        bytes = sketch::to_dense(&bytes).map_err(corrupt)?;
    }
    union.raise_all(&mut bytes, sparse_bytes_max(keys)).map_err(corrupt)?;
    forget_count(&mut bytes);
    store(keys, target, &bytes);
    keys.changed(target, PFADD);
    reply.ok();
    Ok(())
}

/// All HyperLogLogs of these keys taken together, and whether any is dense.
fn union(keys: &mut WriteKeys<'_>, args: Args<'_>) -> Result<(Union, bool), CommandError> {
    let (mut union, mut has_dense) = (Union::default(), false);
    for key in args {
        if let Some(entry) = keys.read(key) {
            let (bytes, encoding) = sketch_of(entry)?;
            has_dense |= encoding == Encoding::Dense;
            union.add(bytes).map_err(corrupt)?;
        }
    }
    Ok((union, has_dense))
}
