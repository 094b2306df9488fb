//! Strings.

mod compare;
mod lcs;
mod number;
mod options;
pub(super) mod range;
mod rows_parts;
mod rows_whole;
mod set;
pub(super) mod text;

pub use rows_parts::COMMANDS as PARTS;
pub use rows_whole::COMMANDS as WHOLE;
