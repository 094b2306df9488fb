//! The Fanfare command-line client: a drop-in for `redis-cli`.
//!
//! - [`options`] reads the command line; [`run`] decides what runs.
//! - [`session`] talks to the server and prints what it says, through [`format`].
//! - [`repl`] is the prompt; [`docs`] gives it help, hints and completion.
//! - [`modes`] are what runs instead of a command: figures, measurements, bulk loading.

#![forbid(unsafe_code)]

mod docs;
mod failure;
mod format;
mod modes;
mod options;
mod quote;
mod repl;
mod run;
mod session;
mod terminal;

use std::env;
use std::os::unix::ffi::OsStringExt;
use std::process::ExitCode;

use failure::Failure;
use options::{Request, parse, usage};

/// What `--version` prints.
const VERSION_LINE: &str = concat!("fanfare-cli ", env!("CARGO_PKG_VERSION"));

fn main() -> ExitCode {
    let arguments = env::args_os().skip(1).map(OsStringExt::into_vec).collect();
    let result = match parse(arguments) {
        Err(error) => Err(Failure::Fatal(error.to_string())),
        Ok(Request::Help) => {
            terminal::print(usage().as_bytes()).map(|()| ExitCode::SUCCESS).map_err(Failure::from)
        }
        Ok(Request::Version) => terminal::print(format!("{VERSION_LINE}\n").as_bytes())
            .map(|()| ExitCode::SUCCESS)
            .map_err(Failure::from),
        Ok(Request::Run(settings)) => run::run(*settings),
    };
    match result {
        Ok(code) => code,
        Err(Failure::Fatal(text)) => {
            terminal::print_error(&text);
            ExitCode::FAILURE
        }
        // Nobody reads on, or all is said.
        Err(Failure::Output(_) | Failure::Silent) => ExitCode::FAILURE,
    }
}
