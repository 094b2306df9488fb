//! The server's log, in the line form of Redis.
//!
//! One logger serves the whole process, because log lines come from every thread and from code that has no
//! other reason to hold a handle. The log file is opened for each line, as Redis does, so that a rotated
//! file needs no signal; a server that logs so much that this shows has other troubles.

use std::fmt::{self, Write as _};
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, Ordering};

use chrono::{DateTime, Local, TimeZone};
use fanfare_stdx::lock::Mutex;

use super::syslog::Syslog;

/// Rank of the lock (`docs/locks.md`).
const RANK: u8 = 10;

/// Longest message kept, in bytes; the rest of a longer one is dropped, as in Redis.
pub const MESSAGE_BYTES_MAX: usize = 1023;

/// How important a line is, and, as the `loglevel` setting, the least importance that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// For development.
    Debug,
    /// Many rarely useful facts.
    Verbose,
    /// What an operator of a production server wants to know.
    Notice,
    /// What an operator has to know.
    Warning,
    /// Only as a setting: no line at all.
    Nothing,
}

impl Level {
    fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Debug,
            1 => Self::Verbose,
            2 => Self::Notice,
            3 => Self::Warning,
            _ => Self::Nothing,
        }
    }

    fn mark(self) -> char {
        match self {
            Self::Debug => '.',
            Self::Verbose => '-',
            Self::Notice => '*',
            Self::Warning | Self::Nothing => '#',
        }
    }
}

/// The letter after the process id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Role {
    /// Still starting, or a child.
    Child = b'C',
    /// Takes writes.
    Primary = b'M',
    /// Follows a primary.
    Replica = b'S',
}

/// Where lines go besides the level's filter.
#[derive(Debug, Default)]
pub struct Target {
    /// The log file; standard output if absent.
    pub file: Option<PathBuf>,
    /// The system log, written in addition.
    pub syslog: Option<Syslog>,
}

/// A log. Cheap when a line is filtered out: one relaxed load.
#[derive(Debug)]
pub struct Logger {
    level: AtomicU8,
    role: AtomicU8,
    /// Guards the order of lines. A leaf: nothing is locked while it is held.
    target: Mutex<Target, RANK>,
}

static PROCESS: Logger = Logger::new();

/// The log of this process.
pub fn process() -> &'static Logger {
    &PROCESS
}

/// Logs for developers: `log::debug(format_args!("…"))`.
pub fn debug(message: fmt::Arguments<'_>) {
    PROCESS.write(Level::Debug, message);
}

/// Logs a rarely useful fact.
pub fn verbose(message: fmt::Arguments<'_>) {
    PROCESS.write(Level::Verbose, message);
}

/// Logs what an operator wants to know.
pub fn notice(message: fmt::Arguments<'_>) {
    PROCESS.write(Level::Notice, message);
}

/// Logs what an operator has to know.
pub fn warning(message: fmt::Arguments<'_>) {
    PROCESS.write(Level::Warning, message);
}

impl Logger {
    /// A log at level notice on standard output.
    pub const fn new() -> Self {
        Self {
            level: AtomicU8::new(Level::Notice as u8),
            role: AtomicU8::new(Role::Child as u8),
            target: Mutex::new(Target { file: None, syslog: None }),
        }
    }

    /// Changes what is written from now on.
    pub fn set_level(&self, level: Level) {
        self.level.store(level as u8, Ordering::Relaxed);
    }

    /// Changes the letter shown from now on.
    pub fn set_role(&self, role: Role) {
        self.role.store(role as u8, Ordering::Relaxed);
    }

    /// Changes where lines go. Fails, and changes nothing, if the file cannot be opened for appending.
    pub fn set_target(&self, target: Target) -> io::Result<()> {
        if let Some(path) = &target.file {
            append_to(path)?;
        }
        *self.target.lock() = target;
        Ok(())
    }

    /// Whether a line of this level would be written.
    pub fn writes(&self, level: Level) -> bool {
        level >= Level::from_number(self.level.load(Ordering::Relaxed))
    }

    /// Writes one line. A log that cannot be written stays silent: there is nobody left to tell.
    pub fn write(&self, level: Level, message: fmt::Arguments<'_>) {
        if !self.writes(level) {
            return;
        }
        let mut text = message.to_string();
        text.truncate(text.floor_char_boundary(MESSAGE_BYTES_MAX));
        let role = self.role.load(Ordering::Relaxed) as char;
        let line = format_line(std::process::id(), role, &Local::now(), level, &text);
        let target = self.target.lock();
        write_line(&target, &line);
        if let Some(syslog) = &target.syslog {
            syslog.send(level, &text);
        }
    }

    /// Writes text as it is, if notices are written.
    pub fn write_plain(&self, text: &str) {
        if self.writes(Level::Notice) {
            write_line(&self.target.lock(), text);
        }
    }

    /// Writes the line about a signal, whose form differs. Level and system log play no part, as in Redis.
    pub fn write_signal(&self, message: &str) {
        let seconds = Local::now().timestamp();
        let line = format!("{}:signal-handler ({seconds}) {message}\n", std::process::id());
        write_line(&self.target.lock(), &line);
    }
}

impl Default for Logger {
    fn default() -> Self {
        Self::new()
    }
}

fn append_to(path: &std::path::Path) -> io::Result<std::fs::File> {
    OpenOptions::new().append(true).create(true).open(path)
}

fn write_line(target: &Target, line: &str) {
    // One write per line: appends of several processes to one file then stay whole.
    let _unreportable = match &target.file {
        None => {
            let mut stdout = io::stdout().lock();
            stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush())
        }
        Some(path) => append_to(path).and_then(|mut file| file.write_all(line.as_bytes())),
    };
}

fn format_line<Zone: TimeZone>(
    pid: u32,
    role: char,
    time: &DateTime<Zone>,
    level: Level,
    message: &str,
) -> String
where
    Zone::Offset: fmt::Display,
{
    let mut line = String::with_capacity(message.len() + 48);
    let time = time.format("%d %b %Y %H:%M:%S%.3f");
    writeln!(line, "{pid}:{role} {time} {} {message}", level.mark())
        .expect("text is written to memory");
    line
}

#[cfg(test)]
mod tests {
    use chrono::{FixedOffset, NaiveDate};

    use super::*;

    #[test]
    fn lines_have_the_form_of_redis() {
        let zone = FixedOffset::east_opt(7200).unwrap();
        let time = NaiveDate::from_ymd_opt(2026, 11, 2)
            .and_then(|day| day.and_hms_milli_opt(23, 4, 58, 7))
            .and_then(|time| time.and_local_timezone(zone).single())
            .unwrap();
        for (level, mark) in [
            (Level::Debug, '.'),
            (Level::Verbose, '-'),
            (Level::Notice, '*'),
            (Level::Warning, '#'),
        ] {
            assert_eq!(
                format_line(6743, 'M', &time, level, "Ready"),
                format!("6743:M 02 Nov 2026 23:04:58.007 {mark} Ready\n")
            );
        }
    }

    #[test]
    fn the_file_is_found_again_after_rotation_and_levels_filter() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let logger = Logger::new();
        logger.set_target(Target { file: Some(path.clone()), syslog: None }).unwrap();
        logger.write(Level::Verbose, format_args!("hidden"));
        logger.write(Level::Notice, format_args!("first"));
        std::fs::rename(&path, folder.path().join("log.1")).unwrap();
        logger.set_level(Level::Nothing);
        logger.write(Level::Warning, format_args!("hidden too"));
        logger.set_level(Level::Debug);
        logger.set_role(Role::Primary);
        logger.write(Level::Debug, format_args!("{}", "é".repeat(MESSAGE_BYTES_MAX)));
        let rotated = std::fs::read_to_string(folder.path().join("log.1")).unwrap();
        assert!(rotated.ends_with(" * first\n") && rotated.lines().count() == 1, "{rotated}");
        let current = std::fs::read_to_string(&path).unwrap();
        assert!(current.starts_with(&format!("{}:M ", std::process::id())), "{current}");
        assert!(current.ends_with(&format!(" . {}\n", "é".repeat(511))), "{current}");
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_refused() {
        let logger = Logger::new();
        let target = Target { file: Some("/nonexistent/log".into()), syslog: None };
        assert_eq!(logger.set_target(target).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(logger.target.lock().file.is_none());
    }
}
