//! Clients that watch very many keys.

use anyhow::{Context, Result, ensure};
use fanfare_protocol::decode::Value;
use fanfare_testkit::{Connection, Product, TestServer};

/// Keys that a client watches. (Whoever compares each with all others takes minutes, as Redis 8.2 does, and is not awaited.)
const KEYS: usize = 200_000;
const KEYS_PER_REQUEST: usize = 1000;

fn watch(client: &mut Connection) -> Result<()> {
    for first in (0..KEYS).step_by(KEYS_PER_REQUEST) {
        let keys = (first..first + KEYS_PER_REQUEST).map(|number| format!("stream:{number}"));
        let words: Vec<String> = std::iter::once("WATCH".to_owned()).chain(keys).collect();
        client.request(&words)?;
    }
    for _ in (0..KEYS).step_by(KEYS_PER_REQUEST) {
        client.expect(b"+OK\r\n")?;
    }
    Ok(())
}

/// Whether a transaction runs.
fn runs(client: &mut Connection) -> Result<bool> {
    client.call(&["MULTI"])?;
    client.call(&["PING"])?;
    Ok(client.call(&["EXEC"])? == Value::Array(vec![Value::Simple(b"PONG".to_vec())]))
}

#[test]
fn watching_many_streams_costs_no_more_for_each() -> Result<()> {
    for threads in ["1", "4"] {
        let server = TestServer::start(Product::Fanfare, &["--io-threads", threads])?;
        let (mut client, mut writer) = (server.connect()?, server.connect()?);
        watch(&mut client)?;
        ensure!(runs(&mut client)?, "nobody has changed a key");
        watch(&mut client)?;
        watch(&mut client)?;
        writer.call(&["XADD", &format!("stream:{}", KEYS - 1), "*", "n", "1"])?;
        ensure!(!runs(&mut client)?, "a watched stream has got an entry");
        watch(&mut client)?;
        client.call(&["UNWATCH"])?;
        writer.call(&["XADD", "stream:0", "*", "n", "1"])?;
        ensure!(runs(&mut client)?, "the stream is watched no longer");
        watch(&mut client)?;
        drop(client);
        // Who has gone watches nothing.
        let watching = || -> Result<bool> {
            let info = server.connect()?.call(&["INFO", "clients"])?;
            let text = String::from_utf8_lossy(info.as_bytes().context("no text")?).into_owned();
            Ok(!text.contains("\r\ntotal_watched_keys:0\r\n"))
        };
        while watching()? {}
    }
    Ok(())
}
