//! `daemonize yes`: the server leaves the terminal.

use std::io;

use fork::Fork;

/// Which of the two processes this is after [`daemonize`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that was started from the terminal: it has to exit with status 0 at once, as in Redis.
    Parent,
    /// The server, in a session of its own, with standard streams on `/dev/null`.
    Daemon,
}

/// Splits the process. To be called while there is one thread only, after the configuration has been read,
/// so that its errors still reach the terminal. The working directory stays.
pub fn daemonize() -> io::Result<Side> {
    match fork::fork()? {
        Fork::Parent(_) => Ok(Side::Parent),
        Fork::Child => {
            fork::setsid()?;
            fork::redirect_stdio()?;
            Ok(Side::Daemon)
        }
    }
}
