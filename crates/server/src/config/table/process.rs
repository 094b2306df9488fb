//! The process: logs, service manager, threads, observation.

use super::{HZ_MAX, I32, I64, check, cores, field, path, path_text, string};
use crate::config::numbers::Bounds;
use crate::config::parameter::{Cell, Effect, Parameter};
use crate::config::special;
use crate::config::values::{LogLevel, Supervised, SyslogFacility};

pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::bool(
        "daemonize",
        false,
        field(|config| config.daemonize, |config, value| config.daemonize = value),
    )
    .immutable()
    .about("Run in the background."),
    Parameter::word(
        "supervised",
        Supervised::WORDS,
        3,
        field(
            |config| config.supervised as usize,
            |config, value| config.supervised = Supervised::ALL[value],
        ),
    )
    .immutable()
    .about(
        "Which service manager is told about start and stop: `systemd`, \
`upstart`, the one that the environment names (`auto`), or none.",
    ),
    Parameter::text(
        "pidfile",
        "",
        field(
            |config| path_text(config.pid_file.as_ref()),
            |config, value| config.pid_file = path(value),
        ),
    )
    .immutable()
    .about("File to write the process id to."),
    Parameter::word(
        "loglevel",
        LogLevel::WORDS,
        2,
        field(
            |config| config.log_level as usize,
            |config, value| config.log_level = LogLevel::ALL[value],
        ),
    )
    .about("Least grave level that is logged."),
    Parameter::text(
        "logfile",
        "",
        field(
            |config| path_text(config.log_file.as_ref()),
            |config, value| config.log_file = path(value),
        ),
    )
    .immutable()
    .about("Log file; empty is standard output."),
    Parameter::bool(
        "syslog-enabled",
        false,
        field(|config| config.syslog_enabled, |config, value| config.syslog_enabled = value),
    )
    .immutable()
    .about("Log to syslog too."),
    Parameter::text(
        "syslog-ident",
        "fanfare",
        field(
            |config| config.syslog_ident.clone().into_bytes(),
            |config, value| config.syslog_ident = string(value),
        ),
    )
    .immutable()
    .about("Name in syslog. Redis calls itself `redis`."),
    Parameter::word(
        "syslog-facility",
        SyslogFacility::WORDS,
        1,
        field(
            |config| config.syslog_facility.index(),
            |config, value| config.syslog_facility = SyslogFacility::at(value),
        ),
    )
    .immutable()
    .about("Facility in syslog."),
    Parameter::bool(
        "hide-user-data-from-log",
        false,
        field(|config| config.hide_user_data, |config, value| config.hide_user_data = value),
    )
    .about("Leave what users sent out of the log."),
    Parameter::bool(
        "always-show-logo",
        false,
        field(|config| config.always_show_logo, |config, value| config.always_show_logo = value),
    )
    .immutable()
    .about("Show the logo at start even where standard output is no terminal."),
    Parameter::bool(
        "set-proc-title",
        true,
        field(|config| config.set_process_title, |config, value| config.set_process_title = value),
    )
    .immutable()
    .about("Set the title that process listings show."),
    Parameter::checked_text(
        "proc-title-template",
        "{title} {listen-addr} {server-mode}",
        check::process_title,
        field(
            |config| config.process_title_template.clone().into_bytes(),
            |config, value| config.process_title_template = string(value),
        ),
    )
    .about(
        "Title that process listings show. Placeholders: `{title}`, \
`{listen-addr}`, `{server-mode}`, `{port}`, `{tls-port}`, \
`{unixsocket}`, `{config-file}`.",
    ),
    Parameter::special("dir", Effect::Effective, special::DIRECTORY)
        .protected()
        .about("Working directory: relative paths start here. It must exist."),
    Parameter::integer(
        "hz",
        || 10,
        Bounds::from(0, I32),
        "runs per second",
        field(
            |config| i64::from(config.hz),
            |config, value| config.hz = value.clamp(1, HZ_MAX) as u32,
        ),
    )
    .about("How often periodic work runs; held between 1 and 500."),
    Parameter::bool(
        "dynamic-hz",
        true,
        field(|config| config.dynamic_hz, |config, value| config.dynamic_hz = value),
    )
    .about("Run periodic work more often while many clients are connected."),
    Parameter::integer(
        "io-threads",
        cores,
        Bounds::from(1, 128),
        "threads",
        field(
            |config| config.io_threads as i64,
            |config, value| config.io_threads = value as usize,
        ),
    )
    .immutable()
    .about(
        "Reactor threads; each owns its connections. By default as many as the \
cores this process may use, at most 8. In Redis the default is 1 and \
these threads only read and write.",
    ),
    Parameter::integer(
        "databases",
        || 16,
        Bounds::from(1, I32),
        "databases",
        field(
            |config| i64::from(config.databases),
            |config, value| config.databases = value as u32,
        ),
    )
    .immutable()
    .about("Number of databases that `SELECT` can choose from."),
    Parameter::memory(
        "maxmemory",
        0,
        Bounds::unsigned(0, u64::MAX),
        field(|config| config.maxmemory_bytes, |config, value| config.maxmemory_bytes = value),
    )
    .about("Most memory for data; 0 is no limit."),
    Parameter::integer(
        "busy-reply-threshold",
        || 5000,
        Bounds::from(0, I64),
        "milliseconds",
        field(
            |config| config.busy_reply_threshold_ms as i64,
            |config, value| config.busy_reply_threshold_ms = value as u64,
        ),
    )
    .alias("lua-time-limit")
    .about(
        "How long a script may run before other clients get `BUSY` errors. 0 is \
for ever.",
    ),
    Parameter::integer(
        "slowlog-log-slower-than",
        || 10000,
        Bounds::from(-1, I64),
        "microseconds",
        field(
            |config| config.slowlog_threshold_us,
            |config, value| config.slowlog_threshold_us = value,
        ),
    )
    .about(
        "Commands that take at least this long enter the slow log; 0 logs every \
command, -1 none.",
    ),
    Parameter::integer(
        "slowlog-max-len",
        || 128,
        Bounds::from(0, I64),
        "entries",
        field(
            |config| config.slowlog_entries_max as i64,
            |config, value| config.slowlog_entries_max = value as u64,
        ),
    )
    .about("Entries that the slow log keeps."),
    Parameter::integer(
        "latency-monitor-threshold",
        || 0,
        Bounds::from(0, I64),
        "milliseconds",
        field(
            |config| config.latency_threshold_ms as i64,
            |config, value| config.latency_threshold_ms = value as u64,
        ),
    )
    .about(
        "Events that take at least this long are recorded for `LATENCY`; 0 \
records none.",
    ),
    Parameter::bool(
        "latency-tracking",
        true,
        field(|config| config.latency_tracking, |config, value| config.latency_tracking = value),
    )
    .about(
        "Keep a histogram of each command's latency, for `LATENCY HISTOGRAM` \
and `INFO latencystats`.",
    ),
    Parameter::special(
        "latency-tracking-info-percentiles",
        Effect::Effective,
        special::LATENCY_PERCENTILES,
    )
    .about("Percentiles that `INFO latencystats` shows."),
    Parameter::integer("shutdown-timeout", || 10, Bounds::from(0, I32), "seconds", Cell::Stored)
        .about("How long a shutdown waits for lagging replicas."),
    Parameter::special("shutdown-on-sigint", Effect::NotYet, special::SHUTDOWN_ON_SIGINT)
        .about("Options of the shutdown that SIGINT asks for."),
    Parameter::special("shutdown-on-sigterm", Effect::NotYet, special::SHUTDOWN_ON_SIGTERM)
        .about("Options of the shutdown that SIGTERM asks for."),
    Parameter::word("oom-score-adj", &["no", "yes", "relative", "absolute"], 0, Cell::Stored)
        .about(
            "Whether to tell the kernel which processes to end first when memory \
runs out.",
        ),
    Parameter::special("oom-score-adj-values", Effect::NotYet, special::OOM_SCORES)
        .about("The kernel's scores for a primary, a replica and a background child."),
    Parameter::bool("disable-thp", true, Cell::Stored)
        .immutable()
        .about("Turn transparent huge pages off for this process."),
    Parameter::bool("crash-log-enabled", true, Cell::Stored)
        .about("Write a report to the log on a crash."),
    Parameter::bool("crash-memcheck-enabled", true, Cell::Stored)
        .about("Test memory as part of a crash report."),
    Parameter::bool("use-exit-on-panic", false, Cell::Stored)
        .hidden()
        .about("Exit instead of abort on a broken invariant."),
    Parameter::integer("watchdog-period", || 0, Bounds::from(0, I32), "milliseconds", Cell::Stored)
        .hidden()
        .about("Log where the server is when it hangs for this long."),
    Parameter::text("server-cpulist", "", Cell::Stored)
        .alias("server_cpulist")
        .immutable()
        .about("Cores that the server's threads may run on."),
    Parameter::text("bio-cpulist", "", Cell::Stored)
        .alias("bio_cpulist")
        .immutable()
        .about("Cores that disk threads may run on."),
    Parameter::text("aof-rewrite-cpulist", "", Cell::Stored)
        .alias("aof_rewrite_cpulist")
        .immutable()
        .about("Cores that rewriting the append-only file may use."),
    Parameter::text("bgsave-cpulist", "", Cell::Stored)
        .alias("bgsave_cpulist")
        .immutable()
        .about("Cores that background saving may use."),
    Parameter::text("ignore-warnings", "", Cell::Stored)
        .about("Warnings of the environment checks that should not stop the start."),
    Parameter::checked_text("locale-collate", "", check::locale, Cell::Stored)
        .about("Locale that sorts strings."),
    Parameter::bool("io-threads-do-reads", false, Cell::Stored)
        .immutable()
        .ignored()
        .hidden()
        .about(
            "Redis 7 reads with its extra threads only when told so; Fanfare's \
reactors always do.",
        ),
    Parameter::bool(
        "jemalloc-bg-thread",
        true,
        field(
            |config| config.memory.purges_in_background,
            |config, value| config.memory.purges_in_background = value,
        ),
    )
    .about(
        "Let the allocator return memory to the system from a thread of its \
own.",
    ),
];
