//! Reading the text of a number.

use crate::number::parse_i64;

/// Parses a whole text as `strtod` does: decimal or hexadecimal, `inf`, no blanks. What is too large, or too small to be
/// told from zero, is no number, and neither is `nan`.
pub fn parse_double(text: &[u8]) -> Option<f64> {
    if let Some(integer) = parse_i64(text) {
        return Some(integer as f64);
    }
    let (is_negative, magnitude) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let value = match magnitude {
        [b'0', b'x' | b'X', digits @ ..] => parse_hexadecimal(digits)?,
        _ => parse_decimal(magnitude)?,
    };
    Some(if is_negative { -value } else { value })
}

/// Parses the end of a range: decimal or `inf`, no blanks; nothing is zero, and what is too large is infinite. The text ends
/// with the first zero byte.
pub fn parse_double_bound(text: &[u8]) -> Option<f64> {
    let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
    if text.is_empty() {
        return Some(0.0);
    }
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (!value.is_nan()).then_some(value)
}

/// Parses a decimal number without a sign.
fn parse_decimal(text: &[u8]) -> Option<f64> {
    if !matches!(text.first()?, b'0'..=b'9' | b'.' | b'i' | b'I') {
        return None;
    }
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let is_word = text[0].is_ascii_alphabetic();
    let digits = text.iter().take_while(|byte| !matches!(byte, b'e' | b'E'));
    let has_value = || digits.clone().any(|byte| (b'1'..=b'9').contains(byte));
    let is_out_of_range = value.is_infinite() && !is_word || value == 0.0 && has_value();
    (!is_out_of_range).then_some(value)
}

/// Parses the digits of a hexadecimal number, point and binary exponent included.
fn parse_hexadecimal(text: &[u8]) -> Option<f64> {
    let digits_end = text.iter().position(|byte| matches!(byte, b'p' | b'P'));
    let (digits, exponent) = match digits_end {
        Some(end) => (&text[..end], parse_exponent(&text[end + 1..])?),
        None => (text, 0),
    };
    let mut fraction = 0_u64;
    // Whether any bit was dropped behind the last one kept.
    let mut is_inexact = false;
    let mut shift = 0_i64;
    let (mut is_behind_point, mut count) = (false, 0);
    for &byte in digits {
        if byte == b'.' && !is_behind_point {
            is_behind_point = true;
            continue;
        }
        let digit = u64::from((byte as char).to_digit(16)?);
        count += 1;
        if fraction >> 60 == 0 {
            fraction = fraction << 4 | digit;
            shift -= if is_behind_point { 4 } else { 0 };
        } else {
            is_inexact |= digit != 0;
            shift += if is_behind_point { 0 } else { 4 };
        }
    }
    if count == 0 {
        return None;
    }
    if fraction == 0 {
        return Some(0.0);
    }
    let value = scale(fraction, is_inexact, shift.saturating_add(exponent));
    (value != 0.0 && value.is_finite()).then_some(value)
}

/// `fraction` times 2 to the power of `exponent`, rounded to the nearest, half to even.
fn scale(fraction: u64, is_inexact: bool, exponent: i64) -> f64 {
    let zeros = fraction.leading_zeros();
    let fraction = fraction << zeros;
    let exponent = exponent.saturating_sub(i64::from(zeros));
    // The value is 1.xxx times 2 to this power.
    let power = exponent.saturating_add(63);
    if power > 1023 {
        return f64::INFINITY;
    }
    // Denormal numbers have fewer bits.
    let dropped = (11 + (-1022 - power).max(0)).min(65) as u32;
    let wide = u128::from(fraction) << 1 | u128::from(is_inexact);
    let kept = (wide >> (dropped + 1)) as u64;
    let rest = wide & ((1 << (dropped + 1)) - 1);
    let half = 1_u128 << dropped;
    let rounded = kept + u64::from(rest > half || (rest == half && kept & 1 == 1));
    // Both steps are exact: at most 53 bits, and a power that keeps them.
    let last_power = power - 63 + i64::from(dropped);
    let first = last_power.max(-1000);
    rounded as f64 * 2_f64.powi(first as i32) * 2_f64.powi((last_power - first) as i32)
}

fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (is_negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let add = |sum: i64, digit: &u8| (sum * 10 + i64::from(digit - b'0')).min(1 << 40);
    let value = digits.iter().fold(0, add);
    Some(if is_negative { -value } else { value })
}
