//! How commands write times, conditions and the fields that they are for.

use fanfare_stdx::number::parse_i64;

use crate::command::{Args, CommandError};

/// Latest time at which a field can expire, in milliseconds of Unix time: of 46 bits, as in Redis.
const EXPIRY_MS_MAX: i64 = (1 << 46) - 1;

const NO_FIELDS_WORD: CommandError =
    CommandError::Text("ERR Mandatory argument FIELDS is missing or not at the right position");
const COUNT_DIFFERS: CommandError =
    CommandError::Text("ERR The `numfields` parameter must match the number of arguments");

/// What a command says to a number of fields that is none.
pub(super) const EXPIRE_WORDS: &str = "ERR Parameter `numFields` should be greater than 0";
/// As [`EXPIRE_WORDS`], of all others.
pub(super) const PERSIST_WORDS: &str = "ERR Number of fields must be a positive integer";

/// How a command writes a time.
#[derive(Clone, Copy)]
pub(super) struct Unit {
    /// The command's name, for its error.
    pub(super) command: &'static str,
    /// Milliseconds in one.
    pub(super) ms: i64,
    /// Whether it counts from now rather than from 1970.
    pub(super) is_relative: bool,
}

/// The unit that the next word names (`EX`, `PX`, `EXAT`, `PXAT`), if it names one.
pub(super) fn take_unit(args: &mut Args<'_>, command: &'static str) -> Option<Unit> {
    let is_next = |word: &(&str, i64, bool)| args.take_word(word.0);
    [("EX", 1000, true), ("PX", 1, true), ("EXAT", 1000, false), ("PXAT", 1, false)]
        .into_iter()
        .find(is_next)
        .map(|(_, ms, is_relative)| Unit { command, ms, is_relative })
}

/// When a field's time is set.
#[derive(Clone, Copy)]
pub(super) enum Condition {
    Always,
    IfNone,
    IfAny,
    IfLater,
    IfEarlier,
}

impl Condition {
    /// The condition that comes next, if one does.
    pub(super) fn take(args: &mut Args<'_>) -> Self {
        [("NX", Self::IfNone), ("XX", Self::IfAny), ("GT", Self::IfLater), ("LT", Self::IfEarlier)]
            .into_iter()
            .find(|(word, _)| args.take_word(word))
            .map_or(Self::Always, |(_, condition)| condition)
    }

    /// Whether a field with the old time may get the new one. Without a time it lives for ever.
    pub(super) fn allows(self, old: Option<i64>, new: i64) -> bool {
        match self {
            Self::Always => true,
            Self::IfNone => old.is_none(),
            Self::IfAny => old.is_some(),
            Self::IfLater => old.is_some_and(|old| new > old),
            Self::IfEarlier => old.is_none_or(|old| new < old),
        }
    }
}

/// Reads a time, in milliseconds of Unix time.
pub(super) fn expiry_ms(text: &[u8], unit: Unit, now_ms: i64) -> Result<i64, CommandError> {
    let number = parse_i64(text).ok_or(CommandError::NotAnInteger)?;
    if number < 0 {
        return Err(CommandError::Text("ERR invalid expire time, must be >= 0"));
    }
    let base_ms = if unit.is_relative { now_ms } else { 0 };
    number
        .checked_mul(unit.ms)
        .and_then(|ms| ms.checked_add(base_ms))
        .filter(|&time_ms| time_ms <= EXPIRY_MS_MAX)
        .ok_or_else(|| {
            CommandError::echo(format!("ERR invalid expire time in '{}' command", unit.command))
        })
}

/// Reads `FIELDS`, the number of fields and their names, which must be all that is left. `no_number` is what to say if the
/// number is none.
pub(super) fn field_names<'a>(
    mut args: Args<'a>,
    no_number: &'static str,
) -> Result<Args<'a>, CommandError> {
    if !args.take_word("FIELDS") {
        return Err(NO_FIELDS_WORD);
    }
    let number = args.next().and_then(parse_i64).filter(|&number| number > 0);
    let number = number.ok_or(CommandError::Text(no_number))?;
    if usize::try_from(number) != Ok(args.len()) {
        return Err(COUNT_DIFFERS);
    }
    Ok(args)
}
