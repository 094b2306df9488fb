//! Integers of any width at any bit of a string.

/// The widest integer, in bits.
pub const BITS_MAX: u32 = 64;
/// Bytes that an integer's bits touch at most: it need not begin at a byte.
const SPAN_BYTES: usize = BITS_MAX as usize / 8 + 1;

/// The type of an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldType {
    /// Whether it can be negative.
    pub is_signed: bool,
    /// Its width: 1 to 64 bits, one less if it is not signed, so that every value fits an `i64`.
    pub bits: u32,
}

/// What happens to a value that does not fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overflow {
    /// Its low bits are taken.
    #[default]
    Wrap,
    /// The nearest value that fits is taken.
    Saturate,
    /// None is.
    Fail,
}

impl FieldType {
    /// The integer at a bit.
    pub fn get(self, bytes: &[u8], at: usize) -> i64 {
        let shift = self.shift(at);
        let raw = (span(bytes, at) >> shift) as u64 & self.mask();
        self.value(raw)
    }

    /// Writes an integer, which must fit, at a bit. The bytes must reach that far.
    pub fn set(self, bytes: &mut [u8], at: usize, value: i64) {
        let shift = self.shift(at);
        let mask = u128::from(self.mask()) << shift;
        let raw = u128::from(value as u64 & self.mask()) << shift;
        let new = (span(bytes, at) & !mask | raw).to_be_bytes();
        let place = &mut bytes[at / 8..];
        let length = place.len().min(SPAN_BYTES);
        place[..length].copy_from_slice(&new[..length]);
    }

    /// How many bytes reach to the end of an integer at a bit.
    pub fn end_byte(self, at: usize) -> usize {
        (at + self.bits as usize).div_ceil(8)
    }

    /// A value made to fit; `None` if it is to fail.
    pub fn fit(self, value: i128, overflow: Overflow) -> Option<i64> {
        let (min, max) = if self.is_signed {
            (-1_i128 << (self.bits - 1), (1_i128 << (self.bits - 1)) - 1)
        } else {
            (0, (1_i128 << self.bits) - 1)
        };
        if (min..=max).contains(&value) {
            return Some(value as i64);
        }
        match overflow {
            Overflow::Wrap => Some(self.value(value as u64 & self.mask())),
            Overflow::Saturate => Some(value.clamp(min, max) as i64),
            Overflow::Fail => None,
        }
    }

    /// A value that a client wants to set, as the number that it stands for in this type: an unsigned field takes a negative one
    /// for the large number that has the same bits. So does a signed one if the value is so low that its distance to the
    /// field's highest is no `i64`; Redis computes that distance, and saturates upwards.
    pub fn wide(self, value: i64) -> i128 {
        let is_far_below =
            self.bits < BITS_MAX && (self.mask() as i64 >> 1).checked_sub(value).is_none();
        if self.is_signed && !is_far_below { i128::from(value) } else { i128::from(value as u64) }
    }

    fn value(self, raw: u64) -> i64 {
        if !self.is_signed {
            return raw as i64;
        }
        let unused = BITS_MAX - self.bits;
        (raw << unused) as i64 >> unused
    }

    fn mask(self) -> u64 {
        u64::MAX >> (BITS_MAX - self.bits)
    }

    /// How far the integer's last bit is from the end of its span.
    fn shift(self, at: usize) -> u32 {
        u128::BITS - (at % 8) as u32 - self.bits
    }
}

/// The bytes that an integer may touch, first byte highest.
fn span(bytes: &[u8], at: usize) -> u128 {
    let mut span = [0; 16];
    let bytes = bytes.get(at / 8..).unwrap_or_default();
    let length = bytes.len().min(SPAN_BYTES);
    span[..length].copy_from_slice(&bytes[..length]);
    u128::from_be_bytes(span)
}
