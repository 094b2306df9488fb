//! Versions, and the line that `--version` prints.

/// Fanfare's own version.
pub const FANFARE_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The version of Redis whose behaviour is offered.
pub const REDIS_VERSION: &str = "8.2.0";

/// First digits of the commit that was built; zeros outside a checkout.
pub const COMMIT: &str = env!("FANFARE_COMMIT");

/// `1` if tracked files differed from the commit, else `0`.
pub const MODIFIED: &str = env!("FANFARE_MODIFIED");

/// Sixteen digits that differ when compiler, target, version or commit differ.
pub const BUILD_ID: &str = env!("FANFARE_BUILD_ID");

/// The allocator and its version, as `jemalloc-5.3.0`.
pub fn allocator() -> String {
    let version = tikv_jemalloc_ctl::version::read().unwrap_or_default();
    let release = version.split('-').next().unwrap_or_default();
    format!("jemalloc-{release}")
}

/// What `--version` prints, without the end of line.
pub fn version_line() -> String {
    format!(
        "Fanfare server v={FANFARE_VERSION} sha={COMMIT}:{MODIFIED} malloc={} bits={} build={BUILD_ID}",
        allocator(),
        usize::BITS
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_line_has_all_parts() {
        let line = version_line();
        let parts: Vec<_> = line.split(' ').collect();
        assert_eq!(parts[..2], ["Fanfare", "server"]);
        assert_eq!(parts[2], format!("v={FANFARE_VERSION}"));
        assert!(parts[3].starts_with("sha=") && parts[3].len() == "sha=00000000:0".len(), "{line}");
        assert!(parts[4].starts_with("malloc=jemalloc-5."), "{line}");
        assert_eq!(parts[5], "bits=64");
        assert_eq!(parts[6].len(), "build=0123456789abcdef".len(), "{line}");
        assert_eq!(parts.len(), 7);
    }
}
