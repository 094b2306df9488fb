//! Reads several connections before the requests of the first are run, so that what all of them will look up is fetched
//! together.
//!
//! A client that waits for each reply sends one request at a time; but when many clients do so, requests of several of them
//! come in one turn of the loop. So they stand one behind the other in the reactor's buffer, as many as are looked ahead at,
//! and are run in the order in which they were read.

use std::ops::Range;
use std::time::Instant;

use super::ahead::{Ahead, REQUESTS_AHEAD_MAX};
use super::core::{ConnectionKey, Reactor};
use super::input::{ReadOutcome, failed_read};

/// With less room than this left in the reactor's buffer no further connection is read into it.
const ROOM_BYTES_MIN: usize = 16 * 1024;
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
    /// Whether its socket may have more.
    has_more: bool,
}

impl Together {
    /// How much of the reactor's buffer is taken.
    fn filled_bytes(&self) -> usize {
        self.parts.last().map_or(0, |part| part.bytes.end)
    }
}

impl Reactor {
    /// Reads a connection of which nothing waits, behind those that were read already. Runs the requests of all if they are
    /// enough.
    pub(super) fn read_part(&mut self, key: ConnectionKey, end: Instant) {
        let filled = self.together.filled_bytes();
        let room = &mut self.read_buffer[filled..];
        let room_bytes = room.len();
        let connection = &mut self.connections[key as usize];
        match connection.socket.read(room) {
            Ok(0) => self.end_input(key),
            Ok(length) => {
                // Behind a part of a buffer's worth there is nothing, unless the end of the stream.
                let has_more = length == room_bytes || connection.is_peer_closed;
                self.note_input(key, length);
                if self.is_over_input_limit(key, length) {
                    return self.end_input(key);
                }
                self.add_part(key, filled..filled + length, has_more);
            }
            Err(error) => match failed_read(&error) {
                ReadOutcome::More => self.note_readable(key),
                ReadOutcome::Drained => {}
                ReadOutcome::Closed => self.end_input(key),
            },
        }
        let Together { parts, ahead } = &self.together;
        let is_full = parts.len() >= PARTS_MAX
            || ahead.len() >= REQUESTS_AHEAD_MAX
            || self.read_buffer.len() - self.together.filled_bytes() < ROOM_BYTES_MIN;
        if is_full {
            self.run_parts(end);
        }
    }

    fn add_part(&mut self, key: ConnectionKey, bytes: Range<usize>, has_more: bool) {
        let limits = self.limits(key);
        let Together { parts, ahead } = &mut self.together;
        let first = ahead.len();
        ahead.add_whole(&self.shared, &self.read_buffer[..bytes.end], bytes.start, limits);
        parts.push(Part { key, bytes, requests: first..ahead.len(), has_more });
    }

    /// Runs the requests that were read of several connections.
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
            self.run_part(part, &buffer, ahead);
        }
        self.read_buffer = buffer;
        for part in parts.drain(..).filter(|part| part.has_more) {
            self.read_connection(part.key, end);
        }
        ahead.clear();
        self.together = together;
    }

    /// Runs what was read of a connection, or keeps it if it may not run now.
    fn run_part(&mut self, part: &Part, buffer: &[u8], ahead: &Ahead) {
        let Part { key, bytes, requests, .. } = part;
        // The connection may have been closed by another's request.
        if self.connections[*key as usize].is_doomed {
            return;
        }
        // What follows is timed from here.
        self.clock.tick();
        let mut run_to = bytes.start;
        if !requests.is_empty() && self.connections[*key as usize].takes_requests() {
            run_to = self.run_batch(*key, buffer, ahead, requests.clone()).max(run_to);
        }
        let parser = std::mem::take(&mut self.parser);
        self.parser = self.run_input(*key, &buffer[run_to..bytes.end], parser);
    }
}
