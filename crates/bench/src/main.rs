//! `fanfare-benchmark`: a load generator for publish/subscribe on any server that speaks RESP.
//!
//! The parts, in the order in which a run meets them:
//!
//! - [`options`] is the command line.
//! - [`target`] starts or finds the servers and reads what they cost (CPU, memory).
//! - [`scenario`] turns options into rounds of work and runs them, interleaved over the servers.
//! - [`load`] is the event loop that publishes, receives and counts.
//! - [`report`] turns the rounds into a table, JSON and a page with plots.
//!
//! The load side is built to be cheap: it knows the length of every frame that it waits for, so it counts
//! messages without parsing them. What it refuses to do: judge correctness beyond lost messages.

#![forbid(unsafe_code)]

mod load;
mod options;
mod report;
mod scenario;
mod target;
mod wire;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let options = match options::Options::try_parse() {
        Ok(options) => options,
        Err(error) => {
            // Help, or a mistake. Whoever has closed the output needs neither.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    match scenario::run(&options) {
        Ok(scenario::Outcome::Passed) => ExitCode::SUCCESS,
        Ok(scenario::Outcome::Missed) => ExitCode::from(2),
        Err(error) => {
            scenario::note(&format!("fanfare-benchmark: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
