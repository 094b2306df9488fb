//! The commands that `commands` can measure, each declared once.

use super::prepare::{Prepare, Words};
use crate::load::KeyOrder;

/// One test: a request repeated, and what must be there first.
#[derive(Debug)]
pub(crate) struct CommandTest {
    /// What `-t` calls it.
    pub(crate) name: &'static str,
    /// The request.
    pub(super) arguments: Words,
    /// What is sent before the clock runs.
    pub(super) prepare: &'static [Prepare],
    /// How key numbers are chosen. Where they are counted, they are not bounded by the keyspace, and one client sends them in
    /// their order.
    pub(super) key_order: KeyOrder,
}

const fn test(name: &'static str, arguments: Words) -> CommandTest {
    CommandTest { name, arguments, prepare: &[], key_order: KeyOrder::Drawn }
}

const fn prepared(
    name: &'static str,
    prepare: &'static [Prepare],
    arguments: Words,
) -> CommandTest {
    CommandTest { prepare, ..test(name, arguments) }
}

/// The list that the range tests read.
const RANGE_LIST: &[Prepare] = &[Prepare::Times(600, &["LPUSH", "range", "{data}"])];
/// A list that is long enough to take an element from at each request.
const LONG_LIST: &[Prepare] = &[Prepare::EachRequest(1, &["LPUSH", "list", "{data}"])];
const SORTED_SET: &[Prepare] = &[Prepare::EachKey(&["ZADD", "zset", "{key}", "element:{key}"])];
/// A new stream that is long enough to take ten entries from at each request, and a group.
const QUEUE: &[Prepare] = &[
    Prepare::Times(1, &["DEL", "queue"]),
    Prepare::Times(1, &["XGROUP", "CREATE", "queue", "group", "0", "MKSTREAM"]),
    Prepare::EachRequest(10, &["XADD", "queue", "{key}-1", "field", "{data}"]),
];
/// A stream of a thousand entries.
const RANGE_STREAM: &[Prepare] = &[
    Prepare::Times(1, &["DEL", "entries"]),
    Prepare::Times(1000, &["XADD", "entries", "*", "field", "{data}"]),
];

/// All tests, in the order in which they are run.
pub(crate) const COMMAND_TESTS: &[CommandTest] = &[
    test("ping", &["PING"]),
    test("echo", &["ECHO", "{data}"]),
    test("publish", &["PUBLISH", "channel:{key}", "{data}"]),
    test("spublish", &["SPUBLISH", "channel:{key}", "{data}"]),
    test("set", &["SET", "key:{key}", "{data}"]),
    prepared("get", &[Prepare::EachKey(&["SET", "key:{key}", "{data}"])], &["GET", "key:{key}"]),
    test("incr", &["INCR", "counter:{key}"]),
    test("mset", &["MSET", "key:{key}", "{data}", "key:{key}", "{data}", "key:{key}", "{data}"]),
    test("lpush", &["LPUSH", "list", "{data}"]),
    test("rpush", &["RPUSH", "list", "{data}"]),
    prepared("lpop", LONG_LIST, &["LPOP", "list"]),
    prepared("rpop", LONG_LIST, &["RPOP", "list"]),
    test("sadd", &["SADD", "set", "element:{key}"]),
    prepared("spop", &[Prepare::EachKey(&["SADD", "set", "element:{key}"])], &["SPOP", "set"]),
    test("hset", &["HSET", "hash", "field:{key}", "{data}"]),
    prepared(
        "hget",
        &[Prepare::EachKey(&["HSET", "hash", "field:{key}", "{data}"])],
        &["HGET", "hash", "field:{key}"],
    ),
    test("zadd", &["ZADD", "zset", "{key}", "element:{key}"]),
    prepared("zadd_again", SORTED_SET, &["ZADD", "zset", "{key}", "element:{key}"]),
    prepared("zrank", SORTED_SET, &["ZRANK", "zset", "element:{key}"]),
    prepared("zpopmin", SORTED_SET, &["ZPOPMIN", "zset"]),
    test(
        "multi_5",
        &[
            "MULTI",
            ";",
            "SET",
            "key:{key}",
            "{data}",
            ";",
            "SET",
            "key:{key}",
            "{data}",
            ";",
            "SET",
            "key:{key}",
            "{data}",
            ";",
            "SET",
            "key:{key}",
            "{data}",
            ";",
            "SET",
            "key:{key}",
            "{data}",
            ";",
            "EXEC",
        ],
    ),
    test("xadd", &["XADD", "stream", "*", "field", "{data}"]),
    test("xadd_maxlen", &["XADD", "stream", "MAXLEN", "~", "10000", "*", "field", "{data}"]),
    prepared("xrange_1000", RANGE_STREAM, &["XRANGE", "entries", "-", "+"]),
    prepared(
        "xreadgroup_10",
        QUEUE,
        &["XREADGROUP", "GROUP", "group", "one", "COUNT", "10", "STREAMS", "queue", ">"],
    ),
    CommandTest {
        key_order: KeyOrder::Counted,
        ..prepared(
            "xreadgroup_10_xack",
            QUEUE,
            &[
                "XREADGROUP",
                "GROUP",
                "group",
                "one",
                "COUNT",
                "10",
                "STREAMS",
                "queue",
                ">",
                ";",
                "XACK",
                "queue",
                "group",
                "{key}-1",
                "{key}-1",
                "{key}-1",
                "{key}-1",
                "{key}-1",
                "{key}-1",
                "{key}-1",
                "{key}-1",
                "{key}-1",
                "{key}-1",
            ],
        )
    },
    prepared("lrange_100", RANGE_LIST, &["LRANGE", "range", "0", "99"]),
    prepared("lrange_600", RANGE_LIST, &["LRANGE", "range", "0", "599"]),
];

/// The test of this name, in lower case.
pub(crate) fn by_name(name: &str) -> Option<&'static CommandTest> {
    COMMAND_TESTS.iter().find(|test| test.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_lower_case() {
        for (position, test) in COMMAND_TESTS.iter().enumerate() {
            assert_eq!(test.name, test.name.to_lowercase());
            let others = &COMMAND_TESTS[position + 1..];
            assert!(others.iter().all(|other| other.name != test.name), "{}", test.name);
        }
    }
}
