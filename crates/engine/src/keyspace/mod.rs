//! The keyspace: databases of keys, in shards behind locks.
//!
//! | module | what it holds |
//! |---|---|
//! | [`shard`] | what one lock guards: a part of every database |
//! | [`database`] | one database's part: a dictionary for each group of hash slots |
//! | [`locking`] | the shards, and locking those that a command needs, in ascending order |
//! | [`locked`] | shards that are locked |
//! | [`view`], [`write`](mod@write) | what a command's handler sees, and may change |
//! | [`aside`] | changing what belongs to a key beside its value |
//! | [`fields`] | changing hashes, whose fields may expire |
//! | [`whole`] | what it sees of a whole database |
//! | [`expiry`] | taking out keys whose time has come, in steps |
//! | [`eviction`] | taking out keys for want of memory |
//! | [`access`] | when and how often a key is used |
//! | [`rules`] | what the operator set that bears on every command |
//! | [`watch`] | marks on keys that clients watch |
//! | [`waiting`] | clients that wait for keys |
//! | [`queues`] | who waits for which key |
//! | [`limits`] | the limits on values that an operator can set |
//! | [`census`] | how many keys there are |
//! | [`change`] | what a write did, for everyone who wants to know |
//!
//! A key's slot decides its shard, so that keys with one hash tag share a lock. Time and chance are arguments.

pub mod access;
pub mod aside;
pub mod census;
pub mod change;
pub mod database;
pub mod eviction;
pub mod expiry;
pub mod fetch;
pub mod fields;
pub mod limits;
pub mod locked;
pub mod locking;
pub mod queues;
pub mod ready;
pub mod rules;
pub mod shard;
pub mod view;
pub mod waiting;
pub mod watch;
pub mod whole;
pub mod write;

pub use access::Access;
pub use fanfare_data::object::Type;
pub use fanfare_data::stream::idempotence::{IDEMPOTENCE_SECONDS_MAX, IDEMPOTENT_IDS_MAX};

pub use census::{Census, Interest, Survey, TableFigures};
pub use change::{Changes, Event, EventClass, Garbage};
pub use fetch::MemberAt;
pub use fields::NotAHash;
pub use limits::{Limit, Limits};
pub use locked::Locked;
pub use locking::{KeyPlace, Keyspace, SoughtKey};
pub use rules::{Freeing, Occasion, Rules};
pub use view::ReadKeys;
pub use waiting::{Client, GiveBack, Nothing, Wait, Waiter, WaiterState};
pub use watch::WatchMark;
pub use write::WriteKeys;

#[cfg(test)]
mod tests;
