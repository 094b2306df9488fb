//! What waits to be sent to one connection, and the bytes that many connections wait for together.
//!
//! A queue is a sequence of segments. A segment is either a run of the connection's own bytes or a range of a
//! [`Block`](pool), which other queues may hold too. A range that continues the last one extends it, so that any
//! number of messages of one channel costs a subscriber one segment and no copy.
//!
//! A queue and its pool belong to one reactor: counts are plain numbers. An empty queue owns no memory.

pub mod frame;
pub mod pool;
pub mod queue;

pub use frame::Frame;
pub use pool::{BlockId, OutputPool, SharedRange};
pub use queue::{Flush, OutputQueue};

#[cfg(test)]
mod tests;
