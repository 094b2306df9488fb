use super::*;
use crate::random::Random;

#[test]
fn numbers_are_written_as_redis_writes_them() {
    for (value, text) in [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (-17.0, "-17"),
        (1e18, "1000000000000000000"),
        (4_611_686_018_427_387_904.0, "4611686018427387904"),
        (4_611_686_018_427_388_928.0, "4611686018427389000"),
        (4.7e18, "4.7e+18"),
        (123_456_789_012_345_680_000.0, "123456789012345680000"),
        (1.234_567_890_123_456_8e24, "1.2345678901234568e+24"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
        (0.1, "0.1"),
        (0.001_234_567_890_123_456_7, "0.0012345678901234567"),
        (0.000_123_456_789_012_345_67, "1.2345678901234567e-4"),
        (0.000_033, "0.000033"),
        (0.000_033_3, "3.33e-5"),
        (1e-7, "1e-7"),
        (1_234_567.891, "1234567.891"),
        (100_000.000_000_1, "1.000000000001e+5"),
        (12_345.678_901_234_567, "1.2345678901234567e+4"),
        (-1.2345e-25, "-1.2345e-25"),
        (5e-324, "5e-324"),
        (f64::MAX, "1.7976931348623157e+308"),
        (-f64::MIN_POSITIVE, "-2.2250738585072014e-308"),
        // More digits than it needs: Grisu2 knows no better.
        (1.25e22, "12499999999999999000000"),
        (5e22, "49999999999999996000000"),
    ] {
        assert_eq!(Buffer::new().format(value), text);
    }
}

#[test]
fn what_is_written_reads_back_as_the_same_number() {
    let mut random = Random::from_seed(7);
    let check = |value: f64| {
        let mut buffer = Buffer::new();
        let text = buffer.format(value);
        assert_eq!(parse_double(text.as_bytes()), Some(value), "{value:e} is written {text}");
    };
    for _ in 0..300_000 {
        let value = f64::from_bits(random.next_u64());
        if value.is_finite() {
            check(value);
        }
        check(random.next_u64() as f64 / 1000.0);
        check(2_f64.powi(random.below(2000) as i32 - 1000));
        check(f64::from_bits(random.below(1 << 20) as u64));
    }
}

#[test]
fn numbers_are_read_as_strtod_reads_them() {
    for (text, value) in [
        ("1", Some(1.0)),
        ("+1", Some(1.0)),
        ("00012", Some(12.0)),
        ("-.5", Some(-0.5)),
        ("1.", Some(1.0)),
        ("1.e3", Some(1000.0)),
        ("1E+5", Some(1e5)),
        ("iNf", Some(f64::INFINITY)),
        ("-Infinity", Some(f64::NEG_INFINITY)),
        ("1e-320", Some(1e-320)),
        ("0e5000", Some(0.0)),
        ("9007199254740993", Some(9_007_199_254_740_992.0)),
        ("0x10", Some(16.0)),
        ("-0X1.8P1", Some(-3.0)),
        ("0x.8", Some(0.5)),
        ("0x1p-1074", Some(5e-324)),
        ("0x1.8p-1074", Some(1e-323)),
        ("0x1.00000000000008p0", Some(1.0)),
        ("0x1.000000000000080001p0", Some(1.000_000_000_000_000_2)),
        ("0x123456789abcdef0123", Some(5_373_003_642_731_685_151_011.0)),
        ("0x1p1023", Some(8.98846567431158e307)),
        ("0x0p99999999999999999999", Some(0.0)),
        ("0x1p-1075", None),
        ("0x1p1024", None),
        ("0x", None),
        ("0x.", None),
        ("0x1p", None),
        ("0x1g", None),
        ("1e400", None),
        ("1e-400", None),
        ("nan", None),
        ("infx", None),
        ("", None),
        (".", None),
        ("-", None),
        ("+-1", None),
        ("e5", None),
        ("1e", None),
        (" 1", None),
        ("1 ", None),
        ("1\0", None),
        ("1_0", None),
        ("1\u{e9}", None),
    ] {
        assert_eq!(parse_double(text.as_bytes()), value, "{text:?}");
    }
}

#[test]
fn ends_of_ranges_are_read_more_kindly() {
    for (text, value) in [
        ("1", Some(1.0)),
        ("", Some(0.0)),
        ("1\0x", Some(1.0)),
        ("1e400", Some(f64::INFINITY)),
        ("-1e-400", Some(-0.0)),
        ("-inf", Some(f64::NEG_INFINITY)),
        ("nan", None),
        ("0x10", None),
        (" 1", None),
        ("2abc", None),
        ("(1", None),
    ] {
        assert_eq!(parse_double_bound(text.as_bytes()), value, "{text:?}");
    }
}

#[test]
fn seventeen_digits_are_written_as_c_writes_them() {
    for (value, text) in [
        (0.0, "0"),
        (-0.0, "-0"),
        (3.0, "3"),
        (-2.5, "-2.5"),
        (100.0, "100"),
        (0.1, "0.10000000000000001"),
        (1e-4, "0.0001"),
        (1e-7, "9.9999999999999995e-08"),
        (1.668_324_125_306e-11, "1.6683241253059999e-11"),
        (94_810_225_529_592_832.0, "94810225529592832"),
        (-11_218_085_599_885_486_080.0, "-1.1218085599885486e+19"),
        (1e16, "10000000000000000"),
        (1e17, "1e+17"),
        (1.5e300, "1.5000000000000001e+300"),
        (f64::NEG_INFINITY, "-inf"),
    ] {
        assert_eq!(with_17_digits(value), text);
    }
}
