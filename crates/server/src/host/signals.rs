//! Signals, handled on a thread of their own.
//!
//! SIGTERM and SIGINT ask for an orderly end, a second one for an immediate end. SIGHUP and SIGPIPE do nothing:
//! the former is caught and dropped here, the latter is ignored by the language's runtime.

use std::io;
use std::path::PathBuf;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::log;

/// Exit status after a second signal.
const INSISTED_STATUS: i32 = 1;

/// Starts the thread. `on_shutdown` is called once, on that thread, at the first SIGTERM or SIGINT; `leavings` are the files
/// that a second one removes, as the orderly end would.
pub fn watch(
    on_shutdown: impl FnOnce() + Send + 'static,
    leavings: Vec<PathBuf>,
) -> io::Result<()> {
    let signals = Signals::new([SIGTERM, SIGINT, SIGHUP])?;
    let builder = std::thread::Builder::new().name("signals".to_owned());
    builder.spawn(move || handle_all(signals, on_shutdown, &leavings))?;
    Ok(())
}

fn handle_all(mut signals: Signals, on_shutdown: impl FnOnce(), leavings: &[PathBuf]) {
    let mut on_shutdown = Some(on_shutdown);
    for signal in signals.forever() {
        let message = match signal {
            SIGTERM => "Received SIGTERM scheduling shutdown...",
            SIGINT => "Received SIGINT scheduling shutdown...",
            _ => continue,
        };
        match on_shutdown.take() {
            Some(on_shutdown) => {
                log::process().write_signal(message);
                on_shutdown();
            }
            None => insist(leavings),
        }
    }
}

#[expect(clippy::exit, reason = "a second signal asks for an end without any order")]
fn insist(leavings: &[PathBuf]) -> ! {
    log::process().write_signal("You insist... exiting now.");
    for path in leavings {
        let _already_gone = std::fs::remove_file(path);
    }
    std::process::exit(INSISTED_STATUS);
}
