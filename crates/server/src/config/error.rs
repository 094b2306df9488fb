//! Why a configuration could not be loaded, set or rewritten.

use std::fmt;
use std::io;
use std::path::PathBuf;

use fanfare_engine::command::until_zero;

use super::parameter::Reason;
use crate::host::os_error::os_error_text;

/// Why the server cannot start with its configuration. The text is what Redis prints.
#[derive(Debug)]
pub enum ConfigError {
    /// A file could not be read.
    Unreadable {
        /// From the root, or as an `include` names it.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A line was refused.
    Line {
        /// Counted from 1 in its file; arguments of the command line come after the file's lines.
        number: usize,
        /// Without blanks at its ends.
        line: Vec<u8>,
        /// What is wrong with it.
        reason: Reason,
    },
}

impl ConfigError {
    /// The text printed to standard error, which for a refused line names the product `version`.
    pub fn text(&self, version: &str) -> Vec<u8> {
        match self {
            Self::Unreadable { .. } => format!("{self}\n").into_bytes(),
            Self::Line { number, line, reason } => {
                let mut text = format!(
                    "\n*** FATAL CONFIG FILE ERROR (Fanfare {version}) ***\n\
                     Reading the configuration file, at line {number}\n>>> '"
                )
                .into_bytes();
                text.extend(line);
                text.extend(format!("'\n{reason}\n").bytes());
                text
            }
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, source } => {
                let path = path.display();
                let words = os_error_text(source);
                write!(formatter, "Fatal error, can't open config file '{path}': {words}")
            }
            Self::Line { number, line, reason } => {
                let line = String::from_utf8_lossy(line);
                write!(formatter, "line {number} of the configuration, '{line}': {reason}")
            }
        }
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            Self::Line { .. } => None,
        }
    }
}

/// Why `CONFIG SET` changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetError {
    /// A name without a value.
    Syntax,
    /// No such parameter.
    Unknown {
        /// As the client wrote it.
        name: Vec<u8>,
    },
    /// A parameter could not be set.
    Failed {
        /// The parameter that Redis would name.
        name: Vec<u8>,
        /// Why.
        reason: Reason,
    },
}

impl SetError {
    /// A failure to apply a new value, such as a port that is in use.
    pub fn failed(name: impl AsRef<[u8]>, reason: impl Into<Reason>) -> Self {
        Self::Failed { name: name.as_ref().to_vec(), reason: reason.into() }
    }

    /// The error reply, code word included.
    pub fn message(&self) -> Vec<u8> {
        match self {
            Self::Syntax => b"ERR syntax error".to_vec(),
            Self::Unknown { name } => {
                let before = "ERR Unknown option or number of arguments for CONFIG SET - '";
                [before.as_bytes(), until_zero(name), b"'"].concat()
            }
            Self::Failed { name, reason } => {
                let before = "ERR CONFIG SET failed (possibly related to argument '";
                [before.as_bytes(), until_zero(name), b"') - ", reason.as_bytes()].concat()
            }
        }
    }
}

/// Why `CONFIG REWRITE` left the file as it was.
#[derive(Debug)]
pub enum RewriteError {
    /// The server was started without a file.
    NoFile,
    /// Reading or writing it failed.
    Io(io::Error),
}

impl RewriteError {
    /// The error reply, code word included.
    pub fn message(&self) -> String {
        match self {
            Self::NoFile => "ERR The server is running without a config file".to_owned(),
            Self::Io(error) => format!("ERR Rewriting config file: {}", os_error_text(error)),
        }
    }
}

impl From<io::Error> for RewriteError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
