//! Figures in words: three significant digits and a unit that fits.

use super::metric::Unit;

/// Figures closer to zero than this many decimals tell are shown as zero.
const DECIMALS_MAX: f64 = 9.0;

/// Prints a figure for people.
pub(crate) fn humanize(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Count | Unit::PerSecond => scaled(value, &["", " k", " M", " G"], 1000.0),
        Unit::Nanoseconds => scaled(value, &[" ns", " µs", " ms", " s"], 1000.0),
        Unit::Bytes => scaled(value, &[" B", " KiB", " MiB", " GiB"], 1024.0),
        Unit::Factor => three_digits(value),
    }
}

fn scaled(value: f64, units: &[&str], step: f64) -> String {
    let mut value = value;
    let mut unit = 0;
    while value.abs() >= step && unit + 1 < units.len() {
        value /= step;
        unit += 1;
    }
    let digits =
        if unit == 0 && value.fract() == 0.0 { format!("{value}") } else { three_digits(value) };
    format!("{digits}{}", units[unit])
}

fn three_digits(value: f64) -> String {
    let size = value.abs();
    if size >= 100.0 || size == 0.0 {
        format!("{value:.0}")
    } else if size >= 10.0 {
        format!("{value:.1}")
    } else if size >= 0.1 {
        format!("{value:.2}")
    } else {
        let decimals = (2.0 - size.log10().floor()).min(DECIMALS_MAX) as usize;
        format!("{value:.decimals$}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_three_digits_and_a_unit() {
        let cases = [
            (7.0, Unit::Count, "7"),
            (1234.0, Unit::Count, "1.23 k"),
            (3_456_789.0, Unit::PerSecond, "3.46 M"),
            (694.2, Unit::Nanoseconds, "694 ns"),
            (8_400.0, Unit::Nanoseconds, "8.40 µs"),
            (2048.0, Unit::Bytes, "2.00 KiB"),
            (0.2512, Unit::Factor, "0.25"),
            (0.0012, Unit::Factor, "0.00120"),
            (0.07436, Unit::Factor, "0.0744"),
            (1e-12, Unit::Factor, "0.000000000"),
            (16.0, Unit::Factor, "16.0"),
        ];
        for (value, unit, expected) in cases {
            assert_eq!(humanize(value, unit), expected);
        }
    }
}
