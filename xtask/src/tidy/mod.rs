//! Style that neither rustfmt nor clippy knows.
//!
//! - [`edges`]: which crate may use which.
//! - [`sources`]: size of files and functions, unsafe code, notes left behind, paths of a machine.

mod check;
mod edges;
mod sources;

pub(crate) use check::check;
