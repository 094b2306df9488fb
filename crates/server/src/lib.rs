//! The Fanfare daemon.
//!
//! | module | what it holds |
//! |---|---|
//! | [`start`] | what happens from the first argument to the last reply, in order |
//! | [`config`] | the table of parameters; files, `CONFIG` |
//! | [`host`] | what the process asks of its machine: log, limits, signals, supervision |
//! | [`listen`] | the sockets that clients connect to |
//! | [`pause`] | `CLIENT PAUSE` |
//! | [`reactor`] | threads with their connections |
//! | [`session`] | what one connection is and remembers |
//! | [`families`] | commands that need a session or the server |
//! | [`observe`] | statistics, slow log, latency, `INFO`, `MONITOR` |
//! | [`shared`] | what all reactors share |
//! | [`tracking`] | which clients remember which keys |
//! | [`reference`] | the pages of `docs/reference` |

#![forbid(unsafe_code)]

pub mod config;
pub mod context;
pub mod families;
pub mod host;
pub mod listen;
pub mod observe;
pub mod pause;
pub mod reactor;
pub mod reaper;
pub mod reference;
pub mod session;
pub mod shared;
pub mod start;
pub mod tracking;
