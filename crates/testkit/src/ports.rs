//! Ports for servers of tests.
//!
//! They are taken from below the range in which the kernel chooses ports for connections. Within it any connection of any
//! process may have the port between our choice and the server's start, or while a test has stopped its server to start it
//! again; and a client that tries to connect meanwhile may get the port for its own end, and so reach itself.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, bail};

/// How many ports are looked at for one that no test has: processes of tests that run at the same time hold thousands.
const LOOKS_MAX: usize = 1000;

/// The lowest port that is given: many services that a machine may have are below.
const PORT_MIN: u16 = 15_000;

/// A range with fewer ports is not used.
const PORTS_MIN: u16 = 2000;

/// Where the kernel says which ports it gives to connections.
const CONNECTION_PORTS: &str = "/proc/sys/net/ipv4/ip_local_port_range";

/// A port of the loopback address that nobody listens on at the moment, and that no other test is given while this
/// process runs: the server of one test must not be taken for that of another.
pub fn free_port() -> Result<u16> {
    static TAKEN: Mutex<Vec<File>> = Mutex::new(Vec::new());
    let folder = lock_folder();
    std::fs::create_dir_all(&folder)?;
    let ports = ports();
    for _ in 0..LOOKS_MAX {
        let port = fastrand::u16(ports.clone());
        let file = File::create(folder.join(port.to_string()))?;
        if file.try_lock().is_ok() && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            TAKEN.lock().unwrap_or_else(PoisonError::into_inner).push(file);
            return Ok(port);
        }
    }
    bail!("every port that was tried is taken")
}

/// One file for each port, locked by the test that has it. Users cannot lock each other's files, hence a folder for each.
fn lock_folder() -> PathBuf {
    let user = rustix::process::getuid().as_raw();
    std::env::temp_dir().join(format!("fanfare-test-ports-{user}"))
}

/// The ports to choose from.
fn ports() -> Range<u16> {
    let text = std::fs::read_to_string(CONNECTION_PORTS).unwrap_or_default();
    let mut bounds = text.split_whitespace().filter_map(|word| word.parse().ok());
    match (bounds.next(), bounds.next()) {
        (Some(first), _) if first >= PORT_MIN + PORTS_MIN => PORT_MIN..first,
        (_, Some(last)) if last < u16::MAX - PORTS_MIN => last + 1..u16::MAX,
        _ => PORT_MIN..u16::MAX,
    }
}
