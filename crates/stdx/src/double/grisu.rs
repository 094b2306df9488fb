//! Decimal digits of a number by integer arithmetic of 64 bits.
//!
//! The number and the ends of the interval of reals that read back as it are multiplied by a power of ten, kept with 64
//! bits, that brings them into a known range. Digits of the upper end are then produced until what is left is within the
//! interval, and the last one is lowered while that comes nearer to the number.

/// Powers of ten from `FIRST_POWER` on, `POWER_STEP` apart: the highest 64 bits, rounded.
#[rustfmt::skip]
const POWERS: [u64; 87] = [
    0xfa8fd5a0081c0288, 0xbaaee17fa23ebf76, 0x8b16fb203055ac76, 0xcf42894a5dce35ea,
    0x9a6bb0aa55653b2d, 0xe61acf033d1a45df, 0xab70fe17c79ac6ca, 0xff77b1fcbebcdc4f,
    0xbe5691ef416bd60c, 0x8dd01fad907ffc3c, 0xd3515c2831559a83, 0x9d71ac8fada6c9b5,
    0xea9c227723ee8bcb, 0xaecc49914078536d, 0x823c12795db6ce57, 0xc21094364dfb5637,
    0x9096ea6f3848984f, 0xd77485cb25823ac7, 0xa086cfcd97bf97f4, 0xef340a98172aace5,
    0xb23867fb2a35b28e, 0x84c8d4dfd2c63f3b, 0xc5dd44271ad3cdba, 0x936b9fcebb25c996,
    0xdbac6c247d62a584, 0xa3ab66580d5fdaf6, 0xf3e2f893dec3f126, 0xb5b5ada8aaff80b8,
    0x87625f056c7c4a8b, 0xc9bcff6034c13053, 0x964e858c91ba2655, 0xdff9772470297ebd,
    0xa6dfbd9fb8e5b88f, 0xf8a95fcf88747d94, 0xb94470938fa89bcf, 0x8a08f0f8bf0f156b,
    0xcdb02555653131b6, 0x993fe2c6d07b7fac, 0xe45c10c42a2b3b06, 0xaa242499697392d3,
    0xfd87b5f28300ca0e, 0xbce5086492111aeb, 0x8cbccc096f5088cc, 0xd1b71758e219652c,
    0x9c40000000000000, 0xe8d4a51000000000, 0xad78ebc5ac620000, 0x813f3978f8940984,
    0xc097ce7bc90715b3, 0x8f7e32ce7bea5c70, 0xd5d238a4abe98068, 0x9f4f2726179a2245,
    0xed63a231d4c4fb27, 0xb0de65388cc8ada8, 0x83c7088e1aab65db, 0xc45d1df942711d9a,
    0x924d692ca61be758, 0xda01ee641a708dea, 0xa26da3999aef774a, 0xf209787bb47d6b85,
    0xb454e4a179dd1877, 0x865b86925b9bc5c2, 0xc83553c5c8965d3d, 0x952ab45cfa97a0b3,
    0xde469fbd99a05fe3, 0xa59bc234db398c25, 0xf6c69a72a3989f5c, 0xb7dcbf5354e9bece,
    0x88fcf317f22241e2, 0xcc20ce9bd35c78a5, 0x98165af37b2153df, 0xe2a0b5dc971f303a,
    0xa8d9d1535ce3b396, 0xfb9b7cd9a4a7443c, 0xbb764c4ca7a44410, 0x8bab8eefb6409c1a,
    0xd01fef10a657842c, 0x9b10a4e5e9913129, 0xe7109bfba19c0c9d, 0xac2820d9623bf429,
    0x80444b5e7aa7cf85, 0xbf21e44003acdd2d, 0x8e679c2f5e44ff8f, 0xd433179d9c8cb841,
    0x9e19db92b4e31ba9, 0xeb96bf6ebadf77d9, 0xaf87023b9bf0ee6b,
];

const FIRST_POWER: i32 = -348;
const POWER_STEP: i32 = 8;
/// Least binary exponent that products are brought to.
const PRODUCT_EXPONENT_MIN: i32 = -60;
/// Greatest binary exponent that products are brought to.
const PRODUCT_EXPONENT_MAX: i32 = -32;
const FRACTION_BITS: u32 = f64::MANTISSA_DIGITS - 1;
const EXPONENT_BIAS: i32 = 1023 + FRACTION_BITS as i32;

/// A number as decimal digits, the last of which stands for 10 to the power of `exponent`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decimal {
    digits: [u8; 18],
    count: usize,
    pub(super) exponent: i32,
}

/// `fraction` times 2 to the power of `exponent`.
#[derive(Clone, Copy)]
struct Binary {
    fraction: u64,
    exponent: i32,
}

impl Binary {
    fn normalized(self) -> Self {
        let zeros = self.fraction.leading_zeros();
        Self { fraction: self.fraction << zeros, exponent: self.exponent - zeros as i32 }
    }

    fn times(self, other: Self) -> Self {
        let product = u128::from(self.fraction) * u128::from(other.fraction);
        let fraction = ((product + (1 << 63)) >> 64) as u64;
        Self { fraction, exponent: self.exponent + other.exponent + 64 }
    }
}

impl Decimal {
    pub(super) fn digits(&self) -> &[u8] {
        &self.digits[..self.count]
    }

    fn push(&mut self, digit: u64) {
        self.digits[self.count] = b'0' + digit as u8;
        self.count += 1;
    }

    /// Lowers the last digit while the number written comes nearer to the number meant, which is `distance` below the
    /// upper end of the interval. `rest` is what the digits leave of that end, `unit` what the last digit counts.
    fn round(&mut self, mut rest: u64, unit: u64, interval: u64, distance: u64) {
        while rest < distance
            && interval - rest >= unit
            && (rest + unit < distance || distance - rest > rest + unit - distance)
        {
            self.digits[self.count - 1] -= 1;
            rest += unit;
        }
    }
}

/// The digits of a number above zero.
pub(super) fn decimal(value: f64) -> Decimal {
    let bits = value.to_bits();
    let stored = bits & ((1 << FRACTION_BITS) - 1);
    let stored_exponent = (bits >> FRACTION_BITS) as i32;
    let (fraction, exponent) = match stored_exponent {
        0 => (stored, 1 - EXPONENT_BIAS),
        exponent => (stored | 1 << FRACTION_BITS, exponent - EXPONENT_BIAS),
    };
    let upper = Binary { fraction: 2 * fraction + 1, exponent: exponent - 1 }.normalized();
    // Below a power of two numbers are twice as dense.
    let lower = if stored == 0 && stored_exponent > 1 {
        Binary { fraction: 4 * fraction - 1, exponent: exponent - 2 }
    } else {
        Binary { fraction: 2 * fraction - 1, exponent: exponent - 1 }
    };
    let lower = lower.fraction << (lower.exponent - upper.exponent);
    let lower = Binary { fraction: lower, exponent: upper.exponent };
    let number = Binary { fraction, exponent }.normalized();
    let (power, power_exponent) = power_for(upper.exponent);
    let number = number.times(power);
    // Each product may be off by one.
    let upper = upper.times(power);
    let upper = Binary { fraction: upper.fraction - 1, ..upper };
    let lower_fraction = lower.times(power).fraction + 1;
    let interval = upper.fraction - lower_fraction;
    generate(upper, interval, upper.fraction - number.fraction, -power_exponent)
}

/// The power of ten that brings a number of this binary exponent into the range, and which power it is.
fn power_for(exponent: i32) -> (Binary, i32) {
    let of = |index: i32| {
        let power = FIRST_POWER + index * POWER_STEP;
        // The factor is the binary logarithm of ten, times 2^19.
        let exponent = ((power * 1_741_647) >> 19) - 63;
        (Binary { fraction: POWERS[index as usize], exponent }, power)
    };
    // A decimal exponent that is about right; 315,653 is the decimal logarithm of two, times 2^20.
    let estimate = (-(exponent + 87) * 315_653) >> 20;
    let mut index = ((estimate - FIRST_POWER) / POWER_STEP).clamp(0, POWERS.len() as i32 - 1);
    loop {
        let product = exponent + of(index).0.exponent + 64;
        if product < PRODUCT_EXPONENT_MIN {
            index += 1;
        } else if product > PRODUCT_EXPONENT_MAX {
            index -= 1;
        } else {
            return of(index);
        }
    }
}

fn generate(upper: Binary, mut interval: u64, distance: u64, exponent: i32) -> Decimal {
    let mut decimal = Decimal { digits: [0; 18], count: 0, exponent };
    let shift = -upper.exponent;
    let one = 1_u64 << shift;
    let mut whole = upper.fraction >> shift;
    let mut rest = upper.fraction & (one - 1);
    let mut place = whole.checked_ilog10().map_or(0, |log| log as i32 + 1);
    let mut divisor = 10_u64.pow(place.max(1) as u32 - 1);
    while place > 0 {
        decimal.push(whole / divisor);
        whole %= divisor;
        place -= 1;
        let left = (whole << shift) + rest;
        if left <= interval {
            decimal.exponent += place;
            decimal.round(left, divisor << shift, interval, distance);
            return decimal;
        }
        divisor /= 10;
    }
    let mut scaled_distance = distance;
    loop {
        rest *= 10;
        interval *= 10;
        scaled_distance *= 10;
        decimal.exponent -= 1;
        let digit = rest >> shift;
        if digit != 0 || decimal.count > 0 {
            decimal.push(digit);
        }
        rest &= one - 1;
        if rest < interval {
            decimal.round(rest, one, interval, scaled_distance);
            return decimal;
        }
    }
}
