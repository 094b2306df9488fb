//! Replies as one flat line of comma-separated values.

use fanfare_client::Value;

use crate::quote::push_quoted;

/// Appends a value without a line end.
pub(super) fn push(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Error(text) => {
            out.extend_from_slice(b"ERROR,");
            push_quoted(out, text);
        }
        Value::Simple(text) | Value::Bulk(text) | Value::Verbatim { text, .. } => {
            push_quoted(out, text);
        }
        Value::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Double(text) | Value::BigNumber(text) => out.extend_from_slice(text.as_bytes()),
        Value::Null | Value::NullArray => out.extend_from_slice(b"NULL"),
        Value::Boolean(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Value::Array(items) | Value::Set(items) | Value::Push(items) => joined(out, items.iter()),
        Value::Map(pairs) => joined(out, pairs.iter().flat_map(|(key, value)| [key, value])),
        Value::Attribute { value, .. } => push(out, value),
    }
}

fn joined<'a>(out: &mut Vec<u8>, items: impl Iterator<Item = &'a Value>) {
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push(out, item);
    }
}
