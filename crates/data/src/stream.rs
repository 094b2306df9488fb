//! Streams: logs of entries in the order of their ids.
//!
//! | module | what it holds |
//! |---|---|
//! | [`id`] | the ids of entries |
//! | [`groups`] | the consumer groups of a stream, by name |
//! | [`group`] | one of them |
//! | [`consumer`] | its consumers |
//! | [`pending`] | what it has delivered and nobody has acknowledged |

pub mod consumer;
pub mod group;
pub mod groups;
pub mod id;
pub mod pending;

pub use group::Group;
pub use groups::Groups;
pub use id::StreamId;
pub use pending::Delivery;
