//! Keys that go by themselves, for want of time or of memory, and commands that are refused for want of memory.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use fanfare_protocol::decode::Value;
use fanfare_testkit::connection::PATIENCE;
use fanfare_testkit::{Connection, Product, TestServer};

const KEYS: usize = 2000;
/// Requests that are sent before the first reply is read.
const PIPELINE: usize = 100;
const VALUE_BYTES: usize = 1000;

fn start(product: Product, threads: &str) -> Result<TestServer> {
    TestServer::start(product, &["--io-threads", threads, "--enable-debug-command", "yes"])
}

/// A number of `INFO`.
fn figure(connection: &mut Connection, name: &str) -> Result<u64> {
    let reply = connection.call(&["INFO", "everything"])?;
    let text = String::from_utf8_lossy(reply.as_bytes().context("no text")?).into_owned();
    let mut values = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    values.next().and_then(|value| value.parse().ok()).with_context(|| format!("no {name}"))
}

/// What is in use, without what the allocator keeps at hand for the client's thread.
fn used_memory(connection: &mut Connection) -> Result<u64> {
    ensure!(connection.call(&["MEMORY", "PURGE"])?.as_bytes() == Some(b"OK"), "not purged");
    figure(connection, "used_memory")
}

/// A client that hears all events of a class.
fn listener(server: &TestServer, class: &str, event: &str) -> Result<Connection> {
    let mut control = server.connect()?;
    control.call(&["CONFIG", "SET", "notify-keyspace-events", &format!("E{class}")])?;
    let mut listener = server.connect()?;
    listener.call(&["PSUBSCRIBE", &format!("__keyevent@*__:{event}")])?;
    Ok(listener)
}

/// Sets keys with these further arguments, and expects every reply to be `OK`.
fn fill(connection: &mut Connection, keys: usize, options: &[&str]) -> Result<()> {
    let value = "x".repeat(VALUE_BYTES);
    for first in (0..keys).step_by(PIPELINE) {
        for number in first..first + PIPELINE {
            let name = format!("key:{number}");
            let mut request = vec!["SET", &name, &value];
            request.extend(options);
            connection.request(&request)?;
        }
        for _ in 0..PIPELINE {
            connection.expect(b"+OK\r\n")?;
        }
    }
    Ok(())
}

fn keys_expire_unasked(product: Product, threads: &str) -> Result<()> {
    let server = start(product, threads)?;
    let mut client = server.connect()?;
    let mut listener = listener(&server, "x", "expired")?;
    client.call(&["DEBUG", "SET-ACTIVE-EXPIRE", "0"])?;
    fill(&mut client, KEYS, &["PX", "1"])?;
    client.call(&["SET", "stays", "1"])?;
    client.call(&["DEBUG", "SET-ACTIVE-EXPIRE", "1"])?;
    let mut names = std::collections::BTreeSet::new();
    for _ in 0..KEYS {
        let message = listener.read_frame()?.value;
        let items = message.as_items().context("no message")?;
        let name = items[3].as_bytes().context("no key")?;
        ensure!(names.insert(name.to_vec()), "{} expired twice", name.escape_ascii());
    }
    ensure!(client.call(&["DBSIZE"])? == Value::Integer(1), "some are left");
    ensure!(figure(&mut client, "expired_keys")? == KEYS as u64, "others expired");
    Ok(())
}

fn keys_are_evicted(product: Product, threads: &str) -> Result<()> {
    const SETS: usize = 10_000;
    let server = start(product, threads)?;
    let mut client = server.connect()?;
    let mut listener = listener(&server, "e", "evicted")?;
    let limit = figure(&mut client, "used_memory")? + (KEYS * VALUE_BYTES) as u64;
    client.call(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"])?;
    client.call(&["CONFIG", "SET", "maxmemory", &limit.to_string()])?;
    fill(&mut client, SETS, &[])?;
    client.call(&["CONFIG", "SET", "maxmemory", "0"])?;
    let evicted = figure(&mut client, "evicted_keys")?;
    let left = client.call(&["DBSIZE"])?;
    ensure!(evicted > (SETS / 2) as u64, "only {evicted} went");
    ensure!(left == Value::Integer((SETS as u64 - evicted) as i64), "{left:?} and {evicted}");
    for _ in 0..evicted {
        let message = listener.read_frame()?.value;
        let items = message.as_items().context("no message")?;
        ensure!(items[2].as_bytes() == Some(b"__keyevent@0__:evicted".as_slice()), "{items:?}");
    }
    Ok(())
}

fn commands_are_refused(product: Product, threads: &str) -> Result<()> {
    const REFUSED: &[u8] = b"-OOM command not allowed when used memory > 'maxmemory'.\r\n";
    let server = start(product, threads)?;
    let (mut client, mut control) = (server.connect()?, server.connect()?);
    let mut limit = |bytes: &str| control.call(&["CONFIG", "SET", "maxmemory", bytes]);
    let mut exchange = |words: &[&str], expected: &[u8]| -> Result<()> {
        client.request(words)?;
        client.expect(expected).with_context(|| format!("{words:?}"))
    };
    exchange(&["SET", "a", "1"], b"+OK\r\n")?;
    limit("1")?;
    exchange(&["SET", "a", "2"], REFUSED)?;
    exchange(&["GET", "a"], b"$1\r\n1\r\n")?;
    exchange(&["PUBLISH", "a", "b"], b":0\r\n")?;
    exchange(&["MULTI"], b"+OK\r\n")?;
    exchange(&["SET", "a", "3"], REFUSED)?;
    exchange(&["GET", "a"], b"+QUEUED\r\n")?;
    let aborted = b"-EXECABORT Transaction discarded because of previous errors.\r\n";
    exchange(&["EXEC"], aborted)?;
    exchange(&["MULTI"], b"+OK\r\n")?;
    exchange(&["GET", "a"], b"+QUEUED\r\n")?;
    exchange(&["EXEC"], b"*1\r\n$1\r\n1\r\n")?;
    limit("0")?;
    exchange(&["MULTI"], b"+OK\r\n")?;
    exchange(&["SET", "a", "4"], b"+QUEUED\r\n")?;
    limit("1")?;
    let aborted = b"-EXECABORT Transaction discarded because of: OOM command not allowed when \
                    used memory > 'maxmemory'.\r\n";
    exchange(&["EXEC"], aborted)?;
    exchange(&["EXEC"], b"-ERR EXEC without MULTI\r\n")?;
    exchange(&["DEL", "a"], b":1\r\n")?;
    limit("0")?;
    exchange(&["SET", "a", "5"], b"+OK\r\n")
}

fn large_flushes_reach_the_background(product: Product, threads: &str) -> Result<()> {
    let server = start(product, threads)?;
    let mut client = server.connect()?;
    fill(&mut client, KEYS, &[])?;
    client.call(&["FLUSHALL", "ASYNC"])?;
    ensure!(client.call(&["DBSIZE"])? == Value::Integer(0), "some are left");
    while figure(&mut client, "lazyfree_pending_objects")? > 0 {}
    ensure!(figure(&mut client, "lazyfreed_objects")? == KEYS as u64, "others were freed");
    Ok(())
}

/// What waits for subscribers that do not read is not data: it drives none out, and does not make room for more. Redis
/// counts it as data.
fn output_is_not_data(threads: &str) -> Result<()> {
    const SUBSCRIBERS: usize = 30;
    const MESSAGES: usize = 600;
    let server = start(Product::Fanfare, threads)?;
    let (mut client, mut control) = (server.connect()?, server.connect()?);
    client.call(&["CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 0 0"])?;
    let mut silent = Vec::new();
    for _ in 0..SUBSCRIBERS {
        let mut subscriber = server.connect()?;
        subscriber.call(&["SUBSCRIBE", "news"])?;
        silent.push(subscriber);
    }
    fill(&mut client, KEYS, &[])?;
    client.call(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"])?;
    let limit = figure(&mut control, "used_memory")? + 4_000_000;
    client.call(&["CONFIG", "SET", "maxmemory", &limit.to_string()])?;
    for length in [1_000, 30_000] {
        let message = "x".repeat(length);
        for _ in 0..MESSAGES {
            client.request(&["PUBLISH", "news", &message])?;
        }
        for _ in 0..MESSAGES {
            client.expect(format!(":{SUBSCRIBERS}\r\n").as_bytes())?;
        }
        client.call(&["SET", "one", "more"])?;
    }
    let evicted = figure(&mut control, "evicted_keys")?;
    ensure!(evicted == 0, "{evicted} keys went for output");
    // The output is far more than the limit leaves; what is set now must push other keys out.
    fill(&mut client, 10_000, &[])?;
    let evicted = figure(&mut control, "evicted_keys")?;
    ensure!(evicted > 1_000, "only {evicted} keys went");
    Ok(())
}

/// Databases that nobody used take nothing, whatever is done to all.
fn unused_databases_take_no_memory(threads: &str) -> Result<()> {
    let options = ["--io-threads", threads, "--databases", "10000"];
    let server = TestServer::start(Product::Fanfare, &options)?;
    let mut client = server.connect()?;
    client.call(&["SET", "a", "1"])?;
    let before = figure(&mut client, "used_memory")?;
    client.call(&["FLUSHALL"])?;
    client.call(&["SWAPDB", "9000", "9999"])?;
    let after = figure(&mut client, "used_memory")?;
    // Ten thousand parts in every shard would take a hundred times as much.
    ensure!(after < before + 1_000_000, "{before} to {after}");
    Ok(())
}

/// Time counts while memory is over its limit, from the first command that finds it so.
fn excess_is_timed(product: Product, threads: &str) -> Result<()> {
    const CURRENT: &str = "current_eviction_exceeded_time";
    const TOTAL: &str = "total_eviction_exceeded_time";
    let server = start(product, threads)?;
    let mut client = server.connect()?;
    ensure!(figure(&mut client, TOTAL)? == 0, "it was over its limit before there was one");
    client.call(&["CONFIG", "SET", "maxmemory", "1"])?;
    client.call(&["SET", "a", "1"])?;
    while figure(&mut client, CURRENT)? < 5 {}
    ensure!(figure(&mut client, TOTAL)? >= 5, "the total leaves out what lasts");
    client.call(&["CONFIG", "SET", "maxmemory", "1gb"])?;
    client.call(&["SET", "a", "1"])?;
    ensure!(figure(&mut client, CURRENT)? == 0, "there is room now");
    ensure!(figure(&mut client, TOTAL)? >= 5, "the total forgets");
    client.call(&["CONFIG", "RESETSTAT"])?;
    ensure!(figure(&mut client, TOTAL)? == 0, "the total stays");
    Ok(())
}

/// Adds elements to the key `big`, in requests of many.
fn grow(connection: &mut Connection, command: &str, count: usize) -> Result<()> {
    const BATCH: usize = 1000;
    for first in (0..count).step_by(BATCH) {
        let numbers = first..first + BATCH;
        let element = |number: usize| match command {
            "HSET" => vec![format!("element:{number}"), "value".to_owned()],
            "ZADD" => vec![number.to_string(), format!("element:{number}")],
            "XADD" => vec!["field".to_owned(), format!("element:{number}")],
            _ => vec![format!("element:{number}")],
        };
        let elements: Vec<Vec<String>> = numbers.map(element).collect();
        let start =
            if command == "XADD" { vec![command, "big", "*"] } else { vec![command, "big"] };
        // Of a stream's entry each field would be one more to keep, so each is an entry.
        let requests = if command == "XADD" { elements } else { vec![elements.concat()] };
        for request in &requests {
            let words = start.iter().copied().chain(request.iter().map(String::as_str));
            connection.request(&words.collect::<Vec<_>>())?;
        }
        for _ in &requests {
            connection.read_frame()?;
        }
    }
    Ok(())
}

/// Memory that a huge value takes is given back, whether it goes at once or element by element. `drain` leaves few elements.
fn memory_comes_back(threads: &str, grows_by: &str, drain: &str) -> Result<()> {
    const ELEMENTS: usize = 200_000;
    let drain: Vec<&str> = drain.split(' ').collect();
    let server = start(Product::Fanfare, threads)?;
    let mut client = server.connect()?;
    // First calls of commands make their histograms, which stay.
    grow(&mut client, grows_by, 1)?;
    for words in [&drain[..], &["DEL", "big"], &["INFO"]] {
        client.request(words)?;
        client.read_frame()?;
    }
    let empty = used_memory(&mut client)?;
    grow(&mut client, grows_by, ELEMENTS)?;
    let full = used_memory(&mut client)?;
    ensure!(full - empty > (ELEMENTS * 10) as u64, "{grows_by}: {empty} to {full}");
    let usage = client.call(&["MEMORY", "USAGE", "big", "SAMPLES", "0"])?;
    let usage = usage.as_integer().context("no number")? as u64;
    // Of a stream it is an estimate.
    let off = usage.abs_diff(full - empty);
    ensure!(off < 400_000, "{grows_by}: {usage} of {empty} to {full}");
    let nearly_empty = empty + (full - empty) / 20;
    client.request(&drain)?;
    client.read_frame()?;
    let rest = client.call(&["DEBUG", "OBJECT", "big"])?;
    ensure!(!matches!(rest, Value::Error(_)), "{} left nothing: {rest:?}", drain[0]);
    let drained = used_memory(&mut client)?;
    ensure!(drained < nearly_empty, "{}: {drained} of {full}, and {empty} before", drain[0]);
    grow(&mut client, grows_by, ELEMENTS)?;
    // `lazyfree-lazy-user-del` is off: a huge value is not freed before the reply all the same.
    client.call(&["DEL", "big"])?;
    while figure(&mut client, "lazyfree_pending_objects")? > 0 {}
    let freed = figure(&mut client, "lazyfreed_objects")?;
    // The elements of lists and streams stand in few nodes, which are soon freed.
    let expected = u64::from(matches!(grows_by, "SADD" | "HSET" | "ZADD"));
    ensure!(freed == expected, "{grows_by}: {freed} values were freed in the background");
    let gone = used_memory(&mut client)?;
    ensure!(gone < nearly_empty, "DEL: {gone} of {full}, and {empty} before");
    Ok(())
}

/// Lists that a large request or transaction took are not kept, nor what was to be told of many keys.
fn lists_come_back(threads: &str) -> Result<()> {
    const KEYS_OF_ONE: usize = 100_000;
    const KEPT_BYTES_MAX: u64 = 400_000;
    let server = start(Product::Fanfare, threads)?;
    let mut client = server.connect()?;
    let names: Vec<String> = (0..KEYS_OF_ONE).map(|number| format!("none:{number}")).collect();
    let words = |command: &'static str| -> Vec<&str> {
        [command].into_iter().chain(names.iter().map(String::as_str)).collect()
    };
    let (delete, count) = (words("DEL"), words("EXISTS"));
    let steps: [&[&[&str]]; 3] = [
        &[&delete],
        &[&["MULTI"], &delete, &["EXEC"]],
        &[&["CONFIG", "SET", "notify-keyspace-events", "KEAm"], &count],
    ];
    // First calls of commands make their histograms, which stay.
    let first = [&["DEL", "a"][..], &["EXISTS", "a"], &["MULTI"], &["PING"], &["EXEC"], &["INFO"]];
    for request in first {
        client.call(request)?;
    }
    let before = used_memory(&mut client)?;
    for (number, requests) in steps.iter().enumerate() {
        for request in *requests {
            let reply = client.call(request)?;
            ensure!(!matches!(reply, Value::Error(_)), "step {number}: {reply:?}");
        }
        let kept = used_memory(&mut client)?.saturating_sub(before);
        ensure!(kept < KEPT_BYTES_MAX, "step {number} with {threads} threads: {kept} bytes stay");
    }
    Ok(())
}

/// What the server says that it takes is what its allocator says, within a fiftieth.
fn used_memory_is_the_allocators(threads: &str) -> Result<()> {
    let server = start(Product::Fanfare, threads)?;
    let mut client = server.connect()?;
    // The text itself takes some hundred kilobytes while it is written.
    for keys in [10 * KEYS, 20 * KEYS] {
        fill(&mut client, keys, &[])?;
        let used = figure(&mut client, "used_memory")?;
        let reply = client.call(&["MEMORY", "MALLOC-STATS"])?;
        let text = String::from_utf8_lossy(reply.as_bytes().context("no text")?).into_owned();
        let allocated = text.lines().find_map(|line| line.strip_prefix("Allocated: "));
        let digits = allocated.and_then(|rest| rest.split(',').next()).context(text.clone())?;
        let allocated: u64 = digits.parse()?;
        ensure!(used.abs_diff(allocated) * 50 <= allocated, "{used} of {allocated}, {keys} keys");
        ensure!(used > (keys * VALUE_BYTES) as u64, "{used} for {keys} keys");
    }
    Ok(())
}

/// A client whose transaction, or whose watched keys, take more than clients may is closed; others are not. (Redis does not
/// count the watched keys themselves.)
fn large_transactions_are_closed(product: Product, threads: &str) -> Result<()> {
    let megabyte = "x".repeat(1 << 20);
    // The last number is how many are well within the limit. The shards keep the watched keys, too.
    let queues = ("MULTI", ["SET", "k", &megabyte], 15);
    let watches = ("PING", ["WATCH", "k", &megabyte], 7);
    let kinds = if product == Product::Fanfare { vec![queues, watches] } else { vec![queues] };
    for (first, request, few) in kinds {
        let options = ["--io-threads", threads, "--maxmemory-clients", "20mb"];
        let server = TestServer::start(product, &options)?;
        let mut other = server.connect()?;
        other.call(&["SET", "k", "1"])?;
        let mut client = server.connect()?;
        client.call(&[first])?;
        for number in 0..few {
            let name = format!("{number}{}", request[2]);
            client.call(&[request[0], request[1], &name])?;
        }
        ensure!(figure(&mut other, "evicted_clients")? == 0, "{first}: closed too soon");
        for number in few..30 {
            let name = format!("{number}{}", request[2]);
            // It may be closed already.
            if client.call(&[request[0], request[1], &name]).is_err() {
                break;
            }
        }
        // What the server had not read yet makes the end an error.
        if let Ok(rest) = client.read_until_closed() {
            ensure!(rest.is_empty(), "{first}: {}", rest.escape_ascii());
        }
        ensure!(figure(&mut other, "evicted_clients")? == 1, "{first}: not evicted");
        ensure!(other.call(&["GET", "k"])?.as_bytes() == Some(b"1"), "{first}: the data");
    }
    Ok(())
}

/// The arguments of a request whose end has not come are memory of its client.
fn incomplete_requests_are_counted(product: Product, threads: &str) -> Result<()> {
    const ARGUMENTS: usize = 900_000;
    // More than the bytes that are sent, less than these and a list of where each argument is.
    let options = ["--io-threads", threads, "--maxmemory-clients", "7mb"];
    let server = TestServer::start(product, &options)?;
    let (mut client, mut other) = (server.connect()?, server.connect()?);
    client.send(format!("*{}\r\n", ARGUMENTS + 1).as_bytes())?;
    let _closed_already = client.send(&b"$1\r\na\r\n".repeat(ARGUMENTS));
    let end = Instant::now() + PATIENCE;
    while figure(&mut other, "evicted_clients")? == 0 {
        ensure!(Instant::now() < end, "not evicted");
    }
    Ok(())
}

/// What is demanded is what Redis gives.
fn with_all(check: fn(Product, &str) -> Result<()>) -> Result<()> {
    for (product, threads) in
        [(Product::Redis82, "1"), (Product::Fanfare, "1"), (Product::Fanfare, "4")]
    {
        check(product, threads).with_context(|| format!("{} with {threads}", product.name()))?;
    }
    Ok(())
}

#[test]
fn keys_whose_time_has_come_go_unasked() -> Result<()> {
    with_all(keys_expire_unasked)
}

#[test]
fn keys_go_when_memory_is_short() -> Result<()> {
    with_all(keys_are_evicted)
}

#[test]
fn commands_that_take_memory_are_refused_when_none_is_left() -> Result<()> {
    with_all(commands_are_refused)
}

#[test]
fn a_flush_in_the_background_frees_all_keys() -> Result<()> {
    with_all(large_flushes_reach_the_background)
}

#[test]
fn the_time_over_the_limit_is_told() -> Result<()> {
    with_all(excess_is_timed)
}

#[test]
fn huge_values_give_their_memory_back() -> Result<()> {
    let names: Vec<String> = (0..199_980).map(|number| format!("element:{number}")).collect();
    let fields = format!("HDEL big {}", names.join(" "));
    let kinds = [
        ("SADD", "SPOP big 199980"),
        ("HSET", &fields),
        ("RPUSH", "LPOP big 199980"),
        ("LPUSH", "BLMPOP 0 1 big LEFT COUNT 199980"),
        ("ZADD", "ZPOPMAX big 199980"),
        ("ZADD", "BZMPOP 0 1 big MIN COUNT 199980"),
        ("XADD", "XTRIM big MAXLEN 20"),
    ];
    for (grows_by, drain) in kinds {
        memory_comes_back("1", grows_by, drain)?;
        memory_comes_back("4", grows_by, drain)?;
    }
    Ok(())
}

#[test]
fn what_large_requests_take_comes_back() -> Result<()> {
    lists_come_back("1")?;
    lists_come_back("4")
}

#[test]
fn the_memory_in_use_is_what_the_allocator_says() -> Result<()> {
    used_memory_is_the_allocators("1")?;
    used_memory_is_the_allocators("4")
}

#[test]
fn clients_with_large_transactions_are_closed() -> Result<()> {
    large_transactions_are_closed(Product::Redis82, "1")?;
    large_transactions_are_closed(Product::Fanfare, "1")?;
    large_transactions_are_closed(Product::Fanfare, "4")
}

#[test]
fn clients_with_large_incomplete_requests_are_closed() -> Result<()> {
    incomplete_requests_are_counted(Product::Redis82, "1")?;
    incomplete_requests_are_counted(Product::Fanfare, "1")?;
    incomplete_requests_are_counted(Product::Fanfare, "4")
}

#[test]
fn output_drives_out_no_data_and_makes_no_room() -> Result<()> {
    output_is_not_data("1")?;
    output_is_not_data("4")
}

#[test]
fn a_flush_makes_no_databases() -> Result<()> {
    unused_databases_take_no_memory("1")?;
    unused_databases_take_no_memory("4")
}
