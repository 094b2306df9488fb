//! Text of 64-bit floating point numbers, as Redis reads and writes it.
//!
//! Reading is what C's `strtod` does. Writing gives the digits of the algorithm Grisu2 (F. Loitsch, 2010), which Redis
//! uses: they always read back as the same number, and are the fewest that do but for one number in a thousand. So the
//! algorithm is part of the protocol, and no other would do.

mod grisu;
mod parse;

pub use parse::{parse_double, parse_double_bound};

/// The longest text: a sign, 17 digits and 7 zeros, or a sign, a point, 17 digits and four to five characters of exponent.
const TEXT_BYTES_MAX: usize = 28;
/// Integers up to this are written as integers whatever their digits: half the range of 64 bits.
const INTEGER_MAX: f64 = (1_u64 << 62) as f64;

/// Where a number's text is made.
#[derive(Clone, Copy)]
pub struct Buffer {
    bytes: [u8; TEXT_BYTES_MAX],
    length: usize,
    integer: itoa::Buffer,
}

impl Default for Buffer {
    fn default() -> Self {
        Self::new()
    }
}

/// The number as an integer, if it is one that is written as such. Minus zero is not.
pub fn as_integer(value: f64) -> Option<i64> {
    let integer = value as i64;
    let is_exact = integer as f64 == value && (-INTEGER_MAX..=INTEGER_MAX).contains(&value);
    let is_minus_zero = integer == 0 && value.is_sign_negative();
    (is_exact && !is_minus_zero).then_some(integer)
}

/// The text of a number with 17 digits, but for zeros at the end: what C's `%.17g` gives.
pub fn with_17_digits(value: f64) -> String {
    if !value.is_finite() {
        return Buffer::new().format(value).to_owned();
    }
    let text = format!("{value:.16e}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let trim = |text: &str| {
        if !text.contains('.') {
            return text.to_owned();
        }
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if (-4..17).contains(&exponent) {
        // The digits are known to be right already, so no more of them are asked for.
        return trim(&format!("{value:.*}", (16 - exponent) as usize));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trim(digits), exponent.abs())
}

impl Buffer {
    /// An empty one.
    pub fn new() -> Self {
        Self { bytes: [0; TEXT_BYTES_MAX], length: 0, integer: itoa::Buffer::new() }
    }

    /// The text of a number.
    pub fn format(&mut self, value: f64) -> &str {
        if let Some(integer) = as_integer(value) {
            return self.integer.format(integer);
        }
        self.format_shortest(value)
    }

    /// As [`format`](Self::format), with an exponent wherever that is shorter, in integers too (`1e+9`).
    pub fn format_shortest(&mut self, value: f64) -> &str {
        if value.is_nan() {
            return "nan";
        }
        self.length = 0;
        if value.is_sign_negative() {
            self.push(b'-');
        }
        if value.is_infinite() {
            self.extend(b"inf");
        } else if value == 0.0 {
            self.push(b'0');
        } else {
            let decimal = grisu::decimal(value.abs());
            self.place_point(decimal.digits(), decimal.exponent);
        }
        // Nothing but ASCII was pushed.
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }

    /// Writes digits, the last of which stands for 10 to the power of `exponent`.
    fn place_point(&mut self, digits: &[u8], exponent: i32) {
        let count = digits.len() as i32;
        // The power of ten that the first digit stands for.
        let leading = exponent + count - 1;
        if (0..8).contains(&exponent) {
            self.extend(digits);
            (0..exponent).for_each(|_| self.push(b'0'));
        } else if exponent < 0 && (exponent > -7 || leading.abs() < 4) {
            let (whole, fraction) = digits.split_at((leading + 1).max(0) as usize);
            self.extend(if whole.is_empty() { b"0" } else { whole });
            self.push(b'.');
            (leading + 1..0).for_each(|_| self.push(b'0'));
            self.extend(fraction);
        } else {
            self.push(digits[0]);
            if count > 1 {
                self.push(b'.');
                self.extend(&digits[1..]);
            }
            self.extend(if leading < 0 { b"e-" } else { b"e+" });
            self.extend(itoa::Buffer::new().format(leading.unsigned_abs()).as_bytes());
        }
    }

    fn push(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    fn extend(&mut self, bytes: &[u8]) {
        self.bytes[self.length..self.length + bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
    }
}

#[cfg(test)]
mod tests;
