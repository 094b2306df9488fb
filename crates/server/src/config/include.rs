//! The files that a pattern in an `include` directive names.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use fanfare_stdx::glob;

/// Most files that one pattern may name.
const INCLUDED_FILES_MAX: usize = 1024;

/// The existing paths that fit an absolute pattern, in alphabetical order; none is no error.
///
/// As in a shell, a pattern stays within one level of directories, and a name that begins with a
/// dot is named only by a pattern that does too.
pub(super) fn expand(pattern: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = vec![PathBuf::new()];
    for component in pattern.components() {
        let name = match component {
            Component::Normal(name) if is_pattern(name) => name,
            plain => {
                paths.iter_mut().for_each(|path| path.push(plain));
                continue;
            }
        };
        let mut fitting = Vec::new();
        for directory in &paths {
            fitting.extend(children(directory, name.as_bytes())?);
        }
        paths = fitting;
    }
    paths.retain(|path| path.exists());
    paths.sort();
    Ok(paths)
}

fn is_pattern(name: &OsStr) -> bool {
    name.as_bytes().iter().any(|byte| b"*?[".contains(byte))
}

fn children(directory: &Path, pattern: &[u8]) -> io::Result<Vec<PathBuf>> {
    // A pattern looks into whatever it fits: what is no directory holds no file.
    let Ok(entries) = std::fs::read_dir(directory) else { return Ok(Vec::new()) };
    let mut fitting = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let is_shown = pattern.starts_with(b".") || !name.as_bytes().starts_with(b".");
        if is_shown && glob::matches(pattern, name.as_bytes()) {
            fitting.push(directory.join(name));
        }
        if fitting.len() > INCLUDED_FILES_MAX {
            return Err(io::Error::other("the pattern names too many files"));
        }
    }
    Ok(fitting)
}
