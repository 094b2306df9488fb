//! How memory is kept within its limit, and given back.

use fanfare_engine::keyspace::eviction::{Order, Policy};
use fanfare_engine::keyspace::{Access, Freeing, Rules};

/// How memory is kept within its limit, and given back. The table of parameters says what each field means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemorySettings {
    /// `maxmemory-policy`, as an index of [`POLICIES`](Self::POLICIES).
    pub policy: usize,
    /// `maxmemory-samples`.
    pub samples: usize,
    /// `maxmemory-eviction-tenacity`.
    pub tenacity: u32,
    /// `lfu-log-factor`.
    pub lfu_log_factor: u32,
    /// `lfu-decay-time`.
    pub lfu_decay_minutes: u32,
    /// `active-expire-effort`.
    pub expire_effort: u32,
    /// `lazyfree-lazy-eviction`.
    pub lazy_eviction: bool,
    /// `lazyfree-lazy-expire`.
    pub lazy_expire: bool,
    /// `lazyfree-lazy-server-del`.
    pub lazy_server_del: bool,
    /// `lazyfree-lazy-user-del`.
    pub lazy_user_del: bool,
    /// `lazyfree-lazy-user-flush`.
    pub lazy_user_flush: bool,
    /// `jemalloc-bg-thread`.
    pub purges_in_background: bool,
}

impl MemorySettings {
    /// The words of `maxmemory-policy`.
    pub const POLICIES: &'static [&'static str] = &[
        "volatile-lru",
        "volatile-lfu",
        "volatile-random",
        "volatile-ttl",
        "allkeys-lru",
        "allkeys-lfu",
        "allkeys-random",
        "noeviction",
    ];
    /// The index of `noeviction`.
    pub const NO_EVICTION: usize = 7;

    /// Which keys go when memory is short; `None`: none.
    pub fn policy(&self) -> Option<Policy> {
        let (only_expiring, order) = match self.policy {
            0 => (true, Order::Recency),
            1 => (true, Order::Frequency),
            2 => (true, Order::Random),
            3 => (true, Order::TimeToLive),
            4 => (false, Order::Recency),
            5 => (false, Order::Frequency),
            6 => (false, Order::Random),
            _ => return None,
        };
        Some(Policy { only_expiring, order })
    }

    /// What bears on every command.
    pub fn rules(&self) -> Rules {
        let is_frequency = self.policy().is_some_and(|policy| policy.order == Order::Frequency);
        let access = if is_frequency {
            let (log_factor, decay_minutes) = (self.lfu_log_factor, self.lfu_decay_minutes);
            Access::Frequency { log_factor, decay_minutes }
        } else {
            Access::Recency
        };
        let lazy = [
            (self.lazy_eviction, Freeing::Eviction),
            (self.lazy_expire, Freeing::Expiry),
            (self.lazy_server_del, Freeing::Overwriting),
            (self.lazy_user_del, Freeing::Deleting),
            (self.lazy_user_flush, Freeing::Flushing),
        ];
        lazy.into_iter()
            .filter(|(is_lazy, _)| *is_lazy)
            .fold(Rules::of(access), |rules, (_, freeing)| rules.with_lazy(freeing))
    }
}
