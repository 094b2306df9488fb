//! Numbers and amounts of memory in configuration values.

use fanfare_stdx::number::parse_i64;

use super::parameter::Reason;
use super::values::MemoryLimit;

/// The values that a number may have, both ends included.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// The least.
    pub(super) minimum: i64,
    /// The greatest; `u64::MAX` where Redis sets no limit to an amount of memory.
    pub(super) maximum: u64,
    /// Whether Redis holds it in an unsigned type, which changes its words about negative values.
    pub(super) is_unsigned: bool,
}

impl Bounds {
    /// From `minimum` to `maximum`.
    pub(super) const fn from(minimum: i64, maximum: i64) -> Self {
        assert!(minimum <= maximum && maximum >= 0);
        Self { minimum, maximum: maximum as u64, is_unsigned: false }
    }

    /// From `minimum` to `maximum`, in an unsigned type.
    pub(super) const fn unsigned(minimum: i64, maximum: u64) -> Self {
        assert!(minimum >= 0);
        Self { minimum, maximum, is_unsigned: true }
    }

    /// Reads a decimal number.
    pub(super) fn integer(self, text: &[u8]) -> Result<i64, Reason> {
        let number = parse_i64(text).ok_or("argument couldn't be parsed into an integer")?;
        if self.is_unsigned && number < 0 {
            return Err("argument must be greater or equal to 0".into());
        }
        if number < self.minimum || u64::try_from(number).is_ok_and(|it| it > self.maximum) {
            return Err(self.complaint());
        }
        Ok(number)
    }

    /// Reads an amount of memory.
    pub(super) fn memory(self, text: &[u8]) -> Result<u64, Reason> {
        let bytes = memory_bytes(text).ok_or("argument must be a memory value")?;
        if self.is_unsigned && bytes > i64::MAX as u64 {
            return Err("argument must be greater or equal to 0".into());
        }
        if bytes > self.maximum || i64::try_from(bytes).is_ok_and(|it| it < self.minimum) {
            return Err(self.complaint());
        }
        Ok(bytes)
    }

    fn complaint(self) -> Reason {
        format!("argument must be between {} and {} inclusive", self.minimum, self.maximum).into()
    }
}

/// Reads permission bits up to `maximum`.
pub(super) fn octal(text: &[u8], maximum: u32) -> Result<u32, Reason> {
    let unparsed = "argument couldn't be parsed as an octal number";
    let (is_negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(|digit| (b'0'..=b'7').contains(digit)) {
        return Err(unparsed.into());
    }
    // Beyond 20 digits the value no longer matters: it is too large.
    let value = digits.iter().take(20).fold(0_u64, |value, digit| {
        value.saturating_mul(8).saturating_add(u64::from(digit - b'0'))
    });
    if is_negative && value > 0 {
        return Err("argument must be greater or equal to 0".into());
    }
    u32::try_from(value)
        .ok()
        .filter(|value| *value <= maximum)
        .ok_or_else(|| format!("argument must be between 0 and {maximum:o} inclusive").into())
}

/// Reads bytes or a percentage.
pub(super) fn memory_or_percent(text: &[u8]) -> Result<MemoryLimit, Reason> {
    let complaint = "argument must be a memory or percent value";
    let Some(digits) = text.strip_suffix(b"%") else {
        return Ok(MemoryLimit::Bytes(memory_bytes(text).ok_or(complaint)?));
    };
    match parse_i64(digits) {
        None | Some(i64::MIN..0) => Err(complaint.into()),
        Some(0) => Ok(MemoryLimit::Bytes(0)),
        Some(percent @ 1..=100) => Ok(MemoryLimit::Percent(percent as u8)),
        Some(_) => Err("percentage argument must be less or equal to 100".into()),
    }
}

/// Reads digits and a unit: `b`, `k`, `kb`, `m`, `mb`, `g` or `gb`, in any case. As in Redis, no
/// digit at all is 0, and what does not fit is the largest number.
pub(crate) fn memory_bytes(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, unit) = text.split_at(digits);
    let factor = match unit.to_ascii_lowercase().as_slice() {
        b"" | b"b" => 1,
        b"k" => 1000,
        b"kb" => 1 << 10,
        b"m" => 1_000_000,
        b"mb" => 1 << 20,
        b"g" => 1_000_000_000,
        b"gb" => 1 << 30,
        _ => return None,
    };
    let number = digits.iter().fold(0_u64, |number, digit| {
        number.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
    });
    Some(number.saturating_mul(factor))
}

/// Writes an amount of memory with the largest unit that divides it, as `CONFIG REWRITE` does.
pub(super) fn memory_text(bytes: u64) -> String {
    for (unit, shift) in [("gb", 30), ("mb", 20), ("kb", 10)] {
        if bytes > 0 && bytes.is_multiple_of(1 << shift) {
            return format!("{}{unit}", bytes >> shift);
        }
    }
    bytes.to_string()
}
