//! One field of `INFO`.

use std::fmt;

use super::Facts;

/// A field: its name, and how its value follows from the facts.
#[derive(Clone, Copy)]
pub struct Metric {
    /// The name, a stable word that monitoring systems rely on.
    pub name: &'static str,
    /// Its value.
    pub value: fn(&Facts<'_>) -> Value,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A count, a size, a flag.
    Number(u64),
    /// A number that may be negative.
    Signed(i64),
    /// A number with two decimals.
    Decimal(f64),
    /// A word, or a number in a form of its own.
    Text(String),
    /// A word that never changes.
    Word(&'static str),
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(out, "{number}"),
            Self::Signed(number) => write!(out, "{number}"),
            Self::Decimal(number) => write!(out, "{number:.2}"),
            Self::Text(text) => out.write_str(text),
            Self::Word(word) => out.write_str(word),
        }
    }
}

/// A field with a value of its own.
pub(super) const fn metric(name: &'static str, value: fn(&Facts<'_>) -> Value) -> Metric {
    Metric { name, value }
}

/// A field of a feature that does not exist yet, whose number is 0.
pub(super) const fn zero(name: &'static str) -> Metric {
    Metric { name, value: |_| Value::Number(0) }
}

/// As [`zero`], for sizes in the form for people.
pub(super) const fn zero_bytes(name: &'static str) -> Metric {
    Metric { name, value: |_| Value::Word("0B") }
}

/// As [`zero`], for numbers with two decimals.
pub(super) const fn zero_decimal(name: &'static str) -> Metric {
    Metric { name, value: |_| Value::Decimal(0.0) }
}

/// As [`zero`], for durations that were never measured.
pub(super) const fn never(name: &'static str) -> Metric {
    Metric { name, value: |_| Value::Signed(-1) }
}

/// As [`zero`], for the result of something that never failed.
pub(super) const fn ok(name: &'static str) -> Metric {
    Metric { name, value: |_| Value::Word("ok") }
}
