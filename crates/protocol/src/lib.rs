//! The Redis protocol (RESP2, RESP3 and inline requests) without I/O: bytes in, bytes out.
//!
//! - [`request`] parses what clients send; it borrows the input and copies nothing.
//! - [`reply`] writes what the server answers; it alone knows RESP2 from RESP3.
//! - [`decode`] reads what servers answer, for clients.
//! - [`slot`] maps a key to its cluster hash slot.
//!
//! Nothing here knows a command, a socket or a clock.

#![forbid(unsafe_code)]

pub mod decode;
pub mod reply;
pub mod request;
pub mod slot;

pub use reply::{Reply, RespVersion};
pub use request::{
    Limits, OwnedRequest, Parsed, ProtocolError, Request, RequestBatch, RequestParser,
};
