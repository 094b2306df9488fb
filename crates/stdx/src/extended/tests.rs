use super::*;
use crate::random::Random;

const CASES: u32 = 20_000;

fn sum_text(left: &str, right: &str) -> Option<String> {
    let (left, right) = (Extended::parse(left.as_bytes())?, Extended::parse(right.as_bytes())?);
    left.checked_add(right).map(Extended::decimal_text)
}

#[test]
fn sums_have_the_digits_of_x87() {
    for (left, right, sum) in [
        ("0.1", "0.2", "0.3"),
        ("5.0e3", "0", "5000"),
        ("1e-17", "0", "0.00000000000000001"),
        ("1e-18", "0", "0"),
        ("-1e-18", "0", "0"),
        ("0.5e-17", "0", "0"),
        ("1.5e-17", "0", "0.00000000000000002"),
        ("2.5e-17", "0", "0.00000000000000002"),
        ("18446744073709551615", "1", "18446744073709551616"),
        ("18446744073709551616", "1", "18446744073709551616"),
        ("18446744073709551616", "3", "18446744073709551620"),
        ("9223372036854775807", "0.5", "9223372036854775807.5"),
        ("-1", "1", "0"),
        ("-0", "-0", "0"),
        ("1.5", "-3", "-1.5"),
        ("0x1p3", "0X1F", "39"),
        ("0x.8", "1.", "1.5"),
        ("+.5", "1e+3", "1000.5"),
        ("1e0000000000000000000000000001", "0e99999999999999999999", "10"),
        ("0x1p-16445", "0", "0"),
        ("0x1.8p-16446", "0", "0"),
    ] {
        assert_eq!(sum_text(left, right).as_deref(), Some(sum), "{left} + {right}");
    }
    let largest = "0x1.fffffffffffffffep16383";
    assert_eq!(sum_text(largest, largest), None);
    assert_eq!(sum_text(largest, &format!("-{largest}")).as_deref(), Some("0"));
}

#[test]
fn other_text_is_no_number() {
    for text in [
        "",
        "-",
        "+",
        ".",
        "e",
        "e1",
        "1e",
        "1e+",
        "1e-",
        "0x",
        "0x.",
        "0x1p",
        "0x1p+",
        " 1",
        "1 ",
        "--1",
        "+-1",
        "00x1",
        "1_0",
        "1\0",
        "nan",
        "-nan",
        "nan(1)",
        "infinit",
        "infinityy",
        "1e5000",
        "-1e4933",
        "1e-5000",
        "0x1p-16446",
        "0x1p16384",
        "0x0.ffffffffffffffff8p16384",
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "0b1",
        "1d5",
        "1,5",
    ] {
        assert_eq!(Extended::parse(text.as_bytes()), None, "{text:?}");
    }
    let long = "0".repeat(5119);
    assert_eq!(Extended::parse(long.as_bytes()), Some(Extended::ZERO));
    assert_eq!(Extended::parse(format!("{long}0").as_bytes()), None);
}

#[test]
fn infinity_is_read_and_not_added() {
    for text in ["inf", "-INF", "+Infinity"] {
        let number = Extended::parse(text.as_bytes()).expect("a number");
        assert!(!number.is_finite());
        assert_eq!(number.checked_add(Extended::ZERO), None);
    }
    assert_eq!(Extended::parse(b"-inf").map(Extended::decimal_text).as_deref(), Some("-inf"));
}

/// Zeros that change nothing lead to the arithmetic for long digits; both must agree.
#[test]
fn short_and_long_decimals_agree() {
    let mut random = Random::from_seed(1);
    for _ in 0..CASES {
        let digits = random.next_u64() >> random.below(64);
        let exponent = random.below(46) as i32 - 23;
        let short = format!("{digits}e{exponent}");
        let zeros = 20 + random.below(20);
        let long = format!("{digits}{}e{}", "0".repeat(zeros), exponent - zeros as i32);
        assert_eq!(Extended::parse(short.as_bytes()), Extended::parse(long.as_bytes()), "{short}");
    }
}

#[test]
fn text_is_that_of_the_standard_library_where_it_can_say_it() {
    let mut random = Random::from_seed(2);
    for _ in 0..CASES {
        let significand = random.next_u64() >> 11;
        let exponent = random.below(1000) as i32 - 600;
        let number = significand as f64 * 2_f64.powi(exponent);
        let mut expected = format!("{number:.17}");
        expected.truncate(expected.trim_end_matches('0').trim_end_matches('.').len());
        let text = format!("0x{significand:x}p{exponent}");
        let ours = Extended::parse(text.as_bytes()).map(Extended::decimal_text);
        assert_eq!(ours.as_deref(), Some(expected.as_str()), "{text}");
    }
}

#[test]
fn integers_add_exactly() {
    let mut random = Random::from_seed(3);
    for _ in 0..CASES {
        let mut next = || random.next_u64() as i64 >> random.below(64);
        let (left, right) = (next(), next());
        let sum = i128::from(left) + i128::from(right);
        // A sum of 65 bits is rounded to an even one.
        if i64::try_from(sum).is_ok() {
            let ours = Extended::from(left).checked_add(Extended::from(right));
            assert_eq!(ours.map(Extended::decimal_text), Some(sum.to_string()));
        }
    }
}

#[test]
fn integers_far_apart_are_rounded_to_the_nearest() {
    let mut random = Random::from_seed(4);
    for _ in 0..CASES {
        let (large, shift) = (random.next_u64() | 1 << 63, random.below(63) as u32);
        let small = random.next_u64() >> (1 + random.below(63));
        for sign in ["", "-"] {
            let sum = sum_text(&format!("0x{large:x}p{shift}"), &format!("{sign}{small}"));
            let (large, small) = (u128::from(large) << shift, u128::from(small));
            let exact = if sign.is_empty() { large + small } else { large - small };
            let excess = (64 - exact.leading_zeros() as i32).max(0).unsigned_abs();
            let (unit, half) = (1_u128 << excess, (1_u128 << excess) >> 1);
            let (down, rest) = (exact / unit, exact % unit);
            let up = excess > 0 && (rest > half || rest == half && down % 2 == 1);
            let expected = (down + u128::from(up)) * unit;
            assert_eq!(sum, Some(expected.to_string()), "{large} {sign}{small}");
        }
    }
}
