//! Checks what many clients at once must never see, whatever the timing.
//!
//! - [`transfers`]: what is moved between keys is never seen twice or not at all.
//! - [`updates`]: `WATCH` lets no update be lost.
//! - [`history`]: single keys behave as if one request was run after the other.
//! - [`scans`]: a scan gives everything that was there from its beginning to its end.
//! - [`consumers`]: what blocked consumers wait for goes to one of them.
//! - [`queue`]: every group acknowledges every entry of a stream, whichever consumers die.
//!
//! Each run does a counted amount of work. A server that stops answering fails by
//! [`PATIENCE`](crate::connection::PATIENCE).

pub mod consumers;
pub mod history;
pub mod queue;
pub mod scans;
pub mod transfers;
pub mod updates;

use std::thread::{self, ScopedJoinHandle};

use anyhow::{Result, anyhow, bail, ensure};
use fanfare_protocol::decode::Value;

use crate::connection::{Connection, encode_request};

/// Runs requests as one transaction and gives the reply to `EXEC`.
fn transaction<T: AsRef<[u8]>>(connection: &mut Connection, requests: &[Vec<T>]) -> Result<Value> {
    let mut bytes = encode_request(&["MULTI"]);
    requests.iter().for_each(|request| bytes.extend(encode_request(request)));
    bytes.extend(encode_request(&["EXEC"]));
    connection.send(&bytes)?;
    for _ in 0..=requests.len() {
        let reply = connection.read_frame()?.value;
        ensure!(!matches!(reply, Value::Error(_)), "a request was refused: {reply:?}");
    }
    Ok(connection.read_frame()?.value)
}

/// A reply that is an integer, or text that says one.
fn integer(value: &Value) -> Result<i64> {
    if let Some(number) = value.as_integer() {
        return Ok(number);
    }
    match value.as_bytes().and_then(fanfare_stdx::number::parse_i64) {
        Some(number) => Ok(number),
        None => bail!("{value:?} is no integer"),
    }
}

/// Runs `work` on threads numbered from zero, and gives what they give.
fn on_threads<T: Send>(count: usize, work: impl Fn(usize) -> Result<T> + Sync) -> Result<Vec<T>> {
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|number| scope.spawn(move || work(number))).collect();
        threads.into_iter().map(joined).collect()
    })
}

/// What a thread gives.
fn joined<T>(thread: ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    thread.join().map_err(|_| anyhow!("a thread panicked"))?
}
