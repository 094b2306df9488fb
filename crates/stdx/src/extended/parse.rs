//! Reads numbers as C's `strtold` does.

use super::big::Big;
use super::{EXPONENT_MIN, Extended, INFINITE};

/// Longest text that is read, in bytes: the time it takes grows with the square of it.
const TEXT_BYTES_MAX: usize = 5 * 1024 - 1;
/// Decimal exponents beyond this, up or down, make a number too large, or zero, whatever its digits.
const DECIMAL_EXPONENT_MAX: i64 = 5_000;
/// Larger exponents are read as this one. Digits of the longest text cannot bring it back into reach.
const EXPONENT_TEXT_MAX: i64 = 1_000_000;

const _: () = assert!(EXPONENT_TEXT_MAX > 4 * TEXT_BYTES_MAX as i64 + 20_000);

/// Digits with a point among them, and an exponent.
struct Parts<'a> {
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i64,
}

pub(super) fn parse(text: &[u8]) -> Option<Extended> {
    if text.len() > TEXT_BYTES_MAX {
        return None;
    }
    let (is_negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if text.eq_ignore_ascii_case(b"inf") || text.eq_ignore_ascii_case(b"infinity") {
        return Some(Extended { is_negative, exponent: INFINITE, significand: 1 << 63 });
    }
    let (bits, exponent) = match text {
        [b'0', b'x' | b'X', digits @ ..] => {
            hexadecimal(&parts(digits, u8::is_ascii_hexdigit, *b"pP")?)?
        }
        digits => decimal(&parts(digits, u8::is_ascii_digit, *b"eE")?)?,
    };
    let number = Extended::rounded(is_negative, bits, exponent)?;
    (bits == 0 || !number.is_zero()).then_some(number)
}

fn parts(text: &[u8], is_digit: fn(&u8) -> bool, exponent_letters: [u8; 2]) -> Option<Parts<'_>> {
    let digits = |text: &[u8]| text.iter().position(|byte| !is_digit(byte)).unwrap_or(text.len());
    let (whole, rest) = text.split_at(digits(text));
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => rest.split_at(digits(rest)),
        rest => (&rest[..0], rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let exponent = match rest {
        [] => 0,
        [letter, rest @ ..] if exponent_letters.contains(letter) => exponent(rest)?,
        _ => return None,
    };
    Some(Parts { whole, fraction, exponent })
}

fn exponent(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] => (1, digits),
        digits => (1, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let magnitude = digits
        .iter()
        .fold(0, |sum: i64, digit| (sum * 10 + i64::from(digit - b'0')).min(EXPONENT_TEXT_MAX));
    Some(sign * magnitude)
}

/// Bits and an exponent for [`Extended::rounded`]; `None` if they are out of reach.
fn hexadecimal(parts: &Parts<'_>) -> Option<(u128, i32)> {
    let mut exponent = parts.exponent - 4 * parts.fraction.len() as i64;
    let mut bits = 0_u128;
    for &digit in parts.whole.iter().chain(parts.fraction) {
        let value = u128::from((digit as char).to_digit(16)?);
        if bits >> 120 == 0 {
            bits = bits << 4 | value;
        } else {
            bits |= u128::from(value != 0);
            exponent += 4;
        }
    }
    if bits == 0 {
        return Some((0, 0));
    }
    let exponent = i32::try_from(exponent).ok().filter(|exponent| exponent.abs() < 40_000)?;
    Some((bits, exponent))
}

/// As [`hexadecimal`], for decimal digits.
fn decimal(parts: &Parts<'_>) -> Option<(u128, i32)> {
    let digits = parts.whole.iter().chain(parts.fraction).copied();
    let digits = digits.skip_while(|&digit| digit == b'0');
    let count = digits.clone().count();
    if count == 0 {
        return Some((0, 0));
    }
    let exponent = parts.exponent - parts.fraction.len() as i64;
    let magnitude = exponent + count as i64;
    if magnitude.abs() > DECIMAL_EXPONENT_MAX {
        return None;
    }
    let exponent = i32::try_from(exponent).ok()?;
    if count <= 19 && exponent.abs() <= 27 {
        let number = digits.fold(0, |sum: u64, digit| sum * 10 + u64::from(digit - b'0'));
        return Some(short_decimal(number, exponent));
    }
    let number = Big::from_decimal(digits);
    let power = Big::power_of_five(exponent.unsigned_abs());
    if exponent >= 0 {
        let (bits, cut) = number.multiply(&power).leading();
        return Some((bits, exponent + cut as i32 - 1));
    }
    let (bits, binary_exponent) = number.divide(power);
    Some((bits, exponent + binary_exponent))
}

/// `number * 10^exponent` where neither factor exceeds 64 bits, the power of five being the second.
fn short_decimal(number: u64, exponent: i32) -> (u128, i32) {
    let power = 5_u64.pow(exponent.unsigned_abs());
    if exponent >= 0 {
        return (u128::from(number) * u128::from(power), exponent);
    }
    let shift = number.leading_zeros();
    let dividend = u128::from(number << shift) << 64;
    let (quotient, rest) = (dividend / u128::from(power), dividend % u128::from(power));
    // The divisor is five or more, so the quotient has room for a bit that says whether anything is left over.
    (quotient << 1 | u128::from(rest != 0), exponent - 65 - shift as i32)
}

const _: () = assert!(EXPONENT_MIN > -40_000 + 128);
