//! The `fanfare-server` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    fanfare_server::start::run(std::env::args_os().collect())
}
