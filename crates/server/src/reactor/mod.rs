//! A reactor: one thread, one event loop, the connections that it alone owns.
//!
//! One turn: wait for readiness → read and run every complete request → take the mail → send replies → send one slice
//! of what subscribers wait for → look again. See [`turn`].
//!
//! | module | what it does |
//! |---|---|
//! | [`turn`] | the loop |
//! | [`accept`] | new connections |
//! | [`input`] | reads sockets and takes requests out of the bytes |
//! | [`run`] | runs one request |
//! | [`data`] | commands on data: locks, then the handler |
//! | [`blocking`] | clients that wait for keys |
//! | [`notify`] | keyspace events |
//! | [`tracking`] | tells clients which keys are not what they remember |
//! | [`transaction`] | queues requests, and runs them as one |
//! | [`output`] | sends, and closes who does not read |
//! | [`mail`] | what reactors tell each other |
//! | [`visit`] | work that every reactor must do before a command can answer |
//! | [`account`] | counts, and notes what took long |
//! | [`evict`] | closes clients that take too much memory together |
//! | [`expire`] | takes out keys whose time has come |
//! | [`memory`] | keeps memory within its limit |
//! | [`duties`] | what is done a few times a second |

pub mod accept;
pub mod account;
mod ahead;
pub mod blocking;
mod burst;
pub mod data;
pub mod describe;
pub mod duties;
pub mod evict;
pub mod expire;
pub mod input;
pub mod mail;
pub mod memory;
pub mod notify;
pub mod output;
pub mod run;
pub mod tracking;
pub mod transaction;
pub mod turn;
pub mod visit;

mod clock;
mod core;
mod together;

pub use blocking::UnblockReason;
pub use core::{ConnectionKey, Reactor};
pub use mail::Mail;
pub use visit::Findings;
