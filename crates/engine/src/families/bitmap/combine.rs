//! `BITOP`.

use fanfare_data::bitmap::{Operation, combine};
use fanfare_data::object::take_edited_text;
use fanfare_protocol::Reply;

use crate::command::{Args, CommandError};
use crate::families::string::text::text;
use crate::keyspace::{Event, EventClass, Freeing, WriteKeys};

const SET: Event = Event::new(EventClass::String, "set");

/// Each operation's word, and what is said of too few or too many strings.
const OPERATIONS: [(&str, Operation, &str); 8] = [
    ("AND", Operation::And, ""),
    ("OR", Operation::Or, ""),
    ("XOR", Operation::Xor, ""),
    ("NOT", Operation::Not, "ERR BITOP NOT must be called with a single source key."),
    ("DIFF", Operation::Diff, "ERR BITOP DIFF must be called with at least two source keys."),
    ("DIFF1", Operation::Diff1, "ERR BITOP DIFF1 must be called with at least two source keys."),
    ("ANDOR", Operation::AndOr, "ERR BITOP ANDOR must be called with at least two source keys."),
    ("ONE", Operation::One, ""),
];

/// `BITOP`.
pub(super) fn bitop(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (word, target) = (args.required()?, args.required()?);
    let (_, operation, wrong_count) = OPERATIONS
        .into_iter()
        .find(|(name, ..)| word.eq_ignore_ascii_case(name.as_bytes()))
        .ok_or(CommandError::Syntax)?;
    let has_right_count = match operation {
        Operation::Not => args.len() == 1,
        Operation::Diff | Operation::Diff1 | Operation::AndOr => args.len() >= 2,
        Operation::And | Operation::Or | Operation::Xor | Operation::One => true,
    };
    if !has_right_count {
        return Err(CommandError::Text(wrong_count));
    }
    for source in args.clone() {
        if let Some(entry) = keys.read(source) {
            text(entry, &mut itoa::Buffer::new())?;
        }
    }
    let mut digits = vec![itoa::Buffer::new(); args.len()];
    let strings = args.zip(&mut digits).map(|(source, digits)| match keys.held(source) {
        Some(entry) => text(entry, digits),
        None => Ok(&[][..]),
    });
    let mut result = combine(operation, &strings.collect::<Result<Vec<_>, _>>()?);
    reply.integer(result.len() as i64);
    if !result.is_empty() {
        keys.set(target, take_edited_text(&mut result));
        keys.changed(target, SET);
    } else if keys.delete(target, Freeing::Overwriting) {
        keys.changed(target, Event::DEL);
    }
    Ok(())
}
