//! What the tests of Fanfare stand on. Nothing that is shipped uses it.
//!
//! - [`server`] starts Fanfare or a real Redis or Valkey on a free port, in its own folder.
//! - [`concurrent`] checks what many clients at once must never see.
//! - [`connection`] sends raw bytes and reads replies, both as values and as bytes.
//! - [`differential`] compares two servers on random requests.
//! - [`order`] checks the order of messages under many threads.
//! - [`ports`] finds ports for servers.
//! - [`spec`] runs the pages of `tests/spec` against any of those servers.
//!
//! Waiting is always for an event (a reply, a closed connection, a log line) with
//! [`connection::PATIENCE`] as the limit, so that a broken server fails a test instead of stopping it.

#![forbid(unsafe_code)]

pub mod concurrent;
pub mod connection;
pub mod differential;
pub mod locate;
pub mod order;
pub mod ports;
pub mod server;
pub mod spec;

pub use connection::{Connection, Frame};
pub use server::{Product, ServerOptions, TestServer};
