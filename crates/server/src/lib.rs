//! The Fanfare daemon.

pub mod host;
pub mod observe;
