//! Cluster and TLS.

use super::{I32, I64, check};
use crate::config::numbers::Bounds;
use crate::config::parameter::{Cell, Parameter};

pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::bool("cluster-enabled", false, Cell::Stored)
        .immutable()
        .about("Be a node of a cluster."),
    Parameter::text("cluster-config-file", "nodes.conf", Cell::Stored)
        .immutable()
        .about("File in which a node keeps the cluster's state."),
    Parameter::integer("cluster-port", || 0, Bounds::from(0, 65535), "TCP port", Cell::Stored)
        .immutable()
        .about("Port of the cluster bus; 0 is `port` plus 10000."),
    Parameter::integer(
        "cluster-node-timeout",
        || 15000,
        Bounds::from(0, I64),
        "milliseconds",
        Cell::Stored,
    )
    .about("Silence after which a node counts as failing."),
    Parameter::integer(
        "cluster-ping-interval",
        || 0,
        Bounds::from(0, I64),
        "milliseconds",
        Cell::Stored,
    )
    .hidden()
    .about("How often nodes ping each other, for tests."),
    Parameter::integer(
        "cluster-replica-validity-factor",
        || 10,
        Bounds::from(0, I32),
        "factor",
        Cell::Stored,
    )
    .alias("cluster-slave-validity-factor")
    .about("How out of date a replica may be to become primary."),
    Parameter::bool("cluster-replica-no-failover", false, Cell::Stored)
        .alias("cluster-slave-no-failover")
        .about("Never promote this replica on its own."),
    Parameter::integer(
        "cluster-migration-barrier",
        || 1,
        Bounds::from(0, I32),
        "replicas",
        Cell::Stored,
    )
    .about("Replicas that a primary keeps before one may move elsewhere."),
    Parameter::bool("cluster-allow-replica-migration", true, Cell::Stored)
        .about("Let replicas move to primaries without any."),
    Parameter::bool("cluster-require-full-coverage", true, Cell::Stored)
        .about("Refuse requests while some slots have no owner."),
    Parameter::bool("cluster-allow-reads-when-down", false, Cell::Stored)
        .about("Answer reads while the cluster is down."),
    Parameter::bool("cluster-allow-pubsubshard-when-down", true, Cell::Stored)
        .about("Serve sharded publish/subscribe while the cluster is down."),
    Parameter::memory("cluster-link-sendbuf-limit", 0, Bounds::unsigned(0, u64::MAX), Cell::Stored)
        .about("Most pending output on a link of the cluster bus."),
    Parameter::checked_text("cluster-announce-hostname", "", check::host_name, Cell::Stored)
        .about("Host name that a node tells others."),
    Parameter::checked_text("cluster-announce-human-nodename", "", check::node_name, Cell::Stored)
        .about("Name of a node for people to read."),
    Parameter::text("cluster-announce-ip", "", Cell::Stored)
        .about("Address that a node tells others."),
    Parameter::integer(
        "cluster-announce-port",
        || 0,
        Bounds::from(0, 65535),
        "TCP port",
        Cell::Stored,
    )
    .about("Port that a node tells others."),
    Parameter::integer(
        "cluster-announce-tls-port",
        || 0,
        Bounds::from(0, 65535),
        "TCP port",
        Cell::Stored,
    )
    .about("TLS port that a node tells others."),
    Parameter::integer(
        "cluster-announce-bus-port",
        || 0,
        Bounds::from(0, 65535),
        "TCP port",
        Cell::Stored,
    )
    .about("Bus port that a node tells others."),
    Parameter::word(
        "cluster-preferred-endpoint-type",
        &["ip", "hostname", "unknown-endpoint"],
        0,
        Cell::Stored,
    )
    .about("What a node is called in redirections."),
    Parameter::integer(
        "cluster-compatibility-sample-ratio",
        || 0,
        Bounds::from(0, 100),
        "percent",
        Cell::Stored,
    )
    .about("Share of commands checked for what a cluster would refuse."),
    Parameter::bool("cluster-slot-stats-enabled", false, Cell::Stored)
        .about("Count traffic and processor time of each slot."),
    Parameter::integer("tls-port", || 0, Bounds::from(0, 65535), "TCP port", Cell::Stored)
        .about("TCP port for TLS; 0 is none."),
    Parameter::text("tls-cert-file", "", Cell::Stored).about("Certificate of the server."),
    Parameter::text("tls-key-file", "", Cell::Stored).about("Its private key."),
    Parameter::text("tls-key-file-pass", "", Cell::Stored)
        .sensitive()
        .about("Password of the private key."),
    Parameter::text("tls-client-cert-file", "", Cell::Stored)
        .about("Certificate for connections to other nodes."),
    Parameter::text("tls-client-key-file", "", Cell::Stored).about("Its private key."),
    Parameter::text("tls-client-key-file-pass", "", Cell::Stored)
        .sensitive()
        .about("Password of that private key."),
    Parameter::text("tls-dh-params-file", "", Cell::Stored)
        .about("Parameters of a Diffie-Hellman key exchange, for old clients."),
    Parameter::text("tls-ca-cert-file", "", Cell::Stored)
        .about("Certificates of trusted authorities."),
    Parameter::text("tls-ca-cert-dir", "", Cell::Stored)
        .about("Directory of certificates of trusted authorities."),
    Parameter::word("tls-auth-clients", &["no", "yes", "optional"], 1, Cell::Stored)
        .about("Whether clients must show a certificate."),
    Parameter::bool("tls-replication", false, Cell::Stored).about("Replicate over TLS."),
    Parameter::bool("tls-cluster", false, Cell::Stored).about("Use TLS on the cluster bus."),
    Parameter::text("tls-protocols", "", Cell::Stored).about("Protocol versions allowed."),
    Parameter::text("tls-ciphers", "", Cell::Stored).about("Ciphers allowed up to TLS 1.2."),
    Parameter::text("tls-ciphersuites", "", Cell::Stored)
        .about("Cipher suites allowed in TLS 1.3."),
    Parameter::bool("tls-prefer-server-ciphers", false, Cell::Stored)
        .about("Let the server's order of ciphers decide."),
    Parameter::bool("tls-session-caching", true, Cell::Stored)
        .about("Let clients resume sessions."),
    Parameter::integer(
        "tls-session-cache-size",
        || 20480,
        Bounds::from(0, I32),
        "sessions",
        Cell::Stored,
    )
    .about("Sessions kept to be resumed."),
    Parameter::integer(
        "tls-session-cache-timeout",
        || 300,
        Bounds::from(0, I32),
        "seconds",
        Cell::Stored,
    )
    .about("How long they are kept."),
];
