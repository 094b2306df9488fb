//! How long a blocking command waits.

use std::time::Duration;

use fanfare_stdx::extended::Extended;

use crate::command::CommandError;

/// Reads a timeout in seconds, with or without a fraction; `None` is for ever.
pub(super) fn timeout(text: &[u8], now_ms: i64) -> Result<Option<Duration>, CommandError> {
    let number = Extended::parse(text)
        .map(Extended::to_f64)
        .ok_or(CommandError::Text("ERR timeout is not a float or out of range"))?;
    let milliseconds = (number * 1000.0).ceil();
    if milliseconds > (i64::MAX - now_ms) as f64 {
        return Err(CommandError::Text("ERR timeout is out of range"));
    }
    if number < 0.0 {
        return Err(CommandError::Text("ERR timeout is negative"));
    }
    Ok((number > 0.0).then(|| Duration::from_millis(milliseconds as u64)))
}
