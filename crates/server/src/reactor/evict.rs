//! Closes clients that take too much memory together (`maxmemory-clients`).

use std::sync::Arc;
use std::time::Duration;

use super::core::{ConnectionKey, Reactor};
use crate::host::log;
use crate::observe::{Counter, Gauge, Peak};

/// How often the memory of clients is added up while there is no limit to it.
const MEMORY_LOOK_INTERVAL: Duration = Duration::from_secs(1);

impl Reactor {
    /// Adds up what this reactor's clients take; if all reactors' clients are over the limit together, closes those here that
    /// no other reactor has a larger one than. `CLIENT NO-EVICT` exempts a client.
    pub(super) fn evict_clients(&mut self) {
        let limit = self.config.clients_memory.bytes(self.config.maxmemory_bytes);
        if limit.is_none() && self.now() < self.next_memory_look_at {
            return;
        }
        self.next_memory_look_at = self.now() + MEMORY_LOOK_INTERVAL;
        let (mut own_bytes, mut largest_bytes) = (0, 0);
        for (_, one) in self.connections() {
            let bytes = one.memory_bytes();
            own_bytes += bytes;
            if one.may_be_evicted() {
                largest_bytes = largest_bytes.max(bytes);
            }
        }
        self.stats().set_gauge(Gauge::NormalClientsBytes, own_bytes as u64);
        self.stats().set_peak(Peak::EvictableClientBytes, largest_bytes as u64);
        self.note_largest_buffers();
        let total_bytes = self.shared.observed.stats.gauge(Gauge::NormalClientsBytes);
        if let Some(limit) = limit.filter(|&limit| total_bytes > limit) {
            self.evict_largest_clients(own_bytes, limit);
        }
    }

    /// Closes clients, from the largest one on, until all are within the limit or another reactor has a larger one. Notes how
    /// large the next one is.
    fn evict_largest_clients(&mut self, mut own_bytes: usize, limit: u64) {
        let mut candidates: Vec<(usize, ConnectionKey)> = self
            .connections()
            .filter(|(_, one)| one.may_be_evicted())
            .map(|(key, one)| (one.memory_bytes(), key))
            .collect();
        candidates.sort_unstable();
        let shared = Arc::clone(&self.shared);
        let stats = &shared.observed.stats;
        while let Some((bytes, key)) = candidates.pop() {
            self.stats().set_peak(Peak::EvictableClientBytes, bytes as u64);
            let is_over = stats.gauge(Gauge::NormalClientsBytes) > limit;
            if !is_over || stats.peak(Peak::EvictableClientBytes) > bytes as u64 {
                return;
            }
            log::notice(format_args!("Evicting client: {}", self.describe(key)));
            self.stats().count(Counter::EvictedClients, 1);
            self.doom(key);
            own_bytes -= bytes;
            self.stats().set_gauge(Gauge::NormalClientsBytes, own_bytes as u64);
        }
        self.stats().set_peak(Peak::EvictableClientBytes, 0);
    }
}
