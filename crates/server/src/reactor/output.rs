//! Sends what waits, and closes who does not read.
//!
//! Replies leave first. Then subscribers are served one slice of time at a time: after each slice the reactor looks for
//! new input, so that no publisher waits for a fan-out of thousands, and its next messages join those not yet sent.

use std::time::{Duration, Instant};

use fanfare_net::output::Flush;

use super::core::{ConnectionKey, Reactor};
use crate::host::log;
use crate::observe::Counter;
use crate::session::{Connection, OutputState};

/// How long subscribers are served before the reactor looks for new input.
///
/// Longer slices cost fewer looks; shorter ones let publishers go on sooner, and so put more messages into each send.
const SLICE: Duration = Duration::from_micros(150);
/// Sends between two looks at the clock.
const SENDS_PER_CLOCK_READ: usize = 4;

impl Reactor {
    /// Sends the replies of this turn.
    pub(super) fn flush_replies(&mut self) {
        let mut replied = std::mem::take(&mut self.replied);
        for &key in &replied {
            self.connections[key as usize].has_replies = false;
            if self.connections[key as usize].output_state != OutputState::Blocked {
                self.flush(key);
            }
            let connection = &self.connections[key as usize];
            if connection.output.pending_bytes() > connection.output_alarm_bytes {
                self.over_limit.push(key);
            }
        }
        replied.clear();
        self.replied = replied;
        if !self.over_limit.is_empty() {
            self.check_new_output();
        }
    }

    /// Serves subscribers for one slice of time.
    pub(super) fn flush_slice(&mut self) {
        if self.queued.is_empty() {
            return;
        }
        let end = Instant::now() + SLICE;
        let mut sends = 0;
        while let Some(key) = self.queued.pop_front() {
            let known = self.connections.get_mut(key as usize);
            let is_queued = |one: &&mut Connection| one.output_state == OutputState::Queued;
            let Some(connection) = known.filter(is_queued) else { continue };
            connection.output_state = OutputState::Idle;
            self.flush(key);
            sends += 1;
            if sends % SENDS_PER_CLOCK_READ == 0 && Instant::now() >= end {
                break;
            }
        }
        if self.queued.is_empty() {
            self.topics.release_blocks(&mut self.pool);
        }
    }

    /// A socket that was full has room again.
    pub(super) fn note_writable(&mut self, key: ConnectionKey) {
        let connection = &mut self.connections[key as usize];
        if connection.output_state == OutputState::Blocked {
            connection.output_state = OutputState::Queued;
            self.queued.push_back(key);
        }
    }

    /// Sends what a connection's socket takes now.
    fn flush(&mut self, key: ConnectionKey) {
        let connection = &mut self.connections[key as usize];
        if connection.is_doomed {
            return;
        }
        let before = connection.output.pending_bytes();
        let outcome = connection.output.flush(&mut connection.socket, &mut self.pool);
        let sent = before - connection.output.pending_bytes();
        connection.session.output_bytes += sent as u64;
        if sent > 0 {
            connection.session.active_at = self.clock.now();
        }
        // By the field, as the connection is still borrowed.
        let stats = self.shared.observed.stats.reactor(usize::from(self.id.0));
        stats.count(Counter::NetOutputBytes, sent as u64);
        stats.count(Counter::WritesProcessed, 1);
        match outcome {
            Ok(Flush::Done) if connection.closes_after_output => self.doom(key),
            Ok(Flush::Done) => {}
            Ok(Flush::Blocked) => {
                if connection.output_state == OutputState::Queued {
                    self.queued.retain(|&other| other != key);
                }
                self.connections[key as usize].output_state = OutputState::Blocked;
            }
            Ok(Flush::More) => {
                if connection.output_state == OutputState::Idle {
                    connection.output_state = OutputState::Queued;
                    self.queued.push_back(key);
                }
            }
            Err(_) => self.doom(key),
        }
    }

    /// Closes a connection whose peer sends no more but may still read: it gets its last replies. A
    /// subscriber gets what its socket takes at once.
    pub(super) fn end_after_output(&mut self, key: ConnectionKey) {
        self.flush(key);
        let connection = &mut self.connections[key as usize];
        if connection.output.is_empty() || connection.is_subscriber() {
            self.doom(key);
        } else {
            connection.closes_after_output = true;
        }
    }

    /// Looks at the connections whose output has just come over a limit. Costs nothing of those known to be over the soft one.
    pub(super) fn check_new_output(&mut self) {
        let mut over_limit = std::mem::take(&mut self.over_limit);
        for key in over_limit.drain(..) {
            let was_suspect = self.connections[key as usize].over_soft_limit_since.is_some();
            match (was_suspect, self.stays_suspect(key)) {
                (false, true) => self.suspects.push(key),
                (true, false) => self.suspects.retain(|&other| other != key),
                _ => {}
            }
        }
        self.over_limit = over_limit;
    }

    /// Looks at all connections over a soft limit: closes those that have been for too long.
    pub(super) fn check_suspects(&mut self) {
        let mut suspects = std::mem::take(&mut self.suspects);
        suspects.retain(|&key| self.stays_suspect(key));
        self.suspects = suspects;
    }

    /// Whether a connection is over its soft limit and not closed for it yet.
    fn stays_suspect(&mut self, key: ConnectionKey) -> bool {
        let connection = &mut self.connections[key as usize];
        if connection.is_doomed {
            return false;
        }
        let limit = connection.output_limit(&self.config);
        let pending = connection.output.pending_bytes() as u64;
        let is_over_soft = limit.soft_bytes > 0 && pending >= limit.soft_bytes;
        if is_over_soft {
            // From here on duties look at it; deliveries need not, up to the hard limit.
            connection.output_alarm_bytes = match usize::try_from(limit.hard_bytes) {
                Ok(bytes) if bytes > 0 => bytes,
                _ => usize::MAX,
            };
        } else if connection.over_soft_limit_since.take().is_some() {
            connection.refresh_output_alarm(&self.config);
        }
        let over_soft_for = is_over_soft.then(|| {
            let now = self.clock.now();
            let since = *connection.over_soft_limit_since.get_or_insert(now);
            now.duration_since(since)
        });
        let is_over_hard = limit.hard_bytes > 0 && pending >= limit.hard_bytes;
        if is_over_hard || over_soft_for.is_some_and(|time| time.as_secs() > limit.soft_s) {
            self.close_for_output(key);
            return false;
        }
        is_over_soft
    }

    fn close_for_output(&mut self, key: ConnectionKey) {
        self.stats().count(Counter::OutputBufferLimitDisconnections, 1);
        log::warning(format_args!(
            "Client {} scheduled to be closed ASAP for overcoming of output buffer limits.",
            self.describe(key)
        ));
        self.doom(key);
    }
}
