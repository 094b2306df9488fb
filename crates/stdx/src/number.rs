//! Number text as Redis reads and writes it.

/// Parses a decimal integer strictly: an optional `-`, no `+`, no blanks, no leading zero, no overflow.
///
/// This is the form in which Redis accepts lengths and integer arguments; anything else is `None`.
pub fn parse_i64(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    match digits {
        [b'0'] if !negative => return Some(0),
        [b'1'..=b'9', ..] if digits.len() <= 19 => {}
        _ => return None,
    }
    let mut magnitude = 0_u64;
    for &digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        // Nineteen digits cannot overflow 64 bits.
        magnitude = magnitude * 10 + u64::from(digit - b'0');
    }
    if negative { 0_i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

/// As [`parse_i64`], within 32 bits.
pub fn parse_i32(text: &[u8]) -> Option<i32> {
    parse_i64(text).and_then(|value| i32::try_from(value).ok())
}

/// Parses a number of 64 bits as Redis does where one may be larger than an `i64`: strictly, or else as C's `strtoull` takes the
/// whole text: blanks before it, a sign, leading zeros, and a number with `-` counted back from 2^64.
///
/// The text is taken to end where it has a zero byte.
pub fn parse_u64(text: &[u8]) -> Option<u64> {
    if let Some(strict) = parse_i64(text) {
        return u64::try_from(strict).ok();
    }
    let text = text.split(|&byte| byte == 0).next()?;
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let start = text.iter().position(|byte| !is_blank(byte))?;
    let (is_negative, digits) = match &text[start..] {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let mut magnitude = 0_u64;
    for &digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        magnitude = magnitude.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
    }
    Some(if is_negative { magnitude.wrapping_neg() } else { magnitude })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_u64_takes_what_c_takes() {
        for (text, value) in [
            ("0", Some(0)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("-1", None),
            (" -1", Some(u64::MAX)),
            ("-0", Some(0)),
            ("-9223372036854775808", None),
            ("-9223372036854775809", Some(i64::MAX as u64)),
            ("-18446744073709551616", None),
            ("007", Some(7)),
            ("+7", Some(7)),
            ("\t\r\n\x0b\x0c 7", Some(7)),
            ("7\0x", Some(7)),
            ("7 ", None),
            ("+ 7", None),
            ("+-7", None),
            ("0x7", None),
            ("+", None),
            (" ", None),
            ("", None),
            ("\0", None),
        ] {
            assert_eq!(parse_u64(text.as_bytes()), value, "{text:?}");
        }
    }

    #[test]
    fn parse_i64_is_strict() {
        for (text, value) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("-9223372036854775809", None),
            ("99999999999999999999", None),
            ("", None),
            ("-", None),
            ("-0", None),
            ("01", None),
            ("+1", None),
            (" 1", None),
            ("1 ", None),
            ("1.0", None),
        ] {
            assert_eq!(parse_i64(text.as_bytes()), value, "{text:?}");
        }
    }
}
