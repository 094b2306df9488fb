//! Streams: logs of entries in the order of their ids.
//!
//! | module | what it holds |
//! |---|---|
//! | [`id`] | the ids of entries |

pub mod id;

pub use id::StreamId;
