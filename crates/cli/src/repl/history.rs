//! The file that keeps what was typed: plain lines, as redis-cli keeps them.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

/// Lines of history that are read at start, and kept in the file then.
pub(super) const LINES_MAX: usize = 1000;

/// The file, if there is one to be kept.
pub(super) struct History {
    path: Option<PathBuf>,
}

impl History {
    /// `$REDISCLI_HISTFILE`, or `.rediscli_history` in the home folder; `/dev/null` keeps none.
    pub(super) fn from_environment() -> Self {
        let path = match env::var_os("REDISCLI_HISTFILE").filter(|path| !path.is_empty()) {
            Some(path) if path == "/dev/null" => None,
            Some(path) => Some(PathBuf::from(path)),
            None => env::home_dir().map(|home| home.join(".rediscli_history")),
        };
        Self { path }
    }

    /// What was typed before, oldest first. A longer file is cut to the newest lines.
    pub(super) fn load(&self) -> Vec<String> {
        let Some(path) = &self.path else { return Vec::new() };
        let Ok(bytes) = fs::read(path) else { return Vec::new() };
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let newest = lines[lines.len().saturating_sub(LINES_MAX)..].to_vec();
        if newest.len() < lines.len() {
            // A file that cannot be written keeps its old lines; that is no reason to stop.
            let _ = fs::write(path, newest.join("\n") + "\n");
        }
        newest
    }

    /// Adds a line. A history that cannot be written is no reason to stop.
    pub(super) fn append(&self, line: &str) {
        let Some(path) = &self.path else { return };
        let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path);
        if let Ok(mut file) = file {
            let _ = writeln!(file, "{line}");
        }
    }
}

/// Whether a command holds a secret that shall not be kept.
pub(super) fn is_secret(arguments: &[Vec<u8>]) -> bool {
    let words: Vec<String> = arguments
        .iter()
        .map(|argument| String::from_utf8_lossy(argument).to_ascii_lowercase())
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["auth", ..] | ["acl", "deluser" | "setuser" | "getuser", ..] => true,
        ["config", "set", pairs @ ..] => pairs.iter().step_by(2).any(|name| {
            matches!(*name, "masterauth" | "masteruser" | "primaryauth" | "primaryuser")
                || matches!(*name, "requirepass" | "tls-key-file-pass")
                || *name == "tls-client-key-file-pass"
        }),
        ["hello" | "migrate", options @ ..] => {
            options.iter().any(|word| matches!(*word, "auth" | "auth2"))
        }
        ["sentinel", "set", _, options @ ..] => {
            options.iter().any(|word| matches!(*word, "auth-pass" | "auth-user"))
        }
        ["sentinel", "config", "set", name, ..] => {
            matches!(*name, "sentinel-pass" | "sentinel-user")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_kept() {
        for (line, expected) in [
            ("AUTH x", true),
            ("get auth", false),
            ("acl setuser a >p", true),
            ("acl list", false),
            ("config set maxmemory 1 requirepass x", true),
            ("config set dir requirepass", false),
            ("config get requirepass", false),
            ("hello 3 auth u p", true),
            ("hello 3", false),
            ("migrate h 1 k 0 1 AUTH p", true),
            ("sentinel set m auth-pass p", true),
            ("publish auth x", false),
        ] {
            let arguments: Vec<Vec<u8>> = line.split(' ').map(Into::into).collect();
            assert_eq!(is_secret(&arguments), expected, "{line}");
        }
    }

    #[test]
    fn lines_survive_and_the_oldest_are_dropped() {
        let path = env::temp_dir().join(format!("fanfare-history-{}", std::process::id()));
        let history = History { path: Some(path.clone()) };
        assert_eq!(history.load(), Vec::<String>::new());
        for number in 0..LINES_MAX + 3 {
            history.append(&format!("line {number}"));
        }
        let lines = history.load();
        assert_eq!((lines.len(), lines[0].as_str()), (LINES_MAX, "line 3"));
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), LINES_MAX);
        fs::remove_file(path).unwrap();
    }
}
