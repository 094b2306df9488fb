//! The settings that options change.

use std::path::PathBuf;
use std::time::Duration;

use fanfare_client::Address;
use fanfare_protocol::RespVersion;

use crate::format::Format;

/// The port of a server that names none.
const PORT: u16 = 6379;

/// What runs instead of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The command line's command, or the prompt when there is none.
    Command,
    /// A line of figures each second.
    Stat,
    /// Round-trip times.
    Latency(LatencyMode),
    /// How long the system keeps a busy process waiting, for this many seconds.
    IntrinsicLatency(u64),
    /// Protocol from stdin to the server.
    Pipe,
    /// A script from a file.
    Eval(PathBuf),
}

/// How round-trip times are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LatencyMode {
    /// Minimum, maximum and mean until now.
    Running,
    /// The same, begun anew each interval.
    History,
    /// A spectrum of colours each interval.
    Distribution,
}

/// Where stdin goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StdinArgument {
    /// Nowhere.
    None,
    /// After the last argument.
    Last,
    /// In the place of this argument.
    InPlaceOf(Vec<u8>),
}

/// Everything the command line says.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Overrides host and port.
    pub(crate) socket: Option<PathBuf>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    /// The password stood where other users of the machine can read it.
    pub(crate) password_was_shown: bool,
    pub(crate) auth_warning: bool,
    pub(crate) ask_password: bool,
    pub(crate) database: i32,
    /// `None`: RESP2, or RESP3 where the format wants it.
    pub(crate) version: Option<RespVersion>,
    /// How often the command runs; negative for ever.
    pub(crate) repeat: i64,
    pub(crate) interval: Option<Duration>,
    pub(crate) stdin_argument: StdinArgument,
    pub(crate) element_delimiter: Vec<u8>,
    pub(crate) reply_delimiter: Vec<u8>,
    pub(crate) fail_on_error: bool,
    /// `None`: for people on a terminal, raw elsewhere.
    pub(crate) format: Option<Format>,
    /// `None`: on a terminal.
    pub(crate) show_pushes: Option<bool>,
    pub(crate) quoted_input: bool,
    pub(crate) pipe_timeout: Option<Duration>,
    pub(crate) verbose: bool,
    pub(crate) mode: Mode,
    /// The command and its arguments; empty for the prompt.
    pub(crate) command: Vec<Vec<u8>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: PORT,
            socket: None,
            connect_timeout: None,
            user: None,
            password: None,
            password_was_shown: false,
            auth_warning: true,
            ask_password: false,
            database: 0,
            version: None,
            repeat: 1,
            interval: None,
            stdin_argument: StdinArgument::None,
            element_delimiter: b"\n".to_vec(),
            reply_delimiter: b"\n".to_vec(),
            fail_on_error: false,
            format: None,
            show_pushes: None,
            quoted_input: false,
            pipe_timeout: Some(Duration::from_secs(30)),
            verbose: false,
            mode: Mode::Command,
            command: Vec::new(),
        }
    }
}

impl Settings {
    /// Where the server is.
    pub(crate) fn address(&self) -> Address {
        match &self.socket {
            Some(path) => Address::Unix(path.clone()),
            None => Address::tcp(self.host.clone(), self.port),
        }
    }
}
