//! Words for failures of the operating system.

use std::io;

/// What `strerror` says: `Address already in use`, without the number that Rust's text carries.
pub fn os_error_text(error: &io::Error) -> String {
    let text = error.to_string();
    match (error.raw_os_error(), text.rfind(" (os error ")) {
        (Some(_), Some(end)) => text[..end].to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_left_out() {
        assert_eq!(os_error_text(&io::Error::from_raw_os_error(1)), "Operation not permitted");
        assert_eq!(os_error_text(&io::Error::other("torn (os error 7)")), "torn (os error 7)");
    }
}
