use super::*;

const LIMITS: Limits = Limits { bulk_bytes_max: 512 << 20, unauthenticated: false };

/// Parses all of `input`, given in pieces of `step` bytes, at most `most` requests at a time, and lists the requests found.
fn parse_all(
    input: &[u8],
    step: usize,
    most: usize,
    limits: Limits,
) -> Result<Vec<Vec<String>>, ProtocolError> {
    let mut parser = RequestParser::default();
    let mut batch = RequestBatch::default();
    let mut requests = Vec::new();
    let mut buffer = Vec::new();
    for piece in input.chunks(step) {
        buffer.extend_from_slice(piece);
        loop {
            match parser.parse_batch(&buffer, limits, most, &mut batch)? {
                Parsed::Request { consumed } => {
                    assert!((1..=most).contains(&batch.len()));
                    for index in 0..batch.len() {
                        let request = batch.request(index, &buffer);
                        let args = request.iter().map(|arg| String::from_utf8_lossy(arg).into());
                        requests.push(args.collect());
                    }
                    let ends: Vec<usize> = (0..batch.len()).map(|index| batch.end(index)).collect();
                    assert!(ends.is_sorted_by(|one, next| one < next));
                    assert_eq!(ends.last(), Some(&consumed));
                    buffer.drain(..consumed);
                }
                Parsed::Nothing { consumed } => drop(buffer.drain(..consumed)),
                Parsed::Incomplete { missing } => {
                    assert!(missing > 0);
                    break;
                }
            }
        }
    }
    Ok(requests)
}

fn check(input: &str, expected: &[&[&str]]) {
    for (step, most) in (1..=input.len()).flat_map(|step| [(step, 1), (step, 2), (step, 16)]) {
        let found = parse_all(input.as_bytes(), step, most, LIMITS).expect("valid requests");
        assert_eq!(found, expected, "{input:?} in pieces of {step}, {most} at a time");
    }
}

#[test]
fn whole_requests_of_several_inputs_stand_in_one_batch() {
    let (one, other) = ("*1\r\n$1\r\na\r\n", "*2\r\n$1\r\nb\r\n$2\r\ncc\r\n");
    let mut batch = RequestBatch::default();
    let mut buffer = Vec::new();
    // What is incomplete or no ordinary request is left, with all behind it.
    for rest in ["", "*2\r\n$1\r\nx\r\n", "PING\r\n", "*0\r\n"] {
        let from = buffer.len();
        buffer.extend_from_slice([one, other, rest, one].concat().as_bytes());
        let all = batch.len() + if rest.is_empty() { 3 } else { 2 };
        batch.add_whole(&buffer, from, LIMITS, 16);
        assert_eq!(batch.len(), all, "{rest:?}");
        let args: Vec<&[u8]> = batch.request(all - 1, &buffer).iter().collect();
        let (expected, end): (&[&[u8]], _) = if rest.is_empty() {
            (&[b"a"], buffer.len())
        } else {
            (&[b"b", b"cc"], from + one.len() + other.len())
        };
        assert_eq!((&args[..], batch.end(all - 1)), (expected, end));
    }
    batch.clear();
    batch.add_whole(one.repeat(5).as_bytes(), one.len(), LIMITS, 3);
    assert_eq!((batch.len(), batch.end(2)), (3, 4 * one.len()));
    batch.clear();
    batch.add_whole(one.as_bytes(), 0, Limits { unauthenticated: true, ..LIMITS }, 3);
    assert!(batch.is_empty());
}

#[test]
fn requests_that_begin_like_the_one_before_are_told() {
    let input = [
        "*2\r\n$3\r\nGET\r\n$1\r\na\r\n",
        "*2\r\n$3\r\nGET\r\n$2\r\nbb\r\n",
        "*3\r\n$3\r\nGET\r\n$1\r\na\r\n$1\r\nb\r\n",
        "*3\r\n$3\r\nGET\r\n$1\r\nc\r\n$0\r\n\r\n",
        "*2\r\n$3\r\nGET\r\n$1\r\na\r\n",
        "GET d\r\n",
        "*2\r\n$3\r\nGET\r\n$1\r\ne\r\n",
        "*1\r\n$4\r\nPING\r\n",
        "*1\r\n$4\r\nPING\r\n",
        "*1\r\n$4\r\nPIN",
    ];
    let expected = [false, true, false, true, false, false, false, false, true];
    let (input, mut batch) = (input.concat(), RequestBatch::default());
    let parsed = RequestParser::default().parse_batch(input.as_bytes(), LIMITS, 16, &mut batch);
    assert!(matches!(parsed, Ok(Parsed::Request { .. })), "{parsed:?}");
    let alike: Vec<bool> = (0..batch.len()).map(|index| batch.is_alike(index)).collect();
    assert_eq!(alike, expected);
    let last: Vec<&[u8]> = batch.request(8, input.as_bytes()).iter().collect();
    assert_eq!(last, [b"PING"]);

    // One that has not all come is not taken, and none behind it is like it.
    let (get, set) = ("*2\r\n$3\r\nGET\r\n$1\r\na\r\n", "*2\r\n$3\r\nSET\r\n$1\r\na\r\n");
    let mut buffer = Vec::new();
    batch.clear();
    for (part, is_alike) in [(get, false), (&set[..18], false), (set, false), (set, true)] {
        let from = buffer.len();
        buffer.extend_from_slice(part.as_bytes());
        batch.add_whole(&buffer, from, LIMITS, 16);
        assert_eq!(batch.is_alike(batch.len() - 1), is_alike, "{part:?}");
    }
    assert_eq!(batch.len(), 3);
}

fn check_error(input: &str, limits: Limits, expected: ProtocolError) {
    for step in [1, 7, input.len()] {
        let error = parse_all(input.as_bytes(), step, 16, limits).expect_err("a protocol error");
        assert_eq!(error, expected, "{input:?} in pieces of {step}");
    }
}

#[test]
fn requests_are_found_wherever_the_input_is_split() {
    check("*1\r\n$4\r\nPING\r\n", &[&["PING"]]);
    check(
        "*2\r\n$4\r\nECHO\r\n$0\r\n\r\nPING\r\n*3\r\n$1\r\na\r\n$2\r\nbc\r\n$3\r\n\r\n!\r\n",
        &[&["ECHO", ""], &["PING"], &["a", "bc", "\r\n!"]],
    );
    check("set \"a b\" 'c'\n", &[&["set", "a b", "c"]]);
}

#[test]
fn arguments_of_any_length_are_found() {
    for length in [0, 1, 9, 10, 999, 1000, 9999, 10_000, 99_999, 100_000] {
        let arg = "x".repeat(length);
        let input = format!("*2\r\n$4\r\nECHO\r\n${length}\r\n{arg}\r\n*1\r\n$1\r\na\r\n");
        for step in [input.len(), input.len() - 1, length + 20] {
            let found = parse_all(input.as_bytes(), step, 16, LIMITS).expect("valid requests");
            assert_eq!(found, [vec!["ECHO".to_owned(), arg.clone()], vec!["a".to_owned()]]);
        }
    }
}

#[test]
fn an_argument_longer_than_the_limit_is_refused() {
    let limits = Limits { bulk_bytes_max: 3, ..LIMITS };
    check_error("*1\r\n$4\r\nPING\r\n", limits, ProtocolError::BulkLengthInvalid);
}

#[test]
fn empty_requests_are_skipped() {
    check("\r\n\n*0\r\n*-1\r\n*-10\r\nPING\r\n", &[&["PING"]]);
}

#[test]
fn separators_are_skipped_unread() {
    check("*1\rx$4\rxPINGxx*1\r\n$1\r\na\r\n", &[&["PING"], &["a"]]);
}

#[test]
fn broken_requests_get_their_error() {
    use ProtocolError as E;
    for (input, error) in [
        ("*x\r\n", E::ArgCountInvalid),
        ("*01\r\n", E::ArgCountInvalid),
        ("*\r\n", E::ArgCountInvalid),
        ("*2147483648\r\n", E::ArgCountInvalid),
        ("*99999999999999999999\r\n", E::ArgCountInvalid),
        ("*1\r\n:4\r\n", E::ExpectedBulk(b':')),
        ("*1\r\n$-1\r\n", E::BulkLengthInvalid),
        ("*1\r\n$536870913\r\n", E::BulkLengthInvalid),
        ("*1\r\n$4x\r\n", E::BulkLengthInvalid),
        ("*1\r\n$04\r\nPING\r\n", E::BulkLengthInvalid),
        ("\"a\r\n", E::UnbalancedQuotes),
    ] {
        check_error(input, LIMITS, error);
    }
    let long = "1".repeat(LINE_BYTES_MAX + 1);
    for (start, error) in
        [("x", E::InlineTooBig), ("*", E::ArgCountTooLong), ("*1\r\n$", E::BulkLengthTooLong)]
    {
        let input = format!("{start}{long}");
        assert_eq!(parse_all(input.as_bytes(), input.len(), 16, LIMITS), Err(error));
    }
}

#[test]
fn unauthenticated_clients_get_little_room() {
    let limits = Limits { unauthenticated: true, ..LIMITS };
    check_error("*11\r\n", limits, ProtocolError::ArgCountUnauthenticated);
    check_error("*1\r\n$16385\r\n", limits, ProtocolError::BulkLengthUnauthenticated);
}

#[test]
fn a_long_argument_tells_where_it_ends() {
    let mut parser = RequestParser::default();
    let start = b"*2\r\n$4\r\nECHO\r\n$100000\r\nabc";
    let parsed = parser.parse(start, LIMITS).expect("valid so far");
    assert_eq!(parsed, Parsed::Incomplete { missing: 99_997 + 2 });
    assert_eq!(parser.bulk_end(), Some(start.len() - 3 + 100_000 + 2));
}
