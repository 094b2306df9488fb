//! Installs what the tests need. What is there already is left alone.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::{is_installed, output, program, run, target_folder, workspace};

/// The Python environment inside the target folder; the test kit looks there for real servers.
const ENVIRONMENT_FOLDER: &str = "test-environment";

/// The file that keeps a Debian system from starting a service when its package is installed.
const SERVICE_POLICY: &str = "/usr/sbin/policy-rc.d";

/// The oldest Node that the clients support.
const NODE_MAJOR_MIN: u32 = 20;

/// Installs everything and gives the environment's Python.
pub(crate) fn install() -> Result<PathBuf> {
    install_packages()?;
    install_node_modules()?;
    install_environment()
}

fn install_packages() -> Result<()> {
    let mut packages = Vec::new();
    if !["redis-server", "redis-cli", "redis-benchmark"].into_iter().all(is_installed)
        || !Path::new("/etc/redis/redis.conf").exists()
    {
        packages.extend(["redis-server", "redis-tools"]);
    }
    if !is_installed("python3")
        || output(program("python3").args(["-c", "import ensurepip"])).is_err()
    {
        packages.extend(["python3", "python3-venv"]);
    }
    if !is_installed("node") || !is_installed("npm") {
        packages.extend(["nodejs", "npm"]);
    }
    if packages.is_empty() {
        return Ok(());
    }
    if !is_installed("apt-get") {
        bail!("please install {} with your system's package manager", packages.join(", "));
    }
    let policy_is_ours = prevent_services()?;
    let installed = apt(&["update"]).and_then(|()| {
        apt(&[&["install", "-y", "--no-install-recommends"], &packages[..]].concat())
    });
    if policy_is_ours {
        run(as_root("rm").arg(SERVICE_POLICY))?;
    }
    installed
}

/// Writes the file that keeps services from starting. True when there was none before.
fn prevent_services() -> Result<bool> {
    if Path::new(SERVICE_POLICY).exists() {
        return Ok(false);
    }
    let script =
        format!("printf '#!/bin/sh\\nexit 101\\n' > {SERVICE_POLICY}; chmod +x {SERVICE_POLICY}");
    run(as_root("sh").args(["-c", &script]))?;
    Ok(true)
}

fn apt(arguments: &[&str]) -> Result<()> {
    run(as_root("env").arg("DEBIAN_FRONTEND=noninteractive").arg("apt-get").args(arguments))
}

/// A program run as root: as it is when we are root, else through `sudo`.
fn as_root(name: &str) -> std::process::Command {
    let is_root = output(program("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if is_root {
        return program(name);
    }
    let mut command = program("sudo");
    command.arg(name);
    command
}

fn install_node_modules() -> Result<()> {
    let version = output(program("node").arg("--version"))?;
    let major = version.trim().trim_start_matches('v').split('.').next();
    if major.and_then(|major| major.parse().ok()).is_none_or(|major: u32| major < NODE_MAJOR_MIN) {
        bail!("the tests need Node {NODE_MAJOR_MIN} or newer, not {}", version.trim());
    }
    let folder = workspace().join("tests/e2e");
    let wanted = fs::read_to_string(folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.installed-for");
    if is_current(&stamp, &wanted) {
        return Ok(());
    }
    run(program("npm").args(["ci", "--no-audit", "--no-fund", "--prefix"]).arg(&folder))?;
    fs::write(stamp, wanted).context("failed to note what was installed")
}

fn install_environment() -> Result<PathBuf> {
    let folder = target_folder()?.join(ENVIRONMENT_FOLDER);
    let python = folder.join("bin/python");
    let lists =
        ["tests/servers.txt", "tests/e2e/requirements.txt"].map(|list| workspace().join(list));
    let mut wanted = String::new();
    for list in &lists {
        wanted.push_str(&fs::read_to_string(list)?);
    }
    let stamp = folder.join("installed-for");
    if is_current(&stamp, &wanted) && python.exists() {
        return Ok(python);
    }
    run(program("python3").args(["-m", "venv"]).arg(&folder))?;
    let mut pip = program(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    for list in &lists {
        pip.arg("-r").arg(list);
    }
    run(&mut pip)?;
    fs::write(stamp, wanted).context("failed to note what was installed")?;
    Ok(python)
}

/// Whether what was installed last is what is wanted now.
fn is_current(stamp: &Path, wanted: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|installed| installed == wanted)
}
