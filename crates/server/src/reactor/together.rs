//! Reads several connections before the requests of the first are run, so that what all of them will look up is fetched
//! together.
//!
//! A client that waits for each reply sends one request at a time; but when many clients do so, requests of several of them
//! come in one turn of the loop. So they stand one behind the other in the reactor's buffer, as many as are looked ahead at,
//! and are run in the order in which they were read.

use std::ops::Range;
use std::time::Instant;

use fanfare_protocol::{Limits, RequestParser};

use super::ahead::{Ahead, REQUESTS_AHEAD_MAX};
use super::core::{ConnectionKey, Reactor};
use super::input::ReadOutcome;
use crate::session::PendingInput;

/// Once so many bytes were read no further connection is read: only short requests gain by it, and long ones want the room.
const BYTES_MAX: usize = 8 * 1024;
/// Most connections that are read before the requests of the first are run.
const PARTS_MAX: usize = REQUESTS_AHEAD_MAX;

/// What was read of several connections, and is to be run.
#[derive(Default)]
pub(super) struct Together {
    parts: Vec<Part>,
    ahead: Ahead,
}

/// What was read of one connection.
struct Part {
    key: ConnectionKey,
    /// Where it stands in the reactor's buffer.
    bytes: Range<usize>,
    /// Its first requests, as far as they are ordinary ones, among those that were looked ahead at.
    requests: Range<usize>,
    /// What they might use when they were parsed.
    limits: Limits,
    /// Whether its socket may have more.
    has_more: bool,
}

impl Together {
    /// How much of the reactor's buffer is taken.
    fn filled_bytes(&self) -> usize {
        self.parts.last().map_or(0, |part| part.bytes.end)
    }

    fn is_full(&self) -> bool {
        self.parts.len() >= PARTS_MAX
            || self.ahead.len() >= REQUESTS_AHEAD_MAX
            || self.filled_bytes() >= BYTES_MAX
    }
}

impl Reactor {
    /// Reads a connection of which nothing waits, behind those that were read already. Runs the requests of all if they are
    /// enough.
    pub(super) fn read_part(&mut self, key: ConnectionKey, end: Instant) {
        let filled = self.together.filled_bytes();
        let mut buffer = std::mem::take(&mut self.read_buffer);
        let (length, outcome) = self.receive(key, &mut buffer[filled..]);
        self.read_buffer = buffer;
        match outcome {
            _ if length > 0 && self.is_over_input_limit(key, length) => self.end_input(key),
            ReadOutcome::Closed => self.end_input(key),
            ReadOutcome::More if length == 0 => self.note_readable(key),
            ReadOutcome::Drained if length == 0 => {}
            ReadOutcome::More => self.add_part(key, filled..filled + length, true),
            ReadOutcome::Drained => self.add_part(key, filled..filled + length, false),
        }
        if self.together.is_full() {
            self.run_parts(end);
        }
    }

    fn add_part(&mut self, key: ConnectionKey, bytes: Range<usize>, has_more: bool) {
        let limits = self.limits(key);
        let Together { parts, ahead } = &mut self.together;
        let first = ahead.len();
        ahead.add_whole(&self.shared, &self.read_buffer[..bytes.end], bytes.start, limits);
        parts.push(Part { key, bytes, requests: first..ahead.len(), limits, has_more });
    }

    /// Runs the requests that were read of several connections, or keeps those for which the time does not suffice.
    pub(super) fn run_parts(&mut self, end: Instant) {
        if self.together.parts.is_empty() {
            return;
        }
        let mut together = std::mem::take(&mut self.together);
        let buffer = std::mem::take(&mut self.read_buffer);
        let Together { parts, ahead } = &mut together;
        let database_of = |part: &Part| self.connections[part.key as usize].session.database;
        for alike in parts.chunk_by(|one, next| database_of(one) == database_of(next)) {
            let requests = alike[0].requests.start..alike[alike.len() - 1].requests.end;
            ahead.fetch(&self.shared, database_of(&alike[0]), &buffer, requests);
        }
        for part in &*parts {
            self.run_part(part, &buffer, ahead, end);
        }
        self.read_buffer = buffer;
        for part in parts.drain(..).filter(|part| part.has_more) {
            if self.now() < end {
                self.read_connection(part.key, end);
            } else {
                self.note_readable(part.key);
            }
        }
        ahead.clear();
        self.together = together;
    }

    /// Runs what was read of a connection, or keeps it if there is no time left or it may not run now.
    fn run_part(&mut self, part: &Part, buffer: &[u8], ahead: &Ahead, end: Instant) {
        let Part { key, bytes, requests, limits, .. } = part;
        let connection = &self.connections[*key as usize];
        // The connection may have been closed by another's request.
        if connection.is_doomed || connection.closes_after_output {
            return;
        }
        // What follows is timed from here.
        self.clock.tick();
        if self.now() >= end {
            let bytes = buffer[bytes.clone()].to_vec();
            let parser = RequestParser::default();
            self.connections[*key as usize].input = Some(Box::new(PendingInput { bytes, parser }));
            return self.note_readable(*key);
        }
        let mut run_to = bytes.start;
        let takes_requests = self.connections[*key as usize].takes_requests();
        if takes_requests && self.limits(*key) == *limits {
            let next = self.run_batch(*key, buffer, ahead, requests.clone());
            if next > requests.start {
                run_to = ahead.end(next - 1);
            }
        }
        let parser = std::mem::take(&mut self.parser);
        self.parser = self.run_input(*key, &buffer[run_to..bytes.end], parser);
    }
}
