//! The types of configuration fields that are more than a number or a text.

use std::fmt;

/// An address to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindAddress {
    /// A host name or address; `*` means every IPv4 address and `::*` every IPv6 address.
    pub host: String,
    /// Written with a leading `-`: an address that the machine lacks is no error.
    pub optional: bool,
}

/// How much the log says; a level includes all that come after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Everything.
    Debug,
    /// Rarely useful facts.
    Verbose,
    /// What an operator wants to know.
    Notice,
    /// What needs attention.
    Warning,
    /// No line at all.
    Nothing,
}

impl LogLevel {
    /// Every level, in the order of [`WORDS`](Self::WORDS).
    pub const ALL: [Self; 5] =
        [Self::Debug, Self::Verbose, Self::Notice, Self::Warning, Self::Nothing];
    /// What a configuration file calls them.
    pub const WORDS: &'static [&'static str] =
        &["debug", "verbose", "notice", "warning", "nothing"];
}

/// The syslog facility of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyslogFacility {
    /// Messages of user programs.
    User,
    /// One of the eight facilities for local use, 0 to 7.
    Local(u8),
}

impl SyslogFacility {
    /// What a configuration file calls them.
    pub const WORDS: &'static [&'static str] =
        &["user", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"];

    /// Where it stands in [`WORDS`](Self::WORDS).
    pub fn index(self) -> usize {
        match self {
            Self::User => 0,
            Self::Local(number) => 1 + usize::from(number),
        }
    }

    /// The facility at a place of [`WORDS`](Self::WORDS).
    pub fn at(index: usize) -> Self {
        if index == 0 { Self::User } else { Self::Local((index - 1) as u8) }
    }
}

/// Which service manager is told about start and stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supervised {
    /// Upstart: stops itself with SIGSTOP once ready.
    Upstart,
    /// systemd: speaks to `NOTIFY_SOCKET`.
    Systemd,
    /// Whichever the environment tells of.
    Auto,
    /// None.
    No,
}

impl Supervised {
    /// Every choice, in the order of [`WORDS`](Self::WORDS).
    pub const ALL: [Self; 4] = [Self::Upstart, Self::Systemd, Self::Auto, Self::No];
    /// What a configuration file calls them.
    pub const WORDS: &'static [&'static str] = &["upstart", "systemd", "auto", "no"];
}

/// Who may use a dangerous command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Nobody.
    No,
    /// Every client.
    Yes,
    /// Clients of this machine: loopback addresses and Unix sockets.
    Local,
}

impl Permission {
    /// Every choice, in the order of [`WORDS`](Self::WORDS).
    pub const ALL: [Self; 3] = [Self::No, Self::Yes, Self::Local];
    /// What a configuration file calls them.
    pub const WORDS: &'static [&'static str] = &["no", "yes", "local"];

    /// Whether a client at `origin` may.
    pub fn allows(self, origin: ClientOrigin) -> bool {
        match self {
            Self::No => false,
            Self::Yes => true,
            Self::Local => origin == ClientOrigin::Local,
        }
    }
}

/// Where a client connects from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientOrigin {
    /// A loopback address or a Unix socket.
    Local,
    /// Anywhere else.
    Remote,
}

/// Which channels a new ACL user may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PubsubDefault {
    /// All of them.
    AllChannels,
    /// None.
    ResetChannels,
}

impl PubsubDefault {
    /// Every choice, in the order of [`WORDS`](Self::WORDS).
    pub const ALL: [Self; 2] = [Self::AllChannels, Self::ResetChannels];
    /// What a configuration file calls them.
    pub const WORDS: &'static [&'static str] = &["allchannels", "resetchannels"];
}

/// An amount of memory, fixed or relative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryLimit {
    /// This many bytes; 0 is no limit.
    Bytes(u64),
    /// This share of `maxmemory`, 1 to 100; no limit while `maxmemory` is 0.
    Percent(u8),
}

impl MemoryLimit {
    /// The limit in bytes, given `maxmemory`; `None` without limit.
    pub fn bytes(self, maxmemory_bytes: u64) -> Option<u64> {
        let bytes = match self {
            Self::Bytes(bytes) => bytes,
            Self::Percent(percent) => {
                (u128::from(maxmemory_bytes) * u128::from(percent) / 100) as u64
            }
        };
        (bytes > 0).then_some(bytes)
    }
}

/// When a client that does not read its replies is disconnected; 0 turns a limit off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutputLimit {
    /// At once, beyond this many bytes of pending output.
    pub hard_bytes: u64,
    /// After `soft_s` seconds without a break beyond this many bytes.
    pub soft_bytes: u64,
    /// How long `soft_bytes` may be exceeded, in seconds.
    pub soft_s: u64,
}

/// The output limits of each class of clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutputLimits {
    /// Clients that only send requests.
    pub normal: OutputLimit,
    /// Replicas.
    pub replica: OutputLimit,
    /// Clients with at least one subscription.
    pub pubsub: OutputLimit,
}

/// A command that got another name, or was taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenamedCommand {
    /// Its own name, in lower case.
    pub name: String,
    /// The name that clients must use; empty when nobody may use it.
    pub new_name: Vec<u8>,
}

/// Bytes that no log or debug output may show. Empty means there is none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(pub Vec<u8>);

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_empty() { "none" } else { "(redacted)" })
    }
}
