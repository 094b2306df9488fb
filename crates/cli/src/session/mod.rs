//! One conversation with a server: what it was told, what it answers, what is printed.
//!
//! - [`Session`] keeps the connection and reconnects.
//! - `exchange` sends one command and prints all that answers it, pushes in between too.
//! - [`state`] follows what commands change: database, transaction, protocol, subscriptions.

mod exchange;
mod link;
mod state;
mod subscriptions;

pub(crate) use exchange::Outcome;
pub(crate) use link::{Printer, Session};
