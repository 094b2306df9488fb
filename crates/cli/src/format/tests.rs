//! Golden outputs, taken from redis-cli 7.0.15 given the same bytes by a server.

use fanfare_protocol::decode::Decoder;

use fanfare_client::Value;

use super::*;

/// What a server sends, and what is printed as Tty, Raw, Csv, Json and QuotedJson.
type Golden = (&'static [u8], [&'static [u8]; 5]);

const FORMATS: [Format; 5] =
    [Format::Tty, Format::Raw, Format::Csv, Format::Json, Format::QuotedJson];

fn style(format: Format) -> Style {
    Style { format, element_delimiter: b"\n".to_vec(), reply_delimiter: b"\n".to_vec() }
}

fn check(sent: &[u8], expected: [&[u8]; 5]) {
    let mut decoder = Decoder::new();
    decoder.feed(sent);
    let value = decoder.next_value().unwrap().unwrap();
    for (format, expected) in FORMATS.into_iter().zip(expected) {
        let printed = style(format).reply(&value);
        assert_eq!(
            printed.escape_ascii().to_string(),
            expected.escape_ascii().to_string(),
            "{value:?} as {format:?}"
        );
    }
}

#[test]
fn replies_look_as_in_redis_cli() {
    for (sent, expected) in GOLDEN {
        check(sent, *expected);
    }
}

#[test]
fn types_that_redis_cli_refuses_are_shown_too() {
    check(
        b"(123456789012345678901\r\n",
        [
            b"(big number) 123456789012345678901\n",
            b"123456789012345678901\n",
            b"123456789012345678901\n",
            b"123456789012345678901\n",
            b"123456789012345678901\n",
        ],
    );
    check(
        b"!9\r\nERR a\nbcd\r\n",
        [
            b"(error) ERR a\nbcd\n",
            b"ERR a\nbcd\n\n",
            b"ERROR,\"ERR a\\nbcd\"\n",
            b"error:\"ERR a\\nbcd\"\n",
            b"error:\"ERR a\\\\nbcd\"\n",
        ],
    );
    let one: [&[u8]; 5] = [b"(integer) 1\n", b"1\n", b"1\n", b"1\n", b"1\n"];
    check(b"|1\r\n+ttl\r\n:3\r\n:1\r\n", one);
}

#[test]
fn delimiters_separate_raw_elements_and_replies() {
    let style = Style {
        format: Format::Raw,
        element_delimiter: b", ".to_vec(),
        reply_delimiter: b";".to_vec(),
    };
    let value = Value::Array(vec![Value::Integer(1), Value::Bulk("a".into())]);
    assert_eq!(style.reply(&value), b"1, a;");
}

#[test]
fn text_for_people_is_never_dressed_up() {
    let value = Value::Bulk("# Server\r\nport:1\r\n".into());
    for format in FORMATS {
        assert_eq!(style(format).text_reply(&value), b"# Server\r\nport:1\r\n");
    }
    assert_eq!(style(Format::Tty).text_reply(&Value::Error("ERR x".into())), b"ERR x\n");
}

#[test]
fn invalidations_are_one_line() {
    let keys = Value::Array(vec![Value::Bulk("a\n".into()), Value::Bulk("b".into())]);
    let items = [Value::Bulk("invalidate".into()), keys];
    assert_eq!(style(Format::Tty).push(&items), b"-> invalidate: 'a\\n', 'b'\n");
    let items = [Value::Bulk("message".into())];
    assert_eq!(style(Format::Tty).push(&items), b"1) \"message\"\n");
}

#[rustfmt::skip]
const GOLDEN: &[Golden] = &[
    (b"+OK\r\n", [
        b"OK\n",
        b"OK\n",
        b"\"OK\"\n",
        b"\"OK\"\n",
        b"\"OK\"\n",
    ]),
    (b"-ERR some error\r\n", [
        b"(error) ERR some error\n",
        b"ERR some error\n\n",
        b"ERROR,\"ERR some error\"\n",
        b"error:\"ERR some error\"\n",
        b"error:\"ERR some error\"\n",
    ]),
    (b":42\r\n", [
        b"(integer) 42\n",
        b"42\n",
        b"42\n",
        b"42\n",
        b"42\n",
    ]),
    (b"$5\r\nhello\r\n", [
        b"\"hello\"\n",
        b"hello\n",
        b"\"hello\"\n",
        b"\"hello\"\n",
        b"\"hello\"\n",
    ]),
    (b"$0\r\n\r\n", [
        b"\"\"\n",
        b"\n",
        b"\"\"\n",
        b"\"\"\n",
        b"\"\"\n",
    ]),
    (b"$9\r\n\x00a\"\\\n\r\t\x07\xff\r\n", [
        b"\"\\x00a\\\"\\\\\\n\\r\\t\\a\\xff\"\n",
        b"\x00a\"\\\n\r\t\x07\xff\n",
        b"\"\\x00a\\\"\\\\\\n\\r\\t\\a\\xff\"\n",
        b"\"\\u0000a\\\"\\\\\\n\\r\\t\\u0007\xff\"\n",
        b"\"\\\\x00a\\\\\"\\\\\\\\\\\\n\\\\r\\\\t\\\\a\\\\xff\"\n",
    ]),
    (b"$6\r\n\xc3\xa9t\xc3\xa9\n\r\n", [
        b"\"\\xc3\\xa9t\\xc3\\xa9\\n\"\n",
        b"\xc3\xa9t\xc3\xa9\n\n",
        b"\"\\xc3\\xa9t\\xc3\\xa9\\n\"\n",
        b"\"\xc3\xa9t\xc3\xa9\\n\"\n",
        b"\"\\\\xc3\\\\xa9t\\\\xc3\\\\xa9\\\\n\"\n",
    ]),
    (b"$-1\r\n", [
        b"(nil)\n",
        b"\n",
        b"NULL\n",
        b"null\n",
        b"null\n",
    ]),
    (b"*-1\r\n", [
        b"(nil)\n",
        b"\n",
        b"NULL\n",
        b"null\n",
        b"null\n",
    ]),
    (b"_\r\n", [
        b"(nil)\n",
        b"\n",
        b"NULL\n",
        b"null\n",
        b"null\n",
    ]),
    (b",3.25\r\n", [
        b"(double) 3.25\n",
        b"3.25\n",
        b"3.25\n",
        b"3.25\n",
        b"3.25\n",
    ]),
    (b",inf\r\n", [
        b"(double) inf\n",
        b"inf\n",
        b"inf\n",
        b"inf\n",
        b"inf\n",
    ]),
    (b",-inf\r\n", [
        b"(double) -inf\n",
        b"-inf\n",
        b"-inf\n",
        b"-inf\n",
        b"-inf\n",
    ]),
    (b",10\r\n", [
        b"(double) 10\n",
        b"10\n",
        b"10\n",
        b"10\n",
        b"10\n",
    ]),
    (b"#t\r\n", [
        b"(true)\n",
        b"(true)\n",
        b"true\n",
        b"true\n",
        b"true\n",
    ]),
    (b"#f\r\n", [
        b"(false)\n",
        b"(false)\n",
        b"false\n",
        b"false\n",
        b"false\n",
    ]),
    (b"=15\r\ntxt:Some string\r\n", [
        b"Some string\n",
        b"Some string\n",
        b"\"Some string\"\n",
        b"\"Some string\"\n",
        b"\"Some string\"\n",
    ]),
    (b"=10\r\nmkd:# a\nb\n\r\n", [
        b"# a\nb\n\n",
        b"# a\nb\n\n",
        b"\"# a\\nb\\n\"\n",
        b"\"# a\\nb\\n\"\n",
        b"\"# a\\\\nb\\\\n\"\n",
    ]),
    (b"*0\r\n", [
        b"(empty array)\n",
        b"\n",
        b"\n",
        b"[]\n",
        b"[]\n",
    ]),
    (b"%0\r\n", [
        b"(empty hash)\n",
        b"\n",
        b"\n",
        b"{}\n",
        b"{}\n",
    ]),
    (b"~0\r\n", [
        b"(empty set)\n",
        b"\n",
        b"\n",
        b"[]\n",
        b"[]\n",
    ]),
    (b"*2\r\n:1\r\n:2\r\n", [
        b"1) (integer) 1\n2) (integer) 2\n",
        b"1\n2\n",
        b"1,2\n",
        b"[1,2]\n",
        b"[1,2]\n",
    ]),
    (b"*3\r\n*2\r\n:1\r\n$1\r\na\r\n*0\r\n*-1\r\n", [
        b"1) 1) (integer) 1\n   2) \"a\"\n2) (empty array)\n3) (nil)\n",
        b"1\na\n\n\n",
        b"1,\"a\",,NULL\n",
        b"[[1,\"a\"],[],null]\n",
        b"[[1,\"a\"],[],null]\n",
    ]),
    (b"*12\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n:7\r\n:8\r\n:9\r\n*2\r\n+a\r\n*1\r\n+b\r\n:11\r\n-ERR x\r\n", [
        b" 1) (integer) 1\n 2) (integer) 2\n 3) (integer) 3\n 4) (integer) 4\n 5) (integer) 5\n 6) (integer) 6\n 7) (integer) 7\n 8) (integer) 8\n 9) (integer) 9\n10) 1) a\n    2) 1) b\n11) (integer) 11\n12) (error) ERR x\n",
        b"1\n2\n3\n4\n5\n6\n7\n8\n9\na\nb\n11\nERR x\n\n",
        b"1,2,3,4,5,6,7,8,9,\"a\",\"b\",11,ERROR,\"ERR x\"\n",
        b"[1,2,3,4,5,6,7,8,9,[\"a\",[\"b\"]],11,error:\"ERR x\"]\n",
        b"[1,2,3,4,5,6,7,8,9,[\"a\",[\"b\"]],11,error:\"ERR x\"]\n",
    ]),
    (b"%2\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n*2\r\n:1\r\n%1\r\n+x\r\n+y\r\n", [
        b"1# \"a\" => (integer) 1\n2# \"b\" => \n   1) (integer) 1\n   2) 1# x => y\n",
        b"a 1\nb 1\nx y\n",
        b"\"a\",1,\"b\",1,\"x\",\"y\"\n",
        b"{\"a\":1,\"b\":[1,{\"x\":\"y\"}]}\n",
        b"{\"a\":1,\"b\":[1,{\"x\":\"y\"}]}\n",
    ]),
    (b"%2\r\n*1\r\n:1\r\n:1\r\n:7\r\n~2\r\n:1\r\n#t\r\n", [
        b"1# 1) (integer) 1 => (integer) 1\n2# (integer) 7 => \n   1~ (integer) 1\n   2~ (true)\n",
        b"1 1\n7 1\n(true)\n",
        b"1,1,7,1,true\n",
        b"{\"[1]\":1,\"7\":[1,true]}\n",
        b"{\"[1]\":1,\"7\":[1,true]}\n",
    ]),
    (b"%1\r\n#t\r\n,1.5\r\n", [
        b"1# (true) => (double) 1.5\n",
        b"(true) 1.5\n",
        b"true,1.5\n",
        b"{\"true\":1.5}\n",
        b"{\"true\":1.5}\n",
    ]),
    (b"%1\r\n_\r\n_\r\n", [
        b"1# (nil) => (nil)\n",
        b" \n",
        b"NULL,NULL\n",
        b"{\"null\":null}\n",
        b"{\"null\":null}\n",
    ]),
    (b"~2\r\n+a\r\n*2\r\n+b\r\n+c\r\n", [
        b"1~ a\n2~ 1) b\n   2) c\n",
        b"a\nb\nc\n",
        b"\"a\",\"b\",\"c\"\n",
        b"[\"a\",[\"b\",\"c\"]]\n",
        b"[\"a\",[\"b\",\"c\"]]\n",
    ]),
    (b"*1\r\n%2\r\n+a\r\n+b\r\n+c\r\n%0\r\n", [
        b"1) 1# a => b\n   2# c => (empty hash)\n",
        b"a b\nc \n",
        b"\"a\",\"b\",\"c\",\n",
        b"[{\"a\":\"b\",\"c\":{}}]\n",
        b"[{\"a\":\"b\",\"c\":{}}]\n",
    ]),
    (b"*5\r\n+OK\r\n-ERR x\r\n$-1\r\n#f\r\n,2.5\r\n", [
        b"1) OK\n2) (error) ERR x\n3) (nil)\n4) (false)\n5) (double) 2.5\n",
        b"OK\nERR x\n\n\n(false)\n2.5\n",
        b"\"OK\",ERROR,\"ERR x\",NULL,false,2.5\n",
        b"[\"OK\",error:\"ERR x\",null,false,2.5]\n",
        b"[\"OK\",error:\"ERR x\",null,false,2.5]\n",
    ]),
];
