//! Puts settings of the configuration into effect on the host.

use std::path::Path;

use crate::config::{Config, LogLevel, Supervised};
use crate::observe::HistogramSetting;

use super::log::{self, Level, Target};
use super::memory::purge_in_background;
use super::os_error::os_error_text;
use super::process_title::{self, TitleFacts};
use super::supervise::Supervision;
use super::syslog::{FACILITIES, SOCKET_PATH, Syslog};
use super::version::FANFARE_VERSION;

/// The logger's name for a level of the configuration.
pub fn log_level(level: LogLevel) -> Level {
    match level {
        LogLevel::Debug => Level::Debug,
        LogLevel::Verbose => Level::Verbose,
        LogLevel::Notice => Level::Notice,
        LogLevel::Warning => Level::Warning,
        LogLevel::Nothing => Level::Nothing,
    }
}

/// The setting of `latency-tracking`.
pub fn histograms(config: &Config) -> HistogramSetting {
    if config.latency_tracking { HistogramSetting::Keep } else { HistogramSetting::Skip }
}

/// Lets the allocator have threads of its own or not (`jemalloc-bg-thread`).
pub fn purge_memory(config: &Config) {
    if !purge_in_background(config.memory.purges_in_background) {
        log::warning(format_args!("The allocator cannot return memory from a thread of its own"));
    }
}

/// The setting of `supervised`.
pub fn supervision(config: &Config) -> Supervision {
    match config.supervised {
        Supervised::No => Supervision::None,
        Supervised::Upstart => Supervision::Upstart,
        Supervised::Systemd => Supervision::Systemd,
        Supervised::Auto => Supervision::Auto,
    }
}

/// Directs the log where the configuration says. Fails with the text for standard error.
pub fn open_log(config: &Config) -> Result<(), Vec<u8>> {
    log::process().set_level(log_level(config.log_level));
    let syslog = if config.syslog_enabled {
        let facility = FACILITIES[config.syslog_facility.index()].1;
        // Without a system log on this machine its lines are lost, as in Redis.
        Syslog::connect(Path::new(SOCKET_PATH), config.syslog_ident.clone(), facility).ok()
    } else {
        None
    };
    let file = config.log_file.as_ref().map(|file| config.directory.join(file));
    log::process().set_target(Target { file, syslog }).map_err(|error| {
        format!(
            "\n*** FATAL CONFIG FILE ERROR (Fanfare {FANFARE_VERSION}) ***\n\
             Can't open the log file: {}\n",
            os_error_text(&error)
        )
        .into_bytes()
    })
}

/// Shows the title that the configuration asks for, as far as the system allows; without the program's folder if there is no
/// room for it.
pub fn set_process_title(config: &Config, title: &str, config_file: Option<&Path>) {
    if !config.set_process_title {
        return;
    }
    let facts = TitleFacts {
        title,
        address: config.bind.first().map_or("*", |bind| &bind.host),
        port: config.port,
        tls_port: 0,
        unix_socket: &config.unix_socket.as_deref().unwrap_or(Path::new("")).to_string_lossy(),
        config_file: &config_file.unwrap_or(Path::new("")).to_string_lossy(),
    };
    let name = Path::new(title).file_name().map_or(title.into(), |name| name.to_string_lossy());
    let titles: Option<Vec<String>> = [title, &name]
        .into_iter()
        .map(|title| {
            let facts = TitleFacts { title, ..facts };
            process_title::expand(&config.process_title_template, &facts)
        })
        .collect();
    if let Some(titles) = titles {
        process_title::set(&titles);
    }
}
