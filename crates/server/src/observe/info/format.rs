//! Number text of `INFO`.

use std::time::Duration;

/// A size for people: `677.77K`.
pub(super) fn human_bytes(bytes: u64) -> String {
    const UNITS: [char; 5] = ['K', 'M', 'G', 'T', 'P'];
    if bytes < 1024 {
        return format!("{bytes}B");
    }
    let power = (bytes.ilog2() / 10).min(UNITS.len() as u32);
    format!("{:.2}{}", bytes as f64 / 1024_f64.powi(power as i32), UNITS[power as usize - 1])
}

/// A share of a whole: `97.12%`; the whole may be nothing.
pub(super) fn percent(part: u64, whole: u64) -> String {
    format!("{:.2}%", ratio(part, whole) * 100.0)
}

/// A quotient, 0 where it has no sense.
pub(super) fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Seconds with six decimals.
pub(super) fn seconds(time: Duration) -> String {
    format!("{}.{:06}", time.as_secs(), time.subsec_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_as_redis_writes_them() {
        for (bytes, text) in [
            (0, "0B"),
            (1023, "1023B"),
            (1024, "1.00K"),
            (694040, "677.77K"),
            (8339456, "7.95M"),
            (25276510208, "23.54G"),
            (1 << 40, "1.00T"),
            (1 << 50, "1.00P"),
            (1 << 60, "1024.00P"),
        ] {
            assert_eq!(human_bytes(bytes), text);
        }
    }

    #[test]
    fn shares_of_nothing_are_zero() {
        assert_eq!(percent(1, 0), "0.00%");
        assert_eq!(percent(1, 3), "33.33%");
        assert_eq!(seconds(Duration::from_micros(1_000_006)), "1.000006");
    }
}
