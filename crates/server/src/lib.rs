//! The Fanfare daemon.
