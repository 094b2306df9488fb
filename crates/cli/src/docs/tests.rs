use fanfare_client::Value;

use super::*;

fn bulk(text: &str) -> Value {
    Value::Bulk(text.into())
}

fn map(pairs: Vec<(&str, Value)>) -> Value {
    Value::Map(pairs.into_iter().map(|(key, value)| (bulk(key), value)).collect())
}

fn flags(names: &[&str]) -> Value {
    Value::Set(names.iter().map(|name| Value::Simple((*name).into())).collect())
}

fn argument(name: &str, kind: &str, more: Vec<(&str, Value)>) -> Value {
    let mut pairs = vec![("name", bulk(name)), ("type", bulk(kind))];
    pairs.extend(more);
    map(pairs)
}

fn token(name: &str) -> Value {
    argument(name, "pure-token", vec![("token", bulk(&name.to_uppercase()))])
}

fn command(group: &str, arguments: Vec<Value>) -> Value {
    map(vec![
        ("summary", bulk("Does things.")),
        ("since", bulk("1.0.0")),
        ("group", bulk(group)),
        ("arguments", Value::Array(arguments)),
    ])
}

fn catalog() -> Catalog {
    let multiple = || ("flags", flags(&["multiple"]));
    let optional = || ("flags", flags(&["optional"]));
    let expiry = argument(
        "expiry",
        "oneof",
        vec![
            optional(),
            ("arguments", {
                Value::Array(vec![
                    argument("seconds", "integer", vec![("token", bulk("EX"))]),
                    token("keepttl"),
                ])
            }),
        ],
    );
    let prefix = argument(
        "prefix",
        "string",
        vec![
            ("token", bulk("PREFIX")),
            ("flags", flags(&["optional", "multiple", "multiple_token"])),
        ],
    );
    let limit = argument(
        "limit",
        "block",
        vec![
            ("token", bulk("LIMIT")),
            optional(),
            ("arguments", {
                let parts = ["offset", "count"].map(|name| argument(name, "integer", vec![]));
                Value::Array(parts.to_vec())
            }),
        ],
    );
    let get = argument("get", "pure-token", vec![("token", bulk("GET")), optional()]);
    let values = ["key", "value"].map(|name| argument(name, "string", vec![]));
    let mut client = command("connection", vec![]);
    if let Value::Map(pairs) = &mut client {
        let list = command("connection", vec![prefix, limit]);
        pairs.push((bulk("subcommands"), map(vec![("client|list", list)])));
    }
    Catalog::read(map(vec![
        ("subscribe", command("pubsub", vec![argument("channel", "string", vec![multiple()])])),
        ("set", command("string", [values.to_vec(), vec![get, expiry]].concat())),
        ("client", client),
    ]))
}

#[test]
fn a_page_of_help_shows_the_syntax() {
    let page = help(&catalog(), &["SET"]);
    assert_eq!(
        page,
        "\r\n  \x1b[1mSET\x1b[0m \x1b[90mkey value [GET] [EX seconds|KEEPTTL]\x1b[0m\r\n  \
         \x1b[33msummary:\x1b[0m Does things.\r\n  \x1b[33msince:\x1b[0m 1.0.0\r\n  \
         \x1b[33mgroup:\x1b[0m string\r\n\r\n"
    );
    assert_eq!(help(&catalog(), &["nosuch"]), "\r\n");
}

#[test]
fn help_of_a_command_shows_its_subcommands_and_of_a_group_its_commands() {
    let syntax = "[PREFIX prefix [PREFIX prefix ...]] [LIMIT offset count]";
    let page = help(&catalog(), &["client"]);
    assert!(page.contains("\x1b[1mCLIENT\x1b[0m \x1b[90m\x1b[0m"));
    assert!(page.contains(&format!("\x1b[1mCLIENT LIST\x1b[0m \x1b[90m{syntax}\x1b[0m")));
    let page = help(&catalog(), &["@pubsub"]);
    assert!(page.contains("SUBSCRIBE"));
    assert!(!page.contains("CLIENT") && !page.contains("group:"));
}

#[test]
fn hints_show_what_is_left_to_type() {
    let catalog = catalog();
    for (line, expected) in [
        ("", None),
        ("nosuch ", None),
        ("subscribe", Some(" channel [channel ...]")),
        ("subscribe ", Some("channel [channel ...]")),
        ("subscribe a", Some(" channel [channel ...]")),
        ("subscribe a ", Some("[channel ...]")),
        ("subscribe a b ", Some("[channel ...]")),
        ("set k ", Some("value [GET] [EX seconds|KEEPTTL]")),
        ("set k v EX ", Some("[GET] seconds")),
        ("set k v ex 1 ", Some("[GET]")),
        ("set k v get keepttl ", None),
        ("set k v nonsense ", None),
        ("client list limit 1 ", Some("[PREFIX prefix [PREFIX prefix ...]] count")),
        ("client list prefix a ", Some("[PREFIX prefix ...] [LIMIT offset count]")),
    ] {
        assert_eq!(catalog.hint(line).as_deref(), expected, "{line:?}");
    }
}

#[test]
fn completion_knows_commands_and_help_topics() {
    let catalog = catalog();
    assert_eq!(catalog.completions("su"), ["SUBSCRIBE"]);
    assert_eq!(catalog.completions("client l"), ["CLIENT LIST"]);
    assert_eq!(catalog.completions("help @p"), ["help @pubsub"]);
    assert_eq!(catalog.completions("HELP s"), ["HELP SET", "HELP SUBSCRIBE"]);
    assert!(catalog.completions("").is_empty());
}

#[test]
fn what_is_no_description_describes_nothing() {
    for reply in [Value::Null, Value::Error("ERR".into()), Value::Array(vec![Value::Null; 2])] {
        let catalog = Catalog::read(reply);
        assert_eq!(help(&catalog, &["get"]), "\r\n");
    }
}
