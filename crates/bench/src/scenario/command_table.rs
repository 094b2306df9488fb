//! The commands that `commands` can measure, each declared once.

/// Words of a request. `{key}` becomes a key number drawn from the keyspace, `{data}` the value; `;` parts commands that are
/// sent as one request.
type Words = &'static [&'static str];

/// One test: a request repeated, and what must be there first.
#[derive(Debug)]
pub(crate) struct CommandTest {
    /// What `-t` calls it.
    pub(crate) name: &'static str,
    /// The request.
    pub(crate) arguments: Words,
    /// What is sent before the clock runs.
    pub(crate) prepare: Prepare,
}

/// What is sent before the clock runs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Prepare {
    /// Nothing.
    Nothing,
    /// A request so many times.
    Times(u64, Words),
    /// A request for each key number of the keyspace.
    EachKey(Words),
    /// A request as often as the test's own is sent.
    EachRequest(Words),
}

const fn test(name: &'static str, arguments: Words) -> CommandTest {
    CommandTest { name, arguments, prepare: Prepare::Nothing }
}

const fn prepared(name: &'static str, prepare: Prepare, arguments: Words) -> CommandTest {
    CommandTest { name, arguments, prepare }
}

/// The list that the range tests read.
const RANGE_LIST: Prepare = Prepare::Times(600, &["LPUSH", "range", "{data}"]);
/// A list that is long enough to take an element from at each request.
const LONG_LIST: Prepare = Prepare::EachRequest(&["LPUSH", "list", "{data}"]);
const SORTED_SET: Prepare = Prepare::EachKey(&["ZADD", "zset", "{key}", "element:{key}"]);

/// All tests, in the order in which they are run.
pub(crate) const COMMAND_TESTS: &[CommandTest] = &[
    test("ping", &["PING"]),
    test("echo", &["ECHO", "{data}"]),
    test("publish", &["PUBLISH", "channel:{key}", "{data}"]),
    test("spublish", &["SPUBLISH", "channel:{key}", "{data}"]),
    test("set", &["SET", "key:{key}", "{data}"]),
    prepared("get", Prepare::EachKey(&["SET", "key:{key}", "{data}"]), &["GET", "key:{key}"]),
    test("incr", &["INCR", "counter:{key}"]),
    test("mset", &["MSET", "key:{key}", "{data}", "key:{key}", "{data}", "key:{key}", "{data}"]),
    test("lpush", &["LPUSH", "list", "{data}"]),
    test("rpush", &["RPUSH", "list", "{data}"]),
    prepared("lpop", LONG_LIST, &["LPOP", "list"]),
    prepared("rpop", LONG_LIST, &["RPOP", "list"]),
    test("sadd", &["SADD", "set", "element:{key}"]),
    prepared("spop", Prepare::EachKey(&["SADD", "set", "element:{key}"]), &["SPOP", "set"]),
    test("hset", &["HSET", "hash", "field:{key}", "{data}"]),
    prepared(
        "hget",
        Prepare::EachKey(&["HSET", "hash", "field:{key}", "{data}"]),
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
