//! What the process asks of its host: log, limits, signals, supervision, process facts.
//!
//! Nothing here knows a client or a command. Everything is plain blocking code for start, shutdown and
//! the one-second duties; only [`log`] may be called from anywhere at any time.

pub mod banner;
pub mod cpu;
pub mod crash;
pub mod daemonize;
pub mod identity;
pub mod limits;
pub mod log;
pub mod memory;
pub mod memory_counts;
pub mod os_error;
pub mod pid_file;
pub mod process;
pub mod process_title;
pub mod settings;
pub mod signals;
pub mod supervise;
pub mod syslog;
pub mod usage;
pub mod version;
