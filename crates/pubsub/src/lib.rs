//! Who hears what: the shared registry, the index of patterns, each reactor's own tables, and encoded messages.
//!
//! | type | who owns it | role |
//! |---|---|---|
//! | [`Registry`] | shared | how many subscribers each reactor has for a channel or pattern; makes messages |
//! | [`Message`] | in mailboxes | one publication, encoded once |
//! | [`Topics`] | one reactor | which of its connections subscribe to what; puts messages into their queues |
//! | [`Memberships`] | one connection | what it subscribes to |
//!
//! Order: a channel's shard is locked while its message enters the mailboxes of reactors, and every delivery comes
//! out of a mailbox. A change of membership first settles the mailbox under the same lock, so that a connection gets
//! exactly the messages that were published while it was counted.
//!
//! Nothing here knows a socket, a command or a clock.

#![forbid(unsafe_code)]

mod counts;
pub mod membership;
pub mod message;
pub mod pattern;
pub mod registry;
pub mod topics;

pub use counts::{REACTORS_MAX, ReactorId};
pub use membership::Memberships;
pub use message::Message;
pub use registry::Registry;
pub use topics::{Delivery, SubscriberKey, Topics};

/// The three kinds of subscription; names of one kind mean nothing to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `SUBSCRIBE`.
    Channel,
    /// `PSUBSCRIBE`.
    Pattern,
    /// `SSUBSCRIBE`.
    ShardChannel,
}

#[cfg(test)]
mod tests;
