//! `fill`: what a server's memory grows by for each key of many.

use anyhow::{Context, Result};

use super::prepare::{Extent, Prepare, owned, prepare};
use super::progress::Progress;
use super::runner::{Outcome, Work, compare, deliver};
use crate::load::{KeyOrder, RequestPlan, run_requests};
use crate::options::FillCommand;
use crate::report::Measurement;
use crate::target::Server;

/// Requests sent before waiting for their replies.
const PIPELINE: usize = 16;

/// Values to store, one under each key unless it says otherwise.
#[derive(Debug)]
struct Kind {
    name: &'static str,
    /// What is sent before memory is looked at.
    prepare: &'static [Prepare],
    arguments: &'static [&'static str],
    /// How many of what is counted each request stores.
    per_request: u64,
    /// The figure of what one of them takes.
    metric: &'static str,
}

const fn kind(name: &'static str, arguments: &'static [&'static str]) -> Kind {
    Kind { name, prepare: &[], arguments, per_request: 1, metric: "resident_bytes_per_key" }
}

/// Entries of one stream.
const fn entries(name: &'static str, arguments: &'static [&'static str]) -> Kind {
    Kind { metric: "resident_bytes_per_entry", ..kind(name, arguments) }
}

/// Keys have 16 bytes; collections have five elements. (A key number stands once in a request: each is drawn anew.)
const KINDS: &[Kind] = &[
    kind("string", &["SET", "key:{key}", "{data}"]),
    kind("list", &["RPUSH", "key:{key}", "one", "two", "three", "four", "five"]),
    kind("set", &["SADD", "key:{key}", "one", "two", "three", "four", "five"]),
    kind("integer_set", &["SADD", "key:{key}", "1", "22", "333", "4444", "55555"]),
    kind(
        "hash",
        &[
            "HSET",
            "key:{key}",
            "name",
            "Ada Lovelace",
            "age",
            "42",
            "city",
            "Amsterdam",
            "score",
            "1.5",
            "active",
            "yes",
        ],
    ),
    kind(
        "sorted_set",
        &["ZADD", "key:{key}", "1", "one", "2.5", "two", "3", "three", "4", "four", "5", "five"],
    ),
    entries("stream_entry", &["XADD", "stream", "*", "field", "{data}"]),
    entries(
        "stream_event",
        &[
            "XADD",
            "stream",
            "*",
            "type",
            "page_view",
            "user",
            "{key}",
            "path",
            "/products/42",
            "status",
            "200",
            "ms",
            "17",
        ],
    ),
    Kind {
        prepare: &[
            Prepare::Times(1, &["XGROUP", "CREATE", "stream", "group", "0", "MKSTREAM"]),
            Prepare::EachRequest(10, &["XADD", "stream", "*", "n", "1"]),
        ],
        per_request: 10,
        metric: "resident_bytes_per_pending_entry",
        ..kind(
            "stream_pending",
            &["XREADGROUP", "GROUP", "group", "one", "COUNT", "10", "STREAMS", "stream", ">"],
        )
    },
];

/// Keys with one kind of value, or what else a kind counts.
#[derive(Clone, Debug)]
pub(crate) struct Fill {
    kind: &'static Kind,
    keys: u64,
    size_bytes: usize,
}

impl Fill {
    /// So many keys of a kind; strings have `size_bytes`.
    pub(crate) fn new(kind: &str, keys: u64, size_bytes: usize) -> Result<Self> {
        let known = || KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
        let found = KINDS.iter().find(|one| one.name == kind);
        let kind = found.with_context(|| {
            format!("there is no kind of value `{kind}`; known are {}", known())
        })?;
        Ok(Self { kind, keys: keys.max(1), size_bytes })
    }

    /// The figure that it is about.
    pub(crate) fn metric(&self) -> &'static str {
        self.kind.metric
    }
}

/// Runs `fill`: a report per kind.
pub(crate) fn run(command: &FillCommand) -> Result<Outcome> {
    let servers = command.setup.servers()?;
    let all: Vec<String> = KINDS.iter().map(|kind| kind.name.to_owned()).collect();
    let kinds = if command.kinds.is_empty() { &all } else { &command.kinds };
    let mut comparisons = Vec::new();
    for kind in kinds {
        let work = Fill::new(kind, command.keys, command.size)?;
        comparisons.push(compare(&command.setup, &servers, &work)?);
    }
    deliver(&command.setup, &comparisons)?;
    Ok(Outcome::Passed)
}

impl Work for Fill {
    fn title(&self) -> String {
        format!("fill: {} keys, each a {}", self.keys, self.kind.name.replace('_', " "))
    }

    fn options(&self) -> Vec<(&'static str, String)> {
        vec![
            ("kind", self.kind.name.to_owned()),
            ("keys", self.keys.to_string()),
            ("size_bytes", self.size_bytes.to_string()),
        ]
    }

    fn round(&self, server: &Server, progress: &Progress) -> Result<Measurement> {
        let plan = RequestPlan {
            clients: 1,
            requests: self.keys.div_ceil(self.kind.per_request),
            pipeline: PIPELINE,
            threads: 1,
            keyspace: Some(self.keys),
            key_order: KeyOrder::Counted,
            arguments: owned(self.kind.arguments),
            data: vec![b'x'; self.size_bytes],
        };
        let extent = Extent { keys: self.keys, requests: plan.requests };
        prepare(server, self.kind.prepare, extent, &plan.data)?;
        let before = server.resident_bytes()?;
        let result = run_requests(server, &plan, |counters, elapsed| {
            progress.counters(counters, elapsed);
        })?;
        let after = server.resident_bytes()?;
        let mut figures = Measurement::default();
        figures.set("requests", result.requests as f64);
        figures.set("errors", result.errors as f64);
        figures.set("resident_before_bytes", before as f64);
        figures.set("resident_after_bytes", after as f64);
        figures.set(self.kind.metric, (after as f64 - before as f64) / self.keys as f64);
        Ok(figures)
    }
}
