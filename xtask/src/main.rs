//! Build tool of the project: `cargo xtask <command>`.

mod process;
mod setup;
mod suite;
mod tidy;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask <command>

  setup     install what the tests need: packages, a Python environment, node modules
  test      setup, then every test there is
  generate  write the pages of docs/reference from the tables
  tidy      check crate edges, sizes and what must not be left behind
  ci        format, lint, tidy, test: what .ci/run runs
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["setup"] => setup::install().map(drop),
        ["test"] => suite::test(),
        ["generate"] => generate(),
        ["tidy"] => tidy::check(),
        ["ci"] => suite::ci(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => bail!("unknown command `{}`\n\n{USAGE}", arguments.join(" ")),
    }
}

/// Tests fail while a page is old, so that nothing else needs to call this.
fn generate() -> Result<()> {
    let example = ["run", "--quiet", "--package", "fanfare-server", "--example", "reference"];
    process::run(process::cargo().args(example).args(["--", "docs/reference"]))
}
