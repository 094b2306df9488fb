//! The reactor's loop.

use std::io;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::accept::LISTENER_TOKEN_MIN;
use super::core::{ConnectionKey, Reactor};

/// How long replies in flight may take to leave once the server stops.
const FAREWELL: Duration = Duration::from_secs(1);

/// How long a reactor rests that may not add to another's mail and has nothing to send.
const CONGESTION_REST: Duration = Duration::from_millis(1);

impl Reactor {
    /// Runs until the server stops. An error means that the system refuses to report readiness.
    pub fn run(&mut self) -> io::Result<()> {
        while !self.shared.is_stopping.load(Ordering::Acquire) {
            self.turn()?;
        }
        self.say_farewell()
    }

    fn turn(&mut self) -> io::Result<()> {
        self.wait()?;
        let began = self.now();
        self.renew_config();
        self.accept();
        self.take_mail();
        self.end_pause();
        self.heed_alarms();
        self.read();
        self.take_mail();
        self.send_broadcasts();
        self.flush_replies();
        self.flush_slice();
        self.close_doomed();
        if self.now() >= self.next_duties_at {
            self.do_duties();
        }
        self.expire_slice();
        self.go_on_evicting();
        self.show_memory();
        self.account_turn(began);
        Ok(())
    }

    /// Waits until there is something to do, and notes what sockets are ready for.
    fn wait(&mut self) -> io::Result<()> {
        let has_work = !self.queued.is_empty()
            || !self.readable.is_empty()
            || !self.postponed_mail.is_empty()
            || self.is_evicting
            || self.accepts;
        let mut ready = std::mem::take(&mut self.ready);
        if !has_work && self.mail.prepare_to_sleep() {
            let timeout = self.sleep_time();
            let waited = self.event_loop.wait(Some(timeout), &mut ready);
            self.mail.awake();
            waited?;
        } else {
            // Without input to take there is nothing to do but to let the others catch up.
            let is_held_up = self.queued.is_empty() && self.shared.is_congested(self.id);
            let timeout = if is_held_up { CONGESTION_REST } else { Duration::ZERO };
            self.event_loop.wait(Some(timeout), &mut ready)?;
        }
        self.clock.read();
        for readiness in ready.drain(..) {
            if readiness.token >= LISTENER_TOKEN_MIN {
                self.accepts = true;
                continue;
            }
            let key = readiness.token as ConnectionKey;
            // Its connection may have been closed after the kernel noted this.
            if !self.connections.contains(readiness.token) {
                continue;
            }
            if readiness.is_peer_closed {
                self.connections[readiness.token].is_peer_closed = true;
                self.close_blocked(key);
            }
            if readiness.readable {
                self.note_readable(key);
            }
            if readiness.writable {
                self.note_writable(key);
            }
        }
        self.ready = ready;
        Ok(())
    }

    /// How long nothing is to be done, unless something comes.
    fn sleep_time(&self) -> Duration {
        let others = [self.next_alarm(), self.expiry.next_at()].into_iter().flatten();
        let next = others.fold(self.next_duties_at, Instant::min);
        let duties = next.saturating_duration_since(self.now());
        if self.held_back.is_empty() {
            return duties;
        }
        match self.pause() {
            Some((end, _)) => duties.min(end.saturating_duration_since(self.now())),
            None => Duration::ZERO,
        }
    }

    /// Sends what waits, as far as clients take it in time.
    fn say_farewell(&mut self) -> io::Result<()> {
        let end = Instant::now() + FAREWELL;
        self.take_mail();
        for (key, connection) in &mut self.connections {
            if !connection.output.is_empty() && !connection.has_replies {
                connection.has_replies = true;
                self.replied.push(key as ConnectionKey);
            }
        }
        self.flush_replies();
        let waits = |reactor: &Self| reactor.connections().any(|(_, one)| !one.output.is_empty());
        while waits(self) && Instant::now() < end {
            self.flush_slice();
            self.close_doomed();
            let mut ready = Vec::new();
            let timeout =
                if self.queued.is_empty() { end - Instant::now().min(end) } else { Duration::ZERO };
            self.event_loop.wait(Some(timeout), &mut ready)?;
            for readiness in ready {
                if readiness.writable && self.connections.contains(readiness.token) {
                    self.note_writable(readiness.token as ConnectionKey);
                }
            }
        }
        Ok(())
    }
}
