//! Open files: raises the soft limit to the hard one and fits `maxclients` under it.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::log::Level;
use super::os_error::os_error_text;

/// Descriptors kept for what is not a client: listeners, event loops, log and data files.
pub const RESERVED_FILES: u64 = 32;

/// What became of the limit of open files.
#[derive(Debug, PartialEq, Eq)]
pub struct FileLimit {
    /// The soft limit that the process was started with.
    pub before: u64,
    /// The soft limit now.
    pub after: u64,
    /// Why it is not as high as wanted.
    pub refusal: Option<String>,
}

/// How many clients the limit allows.
#[derive(Debug, PartialEq, Eq)]
pub enum ClientLimit {
    /// Start with this `maxclients`, after logging these lines.
    Fits {
        /// The number, never more than asked for.
        maxclients: u32,
        /// What to tell the operator.
        lines: Vec<(Level, String)>,
    },
    /// There is no room for a single client; log this and exit with status 1.
    Hopeless(String),
}

/// Raises the limit as far as this process may, at least to what `maxclients` needs if possible.
pub fn raise_file_limit(maxclients: u32) -> FileLimit {
    let needed = files_needed(maxclients);
    let limit = getrlimit(Resource::Nofile);
    let before = limit.current.unwrap_or(u64::MAX);
    let hard = limit.maximum.unwrap_or(u64::MAX);
    let mut refusal = None;
    if hard < needed {
        // Only a privileged process may do this.
        match set_file_limit(needed, needed) {
            Ok(()) => return FileLimit { before, after: needed, refusal },
            Err(error) => refusal = Some(os_error_text(&error)),
        }
    }
    let after = match set_file_limit(hard, hard) {
        Ok(()) => hard,
        Err(error) => {
            refusal.get_or_insert_with(|| os_error_text(&error));
            before
        }
    };
    FileLimit { before, after, refusal }
}

/// Decides how many clients may connect, and what to say about it, in Redis's words.
pub fn fit_clients(maxclients: u32, limit: &FileLimit) -> ClientLimit {
    let needed = files_needed(maxclients);
    if limit.after >= needed {
        let lines = if limit.before >= needed {
            Vec::new()
        } else {
            let FileLimit { before, after, .. } = limit;
            let line = format!(
                "Increased maximum number of open files to {after} \
                 (it was originally set to {before})."
            );
            vec![(Level::Notice, line)]
        };
        return ClientLimit::Fits { maxclients, lines };
    }
    let files = limit.after;
    if files <= RESERVED_FILES {
        return ClientLimit::Hopeless(format!(
            "Your current 'ulimit -n' of {files} is not enough for the server to start. \
             Please increase your open file limit to at least {needed}. Exiting."
        ));
    }
    let reduced = (files - RESERVED_FILES) as u32;
    let reason = limit.refusal.as_deref().unwrap_or("Operation not permitted");
    let lines = [
        format!(
            "You requested maxclients of {maxclients} requiring at least {needed} max file \
             descriptors."
        ),
        format!("Server can't set maximum open files to {needed} because of OS error: {reason}."),
        format!(
            "Current maximum open files is {files}. maxclients has been reduced to {reduced} to \
             compensate for low ulimit. If you need higher maxclients increase 'ulimit -n'."
        ),
    ];
    let lines = lines.into_iter().map(|line| (Level::Warning, line)).collect();
    ClientLimit::Fits { maxclients: reduced, lines }
}

fn files_needed(maxclients: u32) -> u64 {
    u64::from(maxclients) + RESERVED_FILES
}

fn set_file_limit(soft: u64, hard: u64) -> io::Result<()> {
    let value = |number| (number != u64::MAX).then_some(number);
    let limit = Rlimit { current: value(soft), maximum: value(hard) };
    Ok(setrlimit(Resource::Nofile, limit)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(maxclients: u32, before: u64, after: u64) -> ClientLimit {
        let refusal = (after < before).then(|| "Operation not permitted".to_owned());
        fit_clients(maxclients, &FileLimit { before, after, refusal })
    }

    #[test]
    fn enough_files_change_nothing() {
        assert_eq!(fit(468, 500, 500), ClientLimit::Fits { maxclients: 468, lines: vec![] });
    }

    #[test]
    fn a_raised_limit_is_told() {
        let line = "Increased maximum number of open files to 20000 \
                    (it was originally set to 1024).";
        let lines = vec![(Level::Notice, line.to_owned())];
        assert_eq!(fit(10000, 1024, 20000), ClientLimit::Fits { maxclients: 10000, lines });
    }

    #[test]
    fn a_low_limit_reduces_clients() {
        let lines = [
            "You requested maxclients of 10000 requiring at least 10032 max file descriptors.",
            "Server can't set maximum open files to 10032 because of OS error: Operation not \
             permitted.",
            "Current maximum open files is 40. maxclients has been reduced to 8 to compensate for \
             low ulimit. If you need higher maxclients increase 'ulimit -n'.",
        ];
        let lines = lines.map(|line| (Level::Warning, line.to_owned())).to_vec();
        assert_eq!(fit(10000, 40, 40), ClientLimit::Fits { maxclients: 8, lines });
    }

    #[test]
    fn no_room_for_a_client_is_hopeless() {
        let line = "Your current 'ulimit -n' of 32 is not enough for the server to start. Please \
                    increase your open file limit to at least 10032. Exiting.";
        assert_eq!(fit(10000, 32, 32), ClientLimit::Hopeless(line.to_owned()));
    }

    #[test]
    fn the_soft_limit_is_raised_to_the_hard_one() {
        let hard = getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX);
        let limit = raise_file_limit(1);
        assert_eq!(limit.after, hard.max(files_needed(1)));
        assert_eq!(getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX), limit.after);
    }
}
