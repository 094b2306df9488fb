//! What one connection is and remembers.

mod connection;
mod input;
mod state;
mod tracking;
mod transaction;

pub use connection::{Blocked, Connection, OutputState};
pub use input::{INPUT_BYTES_DIRECT_MIN, PendingInput};
pub use state::{ReplyMode, Session};
pub use tracking::{Caching, ClientTracking, TrackingMode};
pub use transaction::{Queued, Transaction, Watching};
