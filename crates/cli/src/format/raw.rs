//! Replies as the bytes alone, for pipes.

use fanfare_client::Value;

/// Appends a value; elements are separated by `delimiter`, a map's key and value by a blank.
pub(super) fn push(out: &mut Vec<u8>, value: &Value, delimiter: &[u8]) {
    match value {
        Value::Null | Value::NullArray => {}
        // An error always ends its line, whatever the delimiters are.
        Value::Error(text) => {
            out.extend_from_slice(text);
            out.push(b'\n');
        }
        Value::Simple(text) | Value::Bulk(text) | Value::Verbatim { text, .. } => {
            out.extend_from_slice(text);
        }
        Value::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Double(text) | Value::BigNumber(text) => out.extend_from_slice(text.as_bytes()),
        Value::Boolean(true) => out.extend_from_slice(b"(true)"),
        Value::Boolean(false) => out.extend_from_slice(b"(false)"),
        Value::Array(items) | Value::Set(items) | Value::Push(items) => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.extend_from_slice(delimiter);
                }
                push(out, item, delimiter);
            }
        }
        Value::Map(pairs) => {
            for (index, (key, value)) in pairs.iter().enumerate() {
                if index > 0 {
                    out.extend_from_slice(delimiter);
                }
                push(out, key, delimiter);
                out.push(b' ');
                push(out, value, delimiter);
            }
        }
        Value::Attribute { value, .. } => push(out, value, delimiter),
    }
}
