//! Keeps memory within `maxmemory`: evicts keys before a command, or refuses it.

use std::time::{Duration, Instant};

use fanfare_engine::command::{CommandError, Flag};
use fanfare_engine::keyspace::WriteKeys;
use fanfare_engine::keyspace::eviction::Policy;
use fanfare_net::output::Frame;

use super::core::{ConnectionKey, Reactor};
use super::notify::NOBODY;
use super::run::{Admitted, Rejected};
use crate::observe::Counter;
use crate::session::Queued;

const OUT_OF_MEMORY: CommandError =
    CommandError::Text("OOM command not allowed when used memory > 'maxmemory'.");

/// How long eviction may hold up a command for each step of `maxmemory-eviction-tenacity`, in microseconds.
const US_PER_TENACITY: u64 = 50;
/// The tenacity from which on that time doubles with each so many steps.
const TENACITY_MODERATE: u32 = 10;
const TENACITY_PER_DOUBLING: u32 = 5;
/// The tenacity that does not give up before there is room.
const TENACITY_MAX: u32 = 100;
/// Keys that are evicted between two looks at the clock.
const KEYS_PER_LOOK: u32 = 16;

impl Reactor {
    /// Refuses a command that may take memory when there is none to be had, after evicting what can be.
    pub(super) fn check_memory<'a>(
        &mut self,
        key: ConnectionKey,
        admitted: Admitted<'a>,
    ) -> Result<Admitted<'a>, Rejected> {
        if self.config.maxmemory_bytes == 0 || self.make_room() {
            return Ok(admitted);
        }
        let Admitted { id, row, .. } = admitted;
        let runs_such = || row.has(Flag::RunsQueue) && self.transaction_takes_memory(key);
        if row.has(Flag::DenyOom) || runs_such() {
            return Err(Rejected { id: Some(id), error: OUT_OF_MEMORY });
        }
        Ok(admitted)
    }

    fn transaction_takes_memory(&self, key: ConnectionKey) -> bool {
        let Some(transaction) = &self.connections[key as usize].session.transaction else {
            return false;
        };
        let row = |queued: &Queued| self.shared.commands.entry(queued.command).row;
        transaction.requests().iter().any(|queued| row(queued).has(Flag::DenyOom))
    }

    /// Shows what this thread holds, and what of it is output of clients, which is not data.
    pub(super) fn show_memory(&self) {
        let output_bytes = Frame::own_balance().wrapping_add(self.pool.output_bytes() as u64);
        self.shared.observed.memory_counts.publish(usize::from(self.id.0), output_bytes);
    }

    fn is_over_limit(&self) -> bool {
        let limit = self.config.maxmemory_bytes;
        if limit == 0 {
            return false;
        }
        self.data_bytes() > limit
    }

    /// Memory that counts towards the limit, in bytes.
    pub(crate) fn data_bytes(&self) -> u64 {
        self.show_memory();
        self.shared.observed.memory_counts.data_bytes()
    }

    /// Whether memory is within its limit; notes it if it is so again.
    #[inline]
    pub(super) fn is_within_limit(&self) -> bool {
        self.config.maxmemory_bytes == 0 || self.is_within_set_limit()
    }

    #[inline(never)]
    fn is_within_set_limit(&self) -> bool {
        let is_within = !self.is_over_limit();
        if is_within {
            self.shared.observed.memory_exceeded.end(self.shared.uptime_ms());
        }
        is_within
    }

    /// Evicts until memory is within its limit, or for as long as a command may be held up; whether there is room or will be
    /// soon.
    pub(super) fn make_room(&mut self) -> bool {
        if self.is_within_limit() || self.holds_writes_back() {
            return true;
        }
        let has_room = self.evict();
        if !self.is_within_limit() {
            self.shared.observed.memory_exceeded.begin(self.shared.uptime_ms());
        }
        has_room
    }

    /// Goes on with what a command's time did not suffice for.
    pub(super) fn go_on_evicting(&mut self) {
        if std::mem::take(&mut self.is_evicting) {
            self.make_room();
        }
    }

    #[cold]
    fn evict(&mut self) -> bool {
        let Some(policy) = self.config.memory.policy() else { return false };
        let began = Instant::now();
        let time = eviction_time(self.config.memory.tenacity);
        for evicted in 1_u32.. {
            if !self.evict_one(policy) {
                // What the background still frees makes room too.
                return self.shared.reaper.pending() > 0;
            }
            if !self.is_over_limit() {
                break;
            }
            let looks = evicted.is_multiple_of(KEYS_PER_LOOK);
            if looks && time.is_some_and(|time| began.elapsed() >= time) {
                self.is_evicting = true;
                break;
            }
        }
        true
    }

    /// Evicts a key; `false` if there is none that may go.
    fn evict_one(&mut self, policy: Policy) -> bool {
        let shared = std::sync::Arc::clone(&self.shared);
        let mut occasion = self.occasion_in(0);
        let settings = &self.config.memory;
        let chosen = self.eviction_pool.choose(
            &shared.keyspace,
            policy,
            settings.samples,
            occasion.now_ms,
            occasion.rules.access,
            &mut self.random,
        );
        let Some((database, key)) = chosen else { return false };
        occasion.database = database;
        let locked = shared.keyspace.lock_one(&key);
        occasion.is_tracked = shared.tracking.is_on();
        let mut keys = WriteKeys::new(locked, occasion, std::mem::take(&mut self.changes));
        let is_evicted = keys.evict(&key, policy);
        let (locked, mut changes) = keys.into_parts();
        self.tell(&mut changes, NOBODY);
        self.changes = changes;
        drop(self.serve_waiters(locked, NOBODY));
        self.end_changes(NOBODY);
        self.stats().count(Counter::EvictedKeys, u64::from(is_evicted));
        true
    }
}

/// How long eviction may hold up a command; `None`: as long as it takes.
fn eviction_time(tenacity: u32) -> Option<Duration> {
    let moderate = u64::from(tenacity.min(TENACITY_MODERATE)) * US_PER_TENACITY;
    let doublings = tenacity.saturating_sub(TENACITY_MODERATE) / TENACITY_PER_DOUBLING;
    (tenacity < TENACITY_MAX).then(|| Duration::from_micros(moderate << doublings))
}
