//! Fields of the process, its clients, replication and processor time.

use super::format::seconds;
use super::metric::{Metric, Value, metric, zero};
use crate::host::version;
use crate::observe::{Gauge, Peak};

const SECONDS_PER_DAY: u64 = 24 * 60 * 60;

/// Bits of the clock by which Redis ages keys.
const LRU_CLOCK_MASK: u64 = (1 << 24) - 1;

/// How the event loop waits.
const MULTIPLEXING: &str = if cfg!(target_os = "linux") { "epoll" } else { "kqueue" };

pub(super) const SERVER: &[Metric] = &[
    metric("redis_version", |_| Value::Word(version::REDIS_VERSION)),
    metric("fanfare_version", |_| Value::Word(version::FANFARE_VERSION)),
    metric("redis_git_sha1", |_| Value::Word(version::COMMIT)),
    metric("redis_git_dirty", |_| Value::Word(version::MODIFIED)),
    metric("redis_build_id", |_| Value::Word(version::BUILD_ID)),
    metric("redis_mode", |_| Value::Word("standalone")),
    metric("os", |facts| Value::Text(facts.identity.os.clone())),
    metric("arch_bits", |_| Value::Number(u64::from(usize::BITS))),
    metric("monotonic_clock", |_| Value::Word("POSIX clock_gettime")),
    metric("multiplexing_api", |_| Value::Word(MULTIPLEXING)),
    metric("atomicvar_api", |_| Value::Word("rust-std")),
    // The value that Redis shows when another compiler made it.
    metric("gcc_version", |_| Value::Word("0.0.0")),
    metric("process_id", |_| Value::Number(u64::from(std::process::id()))),
    metric("process_supervised", |facts| Value::Word(facts.settings.supervisor)),
    metric("run_id", |facts| Value::Text(facts.identity.run_id.clone())),
    metric("tcp_port", |facts| Value::Number(u64::from(facts.settings.port))),
    metric("server_time_usec", |facts| Value::Number(facts.now_us)),
    metric("uptime_in_seconds", |facts| Value::Number(facts.identity.uptime_s())),
    metric("uptime_in_days", |facts| Value::Number(facts.identity.uptime_s() / SECONDS_PER_DAY)),
    metric("hz", |facts| Value::Number(u64::from(facts.settings.hz))),
    metric("configured_hz", |facts| Value::Number(u64::from(facts.settings.hz))),
    metric("lru_clock", |facts| Value::Number((facts.now_us / 1_000_000) & LRU_CLOCK_MASK)),
    metric("executable", |facts| Value::Text(facts.identity.executable.display().to_string())),
    metric("config_file", |facts| Value::Text(facts.settings.config_file.clone())),
    metric("io_threads_active", |facts| {
        Value::Number(u64::from(facts.totals.reactors().len() > 1))
    }),
];

pub(super) const CLIENTS: &[Metric] = &[
    metric("connected_clients", |facts| {
        let replicas = facts.gauge(Gauge::ConnectedReplicas);
        Value::Number(facts.gauge(Gauge::ConnectedClients).saturating_sub(replicas))
    }),
    zero("cluster_connections"),
    metric("maxclients", |facts| Value::Number(facts.settings.maxclients)),
    metric("client_recent_max_input_buffer", |facts| {
        Value::Number(facts.totals.peak(Peak::InputBufferBytes))
    }),
    metric("client_recent_max_output_buffer", |facts| {
        Value::Number(facts.totals.peak(Peak::OutputBufferBytes))
    }),
    metric("blocked_clients", |facts| Value::Number(facts.gauge(Gauge::BlockedClients))),
    metric("tracking_clients", |facts| Value::Number(facts.gauge(Gauge::TrackingClients))),
    metric("pubsub_clients", |facts| Value::Number(facts.gauge(Gauge::PubSubClients))),
    metric("watching_clients", |facts| Value::Number(facts.interest.watching_clients)),
    metric("clients_in_timeout_table", |facts| {
        Value::Number(facts.gauge(Gauge::ClientsInTimeoutTable))
    }),
    metric("total_watched_keys", |facts| Value::Number(facts.interest.watched_keys)),
    metric("total_blocking_keys", |facts| Value::Number(facts.interest.awaited_keys)),
    metric("total_blocking_keys_on_nokey", |facts| Value::Number(facts.interest.awaited_even_gone)),
];

pub(super) const REPLICATION: &[Metric] = &[
    metric("role", |_| Value::Word("master")),
    metric("connected_slaves", |facts| Value::Number(facts.gauge(Gauge::ConnectedReplicas))),
    metric("master_failover_state", |_| Value::Word("no-failover")),
    metric("master_replid", |facts| Value::Text(facts.identity.replication_id())),
    metric("master_replid2", |_| Value::Word("0000000000000000000000000000000000000000")),
    zero("master_repl_offset"),
    metric("second_repl_offset", |_| Value::Signed(-1)),
    zero("repl_backlog_active"),
    metric("repl_backlog_size", |facts| Value::Number(facts.settings.repl_backlog_bytes)),
    zero("repl_backlog_first_byte_offset"),
    zero("repl_backlog_histlen"),
];

pub(super) const CPU: &[Metric] = &[
    metric("used_cpu_sys", |facts| Value::Text(seconds(facts.cpu.process.system))),
    metric("used_cpu_user", |facts| Value::Text(seconds(facts.cpu.process.user))),
    metric("used_cpu_sys_children", |facts| Value::Text(seconds(facts.cpu.children.system))),
    metric("used_cpu_user_children", |facts| Value::Text(seconds(facts.cpu.children.user))),
    metric("used_cpu_sys_main_thread", |facts| Value::Text(seconds(facts.cpu.main_thread.system))),
    metric("used_cpu_user_main_thread", |facts| Value::Text(seconds(facts.cpu.main_thread.user))),
];

pub(super) const CLUSTER: &[Metric] = &[zero("cluster_enabled")];
