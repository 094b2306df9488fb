//! As many connections as the machine's limits allow, up to 15,000.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use fanfare_protocol::decode::Value;
use fanfare_testkit::connection::PATIENCE;
use fanfare_testkit::{Connection, Product, TestServer};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What the project promises to hold.
const CONNECTIONS_MAX: usize = 15_000;

/// Files that a process needs besides connections.
const OTHER_FILES: u64 = 500;

/// Connections opened before the first of them is read.
const BATCH: usize = 250;

/// Raises our own limit and says how many connections fit below it.
fn connections_possible() -> Result<usize> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?;
    let files = limit.maximum.unwrap_or(u64::MAX);
    Ok(usize::try_from(files.saturating_sub(OTHER_FILES))?.min(CONNECTIONS_MAX))
}

#[test]
fn thousands_of_subscribers_hear_one_message() -> Result<()> {
    let wanted = connections_possible()?;
    println!("{wanted} connections");
    let maxclients = (wanted + 10).to_string();
    let server = TestServer::start(Product::Fanfare, &["--maxclients", &maxclients])?;
    let mut control = server.connect()?;
    let mut subscribers: Vec<Connection> = Vec::with_capacity(wanted);
    while subscribers.len() < wanted {
        let first = subscribers.len();
        for _ in first..(first + BATCH).min(wanted) {
            let mut subscriber = server.connect()?;
            subscriber.send(b"SUBSCRIBE news\r\n")?;
            subscribers.push(subscriber);
        }
        for subscriber in &mut subscribers[first..] {
            subscriber.expect(b"*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n")?;
        }
    }
    assert_eq!(control.call(&["PUBLISH", "news", "hello"])?, Value::Integer(wanted as i64));
    for (number, subscriber) in subscribers.iter_mut().enumerate() {
        subscriber
            .expect(b"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n")
            .with_context(|| format!("subscriber {number}"))?;
    }
    drop(subscribers);
    // To publish meanwhile would keep the server busy with those who are gone.
    let end = Instant::now() + PATIENCE;
    loop {
        let counts = control.call(&["PUBSUB", "NUMSUB", "news"])?;
        if counts.as_items().is_some_and(|items| items[1] == Value::Integer(0)) {
            break;
        }
        ensure!(Instant::now() < end, "{counts:?}, though all are gone");
    }
    assert_eq!(control.call(&["PUBLISH", "news", "anybody"])?, Value::Integer(0));
    Ok(())
}
