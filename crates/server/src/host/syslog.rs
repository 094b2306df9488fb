//! Lines to the system log, in the traditional form that `/dev/log` takes.

use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::Path;

use chrono::Local;

use super::log::Level;

/// Where the system's logger listens.
pub const SOCKET_PATH: &str = "/dev/log";

/// The facilities that a configuration may name.
pub const FACILITIES: &[(&str, u8)] = &[
    ("user", 1),
    ("local0", 16),
    ("local1", 17),
    ("local2", 18),
    ("local3", 19),
    ("local4", 20),
    ("local5", 21),
    ("local6", 22),
    ("local7", 23),
];

/// A sender to the system log.
#[derive(Debug)]
pub struct Syslog {
    socket: UnixDatagram,
    ident: String,
    facility: u8,
}

impl Syslog {
    /// Connects to the logger at `path` (see [`SOCKET_PATH`]). `facility` is a number of [`FACILITIES`].
    pub fn connect(path: &Path, ident: String, facility: u8) -> io::Result<Self> {
        let socket = UnixDatagram::unbound()?;
        socket.connect(path)?;
        // A logger that does not read must not stop the server.
        socket.set_nonblocking(true)?;
        Ok(Self { socket, ident, facility })
    }

    /// Sends one line; it is dropped if the logger is gone or behind.
    pub fn send(&self, level: Level, message: &str) {
        let severity = match level {
            Level::Debug => 7,
            Level::Verbose => 6,
            Level::Notice => 5,
            Level::Warning | Level::Nothing => 4,
        };
        let priority = self.facility * 8 + severity;
        let time = Local::now().format("%b %e %H:%M:%S");
        let line = format!("<{priority}>{time} {}[{}]: {message}", self.ident, std::process::id());
        let _unreportable = self.socket.send(line.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_carries_priority_ident_and_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let logger = UnixDatagram::bind(&path).unwrap();
        let syslog = Syslog::connect(&path, "fanfare".into(), 16).unwrap();
        syslog.send(Level::Warning, "low memory");
        let mut buffer = [0; 256];
        let length = logger.recv(&mut buffer).unwrap();
        let line = std::str::from_utf8(&buffer[..length]).unwrap();
        assert!(line.starts_with("<132>"), "{line}");
        let end = format!(" fanfare[{}]: low memory", std::process::id());
        assert!(line.ends_with(&end), "{line}");
    }
}
