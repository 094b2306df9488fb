//! How commands write times, conditions and the fields that they are for.

use fanfare_stdx::number::parse_i64;

use crate::command::{Args, CommandError};
use crate::families::expiry::{Conditions, TimeUnit, invalid_time};

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

/// The unit that the next word names (`EX`, `PX`, `EXAT`, `PXAT`), if it names one.
pub(super) fn take_unit(args: &mut Args<'_>) -> Option<TimeUnit> {
    TimeUnit::WORDS.into_iter().find(|(word, _)| args.take_word(word)).map(|(_, unit)| unit)
}

/// The condition that comes next, if one does.
pub(super) fn take_condition(args: &mut Args<'_>) -> Conditions {
    let none = Conditions::default();
    [
        ("NX", Conditions { if_none: true, ..none }),
        ("XX", Conditions { if_any: true, ..none }),
        ("GT", Conditions { if_later: true, ..none }),
        ("LT", Conditions { if_earlier: true, ..none }),
    ]
    .into_iter()
    .find(|(word, _)| args.take_word(word))
    .map_or(none, |(_, condition)| condition)
}

/// Reads a time, in milliseconds of Unix time. `command` is in lower case.
pub(super) fn expiry_ms(
    text: &[u8],
    command: &str,
    unit: TimeUnit,
    now_ms: i64,
) -> Result<i64, CommandError> {
    let number = parse_i64(text).ok_or(CommandError::NotAnInteger)?;
    if number < 0 {
        return Err(CommandError::Text("ERR invalid expire time, must be >= 0"));
    }
    unit.unix_ms(number, now_ms)
        .filter(|&time_ms| time_ms <= EXPIRY_MS_MAX)
        .ok_or_else(|| invalid_time(command))
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
