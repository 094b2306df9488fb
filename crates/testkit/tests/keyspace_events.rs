//! Keyspace events of one key come in the order in which the key changed, whoever changed it.

use std::thread;

use anyhow::{Context, Result, ensure};
use fanfare_protocol::decode::Value;
use fanfare_testkit::{Connection, Product, TestServer};

const WRITERS: usize = 4;
const ROUNDS: usize = 1500;

/// Requests that are sent before the first reply is read.
const PIPELINE: usize = 10;

/// Each writer creates the key if it is not there, or deletes it if it is: so the key's events must alternate.
fn write(mut connection: Connection) -> Result<i64> {
    let mut changes = 0;
    for _ in 0..ROUNDS / PIPELINE {
        for _ in 0..PIPELINE {
            connection.request(&["SETNX", "key", "1"])?;
            connection.request(&["DEL", "key"])?;
        }
        for _ in 0..2 * PIPELINE {
            match connection.read_frame()?.value {
                Value::Integer(number) => changes += number,
                other => anyhow::bail!("a strange reply: {other:?}"),
            }
        }
    }
    Ok(changes)
}

/// The event that a message tells of.
fn event(message: &Value) -> Result<Vec<u8>> {
    let items = message.as_items().context("no message")?;
    ensure!(items[0].as_bytes() == Some(b"message".as_slice()), "no message: {message:?}");
    Ok(items[2].as_bytes().context("no payload")?.to_vec())
}

fn check(product: Product, threads: &str) -> Result<()> {
    let server = TestServer::start(product, &["--io-threads", threads])?;
    let mut control = server.connect()?;
    control.call(&["CONFIG", "SET", "notify-keyspace-events", "KA"])?;
    let mut listeners = Vec::new();
    for _ in 0..3 {
        let mut listener = server.connect()?;
        listener.call(&["SUBSCRIBE", "__keyspace@0__:key"])?;
        listeners.push(listener);
    }
    let writers: Result<Vec<_>> = (0..WRITERS)
        .map(|_| {
            let connection = server.connect()?;
            Ok(thread::spawn(move || write(connection)))
        })
        .collect();
    let mut changes = 0;
    for writer in writers? {
        changes += writer.join().expect("a writer")?;
    }
    ensure!(changes > 0, "nothing changed");
    for listener in &mut listeners {
        for number in 0..changes {
            let expected: &[u8] = if number % 2 == 0 { b"set" } else { b"del" };
            let heard = event(&listener.read_frame()?.value)?;
            ensure!(heard == expected, "event {number} is {}", heard.escape_ascii());
        }
    }
    Ok(())
}

#[test]
fn events_of_a_key_alternate_with_one_thread() -> Result<()> {
    check(Product::Fanfare, "1")
}

#[test]
fn events_of_a_key_alternate_with_four_threads() -> Result<()> {
    check(Product::Fanfare, "4")
}

/// What is demanded is what Redis gives.
#[test]
fn events_of_a_key_alternate_in_redis() -> Result<()> {
    check(Product::Redis82, "1")
}
