//! How replies look: for people, raw, as CSV and as JSON. Pure: a value in, bytes out.

mod csv;
mod json;
mod output;
mod raw;
#[cfg(test)]
mod tests;
mod tty;

pub(crate) use output::{Format, Style};
