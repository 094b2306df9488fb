//! Finds the programs that tests start.
//!
//! Each has an environment variable that names it; without it, the places that
//! `cargo xtask setup` fills are searched.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The virtual environment that `cargo xtask setup` makes, inside the target folder.
pub const ENVIRONMENT_FOLDER: &str = "test-environment";

/// The workspace's root folder.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("/")).to_owned()
}

/// The target folder that the running program was built into, and the profile's folder in it.
pub fn target_folders() -> Result<(PathBuf, PathBuf)> {
    let program = std::env::current_exe().context("the running program has no path")?;
    let mut profile = program.parent().context("the running program is in no folder")?;
    if profile.ends_with("deps") {
        profile = profile.parent().context("deps has no parent")?;
    }
    let target = profile.parent().context("the profile's folder has no parent")?;
    Ok((target.to_owned(), profile.to_owned()))
}

/// One of Fanfare's own programs: from `variable`, else beside the running test.
pub fn own_program(name: &str, variable: &str) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return Ok(path.into());
    }
    let path = target_folders()?.1.join(name);
    if !path.exists() {
        bail!("{} is not built: run `cargo build --bins`, or set {variable}", path.display());
    }
    Ok(path)
}

/// A server from a wheel in the tests' virtual environment: from `variable`, else found there.
pub fn wheel_program(package: &str, name: &str, variable: &str) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return Ok(path.into());
    }
    let libraries = target_folders()?.0.join(ENVIRONMENT_FOLDER).join("lib");
    for python in std::fs::read_dir(&libraries).into_iter().flatten().flatten() {
        let path = python.path().join("site-packages").join(package).join("bin").join(name);
        if path.exists() {
            return Ok(path);
        }
    }
    bail!("{package} is not in {}: run `cargo xtask setup`, or set {variable}", libraries.display())
}

/// A program of the system's packages: from `variable`, else on the path.
pub fn system_program(name: &str, variable: &str) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return Ok(path.into());
    }
    let path = std::env::var_os("PATH").context("PATH is not set")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|candidate| candidate.exists())
        .with_context(|| {
            format!("no {name} on the path: run `cargo xtask setup`, or set {variable}")
        })
}
