//! Listening, connections, and who may use what.

use fanfare_engine::keyspace::Limit;

use super::{I32, I64, field, path, path_text};
use crate::config::numbers::Bounds;
use crate::config::parameter::{Cell, Effect, Parameter};
use crate::config::special;
use crate::config::values::{Permission, PubsubDefault, Secret};

pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::special("bind", Effect::Effective, special::BIND).about(
        "Addresses to listen on, at most 16. `*` is every IPv4 address, `::*` \
every IPv6 address. An address with a leading `-` may be missing on \
this machine. Fanfare listens on loopback alone by default; Redis \
listens everywhere.",
    ),
    Parameter::integer(
        "port",
        || 6379,
        Bounds::from(0, 65535),
        "TCP port",
        field(|config| i64::from(config.port), |config, value| config.port = value as u16),
    )
    .about("TCP port. 0 listens on no TCP port."),
    Parameter::text(
        "unixsocket",
        "",
        field(
            |config| path_text(config.unix_socket.as_ref()),
            |config, value| config.unix_socket = path(value),
        ),
    )
    .immutable()
    .about("Path of a Unix socket to listen on."),
    Parameter::octal(
        "unixsocketperm",
        0,
        0o777,
        field(|config| config.unix_socket_mode, |config, value| config.unix_socket_mode = value),
    )
    .immutable()
    .about(
        "Permission bits of the Unix socket, in octal. 0 leaves what the umask \
gives.",
    ),
    Parameter::integer(
        "tcp-backlog",
        || 511,
        Bounds::from(0, I32),
        "connections",
        field(
            |config| i64::from(config.tcp_backlog),
            |config, value| config.tcp_backlog = value as u32,
        ),
    )
    .immutable()
    .about(
        "Finished connections that the kernel may hold until they are accepted; \
the kernel's own limit (`net.core.somaxconn`) applies too.",
    ),
    Parameter::integer(
        "tcp-keepalive",
        || 300,
        Bounds::from(0, I32),
        "seconds",
        field(
            |config| i64::from(config.tcp_keepalive_s),
            |config, value| config.tcp_keepalive_s = value as u32,
        ),
    )
    .about(
        "Silence after which TCP probes whether the peer still exists. 0 sends \
no probes. Applies to connections made later.",
    ),
    Parameter::integer(
        "timeout",
        || 0,
        Bounds::from(0, I32),
        "seconds",
        field(
            |config| i64::from(config.timeout_s),
            |config, value| config.timeout_s = value as u32,
        ),
    )
    .about(
        "Silence after which a client is disconnected. 0 is never. Subscribers, \
blocked clients and replicas are exempt.",
    ),
    Parameter::integer(
        "maxclients",
        || 10000,
        Bounds::unsigned(1, u32::MAX as u64),
        "clients",
        field(
            |config| i64::from(config.clients_max),
            |config, value| config.clients_max = value as u32,
        ),
    )
    .about(
        "Most clients at a time. Lowered at start where the limit on open files \
allows fewer.",
    ),
    Parameter::bool(
        "protected-mode",
        true,
        field(|config| config.protected_mode, |config, value| config.protected_mode = value),
    )
    .about(
        "While user `default` has no password, answer only clients of this \
machine.",
    ),
    Parameter::text(
        "requirepass",
        "",
        field(|config| config.password.0.clone(), |config, value| config.password = Secret(value)),
    )
    .sensitive()
    .about("Password of user `default`. Empty is none."),
    Parameter::memory(
        "client-query-buffer-limit",
        1 << 30,
        Bounds::unsigned(1 << 20, i64::MAX as u64),
        field(
            |config| config.query_bytes_max as u64,
            |config, value| config.query_bytes_max = value as usize,
        ),
    )
    .about(
        "Most unparsed input that a client may have pending before it is \
disconnected.",
    ),
    Parameter::memory(
        "proto-max-bulk-len",
        512 << 20,
        Bounds::from(1 << 20, I64),
        field(
            |config| config.bulk_bytes_max,
            |config, value| {
                config.bulk_bytes_max = value;
                config.limits.set(Limit::StringBytes, config.argument_bytes_max() as i64);
            },
        ),
    )
    .about("Longest single argument of a request; more than 2147483647 counts as that."),
    Parameter::special("client-output-buffer-limit", Effect::Effective, special::OUTPUT_LIMITS)
        .about(
            "When a client that does not read its replies is disconnected: at once \
beyond the hard limit, or when it stays beyond the soft limit for that \
many seconds. Classes are `normal`, `replica` and `pubsub`; 0 turns a \
limit off.",
        ),
    Parameter::memory_or_percent(
        "maxmemory-clients",
        field(|config| config.clients_memory, |config, value| config.clients_memory = value),
    )
    .about(
        "Most memory of all clients together, as bytes or as a percentage of \
`maxmemory`; beyond it the largest clients are disconnected. 0 is no \
limit.",
    ),
    Parameter::word(
        "acl-pubsub-default",
        PubsubDefault::WORDS,
        1,
        field(
            |config| config.acl_pubsub_default as usize,
            |config, value| config.acl_pubsub_default = PubsubDefault::ALL[value],
        ),
    )
    .about("Channels that a new ACL user may use."),
    Parameter::word(
        "enable-protected-configs",
        Permission::WORDS,
        0,
        field(
            |config| config.enable_protected_configs as usize,
            |config, value| config.enable_protected_configs = Permission::ALL[value],
        ),
    )
    .immutable()
    .about(
        "Who may set protected parameters with `CONFIG SET`: nobody, everybody, \
or clients of this machine.",
    ),
    Parameter::word(
        "enable-debug-command",
        Permission::WORDS,
        0,
        field(
            |config| config.enable_debug_command as usize,
            |config, value| config.enable_debug_command = Permission::ALL[value],
        ),
    )
    .immutable()
    .about("Who may use `DEBUG`."),
    Parameter::word(
        "enable-module-command",
        Permission::WORDS,
        0,
        field(
            |config| config.enable_module_command as usize,
            |config, value| config.enable_module_command = Permission::ALL[value],
        ),
    )
    .immutable()
    .about("Who may use `MODULE`."),
    Parameter::text("bind-source-addr", "", Cell::Stored)
        .about("Address that outgoing connections to other nodes come from."),
    Parameter::integer(
        "socket-mark-id",
        || 0,
        Bounds::unsigned(0, u32::MAX as u64),
        "mark",
        Cell::Stored,
    )
    .immutable()
    .about("Mark (`SO_MARK`) of listening sockets."),
    Parameter::integer(
        "max-new-connections-per-cycle",
        || 10,
        Bounds::unsigned(1, 1000),
        "connections",
        Cell::Stored,
    )
    .about("Connections accepted in one go before other work gets its turn."),
    Parameter::integer(
        "max-new-tls-connections-per-cycle",
        || 1,
        Bounds::unsigned(1, 1000),
        "connections",
        Cell::Stored,
    )
    .about("TLS connections accepted in one go before other work gets its turn."),
    Parameter::text("aclfile", "", Cell::Stored).immutable().about("File with the ACL users."),
    Parameter::integer("acllog-max-len", || 128, Bounds::from(0, I64), "entries", Cell::Stored)
        .about("Entries that the ACL log keeps."),
    Parameter::integer(
        "tracking-table-max-keys",
        || 1000000,
        Bounds::unsigned(0, i64::MAX as u64),
        "keys",
        field(
            |config| config.tracking_keys_max as i64,
            |config, value| config.tracking_keys_max = value as usize,
        ),
    )
    .about(
        "Keys remembered for client-side caching before the oldest are \
invalidated.",
    ),
];
