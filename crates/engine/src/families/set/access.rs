//! Sets in the keyspace.

use fanfare_data::object::KeyEntry;
use fanfare_data::set::{NewSet, Set, SetLimits};

use crate::command::CommandError;
use crate::keyspace::{Event, EventClass, Freeing, Limit, ReadKeys, WriteKeys};

/// An event of a set.
pub(super) const fn event(name: &'static str) -> Event {
    Event::new(EventClass::Set, name)
}

/// The set that an entry holds; an error if it holds something else.
pub(super) fn set_in(entry: &KeyEntry) -> Result<Set<'_>, CommandError> {
    Set::of(entry.value()).ok_or(CommandError::WrongType)
}

/// The set that a key holds, if there is one.
pub(super) fn set_of<'k>(
    keys: &'k mut ReadKeys<'_>,
    key: &[u8],
) -> Result<Option<Set<'k>>, CommandError> {
    keys.get(key).map(set_in).transpose()
}

/// The limits of small forms that are in force.
pub(super) fn limits(keys: &ReadKeys<'_>) -> SetLimits {
    let limit = |limit| usize::try_from(keys.limit(limit)).unwrap_or_default();
    SetLimits {
        integers: limit(Limit::IntegerSetMembers),
        packed: limit(Limit::PackedSetMembers),
        packed_bytes: limit(Limit::PackedSetBytes),
    }
}

/// Says that so many members of a key's set were added or taken out, and takes the key out if the set is empty now.
pub(super) fn changed(keys: &mut WriteKeys<'_>, key: &[u8], event: Event, members: usize) {
    let is_empty =
        keys.peek(key).and_then(|entry| Set::of(entry.value())).is_some_and(Set::is_empty);
    keys.changed_by(key, event, members as u64);
    if is_empty {
        keys.delete(key, Freeing::Overwriting);
        keys.also(key, Event::DEL);
    }
}

/// Stores a set that was made for a key, or takes the key out if that set is empty; how many members it has.
pub(super) fn store(keys: &mut WriteKeys<'_>, key: &[u8], mut new: NewSet, event: Event) -> usize {
    let length = new.as_set().len();
    if length > 0 {
        keys.set(key, new.take_value());
        keys.changed(key, event);
    } else if keys.delete(key, Freeing::Overwriting) {
        keys.changed(key, Event::DEL);
    }
    length
}
