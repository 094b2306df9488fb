//! Single bits, and counting and finding them.

use std::ops::Range;

use fanfare_data::bitmap::{bit, count, position, set_bit};
use fanfare_protocol::Reply;
use fanfare_stdx::number::parse_i64;

use super::SETBIT;
use crate::command::{Args, CommandError};
use crate::families::string::range::{clamped, range};
use crate::families::string::text::{edit, length_of, text_of};
use crate::keyspace::{Limit, ReadKeys, WriteKeys};

/// The unit of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Byte,
    Bit,
}

impl Unit {
    /// Reads the unit, if any argument is left; it must be the last.
    fn read(args: &mut Args<'_>) -> Result<Self, CommandError> {
        let is_bit = args.take_word("BIT");
        if !is_bit {
            args.take_word("BYTE");
        }
        args.finish()?;
        Ok(if is_bit { Self::Bit } else { Self::Byte })
    }

    /// How many units so many bytes have.
    fn count(self, bytes: usize) -> usize {
        match self {
            Self::Byte => bytes,
            Self::Bit => bytes * 8,
        }
    }

    /// The bits of a range of units.
    fn bits(self, range: Range<usize>) -> Range<usize> {
        match self {
            Self::Byte => range.start * 8..range.end * 8,
            Self::Bit => range,
        }
    }
}

/// Reads the place of a bit, which a string must be able to have.
pub(super) fn offset(keys: &ReadKeys<'_>, place: Option<i64>) -> Result<usize, CommandError> {
    place
        .filter(|place| *place >= 0 && place >> 3 < keys.limit(Limit::StringBytes))
        .and_then(|place| usize::try_from(place).ok())
        .ok_or(CommandError::Text("ERR bit offset is not an integer or out of range"))
}

/// `SETBIT`.
pub(super) fn setbit(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let at = offset(keys, parse_i64(args.required()?))?;
    let is_set = match args.required()? {
        b"0" => false,
        b"1" => true,
        _ => return Err(CommandError::Text("ERR bit is not an integer or out of range")),
    };
    let end = at / 8 + 1;
    let grows = length_of(keys, key)?.is_none_or(|length| length < end);
    let was_set = set_bit(edit(keys, key, end), at, is_set);
    if grows || was_set != is_set {
        keys.changed(key, SETBIT);
    }
    reply.integer(i64::from(was_set));
    Ok(())
}

/// `GETBIT`.
pub(super) fn getbit(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let at = offset(keys, parse_i64(args.required()?))?;
    let is_set = bit(text_of(keys, key, &mut itoa::Buffer::new())?, at);
    reply.integer(i64::from(is_set));
    Ok(())
}

/// `BITCOUNT`.
pub(super) fn bitcount(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let (start, end, unit) = match args.len() {
        0 => (0, -1, Unit::Byte),
        2 | 3 => (args.integer()?, args.integer()?, Unit::read(&mut args)?),
        _ => return Err(CommandError::Syntax),
    };
    let mut digits = itoa::Buffer::new();
    let bytes = text_of(keys, key, &mut digits)?;
    let bits = unit.bits(range(start, end, unit.count(bytes.len())));
    reply.integer(count(bytes, bits) as i64);
    Ok(())
}

/// `BITPOS`.
pub(super) fn bitpos(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, wanted) = (args.required()?, args.integer()?);
    let is_set = match wanted {
        0 => false,
        1 => true,
        _ => return Err(CommandError::Text("ERR The bit argument must be 1 or 0.")),
    };
    if args.len() > 3 {
        return Err(CommandError::Syntax);
    }
    let start = if args.is_empty() { 0 } else { args.integer()? };
    let has_end = !args.is_empty();
    // A wrong unit is told before a wrong end.
    let mut unit_args = args.clone();
    unit_args.next();
    let unit = Unit::read(&mut unit_args)?;
    let end = if has_end { args.integer()? } else { -1 };
    let Some(entry) = keys.get(key) else {
        reply.integer(if is_set { -1 } else { 0 });
        return Ok(());
    };
    let mut digits = itoa::Buffer::new();
    let bytes = crate::families::string::text::text(entry, &mut digits)?;
    let bits = unit.bits(clamped(start, end, unit.count(bytes.len())));
    let found = position(bytes, bits.clone(), is_set);
    // A string is taken to go on with zeros, unless the client says where it ends.
    let behind = (!is_set && !has_end && !bits.is_empty()).then_some(bytes.len() * 8);
    reply.integer(found.or(behind).map_or(-1, |at| at as i64));
    Ok(())
}
