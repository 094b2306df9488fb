//! Runs the tests, and what `.ci/run` asks for.

use anyhow::{Result, ensure};

use crate::process::{cargo, output, program, run, target_folder};
use crate::{setup, tidy};

/// Installs what the tests need and runs every test. Later ones run even when earlier ones fail.
pub(crate) fn test() -> Result<()> {
    let python = setup::install()?;
    // Programs are built first, because tests start them.
    run(cargo().args(["build", "--workspace", "--bins", "--examples"]))?;
    let mut failures = Vec::new();
    failures.extend(rust_tests().err());
    failures.extend(client_tests(&python).err());
    for failure in &failures {
        eprintln!("xtask: {failure:#}");
    }
    ensure!(failures.is_empty(), "{} part(s) of the tests failed", failures.len());
    Ok(())
}

/// Unit tests, wire tests, spec pages and differential fuzzing.
fn rust_tests() -> Result<()> {
    let has_nextest = output(cargo().args(["nextest", "--version"])).is_ok();
    if has_nextest {
        run(cargo().args(["nextest", "run", "--workspace", "--no-fail-fast"]))?;
        run(cargo().args(["test", "--quiet", "--workspace", "--doc"]))
    } else {
        run(cargo().args(["test", "--workspace", "--no-fail-fast"]))
    }
}

/// Python and Node clients, examples and command-line tools.
fn client_tests(python: &std::path::Path) -> Result<()> {
    let programs = target_folder()?.join("debug");
    let mut pytest = program(python);
    for (variable, name) in [
        ("FANFARE_SERVER", "fanfare-server"),
        ("FANFARE_CLI", "fanfare-cli"),
        ("FANFARE_BENCHMARK", "fanfare-benchmark"),
    ] {
        pytest.env(variable, programs.join(name));
    }
    run(pytest.args(["-m", "pytest", "tests/e2e"]))
}

/// Format, lints with warnings denied, tidy, tests.
pub(crate) fn ci() -> Result<()> {
    run(cargo().args(["fmt", "--all", "--check"]))?;
    let denied = ["--", "-D", "warnings"];
    run(cargo().args(["clippy", "--workspace", "--all-targets"]).args(denied))?;
    tidy::check()?;
    test()
}
