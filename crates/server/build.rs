//! Gives the version line its commit and build id.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // Outside a checkout (a source archive) there is nothing to watch, and the commit is zeros.
    if let Some(folder) = output_of("git", &["rev-parse", "--absolute-git-dir"]) {
        println!("cargo:rerun-if-changed={folder}/logs/HEAD");
    }
    let commit = output_of("git", &["rev-parse", "--short=8", "HEAD"]);
    let modified = commit.is_some()
        && output_of("git", &["status", "--porcelain", "--untracked-files=no"])
            .is_some_and(|changes| !changes.is_empty());
    let commit = commit.map_or_else(|| "00000000".to_owned(), |text| text[..8].to_owned());
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let compiler = output_of(&rustc, &["--version"]).unwrap_or_default();
    let mut hasher = DefaultHasher::new();
    for name in ["CARGO_PKG_VERSION", "TARGET", "PROFILE"] {
        std::env::var(name).unwrap_or_default().hash(&mut hasher);
    }
    (&commit, modified, &compiler).hash(&mut hasher);
    println!("cargo:rustc-env=FANFARE_COMMIT={commit}");
    println!("cargo:rustc-env=FANFARE_MODIFIED={}", u8::from(modified));
    println!("cargo:rustc-env=FANFARE_BUILD_ID={:016x}", hasher.finish());
}

fn output_of(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
