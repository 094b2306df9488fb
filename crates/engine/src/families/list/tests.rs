use fanfare_protocol::request::{Limits, Parsed};
use fanfare_protocol::{OwnedRequest, Reply, RequestParser, RespVersion};
use fanfare_stdx::random::Random;

use crate::command::Args;
use crate::families::DataHandler;
use crate::keyspace::change::EventClasses;
use crate::keyspace::{Changes, Keyspace, Occasion, Rules, Wait, WriteKeys};

fn request(text: &str) -> OwnedRequest {
    let mut parser = RequestParser::default();
    let line = format!("{text}\r\n");
    let limits = Limits { bulk_bytes_max: 1 << 20, unauthenticated: false };
    let parsed = parser.parse(line.as_bytes(), limits);
    assert!(matches!(parsed, Ok(Parsed::Request { .. })), "{text}");
    parser.request(line.as_bytes()).into()
}

/// Lets `act` change what is there.
fn change<R>(keyspace: &Keyspace, act: impl FnOnce(&mut WriteKeys<'_>) -> R) -> R {
    let occasion = Occasion {
        now_ms: 1,
        database: 0,
        databases: 16,
        events: EventClasses::NONE,
        random: Random::from_seed(1),
        rules: Rules::default(),
        is_tracked: false,
    };
    act(&mut WriteKeys::new(keyspace.lock_all(), occasion, Changes::default()))
}

/// Runs a request; its reply, and what it waits for.
fn run(keyspace: &Keyspace, text: &str) -> (String, Option<Wait>) {
    let request = request(text);
    let args = Args::new(request.as_request(), 1);
    let name = text.split(' ').next().unwrap_or_default();
    let row = super::COMMANDS.iter().find(|row| row.facts.name == name).expect("a command");
    let mut bytes = Vec::new();
    let mut reply = Reply::new(&mut bytes, RespVersion::Resp2);
    let wait = change(keyspace, |keys| match row.handler {
        Some(DataHandler::Read(handler)) => handler(keys, args, &mut reply).map(|()| None),
        Some(DataHandler::Write(handler)) => handler(keys, args, &mut reply).map(|()| None),
        Some(DataHandler::Block(handler)) => handler(keys, args, &mut reply),
        None => Ok(None),
    });
    (String::from_utf8_lossy(&bytes).into_owned(), wait.expect("no error"))
}

#[test]
fn what_was_taken_for_a_client_that_is_gone_is_put_back() {
    for (taking, rest) in [
        ("BLPOP other l 0", "*2\r\n$1\r\nb\r\n$1\r\nc\r\n"),
        ("BRPOP l 0", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("BLMPOP 0 1 l LEFT COUNT 2", "*1\r\n$1\r\nc\r\n"),
        ("BLMPOP 0 2 other l RIGHT COUNT 2", "*1\r\n$1\r\na\r\n"),
        ("BLMPOP 0 1 l RIGHT COUNT 9", "*0\r\n"),
    ] {
        let keyspace = Keyspace::new(1);
        let (_, wait) = run(&keyspace, taking);
        let give_back = wait.and_then(|wait| wait.give_back).expect("it takes something");
        run(&keyspace, "RPUSH l a b c");
        let (reply, wait) = run(&keyspace, taking);
        assert!(wait.is_none(), "{taking}");
        assert_eq!(run(&keyspace, "LRANGE l 0 -1").0, rest, "{taking}");
        change(&keyspace, |keys| give_back(keys, reply.as_bytes()));
        let all = "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n";
        assert_eq!(run(&keyspace, "LRANGE l 0 -1").0, all, "{taking}");
    }
}

#[test]
fn an_error_gives_nothing_back() {
    let keyspace = Keyspace::new(1);
    let (_, wait) = run(&keyspace, "BLPOP l 0");
    let give_back = wait.and_then(|wait| wait.give_back).expect("it takes something");
    for reply in ["-WRONGTYPE no list\r\n", "", "*2\r\n:1\r\n", "*-1\r\n", "*1\r\n$1\r\nl\r\n"] {
        change(&keyspace, |keys| give_back(keys, reply.as_bytes()));
        assert_eq!(run(&keyspace, "LLEN l").0, ":0\r\n", "{reply:?}");
    }
}

#[test]
fn moving_takes_nothing_away() {
    let keyspace = Keyspace::new(1);
    for text in ["BLMOVE a b LEFT LEFT 0", "BRPOPLPUSH a b 1.5"] {
        let wait = run(&keyspace, text).1.expect("there is nothing to move");
        assert!(wait.give_back.is_none());
        assert_eq!(wait.keys, 1);
    }
}
