//! What ends the program early.

use std::io;

/// Why the program ends before its work is done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Nobody reads what is printed any more.
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
    /// Told on stderr; status 1.
    #[error("{0}")]
    Fatal(String),
    /// All is said already; status 1.
    #[error("failed")]
    Silent,
}

/// What the system says, without the number that Rust adds to it.
pub(crate) fn system_text(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("failed to lookup address information: ").unwrap_or(&text);
    match text.rfind(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_errors_lose_their_number() {
        let error = io::Error::from_raw_os_error(2);
        assert_eq!(system_text(&error), "No such file or directory");
        assert_eq!(system_text(&io::Error::other("plain")), "plain");
    }
}
