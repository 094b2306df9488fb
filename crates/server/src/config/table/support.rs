//! The whole table, and short names that make its rows readable.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::PathBuf;

use super::{cluster, keyspace, network, persistence, process, replication};
use crate::config::parameter::{Cell, Parameter};
use crate::config::settings::Config;

/// Every parameter, topic by topic.
const TOPICS: [&[Parameter]; 6] = [
    network::PARAMETERS,
    process::PARAMETERS,
    persistence::PARAMETERS,
    replication::PARAMETERS,
    cluster::PARAMETERS,
    keyspace::PARAMETERS,
];

pub(super) const I32: i64 = i32::MAX as i64;
pub(super) const I32_MIN: i64 = i32::MIN as i64;
pub(super) const I64: i64 = i64::MAX;

/// The most runs of periodic work per second; Redis clamps to it too.
pub(super) const HZ_MAX: i64 = 500;

/// Most reactor threads by default: beyond it an operator should decide.
const DEFAULT_THREADS_MAX: usize = 8;

/// Every parameter of the table.
pub fn parameters() -> impl Iterator<Item = &'static Parameter> {
    TOPICS.iter().flat_map(|topic| topic.iter())
}

/// The parameter with this name or alias, in any case.
pub fn find(name: &[u8]) -> Option<&'static Parameter> {
    parameters().find(|parameter| parameter.is_named(name))
}

pub(super) const fn field<T>(read: fn(&Config) -> T, write: fn(&mut Config, T)) -> Cell<T> {
    Cell::Field { read, write }
}

pub(super) fn cores() -> i64 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores.min(DEFAULT_THREADS_MAX) as i64
}

pub(super) fn path(text: Vec<u8>) -> Option<PathBuf> {
    (!text.is_empty()).then(|| OsString::from_vec(text).into())
}

pub(super) fn path_text(path: Option<&PathBuf>) -> Vec<u8> {
    path.map_or_else(Vec::new, |path| path.as_os_str().as_bytes().to_vec())
}

pub(super) fn string(text: Vec<u8>) -> String {
    String::from_utf8(text)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
