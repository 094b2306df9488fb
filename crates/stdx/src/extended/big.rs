//! Whole numbers of any size, with the few operations that conversion between bases needs.

use std::cmp::Ordering;

/// Decimal digits that a step takes at once.
const STEP_DIGITS: usize = 9;
const STEP: u32 = 10_u32.pow(STEP_DIGITS as u32);

/// A whole number: words of 32 bits, lowest first, the last not zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Big(Vec<u32>);

impl From<u64> for Big {
    fn from(number: u64) -> Self {
        let mut big = Self(vec![number as u32, (number >> 32) as u32]);
        big.trim();
        big
    }
}

impl Big {
    /// The number that decimal digits stand for. Costs the square of their number.
    pub(super) fn from_decimal(digits: impl Iterator<Item = u8>) -> Self {
        let mut big = Self(Vec::new());
        let (mut step, mut power) = (0, 1);
        for digit in digits {
            step = step * 10 + u32::from(digit - b'0');
            power *= 10;
            if power == STEP {
                big.multiply_add(power, step);
                (step, power) = (0, 1);
            }
        }
        big.multiply_add(power, step);
        big
    }

    /// The power of five.
    pub(super) fn power_of_five(exponent: u32) -> Self {
        const WORD_EXPONENT: u32 = 13;
        let mut big = Self(vec![1]);
        for _ in 0..exponent / WORD_EXPONENT {
            big.multiply_add(5_u32.pow(WORD_EXPONENT), 0);
        }
        big.multiply_add(5_u32.pow(exponent % WORD_EXPONENT), 0);
        big
    }

    pub(super) fn multiply_add(&mut self, factor: u32, summand: u32) {
        let mut carry = u64::from(summand);
        for word in &mut self.0 {
            carry += u64::from(*word) * u64::from(factor);
            *word = carry as u32;
            carry >>= 32;
        }
        if carry != 0 {
            self.0.push(carry as u32);
        }
    }

    pub(super) fn multiply(&self, other: &Self) -> Self {
        let mut product = vec![0_u32; self.0.len() + other.0.len()];
        for (index, &word) in self.0.iter().enumerate() {
            let mut carry = 0;
            let places = product[index..].iter_mut();
            for (place, &factor) in places.zip(other.0.iter().chain(&[0])) {
                carry += u64::from(*place) + u64::from(word) * u64::from(factor);
                *place = carry as u32;
                carry >>= 32;
            }
        }
        let mut product = Self(product);
        product.trim();
        product
    }

    pub(super) fn shift_left(&mut self, bits: u32) {
        if self.0.is_empty() {
            return;
        }
        self.multiply_add(1 << (bits % 32), 0);
        self.0.splice(0..0, std::iter::repeat_n(0, bits as usize / 32));
    }

    /// How many bits the number has, leading zeros not counted.
    pub(super) fn bits(&self) -> u32 {
        self.0.last().map_or(0, |word| self.0.len() as u32 * 32 - word.leading_zeros())
    }

    /// The highest 127 bits, behind them one that says whether any other is set, and how many were cut off.
    pub(super) fn leading(&self) -> (u128, u32) {
        let cut = self.bits().saturating_sub(127);
        let (words, bits) = (cut as usize / 32, cut % 32);
        let mut leading = 0_u128;
        for (index, &word) in self.0[words..].iter().enumerate() {
            let word = u128::from(word);
            leading |= match index {
                0 => word >> bits,
                _ => word << (index as u32 * 32 - bits),
            };
        }
        if cut == 0 {
            return (leading << 1, 0);
        }
        let rest = self.0[words] & ((1 << bits) - 1);
        let is_inexact = rest != 0 || self.0[..words].iter().any(|&word| word != 0);
        (leading << 1 | u128::from(is_inexact), cut)
    }

    /// `self / divisor` as bits and an exponent: 66 bits or more, the lowest of which says whether anything is left over.
    pub(super) fn divide(mut self, mut divisor: Self) -> (u128, i32) {
        const QUOTIENT_BITS: i32 = 68;
        let exponent = self.bits() as i32 - divisor.bits() as i32;
        if exponent > 0 {
            divisor.shift_left(exponent.unsigned_abs());
        } else {
            self.shift_left(exponent.unsigned_abs());
        }
        let mut quotient = 0;
        for _ in 0..QUOTIENT_BITS {
            quotient <<= 1;
            if self.compare(&divisor).is_ge() {
                self.subtract(&divisor);
                quotient |= 1;
            }
            self.shift_left(1);
        }
        (quotient << 1 | u128::from(!self.0.is_empty()), exponent - QUOTIENT_BITS)
    }

    pub(super) fn decimal_text(mut self) -> String {
        let mut steps = Vec::new();
        while !self.0.is_empty() {
            let mut rest = 0;
            for word in self.0.iter_mut().rev() {
                let dividend = rest << 32 | u64::from(*word);
                *word = (dividend / u64::from(STEP)) as u32;
                rest = dividend % u64::from(STEP);
            }
            steps.push(rest);
            self.trim();
        }
        let mut text = steps.pop().unwrap_or(0).to_string();
        for step in steps.iter().rev() {
            text.push_str(&format!("{step:0STEP_DIGITS$}"));
        }
        text
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    /// Takes away a number that is not larger.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = 0;
        for (word, &subtrahend) in
            self.0.iter_mut().zip(other.0.iter().chain(std::iter::repeat(&0)))
        {
            let difference = i64::from(*word) - i64::from(subtrahend) + borrow;
            *word = difference as u32;
            borrow = difference >> 32;
        }
        self.trim();
    }

    fn trim(&mut self) {
        let length = self.0.iter().rposition(|&word| word != 0).map_or(0, |index| index + 1);
        self.0.truncate(length);
    }
}
