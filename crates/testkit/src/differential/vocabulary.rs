//! The words that generators choose from, and what comparing leaves out.

/// Channels: few, so that connections meet; some are matched by several patterns.
pub(super) const CHANNELS: &[&str] = &["a", "b", "ab", "news", "", "a*", "\0\r\n"];

/// Patterns over [`CHANNELS`].
pub(super) const PATTERNS: &[&str] =
    &["*", "a*", "?", "[ab]", "", "a", "n?ws", "[^a]*", "*b", "\\a", "a\\*", "[a-"];

/// Messages and other values.
pub(super) const VALUES: &[&str] = &["", "x", "hello world", "\r\n", "\0", "$-1\r\n", "1", "on"];

/// Numbers at the edges of what parsers take.
pub(super) const NUMBERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "16",
    "+1",
    "01",
    "-0",
    " 1",
    "1 ",
    "1.0",
    "abc",
    "",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "2147483647",
    "2147483648",
    "4294967296",
];

/// Numbers that are the id of no connection, on whatever server.
pub(super) const NO_IDS: &[&str] =
    &["0", "-1", "+5", "05", " 5", "5.0", "abc", "", "9223372036854775807", "9223372036854775808"];

/// What parameters of a configuration are set to.
pub(super) const PARAMETER_VALUES: &[&str] = &[
    "yes",
    "no",
    "YES",
    "maybe",
    "",
    "1k",
    "1kb",
    "2mb",
    "1gb",
    "-1kb",
    "1.5mb",
    "10%",
    "notice",
    "debug",
    "noeviction",
    "AKE",
    "50 99 99.9",
    "101",
    "a b",
    "everysec",
    "local",
];

/// Parameters that a sequence may set and read, with the values that undo it.
pub(super) const PARAMETERS: &[(&str, &str)] = &[
    ("timeout", "0"),
    ("tcp-keepalive", "300"),
    ("maxmemory", "0"),
    ("maxmemory-policy", "noeviction"),
    ("slowlog-log-slower-than", "10000"),
    ("slowlog-max-len", "128"),
    ("latency-monitor-threshold", "0"),
    ("latency-tracking", "yes"),
    ("latency-tracking-info-percentiles", "50 99 99.9"),
    ("hz", "10"),
    ("dynamic-hz", "yes"),
    ("proto-max-bulk-len", "536870912"),
    ("client-query-buffer-limit", "1073741824"),
    ("busy-reply-threshold", "5000"),
    ("acl-pubsub-default", "resetchannels"),
    ("notify-keyspace-events", ""),
    ("activerehashing", "yes"),
    ("lazyfree-lazy-user-del", "no"),
    ("appendfsync", "everysec"),
    ("auto-aof-rewrite-percentage", "100"),
    ("hash-max-listpack-entries", "512"),
    ("list-max-listpack-size", "-2"),
    ("lfu-log-factor", "10"),
];

/// Parameters that a sequence may only read or fail to set.
pub(super) const FIXED_PARAMETERS: &[&str] = &[
    "maxmemory-clients",
    "repl-backlog-size",
    "lua-time-limit",
    "databases",
    "daemonize",
    "unixsocket",
    "supervised",
    "nosuch",
    "",
    "*",
    "m*",
    "*-log-*",
    "[st]*",
    "client-output-buffer-limit",
    "requirepass",
    "save",
    "dir",
];

/// The output buffer limits that undo what a sequence set.
pub(super) const OUTPUT_LIMITS: (&str, &str) = (
    "client-output-buffer-limit",
    "normal 0 0 0 replica 268435456 67108864 60 pubsub 33554432 8388608 60",
);

/// Fields of `CLIENT LIST` that differ between runs.
pub(super) const VOLATILE_FIELDS: &[&str] = &[
    "id",
    "addr",
    "laddr",
    "fd",
    "age",
    "idle",
    "qbuf",
    "qbuf-free",
    "argv-mem",
    "multi-mem",
    "rbs",
    "rbp",
    "obl",
    "oll",
    "omem",
    "tot-mem",
    "io-thread",
    "tot-net-in",
    "tot-net-out",
    "tot-cmds",
    "events",
];

/// Parameters that came after 8.2, which the servers that we compare with do not have.
pub(super) const LATER_PARAMETERS: &[&str] = &["stream-idmp-duration", "stream-idmp-maxsize"];

/// Parameters whose values belong to the machine or the process.
pub(super) const VOLATILE_PARAMETERS: &[&str] = &[
    "dir",
    "port",
    "bind",
    "logfile",
    "pidfile",
    "io-threads",
    "maxclients",
    "locale-collate",
    "syslog-ident",
    "proc-title-template",
    "oom-score-adj-values",
];
