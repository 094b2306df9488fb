//! Which crate may use which. A new edge needs an ADR.

use anyhow::{Context, Result};

use crate::process::metadata;

/// The packages of ours that each of ours may use.
const ALLOWED: &[(&str, &[&str])] = &[
    ("fanfare-stdx", &[]),
    ("fanfare-protocol", &["fanfare-stdx"]),
    ("fanfare-net", &["fanfare-stdx"]),
    ("fanfare-data", &["fanfare-stdx"]),
    ("fanfare-engine", &["fanfare-stdx", "fanfare-protocol", "fanfare-data"]),
    ("fanfare-pubsub", &["fanfare-stdx", "fanfare-protocol", "fanfare-net"]),
    ("fanfare-client", &["fanfare-stdx", "fanfare-protocol"]),
    (
        "fanfare-server",
        &["fanfare-stdx", "fanfare-protocol", "fanfare-net", "fanfare-engine", "fanfare-pubsub"],
    ),
    ("fanfare-cli", &["fanfare-stdx", "fanfare-protocol", "fanfare-client"]),
    ("fanfare-bench", &["fanfare-stdx", "fanfare-protocol", "fanfare-client"]),
    ("fanfare-testkit", &["fanfare-stdx", "fanfare-protocol", "fanfare-client"]),
    ("fanfare-examples", &[]),
    ("xtask", &[]),
];

/// What tests, and nothing else, may use besides.
const ALLOWED_IN_TESTS: &[&str] = &["fanfare-testkit", "fanfare-stdx"];

/// Every edge that is not allowed, and every package that is not listed.
pub(super) fn check_edges() -> Result<Vec<String>> {
    let metadata = metadata()?;
    let packages = metadata["packages"].as_array().context("cargo metadata has no packages")?;
    let mut problems = Vec::new();
    for package in packages {
        let name = package["name"].as_str().context("a package has no name")?;
        let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
            problems.push(format!("package {name} is not in the list of allowed edges"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let target = dependency["name"].as_str().context("a dependency has no name")?;
            let in_tests = dependency["kind"].as_str() == Some("dev");
            if target.starts_with("fanfare-")
                && !allowed.contains(&target)
                && !(in_tests && ALLOWED_IN_TESTS.contains(&target))
            {
                problems.push(format!("{name} may not use {target}"));
            }
        }
    }
    Ok(problems)
}
