//! The rows of `suite` about data.

use super::command_table::by_name;
use super::commands::{Commands, Repetition};
use super::fill::Fill;
use super::readers::Readers;
use super::suite_rows::{Aim, Held, Row, RowWork, against_server};

const CPU_PER_REQUEST: &str = "server_cpu_ns_per_request";
const CPU_PER_DELIVERY: &str = "server_cpu_ns_per_delivery";

/// Bytes of a value.
const SIZE_BYTES: usize = 100;
/// Connections of the load.
const CLIENTS: usize = 50;
/// Keys, or members of one value, that requests are spread over.
const KEYS: u64 = 100_000;
/// Members of a large sorted set, and keys whose memory is measured.
const MANY: u64 = 1_000_000;
/// Clients that wait for one stream.
const READERS: usize = 1000;
/// Requests of a row.
const REQUESTS: u64 = 600_000;

/// Rows about data. `scale` makes those of speed shorter or longer.
pub(super) fn data_rows(scale: f64, threads: usize) -> Vec<Row> {
    let base = Repetition {
        clients: CLIENTS,
        requests: ((REQUESTS as f64 * scale) as u64).max(1),
        pipeline: 16,
        threads,
        keyspace: Some(KEYS),
        size_bytes: SIZE_BYTES,
    };
    let waiting = Repetition { pipeline: 1, requests: base.requests / 4 + 1, ..base };
    let transactions = Repetition { requests: base.requests / 6 + 1, ..base };
    let large = Repetition { keyspace: Some(MANY), ..base };
    let mut rows = vec![
        command("SET, pipeline 16", "set", base, 0.55),
        command("GET, pipeline 16", "get", base, 0.7),
        beside_responder(command("INCR, pipeline 16", "incr", base, 0.55)),
        beside_responder(command("LPUSH, pipeline 16", "lpush", base, 0.55)),
        command("RPOP, pipeline 16", "rpop", base, 0.55),
        command("ZADD, pipeline 16", "zadd", base, 0.55),
        command("HSET, pipeline 16", "hset", base, 0.55),
        command("SADD, pipeline 16", "sadd", base, 0.55),
        beside_responder(command("SET, pipeline 1", "set", waiting, 0.9)),
        command("GET, pipeline 1", "get", waiting, 0.9),
        command("MULTI of 5 SET, pipeline 16", "multi_5", transactions, 0.7),
        command("ZADD, 1,000,000 members", "zadd_again", large, 0.6),
        command("ZRANK, 1,000,000 members", "zrank", large, 0.6),
        memory("1,000,000 strings of 100 B", "string", 0.85),
        memory("1,000,000 hashes of 5 fields", "hash", 0.85),
        memory("1,000,000 lists of 5 elements", "list", 1.0),
        memory("1,000,000 sets of 5 members", "set", 1.0),
        memory("1,000,000 sets of 5 integers", "integer_set", 1.0),
        memory("1,000,000 sorted sets of 5 members", "sorted_set", 1.0),
    ];
    rows.extend(stream_rows(base));
    rows
}

fn stream_rows(base: Repetition) -> Vec<Row> {
    // One client: what it acknowledges is what it was given a moment before.
    let queue = Repetition { clients: 1, requests: base.requests / 6 + 1, ..base };
    let ranges = Repetition { pipeline: 1, requests: base.requests / 120 + 1, ..base };
    let readers =
        Readers { clients: READERS, entries: base.requests / 3000 + 1, size_bytes: SIZE_BYTES };
    vec![
        command("XADD, pipeline 16", "xadd", base, 0.55),
        command("XADD MAXLEN ~ 10000, pipeline 16", "xadd_maxlen", base, 0.55),
        command("XREADGROUP COUNT 10, pipeline 16", "xreadgroup_10", queue, 0.6),
        command("XREADGROUP COUNT 10 with XACK, pipeline 16", "xreadgroup_10_xack", queue, 0.6),
        command("XRANGE of 1,000 entries", "xrange_1000", ranges, 0.6),
        Row {
            name: "XREAD BLOCK, 1,000 clients wait for a stream",
            work: Box::new(readers),
            yardstick: None,
            aims: vec![against_server(CPU_PER_DELIVERY, 0.8)],
        },
        memory("1,000,000 stream entries of one field of 100 B", "stream_entry", 0.9),
        memory("1,000,000 stream entries of five fields", "stream_event", 0.9),
        memory("1,000,000 pending entries", "stream_pending", 0.7),
    ]
}

fn command(name: &'static str, test: &str, repetition: Repetition, bound: f64) -> Row {
    let test = by_name(test).expect("rows name tests of the table");
    Row {
        name,
        work: Box::new(Commands::new(test, repetition)),
        yardstick: None,
        aims: vec![against_server(CPU_PER_REQUEST, bound)],
    }
}

/// The row with one more figure: how far above the kernel's share the server is.
fn beside_responder(mut row: Row) -> Row {
    row.yardstick = Some(RowWork::Responder);
    row.aims.push(Aim {
        metric: CPU_PER_REQUEST,
        held: Held::AgainstYardstick { metric: CPU_PER_REQUEST, name: "bare responder" },
        bound: None,
    });
    row
}

fn memory(name: &'static str, kind: &str, bound: f64) -> Row {
    let fill = Fill::new(kind, MANY, SIZE_BYTES).expect("rows name kinds of the table");
    let aims = vec![against_server(fill.metric(), bound)];
    Row { name, work: Box::new(fill), yardstick: None, aims }
}
