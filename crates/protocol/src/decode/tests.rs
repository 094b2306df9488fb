use proptest::prelude::*;

use super::*;

fn bulk(text: &str) -> Value {
    Value::Bulk(text.into())
}

/// All values and the error that ends them, if any, when `pieces` are fed one by one.
fn decode(pieces: &[&[u8]]) -> (Vec<Value>, Option<DecodeError>) {
    let mut decoder = Decoder::new();
    let mut values = Vec::new();
    for piece in pieces {
        decoder.feed(piece);
        loop {
            match decoder.next_value() {
                Ok(Some(value)) => values.push(value),
                Ok(None) => break,
                Err(error) => return (values, Some(error)),
            }
        }
    }
    (values, None)
}

fn check(input: &str, expected: Value) {
    let bytewise: Vec<&[u8]> = input.as_bytes().chunks(1).collect();
    assert_eq!(decode(&[input.as_bytes()]), (vec![expected.clone()], None), "{input:?}");
    assert_eq!(decode(&bytewise), (vec![expected], None), "{input:?} by the byte");
}

fn check_error(input: &str, expected: DecodeError) {
    assert_eq!(decode(&[input.as_bytes()]), (vec![], Some(expected)), "{input:?}");
}

#[test]
fn one_line_types() {
    check("+OK\r\n", Value::Simple("OK".into()));
    check("-ERR no\r\n", Value::Error("ERR no".into()));
    check(":-42\r\n", Value::Integer(-42));
    check("_\r\n", Value::Null);
    check("$-1\r\n", Value::Null);
    check("*-1\r\n", Value::NullArray);
    check(",3.25\r\n", Value::Double("3.25".into()));
    check(",-inf\r\n", Value::Double("-inf".into()));
    check(",nan\r\n", Value::Double("nan".into()));
    check("#t\r\n", Value::Boolean(true));
    check("#f\r\n", Value::Boolean(false));
    check("(-123456789012345678901234567890\r\n", {
        Value::BigNumber("-123456789012345678901234567890".into())
    });
}

#[test]
fn strings_hold_any_bytes() {
    check("$0\r\n\r\n", bulk(""));
    check("$6\r\na\r\nb\r\n\r\n", bulk("a\r\nb\r\n"));
    check("!5\r\nERR x\r\n", Value::Error("ERR x".into()));
    check("=6\r\ntxt:hi\r\n", Value::Verbatim { format: *b"txt", text: "hi".into() });
}

#[test]
fn aggregates_nest() {
    check("*0\r\n", Value::Array(vec![]));
    check("*2\r\n*1\r\n:1\r\n*0\r\n", {
        Value::Array(vec![Value::Array(vec![Value::Integer(1)]), Value::Array(vec![])])
    });
    check("%1\r\n+k\r\n~1\r\n:1\r\n", {
        let set = Value::Set(vec![Value::Integer(1)]);
        Value::Map(vec![(Value::Simple("k".into()), set)])
    });
    check(">2\r\n$1\r\na\r\n$1\r\nb\r\n", Value::Push(vec![bulk("a"), bulk("b")]));
    check(
        "|1\r\n+ttl\r\n:3\r\n$1\r\nv\r\n",
        Value::Attribute {
            attributes: vec![(Value::Simple("ttl".into()), Value::Integer(3))],
            value: Box::new(bulk("v")),
        },
    );
}

#[test]
fn pipelined_replies_come_in_order() {
    let (values, error) = decode(&[b"+A\r\n:1\r\n$1\r", b"\nx\r\n*1\r\n", b"_\r\n+par"]);
    let array = Value::Array(vec![Value::Null]);
    assert_eq!(values, [Value::Simple("A".into()), Value::Integer(1), bulk("x"), array]);
    assert_eq!(error, None);
}

#[test]
fn what_is_no_reply_is_refused() {
    check_error("HTTP/1.1", DecodeError::Type(b'H'));
    check_error("$?\r\n", DecodeError::Streamed);
    check_error("*?\r\n", DecodeError::Streamed);
    check_error(";4\r\n", DecodeError::Streamed);
    check_error("$-2\r\n", DecodeError::Length("string"));
    check_error("$536870913\r\n", DecodeError::Length("string"));
    check_error("*4294967296\r\n", DecodeError::Length("aggregate"));
    check_error("%2147483648\r\n", DecodeError::Length("aggregate"));
    check_error("%-1\r\n", DecodeError::Length("aggregate"));
    check_error(":1.5\r\n", DecodeError::Text("integer"));
    check_error(",abc\r\n", DecodeError::Text("double"));
    check_error("#x\r\n", DecodeError::Text("bool"));
    check_error("(12x\r\n", DecodeError::Text("bignum"));
    check_error("_1\r\n", DecodeError::Text("nil"));
    check_error("=2\r\nab\r\n", DecodeError::Text("verbatim string"));
    check_error("$1\r\nabc", DecodeError::Terminator);
    check_error(&"*1\r\n".repeat(DEPTH_MAX + 1), DecodeError::Depth);
}

#[test]
fn a_failed_decoder_stays_failed() {
    let mut decoder = Decoder::new();
    decoder.feed(b"x");
    assert_eq!(decoder.next_value(), Err(DecodeError::Type(b'x')));
    decoder.feed(b"+OK\r\n");
    assert_eq!(decoder.next_value(), Err(DecodeError::Type(b'x')));
}

#[test]
fn announced_lengths_reserve_no_memory() {
    let mut decoder = Decoder::new();
    decoder.feed("*4294967295\r\n".repeat(DEPTH_MAX).as_bytes());
    decoder.feed(b"$536870912\r\n");
    assert_eq!(decoder.next_value(), Ok(None));
    assert!(decoder.buffer.capacity() < 64 * 1024);
}

#[test]
fn what_waits_is_told() {
    let mut decoder = Decoder::new();
    assert!(decoder.is_idle());
    decoder.feed(b"*1\r\n");
    assert_eq!(decoder.next_value(), Ok(None));
    assert!(!decoder.is_idle());
    decoder.feed(b"_\r\n");
    assert_eq!(decoder.next_value(), Ok(Some(Value::Array(vec![Value::Null]))));
    assert!(decoder.is_idle());
}

/// Bytes that often form replies and often nearly do.
fn reply_like() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        Just(b"\r\n".to_vec()),
        proptest::sample::select(b"+-:$*_,#(=%~>|!;.?tfx ".to_vec()).prop_map(|byte| vec![byte]),
        (-2i64..12).prop_map(|number| number.to_string().into_bytes()),
        proptest::sample::select(vec![
            "+OK\r\n",
            "$3\r\nabc\r\n",
            "*2\r\n",
            "%1\r\n",
            ":7\r\n",
            "_\r\n",
            "|1\r\n",
            ">1\r\n",
            "=5\r\ntxt:a\r\n",
            ",1e3\r\n",
            "#t\r\n",
            "(99\r\n",
            "!1\r\nE\r\n",
            "~1\r\n",
            "*-1\r\n",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        proptest::collection::vec(any::<u8>(), 0..3),
    ];
    proptest::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat())
}

proptest! {
    #[test]
    fn splits_change_nothing(
        bytes in prop_oneof![reply_like(), proptest::collection::vec(any::<u8>(), 0..200)],
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        let mut pieces = Vec::new();
        let mut from = 0;
        for cut in cuts {
            pieces.push(&bytes[from..cut]);
            from = cut;
        }
        pieces.push(&bytes[from..]);
        prop_assert_eq!(decode(&pieces), decode(&[&bytes]));
    }
}
