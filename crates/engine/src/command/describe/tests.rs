//! Expected replies are those of Redis 8.2 to the same requests, but for summaries.

use fanfare_protocol::request::{Limits, Request, RequestParser};
use fanfare_protocol::{Reply, RespVersion};

use super::*;
use crate::command::{
    Args, Arity, Category, Command, CommandError, CommandTable, DocFlag, Find, Flag, Group,
    KeyFlag, KeySpec, Keys, command, container,
};

const fn run(name: &'static str, arity: Arity, keys: Keys) -> Command<u8> {
    command(name, arity, keys, 0)
}

const KEY: Keys = Keys::of(&[KeySpec::at(1, &[KeyFlag::ReadOnly, KeyFlag::Access])]);
const CHANNEL: Keys = Keys::of(&[KeySpec::at(1, &[KeyFlag::NotKey])]);
const STORE: Keys = Keys::of(&[
    KeySpec::at(1, &[KeyFlag::Overwrite, KeyFlag::Update]),
    KeySpec {
        find: Find::Counted { count_at: 0, first: 1, step: 1 },
        ..KeySpec::at(2, &[KeyFlag::ReadOnly, KeyFlag::Access])
    },
]);

const SLOWLOG: &[Command<u8>] = &[
    run("GET", Arity::AtLeast(2), Keys::NONE)
        .flags(&[Flag::Admin, Flag::Loading, Flag::Stale])
        .tips(&["request_policy:all_nodes", "nondeterministic_output"])
        .group(Group::Server)
        .summary("Shows entries.")
        .usage("[count:integer]"),
    run("HELP", Arity::Exactly(2), Keys::NONE).summary("Shows this text."),
];

const ROWS: &[Command<u8>] = &[
    run("GET", Arity::Exactly(2), KEY)
        .flags(&[Flag::ReadOnly, Flag::Fast])
        .categories(&[Category::String]),
    run("SPUBLISH", Arity::Exactly(3), CHANNEL).flags(&[
        Flag::PubSub,
        Flag::Loading,
        Flag::Stale,
        Flag::Fast,
        Flag::MayReplicate,
    ]),
    run("ZUNIONSTORE", Arity::AtLeast(4), STORE).flags(&[Flag::Write]),
    container("SLOWLOG", Arity::AtLeast(2), SLOWLOG)
        .group(Group::Server)
        .since("2.2.12")
        .summary("Looks."),
    run("AUTH", Arity::AtLeast(2), Keys::NONE)
        .group(Group::Connection)
        .since("1.0.0")
        .complexity("O(1)")
        .history(&[("6.0.0", "Users.")])
        .summary("Logs in.")
        .usage("[username@6.0.0] password"),
    run("QUIT", Arity::AtLeast(1), Keys::NONE)
        .group(Group::Connection)
        .since("1.0.0")
        .deprecated("7.2.0", "closing"),
];

type Write = fn(&CommandTable<u8>, Request<'_>, &mut Reply<'_>) -> Result<(), CommandError>;

fn check(write: Write, line: &str, resp2: &str, resp3: &str) {
    let table = CommandTable::new(&[ROWS]).expect("the rows are sound");
    for (version, expected) in [(RespVersion::Resp2, resp2), (RespVersion::Resp3, resp3)] {
        let mut parser = RequestParser::default();
        let limits = Limits { bulk_bytes_max: 1024, unauthenticated: false };
        let line = format!("{line}\r\n");
        parser.parse(line.as_bytes(), limits).expect("well formed");
        let mut out = Vec::new();
        let mut reply = Reply::new(&mut out, version);
        if let Err(error) = write(&table, parser.request(line.as_bytes()), &mut reply) {
            error.write(&mut reply);
        }
        let text = String::from_utf8_lossy(&out).replace("\r\n", " ");
        assert_eq!(text.trim_end(), expected, "{line} {version:?}");
    }
}

fn check_info(line: &str, resp2: &str, resp3: &str) {
    let write: Write = |table, request, reply| {
        info(table, Args::new(request, 2), reply);
        Ok(())
    };
    check(write, line, resp2, resp3);
}

#[test]
fn info_shows_the_facts() {
    check_info(
        "command info GET nosuch",
        "*2 *10 $3 get :2 *2 +readonly +fast :1 :1 :1 *3 +@read +@string +@fast *0 *1 *6 $5 flags \
         *2 +RO +access $12 begin_search *4 $4 type $5 index $4 spec *2 $5 index :1 $9 find_keys \
         *4 $4 type $5 range $4 spec *6 $7 lastkey :0 $7 keystep :1 $5 limit :0 *0 $-1",
        "*2 *10 $3 get :2 ~2 +readonly +fast :1 :1 :1 ~3 +@read +@string +@fast ~0 ~1 %3 $5 flags \
         ~2 +RO +access $12 begin_search %2 $4 type $5 index $4 spec %1 $5 index :1 $9 find_keys \
         %2 $4 type $5 range $4 spec %3 $7 lastkey :0 $7 keystep :1 $5 limit :0 ~0 _",
    );
    check_info(
        "command info slowlog|get",
        "*1 *10 $11 slowlog|get :-2 *3 +admin +loading +stale :0 :0 :0 *3 +@admin +@slow \
         +@dangerous *2 $24 request_policy:all_nodes $23 nondeterministic_output *0 *0",
        "*1 *10 $11 slowlog|get :-2 ~3 +admin +loading +stale :0 :0 :0 ~3 +@admin +@slow \
         +@dangerous ~2 $24 request_policy:all_nodes $23 nondeterministic_output ~0 ~0",
    );
}

#[test]
fn docs_tell_what_there_is_to_tell() {
    let write: Write = |table, request, reply| {
        docs(table, Args::new(request, 2), reply);
        Ok(())
    };
    check(
        write,
        "command docs quit nosuch",
        "*2 $4 quit *12 $7 summary $0  $5 since $5 1.0.0 $5 group $10 connection $9 doc_flags *1 \
         +deprecated $16 deprecated_since $5 7.2.0 $11 replaced_by $7 closing",
        "%1 $4 quit %6 $7 summary $0  $5 since $5 1.0.0 $5 group $10 connection $9 doc_flags ~1 \
         +deprecated $16 deprecated_since $5 7.2.0 $11 replaced_by $7 closing",
    );
    check(
        write,
        "command docs auth",
        "*2 $4 auth *12 $7 summary $8 Logs in. $5 since $5 1.0.0 $5 group $10 connection $10 \
         complexity $4 O(1) $7 history *1 *2 $5 6.0.0 $6 Users. $9 arguments *2 *10 $4 name $8 \
         username $4 type $6 string $12 display_text $8 username $5 since $5 6.0.0 $5 flags *1 \
         +optional *6 $4 name $8 password $4 type $6 string $12 display_text $8 password",
        "%1 $4 auth %6 $7 summary $8 Logs in. $5 since $5 1.0.0 $5 group $10 connection $10 \
         complexity $4 O(1) $7 history ~1 *2 $5 6.0.0 $6 Users. $9 arguments *2 %5 $4 name $8 \
         username $4 type $6 string $12 display_text $8 username $5 since $5 6.0.0 $5 flags ~1 \
         +optional %3 $4 name $8 password $4 type $6 string $12 display_text $8 password",
    );
    assert!(matches!(ROWS[5].facts.doc_flag, Some(DocFlag::Deprecated { since: "7.2.0", .. })));
}

#[test]
fn help_is_made_from_the_rows() {
    let write: Write = |table, _, reply| {
        let container = table.find_name(b"slowlog").expect("declared above");
        help(table, container, reply);
        Ok(())
    };
    let expected = "*5 +SLOWLOG <subcommand> [<arg> [value] [opt] ...]. Subcommands are: \
                    +GET [count] +    Shows entries. +HELP +    Shows this text.";
    check(write, "slowlog help", expected, expected);
}

#[test]
fn lists_can_be_filtered() {
    let write: Write = |table, request, reply| list(table, Args::new(request, 2), reply);
    let syntax = "-ERR syntax error";
    for (line, expected) in [
        ("command list filterby aclcat ADMIN", "*1 $11 slowlog|get"),
        ("command list filterby ACLCAT nosuch", "*0"),
        ("command list filterby module x", "*0"),
        ("command list filterby pattern S*G*", "*3 $7 slowlog $11 slowlog|get $12 slowlog|help"),
        ("command list filterby pattern", syntax),
        ("command list filterby pattern a b", syntax),
        ("command list x pattern a", syntax),
        ("command list filterby x a", syntax),
    ] {
        check(write, line, expected, expected);
    }
    let write: Write = |table, _, reply| {
        count(table, reply);
        Ok(())
    };
    check(write, "command count", ":6", ":6");
}

#[test]
fn keys_of_a_request_are_listed() {
    let write: Write = |table, request, reply| get_keys(table, request, reply);
    for (line, expected) in [
        ("get a", "*1 $1 a"),
        ("zunionstore d 2 a b", "*3 $1 d $1 a $1 b"),
        ("zunionstore d 9 a b", "-ERR Invalid arguments specified for command"),
        ("get", "-ERR Invalid number of arguments specified for command"),
        ("spublish a b", "-ERR The command has no key arguments"),
        ("slowlog nosuch", "-ERR Invalid command specified"),
        ("nosuch", "-ERR Invalid command specified"),
    ] {
        check(write, line, expected, expected);
    }
    let write: Write = |table, request, reply| get_keys_and_flags(table, request, reply);
    check(write, "get a", "*1 *2 $1 a *2 +RO +access", "*1 *2 $1 a ~2 +RO +access");
}
