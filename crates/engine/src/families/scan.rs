//! What the commands that scan have in common.

use fanfare_protocol::Reply;
use fanfare_stdx::glob;
use fanfare_stdx::number::parse_i64;

use crate::command::{Args, CommandError, until_zero};

/// How many keys or elements a step of a scan looks at unless it says otherwise.
const COUNT: usize = 10;

/// Whether a scan of elements can leave out what belongs to them (`NOVALUES`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NoValues {
    Allowed,
    Refused,
}

/// The options of a step of a scan of elements.
pub(super) struct ScanOptions<'a> {
    /// How many elements to look at.
    pub(super) count: usize,
    /// Whether to leave out what belongs to them.
    pub(super) no_values: bool,
    pattern: Option<&'a [u8]>,
}

impl<'a> ScanOptions<'a> {
    /// Reads the options.
    pub(super) fn read(mut args: Args<'a>, no_values: NoValues) -> Result<Self, CommandError> {
        let mut options = Self { count: COUNT, no_values: false, pattern: None };
        while !args.is_empty() {
            if args.len() > 1 && args.take_word("COUNT") {
                options.count = count(&mut args)?;
            } else if args.len() > 1 && args.take_word("MATCH") {
                options.pattern = Some(args.required()?);
            } else if args.take_word("NOVALUES") {
                if no_values == NoValues::Refused {
                    return Err(CommandError::Text(
                        "ERR NOVALUES option can only be used in HSCAN",
                    ));
                }
                options.no_values = true;
            } else {
                return Err(CommandError::Syntax);
            }
        }
        Ok(options)
    }

    /// Whether an element is wanted.
    pub(super) fn wants(&self, element: &[u8]) -> bool {
        self.pattern.is_none_or(|pattern| pattern == b"*" || glob::matches(pattern, element))
    }
}

/// Reads how many elements to look at.
pub(super) fn count(args: &mut Args<'_>) -> Result<usize, CommandError> {
    usize::try_from(args.integer()?).ok().filter(|&count| count > 0).ok_or(CommandError::Syntax)
}

/// Reads a cursor as C would: blanks and a sign may stand before the digits, but a plain negative number is refused.
pub(super) fn cursor(text: &[u8]) -> Result<u64, CommandError> {
    let number = match parse_i64(text) {
        Some(number) => u64::try_from(number).ok(),
        None => c_number(until_zero(text)),
    };
    number.ok_or(CommandError::Text("ERR invalid cursor"))
}

fn c_number(text: &[u8]) -> Option<u64> {
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r')).count();
    let (is_negative, digits) = match &text[blanks..] {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(if is_negative { number.wrapping_neg() } else { number })
}

/// Begins the reply of a step: the cursor to go on from, and an array of what was found, which follows.
pub(super) fn write_step(reply: &mut Reply<'_>, next: u64) {
    reply.array(2);
    reply.bulk(itoa::Buffer::new().format(next).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_as_in_redis() {
        for (text, value) in [
            ("0", Some(0)),
            ("18446744073709551615", Some(u64::MAX)),
            ("00", Some(0)),
            (" 5", Some(5)),
            ("\t+5", Some(5)),
            (" -1", Some(u64::MAX)),
            ("-01", Some(u64::MAX)),
            ("-0", Some(0)),
            ("5\0x", Some(5)),
            ("-1", None),
            ("18446744073709551616", None),
            ("", None),
            (" ", None),
            ("-", None),
            ("5 ", None),
            ("0x", None),
        ] {
            assert_eq!(cursor(text.as_bytes()).ok(), value, "{text:?}");
        }
    }
}
