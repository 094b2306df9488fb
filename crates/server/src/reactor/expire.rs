//! Takes out keys whose time has come, in slices between turns.
//!
//! A round goes over the shards that are this reactor's share, some times a second (`hz`). While more is due than a slice
//! of time can do, the next slice comes after a rest, so that clients are served in between.

use std::time::{Duration, Instant};

use fanfare_engine::keyspace::expiry::Step;
use fanfare_engine::keyspace::{Changes, WriteKeys};

use super::core::Reactor;
use super::notify::NOBODY;
use crate::observe::Counter;

/// How long one slice may take, in microseconds, with the least `active-expire-effort`; a higher one adds to it.
const SLICE_US: u64 = 250;
/// What each step of `active-expire-effort` adds to a slice, in microseconds.
const SLICE_US_PER_EFFORT: u64 = 75;
/// How long clients are served between two slices.
const REST: Duration = Duration::from_millis(1);

/// Where the search for expired keys is.
#[derive(Debug, Default)]
pub struct ExpiryRound {
    /// The shard that is next; `None` between two rounds.
    shard: Option<usize>,
    /// When the next slice may begin.
    resumes_at: Option<Instant>,
}

impl ExpiryRound {
    /// When the next slice is to begin, if a round is under way.
    pub fn next_at(&self) -> Option<Instant> {
        self.shard.and(self.resumes_at)
    }
}

impl Reactor {
    /// Begins a round, unless one is under way.
    pub(super) fn begin_expiry_round(&mut self) {
        if self.expiry.shard.is_none() {
            self.expiry.shard = Some(usize::from(self.id.0));
            self.expiry.resumes_at = Some(self.now());
        }
    }

    /// Does one slice of a round, if it is time for one.
    pub(super) fn expire_slice(&mut self) {
        if self.expiry.next_at().is_none_or(|at| at > self.now()) {
            return;
        }
        if !self.shared.expires_actively() || self.holds_writes_back() {
            self.expiry.shard = None;
            return;
        }
        let effort = u64::from(self.config.memory.expire_effort.max(1));
        let slice = Duration::from_micros(SLICE_US + SLICE_US_PER_EFFORT * (effort - 1));
        let began = Instant::now();
        let mut found_some = false;
        while let Some(shard) = self.expiry.shard {
            let step = self.expire_some(shard as u16);
            found_some |= step.expired > 0 || !step.is_done;
            if step.is_done {
                let next = shard + self.shared.mailboxes.len();
                self.expiry.shard = Some(next).filter(|&next| next < self.shared.keyspace.shards());
            }
            if began.elapsed() >= slice && self.expiry.shard.is_some() {
                // A slice that found nothing due was interrupted.
                self.stats().count(Counter::ExpiryTimeCaps, u64::from(found_some));
                break;
            }
        }
        self.clock.tick();
        self.expiry.resumes_at = Some(self.now() + REST);
        self.stats().count(Counter::ExpiryDurationUs, began.elapsed().as_micros() as u64);
    }

    /// One step of the search in a shard. One that somebody works on is left to the next round, as this may take long and has
    /// nothing to do with this reactor's clients.
    fn expire_some(&mut self, shard: u16) -> Step {
        let nothing = Step { expired: 0, is_done: true };
        let shared = std::sync::Arc::clone(&self.shared);
        let Some(mut locked) = shared.keyspace.try_lock_shard(shard) else { return nothing };
        if !locked.has_expiring(shard) {
            return nothing;
        }
        let occasion = self.occasion_in(0);
        let mut keys = WriteKeys::new(locked, occasion, std::mem::take(&mut self.changes));
        let step = keys.expire_some(shard);
        let (locked, mut changes): (_, Changes) = keys.into_parts();
        self.tell(&mut changes, NOBODY);
        self.changes = changes;
        drop(self.serve_waiters(locked, NOBODY));
        self.end_changes(NOBODY);
        step
    }
}
