//! Numbers with a significand of 64 bits, as the `long double` of x86: parsed, added and printed by integer arithmetic alone.
//!
//! Sums of decimal fractions come out shorter than with `f64` (0.1 and 0.2 make 0.3), and every machine gives the same
//! digits. Infinity can only be read, and nothing can be "not a number": a sum that would be either is `None`.

mod big;
mod parse;

use big::Big;

/// Decimals that [`Extended::decimal_text`] prints at most.
pub const DECIMALS_MAX: u32 = 17;

/// The exponent of the smallest number.
const EXPONENT_MIN: i32 = -16_445;
/// The exponent of the largest numbers.
const EXPONENT_MAX: i32 = 16_320;
/// In place of an exponent: the number is infinite.
const INFINITE: i32 = EXPONENT_MAX + 1;

/// A number: `significand * 2^exponent`, negative or not, or infinity.
///
/// The highest bit of the significand is set, but for zero and numbers that have the smallest exponent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extended {
    is_negative: bool,
    exponent: i32,
    significand: u64,
}

impl Extended {
    /// Zero.
    pub const ZERO: Self = Self { is_negative: false, exponent: EXPONENT_MIN, significand: 0 };

    /// Reads a number as C does: decimal or hexadecimal, with or without fraction and exponent, or infinity. `None` for
    /// anything else, and for what is too large or so small that it would be zero. Costs the square of the text's length.
    pub fn parse(text: &[u8]) -> Option<Self> {
        parse::parse(text)
    }

    /// The nearest number of 64 bits, or one beside it; infinity if it is too large.
    pub fn to_f64(self) -> f64 {
        // Two steps, because a power of two can be too large or too small where the product is not.
        let half = self.exponent / 2;
        let magnitude =
            self.significand as f64 * 2_f64.powi(half) * 2_f64.powi(self.exponent - half);
        if self.is_negative { -magnitude } else { magnitude }
    }

    /// Whether the number is zero.
    pub const fn is_zero(self) -> bool {
        self.significand == 0
    }

    /// Whether the number is not infinite.
    pub const fn is_finite(self) -> bool {
        self.exponent != INFINITE
    }

    /// The sum, rounded to the nearest; `None` if it is too large, or either number infinite.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        /// Bits below the larger significand that take part: enough that what is cut off only decides a tie.
        const GUARD_BITS: u32 = 62;
        if !self.is_finite() || !other.is_finite() {
            return None;
        }
        let (large, small) =
            if (self.exponent, self.significand) >= (other.exponent, other.significand) {
                (self, other)
            } else {
                (other, self)
            };
        let distance = large.exponent.abs_diff(small.exponent);
        let large_bits = u128::from(large.significand) << GUARD_BITS;
        let all_small_bits = u128::from(small.significand) << GUARD_BITS;
        let small_bits = match all_small_bits.checked_shr(distance) {
            Some(bits) if bits << distance == all_small_bits => bits,
            Some(bits) => bits | 1,
            None => u128::from(all_small_bits != 0),
        };
        let exponent = large.exponent - GUARD_BITS as i32;
        if large.is_negative == small.is_negative {
            return Self::rounded(large.is_negative, large_bits + small_bits, exponent);
        }
        match large_bits.checked_sub(small_bits) {
            Some(bits) => Self::rounded(large.is_negative, bits, exponent),
            None => Self::rounded(small.is_negative, small_bits - large_bits, exponent),
        }
    }

    /// The number as decimal text with at most [`DECIMALS_MAX`] decimals, rounded, without zeros at the end and without
    /// exponent; never `-0`.
    pub fn decimal_text(self) -> String {
        if !self.is_finite() {
            return if self.is_negative { "-inf" } else { "inf" }.to_owned();
        }
        let (whole, decimals) = self.whole_and_decimals();
        let mut text = whole;
        if decimals != 0 {
            text.push_str(&format!(".{decimals:0width$}", width = DECIMALS_MAX as usize));
            text.truncate(text.trim_end_matches('0').len());
        }
        if self.is_negative && text != "0" {
            text.insert(0, '-');
        }
        text
    }

    /// The text of the whole part, and the decimals as an integer, after rounding.
    fn whole_and_decimals(self) -> (String, u64) {
        const ONE: u128 = 10_u128.pow(DECIMALS_MAX);
        if self.exponent >= 0 {
            let mut whole = Big::from(self.significand);
            whole.shift_left(self.exponent.unsigned_abs());
            return (whole.decimal_text(), 0);
        }
        let fraction_bits = self.exponent.unsigned_abs();
        let whole = self.significand.checked_shr(fraction_bits).unwrap_or(0);
        let fraction = match 1_u64.checked_shl(fraction_bits) {
            Some(unit) => self.significand & (unit - 1),
            None => self.significand,
        };
        let decimals = shifted_right_rounded(u128::from(fraction) * ONE, fraction_bits);
        if decimals == ONE {
            return ((u128::from(whole) + 1).to_string(), 0);
        }
        (whole.to_string(), decimals as u64)
    }

    /// The number nearest to `bits * 2^exponent`; of two, the one with an even significand. The lowest of `bits` may stand
    /// for anything that was cut off, if there are more than 65. `None` if the number is too large.
    fn rounded(is_negative: bool, bits: u128, exponent: i32) -> Option<Self> {
        if bits == 0 {
            return Some(Self::ZERO);
        }
        let excess = 64 - bits.leading_zeros() as i32;
        let shift = excess.max(EXPONENT_MIN - exponent);
        let (mut significand, mut exponent) = if shift > 0 {
            (shifted_right_rounded(bits, shift.unsigned_abs()), exponent + shift)
        } else {
            (bits << shift.unsigned_abs(), exponent + shift)
        };
        if significand >> 64 != 0 {
            significand >>= 1;
            exponent += 1;
        }
        (exponent <= EXPONENT_MAX).then_some(Self {
            is_negative,
            exponent,
            significand: significand as u64,
        })
    }
}

impl From<i64> for Extended {
    fn from(number: i64) -> Self {
        let magnitude = u128::from(number.unsigned_abs());
        Self::rounded(number < 0, magnitude, 0).unwrap_or(Self::ZERO)
    }
}

/// `bits / 2^shift`, rounded to the nearest; of two, the even one.
fn shifted_right_rounded(bits: u128, shift: u32) -> u128 {
    if shift == 0 {
        return bits;
    }
    let Some(quotient) = bits.checked_shr(shift) else {
        // Only with a shift of 128 can half of the unit be reached.
        return u128::from(shift == 128 && bits > 1 << 127);
    };
    let half = 1_u128 << (shift - 1);
    let rest = bits & (half | (half - 1));
    quotient + u128::from(rest > half || rest == half && quotient & 1 == 1)
}

#[cfg(test)]
mod tests;
