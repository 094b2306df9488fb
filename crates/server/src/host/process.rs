//! This process, from start to end.

use std::io;
use std::path::PathBuf;

use super::identity::Identity;
use super::supervise::Supervisor;

/// What is known of the process once it has started.
#[derive(Debug)]
pub struct Process {
    /// Who it is.
    pub identity: Identity,
    /// Who watches it.
    pub supervisor: Supervisor,
    /// Its name as it was started.
    pub title: String,
    /// Absolute path of its configuration file, if it has one.
    pub config_file: Option<PathBuf>,
}

impl Process {
    /// A process that nobody watches, with the configuration that is built in. Fails without a source of
    /// randomness.
    pub fn new() -> io::Result<Self> {
        let identity = Identity::collect()?;
        Ok(Self { identity, supervisor: Supervisor::None, title: String::new(), config_file: None })
    }
}
