//! Commands on keys of any type.

use fanfare_protocol::Reply;

use super::DataHandler;
use super::row::{read, write};
use crate::command::{
    Args, Arity, Category, Command, CommandError, Flag, Group, KeyFlag, KeySpec, Keys,
};
use crate::keyspace::{Event, EventClass, ReadKeys, WriteKeys};

const DEL: Event = Event::new(EventClass::Generic, "del");

/// The family's commands.
pub const COMMANDS: &[Command<DataHandler>] = &[
    write("DEL", Arity::AtLeast(2), Keys::of(&[REMOVED_KEYS]), del)
        .flags(&[Flag::Write])
        .categories(&[Category::Keyspace])
        .group(Group::Generic)
        .since("1.0.0")
        .complexity("O(N) for N keys, and O(M) for each that holds M elements")
        .usage("key:key...")
        .summary("Deletes keys."),
    read("EXISTS", Arity::AtLeast(2), Keys::of(&[LOOKED_AT_KEYS]), exists)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::Keyspace])
        .group(Group::Generic)
        .since("1.0.0")
        .complexity("O(N) for N keys")
        .usage("key:key...")
        .summary("Counts the keys that exist."),
];

const REMOVED_KEYS: KeySpec = KeySpec::from(1, &[KeyFlag::Remove, KeyFlag::Delete]);
const LOOKED_AT_KEYS: KeySpec = KeySpec::from(1, &[KeyFlag::ReadOnly]);

fn del(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let mut removed = 0;
    for key in args {
        if keys.remove(key).is_some() {
            keys.changed(key, DEL);
            removed += 1;
        }
    }
    reply.integer(removed);
    Ok(())
}

fn exists(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let found = args.filter(|key| keys.get(key).is_some()).count();
    reply.integer(found as i64);
    Ok(())
}
