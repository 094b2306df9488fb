//! Strings.

mod lcs;
mod number;
mod options;
mod rows_parts;
mod rows_whole;
mod set;
mod text;

pub use rows_parts::COMMANDS as PARTS;
pub use rows_whole::COMMANDS as WHOLE;
