//! Plays a sequence on two servers at once and keeps what they reply.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::ops::Range;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use fanfare_protocol::RespVersion;

use super::make::THRESHOLDS;
use super::skim::reply_length;
use crate::connection::encode_request;
use crate::differential::sequence::{Action, Sequence, Word};
use crate::server::TestServer;

/// How long a reply may take. Nothing that is played waits longer than a few milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// Bytes asked for in one read.
const READ_BYTES: usize = 64 * 1024;

/// Replies in the order of their requests.
#[derive(Clone, Debug, Default)]
pub struct Replies {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Replies {
    /// How many.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of one.
    pub fn get(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }

    /// Whether every byte is the same.
    pub fn equals(&self, other: &Self) -> bool {
        self.bytes == other.bytes && self.ends == other.ends
    }

    /// How many begin as errors do.
    pub fn errors(&self) -> u64 {
        (0..self.len()).filter(|&index| self.get(index).first() == Some(&b'-')).count() as u64
    }

    /// Takes in what has come, as far as `missing` replies are whole.
    fn take_whole(&mut self, missing: &mut usize) -> Result<()> {
        while *missing > 0 {
            let start = self.ends.last().copied().unwrap_or(0);
            let Some(length) = reply_length(&self.bytes[start..])? else { return Ok(()) };
            self.ends.push(start + length);
            *missing -= 1;
        }
        Ok(())
    }
}

/// A server with the connections that play.
#[derive(Debug)]
pub struct Side {
    server: TestServer,
    streams: Vec<TcpStream>,
    /// Whether the last sequence changed parameters.
    is_altered: bool,
}

/// Requests that go to one connection together.
pub struct Batch {
    connection: usize,
    bytes: Vec<u8>,
    count: usize,
}

impl Batch {
    /// No request yet.
    pub fn new(connection: usize) -> Self {
        Self { connection, bytes: Vec::new(), count: 0 }
    }

    /// One more request.
    pub fn push<T: AsRef<[u8]>>(&mut self, words: &[T]) {
        self.bytes.extend(encode_request(words));
        self.count += 1;
    }
}

impl Side {
    /// Takes over a server.
    pub fn new(server: TestServer) -> Self {
        Self { server, streams: Vec::new(), is_altered: false }
    }

    /// The server.
    pub fn server(&self) -> &TestServer {
        &self.server
    }

    fn send(&mut self, batch: &Batch) -> Result<()> {
        while self.streams.len() <= batch.connection {
            let stream = TcpStream::connect(self.server.address())?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            self.streams.push(stream);
        }
        Ok(self.streams[batch.connection].write_all(&batch.bytes)?)
    }

    fn receive(&mut self, batch: &Batch, replies: &mut Replies) -> Result<()> {
        let mut missing = batch.count;
        let mut buffer = vec![0; READ_BYTES];
        loop {
            replies.take_whole(&mut missing)?;
            if missing == 0 {
                let whole = replies.ends.last().copied().unwrap_or(0);
                ensure!(replies.bytes.len() == whole, "more replies than requests");
                return Ok(());
            }
            let read = self.streams[batch.connection]
                .read(&mut buffer)
                .with_context(|| format!("{missing} of {} replies did not come", batch.count))?;
            if read == 0 {
                bail!(
                    "{} closed the connection:\n{}",
                    self.server.product().name(),
                    self.server.output()
                );
            }
            replies.bytes.extend_from_slice(&buffer[..read]);
        }
    }
}

/// Sends a batch to both servers and waits for their replies.
pub fn exchange(sides: &mut [Side], batch: &Batch, replies: &mut [Replies]) -> Result<()> {
    for side in &mut *sides {
        side.send(batch)?;
    }
    for (side, replies) in sides.iter_mut().zip(replies) {
        side.receive(batch, replies)
            .with_context(|| format!("on {}", side.server.product().name()))?;
    }
    Ok(())
}

/// Plays a sequence on every server from an empty keyspace on.
pub fn play(sides: &mut [Side], sequence: &Sequence) -> Result<Vec<Replies>> {
    for (connection, &version) in sequence.connections.iter().enumerate() {
        prepare(sides, connection, version)?;
    }
    restore_parameters(sides)?;
    let alters = sequence.steps.iter().any(|step| step.action.begins_with(&["CONFIG"]));
    sides.iter_mut().for_each(|side| side.is_altered = alters);
    let mut replies = vec![Replies::default(); sides.len()];
    for range in runs(sequence) {
        let mut batch = Batch::new(sequence.steps[range.start].connection);
        for step in &sequence.steps[range] {
            let Action::Request { words, .. } = &step.action else { bail!("only requests") };
            let words: Vec<&[u8]> = words.iter().map(bytes_of).collect();
            batch.push(&words);
        }
        exchange(sides, &batch, &mut replies)?;
    }
    Ok(replies)
}

/// Steps that follow each other on one connection.
fn runs(sequence: &Sequence) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for run in sequence.steps.chunk_by(|left, right| left.connection == right.connection) {
        runs.push(start..start + run.len());
        start += run.len();
    }
    runs
}

fn bytes_of(word: &Word) -> &[u8] {
    match word {
        Word::Bytes(bytes) => bytes,
        _ => b"",
    }
}

/// Makes a connection what it is at first, and the first one empties the server.
fn prepare(sides: &mut [Side], connection: usize, version: RespVersion) -> Result<()> {
    let mut batch = Batch::new(connection);
    batch.push(&["RESET"]);
    if connection == 0 {
        batch.push(&["FLUSHALL"]);
        batch.push(&["CONFIG", "RESETSTAT"]);
    }
    if version == RespVersion::Resp3 {
        batch.push(&["HELLO", "3"]);
    }
    let mut replies = vec![Replies::default(); sides.len()];
    exchange(sides, &batch, &mut replies)?;
    for replies in &replies {
        ensure!(replies.errors() == 0, "{}", replies.bytes.escape_ascii());
    }
    Ok(())
}

/// Gives parameters the values that Redis has. Older servers do not know all of them.
fn restore_parameters(sides: &mut [Side]) -> Result<()> {
    if sides.iter().any(|side| side.is_altered) {
        let mut batch = Batch::new(0);
        for (name, value) in THRESHOLDS {
            batch.push(&["CONFIG", "SET", name, value]);
        }
        exchange(sides, &batch, &mut vec![Replies::default(); sides.len()])?;
    }
    Ok(())
}
