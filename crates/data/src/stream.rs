//! Streams: logs of entries in the order of their ids.
//!
//! | module | what it holds |
//! |---|---|
//! | [`id`] | the ids of entries |
//! | [`value`] | a stream: its log, its groups, and what it remembers of entries that are gone |
//! | [`log`] | the entries: nodes in order |
//! | [`marks`] | places in the last node |
//! | [`node`] | some entries in bytes |
//! | [`entry`] | an entry, read or to be added |
//! | [`step`] | how an entry's id differs from the one before |
//! | [`packing`] | numbers and lengths in bytes |
//! | [`range`] | entries between two ids |
//! | [`trim`] | removing entries from the front |
//! | [`groups`] | the consumer groups of a stream, by name |
//! | [`group`] | one of them |
//! | [`consumer`] | its consumers |
//! | [`progress`] | how far it has come |
//! | [`pending`] | what it has delivered and nobody has acknowledged |
//! | [`idempotence`] | which entries producers may send twice |

pub mod consumer;
pub mod entry;
pub mod group;
pub mod groups;
pub mod id;
pub mod idempotence;
mod log;
mod marks;
pub mod node;
mod packing;
pub mod pending;
pub mod progress;
pub mod range;
mod step;
pub mod trim;
pub mod value;

pub use entry::{EntryRef, Fields};
pub use group::Group;
pub use groups::Groups;
pub use id::StreamId;
pub use idempotence::{Idempotence, IdempotenceLimits};
pub use node::NodeLimits;
pub use pending::Delivery;
pub use trim::{Bound, References, Trim};
pub use value::{Removal, Stream, TooLarge};

#[cfg(test)]
mod tests;
