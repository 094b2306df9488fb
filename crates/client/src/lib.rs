//! A small blocking client for Fanfare's own tools and tests.
//!
//! - [`Connection`] sends requests and reads replies and pushes, over TCP or a unix socket.
//! - [`Login`] is what a fresh connection says first: protocol version, password, database.
//! - [`ServerUri`] reads `redis://user:password@host:port/database`.
//!
//! It speaks to one server, keeps no pool, and never reconnects by itself: callers know best what
//! a lost connection means.

#![forbid(unsafe_code)]

mod address;
mod connection;
mod login;
mod request;
mod stream;
mod uri;

pub use address::Address;
pub use connection::{Connection, PUSHES_MAX, ReceiveError, SendError, Timeouts};
pub use fanfare_protocol::decode::{DecodeError, Value};
pub use login::{Login, LoginError};
pub use request::encode_request;
pub use stream::ConnectError;
pub use uri::{ServerUri, UriError};
