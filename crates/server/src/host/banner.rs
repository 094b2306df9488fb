//! What a server shows on a terminal when it starts.

use super::version::{COMMIT, FANFARE_VERSION, MODIFIED};

/// The banner, with an empty line before and after.
pub fn banner(port: u16) -> String {
    let pid = std::process::id();
    let bits = usize::BITS;
    format!(
        "\n            __\n   \
         ________|  \\      Fanfare {FANFARE_VERSION} ({COMMIT}/{MODIFIED}) {bits} bit\n  \
         (________    )     Port: {port}\n           \
         |__/      PID: {pid}\n\n"
    )
}
