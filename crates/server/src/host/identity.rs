//! Who this process is.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;

/// Facts that hold from start to end, but for one.
#[derive(Debug)]
pub struct Identity {
    /// Forty random hexadecimal digits, new at every start.
    pub run_id: String,
    /// Kernel name, release and machine, as `uname -srm`.
    pub os: String,
    /// Absolute path of the program, as given on the command line.
    pub executable: PathBuf,
    /// When the process started, in seconds since 1970.
    pub started_at_s: u64,
    started: Instant,
    /// Forty more digits: the id of the replication history.
    replication_id: ArcSwap<String>,
}

impl Identity {
    /// Collects the facts. Fails without a source of randomness.
    pub fn collect() -> io::Result<Self> {
        let uname = rustix::system::uname();
        let parts = [uname.sysname(), uname.release(), uname.machine()];
        let os = parts.map(|part| part.to_string_lossy().into_owned()).join(" ");
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self {
            run_id: random_hex()?,
            os,
            executable: executable_path(),
            started_at_s: since_epoch.as_secs(),
            started: Instant::now(),
            replication_id: ArcSwap::from_pointee(random_hex()?),
        })
    }

    /// Forty random hexadecimal digits that name the replication history.
    pub fn replication_id(&self) -> String {
        self.replication_id.load().to_string()
    }

    /// Gives the replication history another id (`DEBUG CHANGE-REPL-ID`).
    pub fn renew_replication_id(&self) -> io::Result<()> {
        self.replication_id.store(Arc::new(random_hex()?));
        Ok(())
    }

    /// Seconds since start.
    pub fn uptime_s(&self) -> u64 {
        self.started.elapsed().as_secs()
    }
}

fn random_hex() -> io::Result<String> {
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(digits.map(|digit| char::from(b"0123456789abcdef"[digit as usize])).collect())
}

fn executable_path() -> PathBuf {
    let named = std::env::args_os().next().map(PathBuf::from).unwrap_or_default();
    // A bare name was found through PATH: only the system knows where.
    if named.components().count() > 1 {
        std::path::absolute(&named).unwrap_or(named)
    } else {
        std::env::current_exe().unwrap_or(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_random_and_complete() {
        let (one, other) = (Identity::collect().unwrap(), Identity::collect().unwrap());
        assert_eq!((one.run_id.len(), one.replication_id().len()), (40, 40));
        let before = one.replication_id();
        one.renew_replication_id().unwrap();
        assert_ne!(before, one.replication_id());
        assert_ne!(one.run_id, other.run_id);
        assert!(one.run_id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(one.os.split(' ').count(), 3, "{}", one.os);
        assert!(one.executable.is_absolute());
    }
}
