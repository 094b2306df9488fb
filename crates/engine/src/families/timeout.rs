//! How long a blocking command waits.

use std::time::Duration;

use fanfare_stdx::extended::Extended;

use crate::command::{Args, CommandError};

const OUT_OF_RANGE: CommandError = CommandError::Text("ERR timeout is out of range");
const NEGATIVE: CommandError = CommandError::Text("ERR timeout is negative");

/// Reads a timeout in seconds, with or without a fraction; `None` is for ever.
pub(super) fn timeout(text: &[u8], now_ms: i64) -> Result<Option<Duration>, CommandError> {
    let number = Extended::parse(text)
        .map(Extended::to_f64)
        .ok_or(CommandError::Text("ERR timeout is not a float or out of range"))?;
    let milliseconds = (number * 1000.0).ceil();
    if milliseconds > (i64::MAX - now_ms) as f64 {
        return Err(OUT_OF_RANGE);
    }
    if number < 0.0 {
        return Err(NEGATIVE);
    }
    Ok((number > 0.0).then(|| Duration::from_millis(milliseconds as u64)))
}

/// Reads a timeout in milliseconds; `None` is for ever.
pub(super) fn timeout_ms(
    args: &mut Args<'_>,
    now_ms: i64,
) -> Result<Option<Duration>, CommandError> {
    let no_integer = |_| CommandError::Text("ERR timeout is not an integer or out of range");
    let timeout_ms = args.integer().map_err(no_integer)?;
    if timeout_ms > i64::MAX - now_ms {
        return Err(OUT_OF_RANGE);
    }
    let timeout_ms = u64::try_from(timeout_ms).map_err(|_| NEGATIVE)?;
    Ok((timeout_ms > 0).then(|| Duration::from_millis(timeout_ms)))
}
