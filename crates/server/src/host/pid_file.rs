//! The file with the process id.

use std::path::{Path, PathBuf};

use super::log;

/// Where the file goes if the server is a daemon and `pidfile` is not set.
pub const DEFAULT_PATH: &str = "/var/run/redis.pid";

/// A written pid file. Redis keeps going when it cannot be written, and so do we.
#[derive(Debug)]
pub struct PidFile {
    path: PathBuf,
}

impl PidFile {
    /// Writes the id of this process. `None`, with a line in the log, if that fails.
    pub fn write(path: &Path) -> Option<Self> {
        match std::fs::write(path, format!("{}\n", std::process::id())) {
            Ok(()) => Some(Self { path: path.to_owned() }),
            Err(error) => {
                let reason = super::os_error::os_error_text(&error);
                log::warning(format_args!("Failed to write PID file: {reason}"));
                None
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the file, at the end of an orderly shutdown.
    pub fn remove(self) {
        log::notice(format_args!("Removing the pid file."));
        let _already_gone = std::fs::remove_file(self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_holds_the_id_and_goes_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pid");
        let file = PidFile::write(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{}\n", std::process::id()));
        file.remove();
        assert!(!path.exists());
        assert!(PidFile::write(Path::new("/nonexistent/pid")).is_none());
    }
}
