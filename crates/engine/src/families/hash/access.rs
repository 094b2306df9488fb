//! The hashes that keys hold.

use fanfare_data::hash::{self, Field, HashMut, HashRef, PackedLimits};

use crate::command::CommandError;
use crate::keyspace::{Limit, NotAHash, ReadKeys, WriteKeys};

impl From<NotAHash> for CommandError {
    fn from(_: NotAHash) -> Self {
        Self::WrongType
    }
}

/// The hash that a key holds, if there is such a key.
pub(super) fn read<'k>(
    keys: &'k mut ReadKeys<'_>,
    key: &[u8],
) -> Result<Option<HashRef<'k>>, CommandError> {
    let Some(entry) = keys.get(key) else { return Ok(None) };
    HashRef::of(entry).map(Some).ok_or(CommandError::WrongType)
}

/// Gives `use_field` a field of the hash that a key holds, if it is there and has not expired. A field that has expired is
/// taken out afterwards.
pub(super) fn with_field<R>(
    keys: &mut ReadKeys<'_>,
    key: &[u8],
    name: &[u8],
    use_field: impl FnOnce(Option<Field<'_>>) -> R,
) -> Result<R, CommandError> {
    let now_ms = keys.now_ms();
    let field = read(keys, key)?.and_then(|hash| hash.get(name));
    let has_expired = field.is_some_and(|field| field.has_expired(now_ms));
    let result = use_field(field.filter(|_| !has_expired));
    if has_expired {
        keys.expire_fields(key, std::iter::once(name));
    }
    Ok(result)
}

/// Lets `edit` change the hash that a key holds, which is made if there is no such key; `edit` must then add a field.
pub(super) fn edit<R>(
    keys: &mut WriteKeys<'_>,
    key: &[u8],
    mut edit: impl FnMut(&mut HashMut<'_>) -> R,
) -> Result<R, CommandError> {
    loop {
        if let Some(result) = keys.edit_hash(key, &mut edit)? {
            return Ok(result);
        }
        keys.set(key, hash::EMPTY);
    }
}

/// How large a packed hash may become.
pub(super) fn packed_limits(keys: &ReadKeys<'_>) -> PackedLimits {
    let limit = |limit| usize::try_from(keys.limit(limit)).unwrap_or(0);
    PackedLimits { fields: limit(Limit::PackedHashFields), bytes: limit(Limit::PackedHashBytes) }
}
