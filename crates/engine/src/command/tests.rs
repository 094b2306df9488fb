use fanfare_protocol::request::{Limits, Request, RequestParser};
use fanfare_protocol::{Reply, RespVersion};

use super::*;

type Handler = fn() -> &'static str;

/// Makes the handler's type known, as a builder chain does not.
const fn run(name: &'static str, arity: Arity, keys: Keys, handler: Handler) -> Command<Handler> {
    command(name, arity, keys, handler)
}

const CONFIG: &[Command<Handler>] = &[
    run("GET", Arity::AtLeast(3), Keys::NONE, || "config get").flags(&[Flag::Admin]),
    run("HELP", Arity::Exactly(2), Keys::NONE, || "config help"),
];

const ROWS: &[Command<Handler>] = &[
    run("GET", Arity::Exactly(2), Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly])]), || "get")
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .usage("key:key"),
    container("CONFIG", Arity::AtLeast(2), CONFIG),
    run("COMMAND", Arity::AtLeast(1), Keys::NONE, || "command").subcommands(CONFIG),
    run("ECHO", Arity::Exactly(2), Keys::NONE, || "echo").usage("message"),
];

fn with_request<T>(line: &[u8], check: impl FnOnce(Request<'_>) -> T) -> T {
    let mut parser = RequestParser::default();
    let limits = Limits { bulk_bytes_max: 1 << 20, unauthenticated: false };
    let line = [line, b"\r\n"].concat();
    parser.parse(&line, limits).expect("the test's request is well formed");
    check(parser.request(&line))
}

fn table() -> CommandTable<Handler> {
    CommandTable::new(&[ROWS]).expect("the rows are sound")
}

/// What a request runs, or the error it gets.
fn outcome(table: &CommandTable<Handler>, line: &[u8]) -> String {
    with_request(line, |request| {
        let handler = table.find(request).and_then(|entry| entry.admit(request));
        match handler {
            Ok(handler) => handler().to_owned(),
            Err(error) => {
                let mut out = Vec::new();
                error.write(&mut Reply::new(&mut out, RespVersion::Resp2));
                String::from_utf8_lossy(&out).trim_end_matches("\r\n").to_owned()
            }
        }
    })
}

#[test]
fn requests_find_their_command_in_any_case() {
    let table = table();
    for (line, expected) in [
        ("get key", "get"),
        ("gEt key", "get"),
        ("CONFIG get x", "config get"),
        ("config HELP", "config help"),
        ("command", "command"),
        ("command help", "config help"),
    ] {
        assert_eq!(outcome(&table, line.as_bytes()), expected, "{line}");
    }
}

#[test]
fn what_does_not_fit_gets_the_words_of_redis() {
    let table = table();
    let long = "x".repeat(200);
    for (line, expected) in [
        ("foo", "-ERR unknown command 'foo', with args beginning with: ".to_owned()),
        (
            "FoO a \"\" b",
            "-ERR unknown command 'FoO', with args beginning with: 'a' '' 'b' ".into(),
        ),
        (
            "\"f\\x00g\" \"a\\r\\nb\" \"c\\x00d\"",
            "-ERR unknown command 'f', with args beginning with: 'a  b' 'c' ".into(),
        ),
        (
            &format!("{long} {long} b"),
            format!("-ERR unknown command '{0}', with args beginning with: '{0}' ", &long[..128]),
        ),
        (
            &format!("f {} bb c", &long[..124]),
            format!("-ERR unknown command 'f', with args beginning with: '{}' 'b' ", &long[..124]),
        ),
        ("get", "-ERR wrong number of arguments for 'get' command".into()),
        ("GET a b", "-ERR wrong number of arguments for 'get' command".into()),
        ("config", "-ERR wrong number of arguments for 'config' command".into()),
        ("config get", "-ERR wrong number of arguments for 'config|get' command".into()),
        ("conFIG Foo", "-ERR unknown subcommand 'Foo'. Try CONFIG HELP.".into()),
        (
            &format!("config {long}"),
            format!("-ERR unknown subcommand '{}'. Try CONFIG HELP.", &long[..128]),
        ),
        ("\"\"", "-ERR unknown command '', with args beginning with: ".into()),
    ] {
        assert_eq!(outcome(&table, line.as_bytes()), expected, "{line}");
    }
}

#[test]
fn renamed_commands_keep_their_full_names() {
    let mut table = table();
    assert_eq!(table.rename(b"nothing", b"x"), Err(RenameError::NoSuchCommand));
    assert_eq!(table.rename(b"get", b"Config"), Err(RenameError::TargetExists));
    table.rename(b"Config", b"XconF").expect("free name");
    table.rename(b"echo", b"").expect("known name");
    for (line, expected) in [
        ("config", "-ERR unknown command 'config', with args beginning with: "),
        ("echo x", "-ERR unknown command 'echo', with args beginning with: 'x' "),
        ("xconf get x", "config get"),
        ("xconf", "-ERR wrong number of arguments for 'config' command"),
        ("xconf get", "-ERR wrong number of arguments for 'config|get' command"),
        ("xconf foo", "-ERR unknown subcommand 'foo'. Try XCONF HELP."),
    ] {
        assert_eq!(outcome(&table, line.as_bytes()), expected, "{line}");
    }
    let names: Vec<_> = table.commands().map(Entry::full_name).collect();
    assert_eq!(names, ["get", "config", "command"]);
    assert!(table.find_name(b"xconf|get").is_some());
    assert!(table.find_name(b"config|get").is_none());
}

#[test]
fn every_entry_has_its_own_number() {
    let table = table();
    let names: Vec<_> = table.entries().iter().map(Entry::full_name).collect();
    let expected = [
        "get",
        "config",
        "config|get",
        "config|help",
        "command",
        "command|get",
        "command|help",
        "echo",
    ];
    assert_eq!(names, expected);
    for (index, entry) in table.entries().iter().enumerate() {
        assert_eq!(entry.id.index(), index);
        assert!(std::ptr::eq(table.entry(entry.id), entry));
    }
}

#[test]
fn unsound_rows_make_no_table() {
    const TWICE: &[Command<Handler>] = &[ROWS[0], ROWS[0]];
    const EMPTY: &[Command<Handler>] = &[container("X", Arity::AtLeast(2), &[])];
    const LONELY: &[Command<Handler>] = &[container("X", Arity::AtLeast(1), CONFIG)];
    const OPEN: &[Command<Handler>] = &[ROWS[0].usage("[key")];
    let error = |rows| CommandTable::new(&[rows]).expect_err("the rows are unsound");
    assert_eq!(error(TWICE), TableError::Duplicate("get".into()));
    assert_eq!(error(EMPTY), TableError::NothingToRun("x".into()));
    assert_eq!(error(LONELY), TableError::NothingToRun("x".into()));
    let problem = UsageError { problem: "bracket left open", at: 4 };
    assert_eq!(error(OPEN), TableError::Usage("get".into(), problem));
}

fn found_keys(specs: &'static [KeySpec], line: &str) -> Option<Vec<usize>> {
    with_request(line.as_bytes(), |request| {
        let mut found = Vec::new();
        Keys::of(specs).find(request, &mut found).ok()?;
        Some(found.iter().map(|key| key.index).collect())
    })
}

#[test]
fn keys_are_found_where_the_specifications_say() {
    const FLAGS: &[KeyFlag] = &[KeyFlag::ReadOnly];
    const COUNTED: KeySpec =
        KeySpec { find: Find::Counted { count_at: 0, first: 1, step: 1 }, ..KeySpec::at(2, FLAGS) };
    const STREAMS: KeySpec = KeySpec {
        begin: Begin::Keyword { word: "STREAMS", from: 1 },
        find: Find::Range { last: -1, step: 1, limit: 2 },
        ..KeySpec::at(1, FLAGS)
    };
    const BACKWARDS: KeySpec =
        KeySpec { begin: Begin::Keyword { word: "KEYS", from: -2 }, ..KeySpec::from(1, FLAGS) };
    const PAIRS: KeySpec =
        KeySpec { find: Find::Range { last: -1, step: 2, limit: 0 }, ..KeySpec::at(1, FLAGS) };
    const ONE: &[KeySpec] = &[KeySpec::at(1, FLAGS)];
    const ALL: &[KeySpec] = &[KeySpec::from(1, FLAGS)];
    const STORE: &[KeySpec] = &[KeySpec::at(1, FLAGS), COUNTED];
    const LAST: &[KeySpec] = &[
        KeySpec::at(1, FLAGS),
        KeySpec { begin: Begin::Keyword { word: "STORE", from: 5 }, ..KeySpec::at(1, FLAGS) },
    ];
    const NOT_KEY: &[KeySpec] = &[KeySpec::at(1, &[KeyFlag::NotKey])];
    for (specs, line, expected) in [
        (ONE, "get a b", Some(vec![1])),
        (ONE, "get", None),
        (ALL, "del a b c", Some(vec![1, 2, 3])),
        (&[PAIRS], "mset a 1 b 2", Some(vec![1, 3])),
        (&[PAIRS], "mset a 1 b", Some(vec![1, 3])),
        (STORE, "zunionstore d 2 a b weights", Some(vec![1, 3, 4])),
        (STORE, "zunionstore d 9 a b", None),
        (STORE, "zunionstore d x a b", None),
        (STORE, "zunionstore d 9223372036854775807 a", None),
        (&[STREAMS], "xread count 1 streams a b 1 2", Some(vec![4, 5])),
        (&[STREAMS], "xread count 1 streams", None),
        (LAST, "georadius k 1 2 3 km store d", Some(vec![1, 7])),
        (LAST, "georadius k 1 2 3 km store", Some(vec![1])),
        (&[BACKWARDS], "migrate h 1 k 0 1 keys a b", Some(vec![7, 8])),
        (NOT_KEY, "spublish a b", Some(vec![])),
    ] {
        assert_eq!(found_keys(specs, line), expected, "{line}");
    }
    assert!(!Keys::of(NOT_KEY).has_keys());
    assert_eq!(Keys::of(ALL).legacy_range(), (1, -1, 1));
    assert_eq!(Keys::of(&[STREAMS]).legacy_range(), (0, 0, 0));
    assert!(Keys::of(&[STREAMS]).are_movable());
    assert!(!Keys::of(NOT_KEY).are_movable());
}

#[test]
fn arguments_are_read_in_order() {
    with_request(b"client pause 10 write x", |request| {
        let mut args = Args::new(request, 2);
        assert_eq!(args.len(), 3);
        assert_eq!(args.get(2), Some(&b"x"[..]));
        assert_eq!(args.integer(), Ok(10));
        assert!(!args.take_word("ALL"));
        assert!(args.take_word("WRITE"));
        assert_eq!(args.finish(), Err(CommandError::Syntax));
        assert_eq!(args.integer(), Err(CommandError::NotAnInteger));
        assert_eq!(args.required(), Err(CommandError::Syntax));
        assert_eq!(args.finish(), Ok(()));
        assert_eq!(args.request().len(), 5);
    });
}

#[test]
fn usage_lines_are_shown_as_people_write_them() {
    for (usage, shown) in [
        ("channel...", "channel [channel ...]"),
        ("[pattern:pattern...]", "[pattern [pattern ...]]"),
        ("data=(parameter value)...", "parameter value [parameter value ...]"),
        ("timeout:integer mode=[WRITE | ALL]@6.2.0", "timeout [WRITE | ALL]"),
        (
            "status=<ON | OFF> [REDIRECT client-id:integer] [PREFIX prefix]... [BCAST]",
            "<ON | OFF> [REDIRECT client-id] [PREFIX prefix [PREFIX prefix ...]] [BCAST]",
        ),
        (
            "arguments=[protover:integer [AUTH (username password)] [SETNAME clientname]]",
            "[protover [AUTH username password] [SETNAME clientname]]",
        ),
        ("[ID client-id:integer...]@6.2.0", "[ID client-id [client-id ...]]"),
        ("[TYPE client-type=<NORMAL | MASTER@3.2.0>]", "[TYPE <NORMAL | MASTER>]"),
    ] {
        let arguments = parse_usage(usage).expect(usage);
        let text: Vec<_> = arguments.iter().map(ToString::to_string).collect();
        assert_eq!(text.join(" "), shown, "{usage}");
    }
    for bad in ["[a", "<a | >", "a]", "a:nothing", "a='b", "[]", "ä"] {
        assert!(parse_usage(bad).is_err(), "{bad}");
    }
}
