//! The choice between the formats.

use fanfare_client::Value;

use super::json::Strings;
use super::{csv, json, raw, tty};
use crate::quote::push_quoted;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Numbered and quoted, for people.
    Tty,
    /// The bytes alone.
    Raw,
    /// One line of comma-separated values.
    Csv,
    /// JSON, strings as they are.
    Json,
    /// JSON, strings in printable ASCII.
    QuotedJson,
}

/// A format and its delimiters.
#[derive(Clone, Debug)]
pub(crate) struct Style {
    /// The format.
    pub(crate) format: Format,
    /// Between the elements of a raw reply.
    pub(crate) element_delimiter: Vec<u8>,
    /// After each raw reply.
    pub(crate) reply_delimiter: Vec<u8>,
}

impl Style {
    /// A reply as it is printed, line end included.
    pub(crate) fn reply(&self, value: &Value) -> Vec<u8> {
        let mut out = Vec::new();
        match self.format {
            Format::Tty => tty::push(&mut out, value, ""),
            Format::Raw => {
                raw::push(&mut out, value, &self.element_delimiter);
                out.extend_from_slice(&self.reply_delimiter);
            }
            Format::Csv => {
                csv::push(&mut out, value);
                out.push(b'\n');
            }
            Format::Json => {
                json::push(&mut out, value, Strings::Plain);
                out.push(b'\n');
            }
            Format::QuotedJson => {
                json::push(&mut out, value, Strings::Quoted);
                out.push(b'\n');
            }
        }
        out
    }

    /// A reply that is text for people, such as `INFO`: its bytes alone in every format, with the
    /// line end that it brings.
    pub(crate) fn text_reply(&self, value: &Value) -> Vec<u8> {
        let mut out = Vec::new();
        raw::push(&mut out, value, &self.element_delimiter);
        out
    }

    /// A push that is no message: an invalidation is one line, others look like replies.
    pub(crate) fn push(&self, items: &[Value]) -> Vec<u8> {
        let keys = match items {
            [kind, Value::Array(keys)] if kind.as_bytes() == Some(b"invalidate") => keys,
            _ => return self.reply(&Value::Push(items.to_vec())),
        };
        let mut out = b"-> invalidate: ".to_vec();
        for (index, key) in keys.iter().enumerate() {
            if index > 0 {
                out.extend_from_slice(b", ");
            }
            out.push(b'\'');
            out.extend_from_slice(&quoted_inside(key.as_bytes().unwrap_or_default()));
            out.push(b'\'');
        }
        out.push(b'\n');
        out
    }
}

fn quoted_inside(bytes: &[u8]) -> Vec<u8> {
    let mut quoted = Vec::new();
    push_quoted(&mut quoted, bytes);
    quoted[1..quoted.len() - 1].to_vec()
}
