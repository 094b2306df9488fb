//! One server under test: started here on a free port, or found where the user says.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::address::Address;
use super::control::Control;
use super::cpus::{CpuList, with_cpus};
use super::process::Process;

/// How long a started server may take until it answers `PING`.
const START_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a server may take to end after SIGTERM before it is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// Another process may take a port between our choice and the server's start, so we choose again.
const START_ATTEMPTS_MAX: usize = 5;
/// What servers say then.
const PORT_TAKEN: &str = "Address already in use";
/// How often a starting or ending server is looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);

/// Who we are to the server, and which protocol version we speak.
#[derive(Clone, Debug, Default)]
pub(crate) struct Access {
    /// Name for `AUTH`; the default user if absent.
    pub(crate) user: Option<String>,
    /// Password for `AUTH`; no `AUTH` if absent.
    pub(crate) password: Option<String>,
    /// Whether connections switch to RESP3 with `HELLO 3`.
    pub(crate) resp3: bool,
}

/// Where a server comes from.
#[derive(Clone, Debug)]
pub(crate) enum ServerSource {
    /// It runs already.
    Running(Address),
    /// It is started for every round, with these arguments and a `--port`.
    Binary { path: PathBuf, arguments: Vec<String> },
}

/// A server to measure, not yet started.
#[derive(Clone, Debug)]
pub(crate) struct ServerSpec {
    /// What reports call it.
    pub(crate) label: String,
    /// Where it comes from.
    pub(crate) source: ServerSource,
    /// The CPUs of a server that is started here.
    pub(crate) cpus: Option<CpuList>,
    /// Credentials and protocol version.
    pub(crate) access: Access,
}

/// A server that answers. One that was started here ends when this is dropped.
pub(crate) struct Server {
    address: Address,
    access: Access,
    process: Option<Process>,
    version: String,
    // Declared last: the child ends after everything that talks to it.
    child: Option<ServerChild>,
}

impl ServerSpec {
    /// Starts the server, or connects to it, and waits until it answers.
    pub(crate) fn open(&self) -> Result<Server> {
        let (address, child) = match &self.source {
            ServerSource::Running(address) => (address.clone(), None),
            ServerSource::Binary { path, arguments } => {
                let (address, child) =
                    with_cpus(self.cpus.as_ref(), || ServerChild::start(path, arguments))?;
                (address, Some(child))
            }
        };
        let mut server = Server {
            address,
            access: self.access.clone(),
            process: None,
            version: String::new(),
            child,
        };
        let mut control = server.control()?;
        server.version = server_version(&mut control)?;
        let pid = match &server.child {
            Some(child) => Some(child.process.id()),
            None if server.address.is_local() => {
                control.info("server", "process_id")?.and_then(|pid| pid.parse().ok())
            }
            None => None,
        };
        server.process = pid.and_then(Process::find);
        Ok(server)
    }
}

/// Name and version as `INFO` tells them, such as `redis 8.2.3`.
fn server_version(control: &mut Control) -> Result<String> {
    for name in ["fanfare", "valkey", "dragonfly", "redis"] {
        if let Some(version) = control.info("server", &format!("{name}_version"))? {
            return Ok(format!("{name} {version}"));
        }
    }
    Ok("unknown".to_owned())
}

impl Server {
    /// Where it listens.
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// Name and version, from its `INFO`.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// CPU time that it has used so far, if it runs on this machine.
    pub(crate) fn cpu_time(&self) -> Result<Option<Duration>> {
        self.process.map(Process::cpu_time).transpose()
    }

    /// Bytes of physical memory that the server occupies: from this machine, else as the server tells.
    pub(crate) fn resident_bytes(&self) -> Result<u64> {
        if let Some(process) = self.process {
            return process.resident_bytes();
        }
        let told = self.control()?.info("memory", "used_memory_rss")?;
        told.and_then(|text| text.parse().ok()).context("the server does not tell its memory")
    }

    /// A new blocking connection, authenticated and switched to the wanted protocol version.
    pub(crate) fn control(&self) -> Result<Control> {
        self.greet(self.address.connect()?)
    }

    /// Authenticates a new connection and switches it to the wanted protocol version.
    pub(crate) fn greet(&self, socket: std::os::fd::OwnedFd) -> Result<Control> {
        let mut control = Control::new(socket);
        if let Some(password) = &self.access.password {
            match &self.access.user {
                Some(user) => control.call(&["AUTH", user, password])?,
                None => control.call(&["AUTH", password])?,
            };
        }
        if self.access.resp3 {
            control.call(&["HELLO", "3"])?;
        }
        Ok(control)
    }
}

/// A server process of ours in a directory of its own.
struct ServerChild {
    process: Child,
    directory: PathBuf,
}

impl ServerChild {
    /// Starts `path` on a free port of 127.0.0.1 and waits until it answers.
    fn start(path: &Path, arguments: &[String]) -> Result<(Address, Self)> {
        for _ in 1..START_ATTEMPTS_MAX {
            match Self::start_once(path, arguments) {
                Err(error) if error.to_string().contains(PORT_TAKEN) => {}
                other => return other,
            }
        }
        Self::start_once(path, arguments)
    }

    fn start_once(path: &Path, arguments: &[String]) -> Result<(Address, Self)> {
        let directory = fresh_directory()?;
        let port = free_port()?;
        let log = File::create(directory.join("server.log"))?;
        // The server is started in a folder of its own, from where a relative path leads elsewhere. A bare name is looked up.
        let is_bare = path.components().count() == 1;
        let program = if is_bare { path.to_owned() } else { std::path::absolute(path)? };
        let process = Command::new(program)
            .args(arguments)
            .args(["--port", &port.to_string()])
            .current_dir(&directory)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start `{}`", path.display()))?;
        let mut child = Self { process, directory };
        let address = Address::resolve("127.0.0.1", port)?;
        child.wait_until_it_answers(path, &address)?;
        Ok((address, child))
    }

    fn wait_until_it_answers(&mut self, path: &Path, address: &Address) -> Result<()> {
        let deadline = Instant::now() + START_TIMEOUT;
        loop {
            // Asked first: whoever answers on the port of a child that has ended is another server.
            let answered = answers(address);
            if let Some(status) = self.process.try_wait()? {
                let said =
                    fs::read_to_string(self.directory.join("server.log")).unwrap_or_default();
                bail!("`{}` ended at once ({status}) and said:\n{said}", path.display());
            }
            if answered {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("`{}` does not answer after {START_TIMEOUT:?}", path.display());
            }
            thread::sleep(LOOK_INTERVAL);
        }
    }
}

impl Drop for ServerChild {
    fn drop(&mut self) {
        let stopped = i32::try_from(self.process.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw)
            .map(|pid| rustix::process::kill_process(pid, rustix::process::Signal::TERM));
        let deadline = Instant::now() + STOP_TIMEOUT;
        while stopped.is_some() && Instant::now() < deadline {
            if !matches!(self.process.try_wait(), Ok(None)) {
                break;
            }
            thread::sleep(LOOK_INTERVAL);
        }
        // Nothing can be reported from here, and both calls fail only if the work is done already.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// Whether a server answers there; an error such as `NOAUTH` is an answer too.
fn answers(address: &Address) -> bool {
    let ask = || -> Result<Vec<u8>> {
        let mut control = Control::new(address.connect()?);
        control.send(b"*1\r\n$4\r\nPING\r\n")?;
        control.reply()
    };
    ask().is_ok_and(|reply| !reply.starts_with(b"-LOADING"))
}

/// A port that was free a moment ago.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn fresh_directory() -> Result<PathBuf> {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let name = format!(
        "fanfare-benchmark-{}-{}",
        std::process::id(),
        COUNTER.fetch_add(1, Ordering::Relaxed)
    );
    let path = std::env::temp_dir().join(name);
    fs::create_dir_all(&path)?;
    Ok(path)
}
