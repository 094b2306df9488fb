//! Tests of pages and of the notation of replies.

use fanfare_protocol::RespVersion;
use fanfare_protocol::decode::{Decoder, Value};

use super::matching::Matcher;
use super::notation::parse_expected;
use super::page::{Action, Page};
use super::words::{Captures, Unknown, request_words};

/// Whether `expected` matches the reply of these bytes.
fn matches(version: RespVersion, expected: &str, bytes: &[u8], captures: &mut Captures) -> bool {
    let expected = parse_expected(expected).unwrap();
    let mut decoder = Decoder::new();
    decoder.feed(bytes);
    let value: Value = decoder.next_value().unwrap().unwrap();
    Matcher { version, captures }.matches(&expected, &value)
}

fn check(expected: &str, bytes: [&[u8]; 2]) {
    for (version, bytes) in [RespVersion::Resp2, RespVersion::Resp3].into_iter().zip(bytes) {
        let mut captures = Captures::new();
        assert!(matches(version, expected, bytes, &mut captures), "{expected} in {version:?}");
        assert!(!matches(version, "+no", bytes, &mut captures), "{expected} in {version:?}");
    }
}

#[test]
fn each_type_has_its_form_in_both_protocols() {
    check("+OK", [b"+OK\r\n"; 2]);
    check("-ERR what: [a]", [b"-ERR what: [a]\r\n"; 2]);
    check("-7", [b":-7\r\n"; 2]);
    check(r#""a\r\n""#, [b"$3\r\na\r\n\r\n"; 2]);
    check("nil", [b"$-1\r\n", b"_\r\n"]);
    check("nil-array", [b"*-1\r\n", b"_\r\n"]);
    check("true", [b":1\r\n", b"#t\r\n"]);
    check("double 1.5", [b"$3\r\n1.5\r\n", b",1.5\r\n"]);
    check("big 12", [b"$2\r\n12\r\n", b"(12\r\n"]);
    check(r#"verbatim "a""#, [b"$1\r\na\r\n", b"=5\r\ntxt:a\r\n"]);
    check("[1, 2]", [b"*2\r\n:1\r\n:2\r\n"; 2]);
    check("set [1]", [b"*1\r\n:1\r\n", b"~1\r\n:1\r\n"]);
    check("push [1]", [b"*1\r\n:1\r\n", b">1\r\n:1\r\n"]);
    check("paired {1: 2}", [b"*1\r\n*2\r\n:1\r\n:2\r\n", b"%1\r\n:1\r\n:2\r\n"]);
    check("{1: 2}", [b"*2\r\n:1\r\n:2\r\n", b"%1\r\n:1\r\n:2\r\n"]);
}

#[test]
fn types_are_not_mistaken() {
    let mut captures = Captures::new();
    let mut holds =
        |expected, bytes: &[u8]| matches(RespVersion::Resp3, expected, bytes, &mut captures);
    assert!(!holds("[1]", b">1\r\n:1\r\n"));
    assert!(!holds("push [1]", b"*1\r\n:1\r\n"));
    assert!(!holds("+OK", b"$2\r\nOK\r\n"));
    assert!(!holds("[1]", b"*2\r\n:1\r\n:2\r\n"));
    assert!(!holds("[1, 2, ...]", b"*1\r\n:1\r\n"));
    assert!(holds("[1, ...]", b"*2\r\n:1\r\n:2\r\n"));
    assert!(holds("unordered [2, 1]", b"*2\r\n:1\r\n:2\r\n"));
    assert!(!holds("unordered [2, 2]", b"*2\r\n:1\r\n:2\r\n"));
}

#[test]
fn masks_capture_and_hold_later_replies_to_it() {
    let mut captures = Captures::new();
    let mut holds =
        |expected, bytes: &[u8]| matches(RespVersion::Resp2, expected, bytes, &mut captures);
    assert!(holds("<int:id>", b":7\r\n"));
    assert!(holds("<int:id>", b":7\r\n"));
    assert!(!holds("<int:id>", b":8\r\n"));
    assert!(holds(r#"like "id={id} x=*y""#, b"$11\r\nid=7 x=abcy\r\n"));
    assert!(!holds(r#"like "id={id} x=*y""#, b"$11\r\nid=8 x=abcy\r\n"));
    assert!(holds(r#"like "a={word} *""#, b"$7\r\na=b c d\r\n"));
    assert_eq!(captures["word"], "b");
}

#[test]
fn requests_are_filled_in() {
    let captures = Captures::from([("id".to_owned(), "7".to_owned())]);
    let words = |line| request_words(line, &captures, Unknown::Refused).unwrap();
    assert_eq!(words("a $id $(xy*2)"), [b"a".to_vec(), b"7".to_vec(), b"xyxy".to_vec()]);
    assert!(request_words("$nosuch", &captures, Unknown::Refused).is_err());
    let raw = request_words(r#""$x\r\n$4""#, &captures, Unknown::Kept).unwrap();
    assert_eq!(raw, [b"$x\r\n$4"]);
}

#[test]
fn pages_are_read_with_their_lines_and_conditions() {
    let text = "# X\n\n```session resp2 with --timeout 5\na> PING\n[8.2] a< [1,\n  2]\n\
                > (close)\n```\n\n```other\n```\n";
    let page = Page::parse("x", text).unwrap();
    let [session] = &page.sessions[..] else { panic!("{page:?}") };
    assert_eq!((session.line, &session.conditions[..]), (3, &["resp2".to_owned()][..]));
    assert_eq!(session.arguments, ["--timeout", "5"]);
    assert_eq!(session.steps.iter().map(|step| step.line).collect::<Vec<_>>(), [4, 5, 7]);
    assert_eq!(session.steps[1].conditions, ["8.2"]);
    assert!(matches!(session.steps[2].action, Action::Close));
}

#[test]
fn pages_with_mistakes_are_refused() {
    for text in [
        "no session",
        "```session\n```\n",
        "```session\n> PING\n",
        "```session nosuch\n> PING\n```\n",
        "```session\n[nosuch] > PING\n```\n",
        "```session\nPING\n```\n",
        "```session\n< [1\n```\n",
        "```session\n< nosuch\n```\n",
        "```session\n< 1 2\n```\n",
    ] {
        assert!(Page::parse("x", text).is_err(), "{text}");
    }
}
