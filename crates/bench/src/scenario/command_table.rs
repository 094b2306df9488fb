//! The commands that `commands` can measure, each declared once.

/// One test: a request repeated, and what must be there first.
#[derive(Debug)]
pub(crate) struct CommandTest {
    /// What `-t` calls it.
    pub(crate) name: &'static str,
    /// The request. `{key}` becomes a key number drawn from the keyspace, `{data}` the value.
    pub(crate) arguments: &'static [&'static str],
    /// Requests sent once before the clock runs: how often, and what.
    pub(crate) prepare: Option<(usize, &'static [&'static str])>,
}

const fn test(name: &'static str, arguments: &'static [&'static str]) -> CommandTest {
    CommandTest { name, arguments, prepare: None }
}

const fn prepared(
    name: &'static str,
    times: usize,
    prepare: &'static [&'static str],
    arguments: &'static [&'static str],
) -> CommandTest {
    CommandTest { name, arguments, prepare: Some((times, prepare)) }
}

/// Elements of the list that the range tests read.
const LIST_ELEMENTS: usize = 600;

/// All tests, in the order in which they are run.
pub(crate) const COMMAND_TESTS: &[CommandTest] = &[
    test("ping", &["PING"]),
    test("echo", &["ECHO", "{data}"]),
    test("publish", &["PUBLISH", "channel:{key}", "{data}"]),
    test("spublish", &["SPUBLISH", "channel:{key}", "{data}"]),
    test("set", &["SET", "key:{key}", "{data}"]),
    prepared("get", 1, &["SET", "key:{key}", "{data}"], &["GET", "key:{key}"]),
    test("incr", &["INCR", "counter:{key}"]),
    test("mset", &["MSET", "key:{key}", "{data}", "key:{key}", "{data}", "key:{key}", "{data}"]),
    test("lpush", &["LPUSH", "list", "{data}"]),
    test("rpush", &["RPUSH", "list", "{data}"]),
    test("lpop", &["LPOP", "list"]),
    test("rpop", &["RPOP", "list"]),
    test("sadd", &["SADD", "set", "element:{key}"]),
    test("spop", &["SPOP", "set"]),
    test("hset", &["HSET", "hash", "field:{key}", "{data}"]),
    test("hget", &["HGET", "hash", "field:{key}"]),
    test("zadd", &["ZADD", "zset", "1", "element:{key}"]),
    test("zpopmin", &["ZPOPMIN", "zset"]),
    test("xadd", &["XADD", "stream", "*", "field", "{data}"]),
    prepared(
        "lrange_100",
        LIST_ELEMENTS,
        &["LPUSH", "range", "{data}"],
        &["LRANGE", "range", "0", "99"],
    ),
    prepared(
        "lrange_600",
        LIST_ELEMENTS,
        &["LPUSH", "range", "{data}"],
        &["LRANGE", "range", "0", "599"],
    ),
];

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
