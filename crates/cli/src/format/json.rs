//! Replies as JSON, in redis-cli's dialect: `error:"…"`, `inf` and `nan` stand as they are.

use fanfare_client::Value;

use crate::quote::push_quoted;

/// How strings are written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Strings {
    /// Bytes as they are, with JSON's escapes.
    Plain,
    /// Printable ASCII: escaped as for people, backslashes doubled.
    Quoted,
}

/// Appends a value without a line end.
pub(super) fn push(out: &mut Vec<u8>, value: &Value, strings: Strings) {
    match value {
        Value::Error(text) => {
            out.extend_from_slice(b"error:");
            string(out, text, strings);
        }
        Value::Simple(text) | Value::Bulk(text) | Value::Verbatim { text, .. } => {
            string(out, text, strings);
        }
        Value::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Double(text) | Value::BigNumber(text) => out.extend_from_slice(text.as_bytes()),
        Value::Null | Value::NullArray => out.extend_from_slice(b"null"),
        Value::Boolean(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Value::Array(items) | Value::Set(items) | Value::Push(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                push(out, item, strings);
            }
            out.push(b']');
        }
        Value::Map(pairs) => {
            out.push(b'{');
            for (index, (name, value)) in pairs.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                key(out, name, strings);
                out.push(b':');
                push(out, value, strings);
            }
            out.push(b'}');
        }
        Value::Attribute { value, .. } => push(out, value, strings),
    }
}

/// A key is a string; of other types their JSON becomes one.
fn key(out: &mut Vec<u8>, value: &Value, strings: Strings) {
    match value {
        Value::Error(_) | Value::Simple(_) | Value::Bulk(_) | Value::Verbatim { .. } => {
            push(out, value, strings);
        }
        _ => {
            let mut text = Vec::new();
            push(&mut text, value, strings);
            string(out, &text, Strings::Plain);
        }
    }
}

fn string(out: &mut Vec<u8>, bytes: &[u8], strings: Strings) {
    match strings {
        Strings::Plain => plain_string(out, bytes),
        Strings::Quoted => {
            let mut quoted = Vec::new();
            push_quoted(&mut quoted, bytes);
            for byte in quoted {
                if byte == b'\\' {
                    out.push(b'\\');
                }
                out.push(byte);
            }
        }
    }
}

fn plain_string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            0x08 => out.extend(b"\\b"),
            0x0c => out.extend(b"\\f"),
            0..0x20 => out.extend(format!("\\u{byte:04x}").bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}
