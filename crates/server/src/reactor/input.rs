//! Reads sockets, and takes requests out of the bytes.
//!
//! Bytes go to the reactor's buffer; a connection keeps only what could not be run yet. A long argument is read
//! straight into memory of its own.

use std::io::{self, Read};
use std::ops::Range;
use std::time::{Duration, Instant};

use fanfare_net::Socket;
use fanfare_protocol::{Parsed, ProtocolError, RequestParser};

use super::ahead::Ahead;
use super::core::{ConnectionKey, Reactor};
use super::run::Ran;
use crate::host::log::{self, Level};
use crate::observe::Counter;
use crate::session::PendingInput;

/// What one read can bring.
pub(super) const READ_BUFFER_BYTES: usize = 64 * 1024;
/// How long input is taken before waiting output gets its turn.
const INPUT_SLICE: Duration = Duration::from_micros(300);
/// Most reads from one connection before the others get their turn.
const READS_PER_TURN_MAX: usize = 16;

/// What became of a read.
pub(super) enum ReadOutcome {
    /// The socket may have more.
    More,
    /// The socket is empty for now, or the connection takes no requests.
    Drained,
    /// The peer has closed, or the connection broke.
    Closed,
}

impl Reactor {
    /// A connection may have input.
    pub(super) fn note_readable(&mut self, key: ConnectionKey) {
        let connection = &mut self.connections[key as usize];
        if !connection.is_readable {
            connection.is_readable = true;
            self.readable.push_back(key);
        }
    }

    /// Reads and runs what has come, for one slice of time at most.
    pub(super) fn read(&mut self) {
        if self.readable.is_empty() || self.shared.is_congested(self.id) {
            return;
        }
        self.clock.tick();
        let end = self.now() + INPUT_SLICE;
        for _ in 0..self.readable.len() {
            let Some(key) = self.readable.pop_front() else { break };
            let known = self.connections.get_mut(key as usize);
            let Some(connection) = known.filter(|one| one.is_readable) else { continue };
            connection.is_readable = false;
            if connection.input.is_none() && connection.takes_requests() {
                self.read_part(key, end);
            } else if connection.takes_requests() {
                // It reads into the same buffer.
                self.run_parts(end);
                self.read_connection(key, end);
            }
            if self.now() >= end {
                break;
            }
        }
        self.run_parts(end);
    }

    /// Reads and runs what has come on one connection, with what waits of it before.
    pub(super) fn read_connection(&mut self, key: ConnectionKey, end: Instant) {
        // What waited behind a parked request comes first.
        if let Some(pending) = self.take_runnable_input(key) {
            self.run_pending(key, *pending);
        }
        for _ in 0..READS_PER_TURN_MAX {
            if !self.connections[key as usize].takes_requests() {
                return;
            }
            match self.read_once(key) {
                ReadOutcome::More => {}
                ReadOutcome::Drained => return,
                ReadOutcome::Closed => return self.end_input(key),
            }
            if self.now() >= end {
                break;
            }
        }
        self.note_readable(key);
    }

    /// A connection brings nothing more.
    pub(super) fn end_input(&mut self, key: ConnectionKey) {
        if log::process().writes(Level::Verbose) {
            log::verbose(format_args!("Client closed connection {}", self.describe(key)));
        }
        self.end_after_output(key);
    }

    /// Waiting input, if it may hold a whole request already.
    fn take_runnable_input(&mut self, key: ConnectionKey) -> Option<Box<PendingInput>> {
        let connection = &mut self.connections[key as usize];
        let is_runnable = connection.takes_requests()
            && connection.input.as_ref().is_some_and(|pending| !pending.parser.is_midway());
        if is_runnable { connection.input.take() } else { None }
    }

    fn read_once(&mut self, key: ConnectionKey) -> ReadOutcome {
        let connection = &mut self.connections[key as usize];
        let pending = connection.input.take();
        if let Some(pending) = pending {
            if let Some(wanted) = pending.direct_read_bytes() {
                return self.read_into_pending(key, pending, wanted);
            }
            return self.read_behind(key, &pending.bytes, pending.parser);
        }
        let parser = std::mem::take(&mut self.parser);
        self.read_behind(key, &[], parser)
    }

    /// Reads once: how many bytes, and what may come behind them.
    pub(super) fn receive(&mut self, key: ConnectionKey, room: &mut [u8]) -> (usize, ReadOutcome) {
        let connection = &mut self.connections[key as usize];
        let (length, outcome) = match connection.socket.read(room) {
            Ok(0) => (0, ReadOutcome::Closed),
            // Behind a part of a buffer's worth there is nothing, unless the end of the stream.
            Ok(length) if length == room.len() || connection.is_peer_closed => {
                (length, ReadOutcome::More)
            }
            Ok(length) => (length, ReadOutcome::Drained),
            Err(error) => (0, failed_read(&error)),
        };
        self.note_input(key, length);
        (length, outcome)
    }

    /// Reads into the reactor's buffer, behind a few bytes that waited.
    fn read_behind(
        &mut self,
        key: ConnectionKey,
        waiting: &[u8],
        parser: RequestParser,
    ) -> ReadOutcome {
        let mut buffer = std::mem::take(&mut self.read_buffer);
        buffer[..waiting.len()].copy_from_slice(waiting);
        let (length, outcome) = self.receive(key, &mut buffer[waiting.len()..]);
        if length == 0 && !waiting.is_empty() {
            let pending = PendingInput { bytes: waiting.to_vec(), parser };
            self.connections[key as usize].input = Some(Box::new(pending));
        } else {
            if self.is_over_input_limit(key, waiting.len() + length) {
                self.read_buffer = buffer;
                self.parser = parser;
                return ReadOutcome::Closed;
            }
            self.parser = self.run_input(key, &buffer[..waiting.len() + length], parser);
        }
        self.read_buffer = buffer;
        outcome
    }

    /// Reads at most `wanted` bytes straight behind the waiting ones.
    fn read_into_pending(
        &mut self,
        key: ConnectionKey,
        mut pending: Box<PendingInput>,
        wanted: usize,
    ) -> ReadOutcome {
        let connection = &mut self.connections[key as usize];
        let before = pending.bytes.len();
        pending.bytes.reserve_exact(wanted);
        let mut source = SocketReader(&mut connection.socket).take(wanted as u64);
        // Bytes read before an error stay in the vector.
        let outcome = match source.read_to_end(&mut pending.bytes) {
            Ok(length) if length == wanted => ReadOutcome::More,
            Ok(_) => ReadOutcome::Closed,
            Err(error) => failed_read(&error),
        };
        let length = pending.bytes.len() - before;
        self.note_input(key, length);
        if self.is_over_input_limit(key, pending.bytes.len()) {
            return ReadOutcome::Closed;
        }
        if length == 0 {
            self.connections[key as usize].input = Some(pending);
        } else {
            self.run_pending(key, *pending);
        }
        outcome
    }

    /// Whether a connection has more input, what its transaction holds included, than it may have
    /// (`client-query-buffer-limit`).
    pub(super) fn is_over_input_limit(&self, key: ConnectionKey, input_bytes: usize) -> bool {
        let queued_bytes = self.connections[key as usize].queued_bytes();
        let is_over = input_bytes + queued_bytes > self.config.query_bytes_max;
        if is_over {
            self.stats().count(Counter::QueryBufferLimitDisconnections, 1);
            log::warning(format_args!(
                "Closing client that reached max query buffer length: {}",
                self.describe(key)
            ));
        }
        is_over
    }

    fn note_input(&mut self, key: ConnectionKey, length: usize) {
        // What follows is timed from here.
        self.clock.tick();
        let stats = self.stats();
        stats.count(Counter::NetInputBytes, length as u64);
        stats.count(Counter::ReadsProcessed, 1);
        let session = &mut self.connections[key as usize].session;
        session.input_bytes += length as u64;
        session.active_at = self.clock.now();
    }

    /// Runs the requests of waiting input, and keeps what is left of it.
    fn run_pending(&mut self, key: ConnectionKey, pending: PendingInput) {
        let PendingInput { mut bytes, mut parser } = pending;
        let used = self.run_requests(key, &bytes, &mut parser);
        if used < bytes.len() && self.connections.contains(key as usize) {
            bytes.drain(..used);
            self.connections[key as usize].input = Some(Box::new(PendingInput { bytes, parser }));
        }
    }

    /// Runs the requests of `input`, and has the connection keep what is left. Gives a parser back for the next input.
    pub(super) fn run_input(
        &mut self,
        key: ConnectionKey,
        input: &[u8],
        mut parser: RequestParser,
    ) -> RequestParser {
        let used = self.run_requests(key, input, &mut parser);
        let rest = &input[used..];
        if rest.is_empty() {
            return parser;
        }
        let parser_kept =
            if parser.is_midway() { std::mem::take(&mut parser) } else { RequestParser::default() };
        let mut bytes = Vec::new();
        bytes.reserve_exact(parser_kept.bulk_end().unwrap_or(0).max(rest.len()));
        bytes.extend_from_slice(rest);
        self.connections[key as usize].input =
            Some(Box::new(PendingInput { bytes, parser: parser_kept }));
        parser
    }

    /// Runs whole requests while the connection takes them; how many bytes they were.
    fn run_requests(
        &mut self,
        key: ConnectionKey,
        input: &[u8],
        parser: &mut RequestParser,
    ) -> usize {
        let mut used = 0;
        let mut ahead = std::mem::take(&mut self.ahead);
        while used < input.len() && self.connections[key as usize].takes_requests() {
            let rest = &input[used..];
            match self.look_ahead(key, rest, parser, &mut ahead) {
                Ok(Parsed::Request { .. }) => {
                    let next = self.run_batch(key, rest, &ahead, 0..ahead.len());
                    used += if next > 0 { ahead.end(next - 1) } else { 0 };
                }
                Ok(Parsed::Nothing { consumed }) => used += consumed,
                Ok(Parsed::Incomplete { .. }) => break,
                Err(error) => self.refuse_protocol(key, error),
            }
        }
        // What a long request took is given back at once, and not when the next one comes.
        ahead.clear();
        self.ahead = ahead;
        if self.connections[key as usize].closes_after_output {
            *parser = RequestParser::default();
            return input.len();
        }
        used
    }

    /// Runs requests that were looked ahead at while the connection takes them, but none behind one that changed what a
    /// request may use, for that must be parsed anew. The number of the first that it leaves.
    pub(super) fn run_batch(
        &mut self,
        key: ConnectionKey,
        input: &[u8],
        ahead: &Ahead,
        mut requests: Range<usize>,
    ) -> usize {
        let limits = self.limits(key);
        while !requests.is_empty() {
            let next = self.run_burst(key, input, ahead, requests.clone());
            if next > requests.start {
                requests.start = next;
                continue;
            }
            let (request, known) = ahead.request(requests.start, input);
            if self.run_request(key, request, known) == Ran::Postponed {
                break;
            }
            requests.start += 1;
            if !self.connections[key as usize].takes_requests() || self.limits(key) != limits {
                break;
            }
        }
        requests.start
    }

    /// Answers a request that breaks the protocol; the connection is closed behind the answer.
    fn refuse_protocol(&mut self, key: ConnectionKey, error: ProtocolError) {
        if log::process().writes(Level::Verbose) {
            let client = self.describe(key);
            log::verbose(format_args!("Protocol error ({error}) from client: {client}"));
        }
        let text = format!("ERR {error}");
        self.stats().record_error(text.as_bytes());
        self.reply(key).error(text.as_bytes());
        self.connections[key as usize].closes_after_output = true;
        self.note_reply(key);
    }
}

fn failed_read(error: &io::Error) -> ReadOutcome {
    match error.kind() {
        io::ErrorKind::WouldBlock => ReadOutcome::Drained,
        io::ErrorKind::Interrupted => ReadOutcome::More,
        _ => ReadOutcome::Closed,
    }
}

/// A socket as a plain reader.
struct SocketReader<'a>(&'a mut Socket);

impl Read for SocketReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}
