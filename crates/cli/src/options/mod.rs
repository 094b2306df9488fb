//! What the command line asks for.
//!
//! [`table`] holds every option once; parsing and `--help` are made from it. `clap` does not fit:
//! here `-h` takes a host unless it stands last, and options end at the first argument without `-`.

mod parse;
mod settings;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use parse::{Request, parse};
pub(crate) use settings::{LatencyMode, Mode, Settings, StdinArgument};
pub(crate) use table::usage;
