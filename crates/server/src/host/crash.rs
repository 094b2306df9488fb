//! The last words of a server whose own assumptions turned out wrong.

use std::backtrace::Backtrace;
use std::panic::{self, PanicHookInfo};

use super::log;
use super::version::version_line;

/// From now on a panic of any thread writes a report to the log and aborts the process.
pub fn report_panics() {
    panic::set_hook(Box::new(|panic| {
        report(panic);
        std::process::abort();
    }));
}

fn report(panic: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("unnamed");
    log::warning(format_args!("=== FANFARE BUG REPORT START: please send what follows ==="));
    log::warning(format_args!("{}", version_line()));
    // The message and the place are on lines of their own; a log line is one line.
    for line in format!("thread '{name}' {panic}").lines() {
        log::warning(format_args!("{line}"));
    }
    for line in Backtrace::force_capture().to_string().lines() {
        log::warning(format_args!("{line}"));
    }
    log::warning(format_args!("=== FANFARE BUG REPORT END ==="));
}
