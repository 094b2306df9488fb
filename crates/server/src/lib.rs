//! The Fanfare daemon.

pub mod host;
