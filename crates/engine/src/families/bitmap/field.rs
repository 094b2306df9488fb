//! `BITFIELD` and `BITFIELD_RO`.

use fanfare_data::bitmap::field::{BITS_MAX, FieldType, Overflow};
use fanfare_protocol::{Reply, Request};
use fanfare_stdx::number::parse_i64;

use super::SETBIT;
use super::bits::offset;
use crate::command::{Args, CommandError, KeyFlag, KeyFlags};
use crate::families::string::text::{edit, length_of, text, text_of};
use crate::keyspace::{ReadKeys, WriteKeys};

/// What is done with an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Get,
    /// Replaces it by a value.
    Set(i64),
    /// Adds to it.
    Add(i64),
}

/// One of the operations of a request.
#[derive(Clone, Copy, Debug)]
struct Step {
    action: Action,
    field: FieldType,
    at: usize,
    overflow: Overflow,
}

/// `BITFIELD`.
pub(super) fn bitfield(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let steps = steps(keys, args)?;
    let writing = steps.iter().filter(|step| step.action != Action::Get);
    let Some(end) = writing.map(|step| step.field.end_byte(step.at)).max() else {
        let mut digits = itoa::Buffer::new();
        let bytes = keys.read(key).map_or(Ok(&[][..]), |entry| text(entry, &mut digits))?;
        write_values(bytes, &steps, reply);
        return Ok(());
    };
    let grows = length_of(keys, key)?.is_none_or(|length| length < end);
    let bytes = edit(keys, key, end);
    let mut changes = 0;
    reply.array(steps.len());
    for step in &steps {
        let old = step.field.get(bytes, step.at);
        let (new, result) = match step.action {
            Action::Get => (Some(old), old),
            Action::Set(value) => (step.field.fit(step.field.wide(value), step.overflow), old),
            Action::Add(amount) => {
                let new = step.field.fit(i128::from(old) + i128::from(amount), step.overflow);
                (new, new.unwrap_or(old))
            }
        };
        let Some(new) = new else {
            reply.null();
            continue;
        };
        if step.action != Action::Get && (grows || new != old) {
            step.field.set(bytes, step.at, new);
            changes += 1;
        }
        reply.integer(result);
    }
    if changes > 0 {
        keys.changed_by(key, SETBIT, changes);
    }
    Ok(())
}

/// What a `BITFIELD` does to its key: where all its operations are whole `GET`s, it only reads.
pub(super) fn bitfield_key_flags(request: Request<'_>) -> KeyFlags {
    let mut at = 2;
    while at < request.len() {
        let following = request.len() - at - 1;
        at += match request.arg(at).to_ascii_uppercase().as_slice() {
            b"GET" if following >= 2 => 3,
            b"OVERFLOW" if following >= 1 => 2,
            _ => return KeyFlags::of(&[KeyFlag::ReadWrite, KeyFlag::Access, KeyFlag::Update]),
        };
    }
    KeyFlags::of(&[KeyFlag::ReadOnly, KeyFlag::Access])
}

/// `BITFIELD_RO`.
pub(super) fn bitfield_ro(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let steps = steps(keys, args)?;
    if steps.iter().any(|step| step.action != Action::Get) {
        return Err(CommandError::Text("ERR BITFIELD_RO only supports the GET subcommand"));
    }
    let mut digits = itoa::Buffer::new();
    write_values(text_of(keys, key, &mut digits)?, &steps, reply);
    Ok(())
}

fn write_values(bytes: &[u8], steps: &[Step], reply: &mut Reply<'_>) {
    reply.array(steps.len());
    for step in steps {
        reply.integer(step.field.get(bytes, step.at));
    }
}

fn steps(keys: &ReadKeys<'_>, mut args: Args<'_>) -> Result<Vec<Step>, CommandError> {
    let mut steps = Vec::new();
    let mut overflow = Overflow::default();
    while !args.is_empty() {
        if args.len() >= 2 && args.take_word("OVERFLOW") {
            overflow = overflow_word(args.required()?)?;
            continue;
        }
        let takes_value = if args.len() >= 3 && args.take_word("GET") {
            None
        } else if args.len() >= 4 && args.take_word("SET") {
            Some(Action::Set as fn(i64) -> Action)
        } else if args.len() >= 4 && args.take_word("INCRBY") {
            Some(Action::Add as fn(i64) -> Action)
        } else {
            return Err(CommandError::Syntax);
        };
        let field = field_type(args.required()?)?;
        let at = field_offset(keys, args.required()?, field)?;
        let action = match takes_value {
            None => Action::Get,
            Some(action) => action(args.integer()?),
        };
        steps.push(Step { action, field, at, overflow });
    }
    Ok(steps)
}

fn overflow_word(word: &[u8]) -> Result<Overflow, CommandError> {
    match word.to_ascii_uppercase().as_slice() {
        b"WRAP" => Ok(Overflow::Wrap),
        b"SAT" => Ok(Overflow::Saturate),
        b"FAIL" => Ok(Overflow::Fail),
        _ => Err(CommandError::Text("ERR Invalid OVERFLOW type specified")),
    }
}

/// Reads a type: `i` or `u`, and a width.
fn field_type(text: &[u8]) -> Result<FieldType, CommandError> {
    let (is_signed, width) = match text {
        [b'i', width @ ..] => (true, width),
        [b'u', width @ ..] => (false, width),
        _ => (true, &[][..]),
    };
    let bits_max = if is_signed { BITS_MAX } else { BITS_MAX - 1 };
    parse_i64(width)
        .and_then(|bits| u32::try_from(bits).ok())
        .filter(|bits| (1..=bits_max).contains(bits))
        .map(|bits| FieldType { is_signed, bits })
        .ok_or(CommandError::Text(
            "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not \
             supported but i64 is.",
        ))
}

/// Reads the place of an integer: a bit, or behind `#` how many integers of its type are before it.
fn field_offset(keys: &ReadKeys<'_>, text: &[u8], field: FieldType) -> Result<usize, CommandError> {
    let place = match text {
        [b'#', number @ ..] => {
            parse_i64(number).and_then(|number| number.checked_mul(i64::from(field.bits)))
        }
        number => parse_i64(number),
    };
    offset(keys, place)
}
