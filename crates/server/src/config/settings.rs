//! What the server reads its configuration from.

use std::collections::BTreeMap;
use std::path::PathBuf;

use fanfare_engine::keyspace::Limits;

use super::keyspace_events::KeyspaceEvents;
use super::memory::MemorySettings;
use super::table;
use super::values::{
    BindAddress, LogLevel, MemoryLimit, OutputLimits, Permission, PubsubDefault, RenamedCommand,
    Secret, Supervised, SyslogFacility,
};

/// A snapshot of the configuration.
///
/// Threads hold it in an `Arc` and get a new one when `CONFIG SET` changes something. The table of
/// parameters writes the fields; its rows say what each one means, and `Config::default()` is
/// what the rows' defaults say.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Addresses to listen on. Empty: no TCP.
    pub bind: Vec<BindAddress>,
    /// TCP port; 0 is none.
    pub port: u16,
    /// Unix socket to listen on, relative to `directory`.
    pub unix_socket: Option<PathBuf>,
    /// Permission bits of the Unix socket; 0 leaves what the umask gives.
    pub unix_socket_mode: u32,
    /// Connections that the kernel may hold until they are accepted.
    pub tcp_backlog: u32,
    /// Seconds of silence before TCP keepalive probes; 0 is none.
    pub tcp_keepalive_s: u32,
    /// Seconds after which an idle client is disconnected; 0 is never. Subscribers are exempt.
    pub timeout_s: u32,
    /// Most clients at a time.
    pub clients_max: u32,
    /// Refuse remote clients while neither `bind` nor a password was set.
    pub protected_mode: bool,
    /// Password of user `default`; empty is none.
    pub password: Secret,
    /// Commands with another name, in the order of the file.
    pub renamed_commands: Vec<RenamedCommand>,
    /// Least grave level that is logged.
    pub log_level: LogLevel,
    /// Log file, relative to `directory`; `None` is standard output.
    pub log_file: Option<PathBuf>,
    /// Log to syslog too.
    pub syslog_enabled: bool,
    /// Name in syslog.
    pub syslog_ident: String,
    /// Facility in syslog.
    pub syslog_facility: SyslogFacility,
    /// File to write the process id to; `None` is none unless daemonized.
    pub pid_file: Option<PathBuf>,
    /// Run in the background.
    pub daemonize: bool,
    /// Service manager to tell.
    pub supervised: Supervised,
    /// Title of the process, with its placeholders.
    pub process_title_template: String,
    /// Whether to set the process title.
    pub set_process_title: bool,
    /// Runs of periodic work per second, 1 to 500.
    pub hz: u32,
    /// Raise `hz` with the number of clients.
    pub dynamic_hz: bool,
    /// Reactor threads.
    pub io_threads: usize,
    /// Longest argument of a request, in bytes, as it was set; see [`argument_bytes_max`](Self::argument_bytes_max).
    pub bulk_bytes_max: u64,
    /// Most bytes of unparsed input per client.
    pub query_bytes_max: usize,
    /// When slow readers are disconnected.
    pub output_limits: OutputLimits,
    /// Most memory of all clients together, beyond which the largest are disconnected.
    pub clients_memory: MemoryLimit,
    /// Commands from this duration on enter the slow log, in microseconds; negative is none.
    pub slowlog_threshold_us: i64,
    /// Entries that the slow log keeps.
    pub slowlog_entries_max: u64,
    /// Events from this duration on are recorded, in milliseconds; 0 is none.
    pub latency_threshold_ms: u64,
    /// Keep a histogram of each command's latency.
    pub latency_tracking: bool,
    /// Percentiles shown in `INFO latencystats`.
    pub latency_percentiles: Vec<f64>,
    /// Number of databases.
    pub databases: u32,
    /// Channels of new ACL users.
    pub acl_pubsub_default: PubsubDefault,
    /// Who may use `DEBUG`.
    pub enable_debug_command: Permission,
    /// Who may set protected parameters.
    pub enable_protected_configs: Permission,
    /// Who may use `MODULE`.
    pub enable_module_command: Permission,
    /// From this duration on a script or sleep lets other clients get `BUSY`, in milliseconds.
    pub busy_reply_threshold_ms: u64,
    /// Working directory; `load` makes it absolute.
    pub directory: PathBuf,
    /// Show the logo at start even where standard output is no terminal.
    pub always_show_logo: bool,
    /// Leave what users sent out of the log.
    pub hide_user_data: bool,
    /// Most memory for data, in bytes; 0 is no limit.
    pub maxmemory_bytes: u64,
    /// Keys that are remembered for clients that keep values, beyond which some are forgotten; 0 is no limit.
    pub tracking_keys_max: usize,
    /// Keyspace events that are published.
    pub keyspace_events: KeyspaceEvents,
    /// How memory is kept within its limit, and given back.
    pub memory: MemorySettings,
    /// Limits on values.
    pub limits: Limits,
    /// ACL users of the file: the words after `user`, one list per line.
    pub users: Vec<Vec<Vec<u8>>>,
    /// Modules of the file: path and arguments.
    pub modules: Vec<Vec<Vec<u8>>>,
    /// Values of parameters that have no field yet, where they differ from the default, by name,
    /// in the form that `CONFIG GET` shows.
    pub stored: BTreeMap<&'static str, Vec<u8>>,
}

impl Config {
    /// Longest argument of a request, in bytes. Lengths of keys and elements have 31 bits, whatever is configured.
    pub fn argument_bytes_max(&self) -> u64 {
        self.bulk_bytes_max.min(i32::MAX as u64)
    }

    /// Every field empty, for the table to fill.
    fn blank() -> Self {
        Self {
            bind: Vec::new(),
            port: 0,
            unix_socket: None,
            unix_socket_mode: 0,
            tcp_backlog: 0,
            tcp_keepalive_s: 0,
            timeout_s: 0,
            clients_max: 0,
            protected_mode: false,
            password: Secret::default(),
            renamed_commands: Vec::new(),
            log_level: LogLevel::Notice,
            log_file: None,
            syslog_enabled: false,
            syslog_ident: String::new(),
            syslog_facility: SyslogFacility::User,
            pid_file: None,
            daemonize: false,
            supervised: Supervised::No,
            process_title_template: String::new(),
            set_process_title: false,
            hz: 0,
            dynamic_hz: false,
            io_threads: 0,
            bulk_bytes_max: 0,
            query_bytes_max: 0,
            output_limits: OutputLimits::default(),
            clients_memory: MemoryLimit::Bytes(0),
            slowlog_threshold_us: 0,
            slowlog_entries_max: 0,
            latency_threshold_ms: 0,
            latency_tracking: false,
            latency_percentiles: Vec::new(),
            databases: 0,
            acl_pubsub_default: PubsubDefault::ResetChannels,
            enable_debug_command: Permission::No,
            enable_protected_configs: Permission::No,
            enable_module_command: Permission::No,
            busy_reply_threshold_ms: 0,
            directory: PathBuf::from("."),
            always_show_logo: false,
            hide_user_data: false,
            maxmemory_bytes: 0,
            memory: MemorySettings::default(),
            users: Vec::new(),
            modules: Vec::new(),
            tracking_keys_max: 0,
            keyspace_events: KeyspaceEvents::default(),
            limits: Limits::default(),
            stored: BTreeMap::new(),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        let mut config = Self::blank();
        for parameter in table::parameters() {
            parameter.reset(&mut config);
        }
        config
    }
}
