//! Few words for each kind of argument, so that commands meet.

use fastrand::Rng;

/// What the keys of one kind of data begin with: string, bitmap, hyperloglog, list, hash, set, sorted
/// set, geo, stream.
pub(super) const CLASSES: &[&str] = &["s", "b", "p", "l", "h", "e", "z", "g", "x"];

/// Keys of a class; a hash tag shares the slot of all classes.
const SUFFIXES: &[&str] = &["1", "2", "{t}"];

/// The class of sorted sets whose members all have the same score, as ranges of members need.
pub(super) const SAME_SCORE: &str = "y";

/// Every key that is asked for what it holds at the end.
pub(super) fn all_keys() -> Vec<String> {
    let classes = CLASSES.iter().chain([&SAME_SCORE]);
    classes.flat_map(|class| SUFFIXES.iter().map(move |suffix| key(class, suffix))).collect()
}

fn key(class: &str, suffix: &str) -> String {
    format!("{class}{suffix}")
}

/// A key of a class.
pub(super) fn key_of(random: &mut Rng, class: &str) -> String {
    key(class, pick(random, SUFFIXES))
}

/// The class of keys that commands of a group work on.
pub(super) fn class_of_group(random: &mut Rng, group: &str) -> &'static str {
    match group {
        "string" => "s",
        "bitmap" => "b",
        "hyperloglog" => "p",
        "list" => "l",
        "hash" => "h",
        "set" => "e",
        "sorted-set" => "z",
        "geo" => "g",
        "stream" => "x",
        _ => pick(random, CLASSES),
    }
}

/// Members, fields and elements.
pub(super) const MEMBERS: &[&str] = &[
    "a",
    "b",
    "c",
    "d",
    "m1",
    "m2",
    "m3",
    "10",
    "-5",
    "7",
    "128",
    "40000",
    "3.5",
    "",
    "A",
    "ab",
    "9223372036854775807",
    "a longer member, beyond eight bytes",
    "a member that is so long that it goes beyond the sixty-four bytes of a short entry",
];

/// Values of strings and hash fields.
pub(super) const VALUES: &[&str] = &[
    "0",
    "1",
    "10",
    "-3",
    "42",
    "9999",
    "10000",
    "3.25",
    "-0.5",
    "hello",
    "",
    "ohmytext",
    "mynewtext",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "007",
    "+1",
    " 1",
    "1e3",
    "inf",
    "\0\u{1}\u{2}",
    "exactly forty-four bytes are embedded here...",
    "and forty-five bytes are not embedded here....",
    "a value that is so long that it goes beyond the sixty-four bytes of a short entry",
];

/// Numbers at the edges of what parsers take. None is so large that a string of that length would
/// be made, yet small enough to be allowed.
pub(super) const EDGES: &[&str] = &[
    "0",
    "-1",
    "1",
    "-0",
    "+1",
    "01",
    " 1",
    "1 ",
    "",
    "abc",
    "1.0",
    "1.5",
    "0x10",
    "1e400",
    "inf",
    "-inf",
    "nan",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "4294967296",
    "\0",
    "1234567890123456789012345678901234567890",
];

/// Indexes, counts and offsets.
pub(super) const SMALL: &[&str] =
    &["0", "1", "2", "3", "-1", "-2", "-3", "5", "10", "100", "-100", "4", "7"];

/// How many.
pub(super) const COUNTS: &[&str] = &["1", "2", "3", "5", "10", "0", "-1", "-3", "1", "2", "1000"];

/// Integers to add.
pub(super) const INCREMENTS: &[&str] =
    &["1", "-1", "5", "10", "-7", "100", "0", "9223372036854775807", "-9223372036854775808"];

/// Numbers with a point to add.
pub(super) const FLOAT_INCREMENTS: &[&str] = &[
    "1",
    "0.1",
    "-0.1",
    "3.0",
    "5.0e3",
    "1e-5",
    "-2.75",
    "0",
    "1e17",
    "123456789.123456789",
    "1e300",
    "inf",
    "-nan",
    "0.30000000000000004",
    "3.3333333333333333333333",
];

/// Scores.
pub(super) const SCORES: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "-1",
    "1.5",
    "2.25",
    "0.1",
    "1e10",
    "1e-7",
    "inf",
    "-inf",
    "+inf",
    "-0",
    "100",
    "3.14159",
    "1234567890123456789",
    "0.30000000000000004",
    "1e308",
    "5e-324",
    "17",
    "1e21",
    "123456.789",
];

/// Bounds of scores.
pub(super) const SCORE_BOUNDS: &[&str] = &[
    "-inf", "+inf", "inf", "0", "(0", "1", "(1", "2", "(3", "-1", "1.5", "(1.5", "100", "(inf",
    "(-inf", "1e10",
];

/// Bounds of members.
pub(super) const LEX_BOUNDS: &[&str] =
    &["-", "+", "[a", "(a", "[b", "(b", "[c", "[m1", "(m3", "[", "(", "[7", "[zzz", "(ab", "[A"];

/// Patterns.
pub(super) const PATTERNS: &[&str] =
    &["*", "a*", "?", "[ab]*", "m?", "*1", "l*", "[^a]", "nomatch", "e{t}", "\\a", "s[12]", ""];

/// Patterns of `SORT`: `BY`.
pub(super) const BY_PATTERNS: &[&str] = &["s*", "h1->*", "h*->a", "l*", "nosort", "*", "nomatch_*"];

/// Patterns of `SORT`: `GET`.
pub(super) const GET_PATTERNS: &[&str] = &["#", "s*", "h1->*", "h*->a", "l*", "plain", "h1->", "*"];

/// Longitudes that make a small map.
pub(super) const LONGITUDES: &[&str] = &[
    "13.361389",
    "15.087269",
    "2.349014",
    "-0.127758",
    "0",
    "-122.419416",
    "179.9",
    "-180",
    "13.4",
];

/// Latitudes that make a small map.
pub(super) const LATITUDES: &[&str] =
    &["38.115556", "37.502669", "48.864716", "51.507351", "0", "37.774929", "85", "-85", "38.2"];

/// Radius, width and height.
pub(super) const DISTANCES: &[&str] =
    &["0", "100", "200", "1000", "1.5", "20000", "5000000", "0.001"];

/// Seconds and milliseconds: none passes during a run.
pub(super) const FAR_SECONDS: &[&str] = &["5000", "100000", "5000000", "4102444800"];

/// See [`FAR_SECONDS`].
pub(super) const FAR_MILLISECONDS: &[&str] = &["5000000", "100000000", "4102444800000"];

/// Points in time, long gone or far away.
pub(super) const UNIX_SECONDS: &[&str] =
    &["4102444800", "5000000000", "4102444801", "1", "1000000000"];

/// See [`UNIX_SECONDS`].
pub(super) const UNIX_MILLISECONDS: &[&str] =
    &["4102444800000", "5000000000123", "4102444800001", "1", "1000000000000"];

/// Times that are past or wrong.
pub(super) const ODD_TIMES: &[&str] = &[
    "0",
    "-1",
    "-5000",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775",
    "abc",
    "1.5",
    "",
    "9223372036854775808",
    "1e3",
    " 5000",
];

/// How long blocking commands wait: hardly at all.
pub(super) const TIMEOUTS: &[&str] =
    &["0.001", "0.001", "0.001", "0.001", "0.001", "1e-3", "-1", "abc", "nan", "1e400", "0.001x"];

/// Widths of `BITFIELD`.
pub(super) const ENCODINGS: &[&str] = &[
    "u8", "i8", "u1", "i5", "u16", "i32", "u63", "i64", "u4", "i1", "u64", "i65", "u0", "x8", "u",
];

/// Offsets of bits.
pub(super) const BIT_OFFSETS: &[&str] =
    &["0", "1", "2", "7", "8", "9", "15", "31", "63", "100", "1000", "-1", "17", "64", "4000"];

/// Offsets of `BITFIELD`.
pub(super) const FIELD_OFFSETS: &[&str] =
    &["0", "1", "#0", "#1", "#2", "7", "8", "#10", "100", "63", "#", "#-1", "-1", "#a"];

/// Gives each member of a `GEOADD` a place of its own, as nothing orders members at one distance.
pub(super) fn spread(request: &mut [Vec<u8>]) {
    let mut end = request.len();
    while end >= 5 {
        let member = &request[end - 1];
        let number = MEMBERS.iter().position(|known| known.as_bytes() == member);
        if let Some(number) = number.filter(|_| is_number(&request[end - 2])) {
            let latitude = -80.0 + number as f64 * 8.4371;
            request[end - 2] = latitude.to_string().into_bytes();
            request[end - 3] = LONGITUDES[number % LONGITUDES.len()].into();
        }
        end -= 3;
    }
}

fn is_number(word: &[u8]) -> bool {
    LATITUDES.iter().any(|known| known.as_bytes() == word)
}

/// One of some words.
pub(super) fn pick<'a>(random: &mut Rng, from: &[&'a str]) -> &'a str {
    from[random.usize(0..from.len())]
}
