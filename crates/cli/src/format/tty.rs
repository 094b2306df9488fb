//! Replies for people: `1) "quoted"`, nested by indentation.

use fanfare_client::Value;

use crate::quote::push_quoted;

/// Appends a value and its line end. `prefix` indents every line but the first.
pub(super) fn push(out: &mut Vec<u8>, value: &Value, prefix: &str) {
    match value {
        Value::Error(text) => line(out, &[b"(error) ", text]),
        Value::Simple(text) | Value::Verbatim { text, .. } => line(out, &[text]),
        Value::Integer(number) => line(out, &[b"(integer) ", number.to_string().as_bytes()]),
        Value::Double(text) => line(out, &[b"(double) ", text.as_bytes()]),
        Value::BigNumber(text) => line(out, &[b"(big number) ", text.as_bytes()]),
        Value::Bulk(bytes) => {
            push_quoted(out, bytes);
            out.push(b'\n');
        }
        Value::Null | Value::NullArray => line(out, &[b"(nil)"]),
        Value::Boolean(true) => line(out, &[b"(true)"]),
        Value::Boolean(false) => line(out, &[b"(false)"]),
        Value::Array(items) => elements(out, items, prefix, Look { sign: ')', empty: "array" }),
        Value::Push(items) => elements(out, items, prefix, Look { sign: ')', empty: "push" }),
        Value::Set(items) => elements(out, items, prefix, Look { sign: '~', empty: "set" }),
        Value::Map(pairs) => push_pairs(out, pairs, prefix),
        Value::Attribute { value, .. } => push(out, value, prefix),
    }
}

/// How an aggregate is marked.
struct Look {
    /// After each number.
    sign: char,
    /// What `(empty …)` calls it.
    empty: &'static str,
}

fn elements(out: &mut Vec<u8>, items: &[Value], prefix: &str, look: Look) {
    if items.is_empty() {
        line(out, &[b"(empty ", look.empty.as_bytes(), b")"]);
        return;
    }
    let width = digits(items.len());
    let inner_prefix = inner_prefix(prefix, width);
    for (index, item) in items.iter().enumerate() {
        number(out, prefix, index, width, look.sign);
        push(out, item, &inner_prefix);
    }
}

fn push_pairs(out: &mut Vec<u8>, pairs: &[(Value, Value)], prefix: &str) {
    if pairs.is_empty() {
        line(out, &[b"(empty hash)"]);
        return;
    }
    let width = digits(pairs.len());
    let inner_prefix = inner_prefix(prefix, width);
    for (index, (key, value)) in pairs.iter().enumerate() {
        number(out, prefix, index, width, '#');
        push(out, key, &inner_prefix);
        out.pop_if(|byte| *byte == b'\n');
        out.extend_from_slice(b" => ");
        let mut text = Vec::new();
        push(&mut text, value, &inner_prefix);
        let is_one_line = text.iter().position(|byte| *byte == b'\n') == Some(text.len() - 1);
        // An aggregate of several lines begins on a line of its own.
        if is_filled(value) && !is_one_line {
            out.push(b'\n');
            out.extend_from_slice(inner_prefix.as_bytes());
        }
        out.extend_from_slice(&text);
    }
}

/// `12) `, after the prefix unless it is the first of its aggregate.
fn number(out: &mut Vec<u8>, prefix: &str, index: usize, width: usize, sign: char) {
    if index > 0 {
        out.extend_from_slice(prefix.as_bytes());
    }
    out.extend_from_slice(format!("{:>width$}{sign} ", index + 1).as_bytes());
}

fn is_filled(value: &Value) -> bool {
    match value {
        Value::Array(items) | Value::Set(items) | Value::Push(items) => !items.is_empty(),
        Value::Map(pairs) => !pairs.is_empty(),
        Value::Attribute { value, .. } => is_filled(value),
        _ => false,
    }
}

fn inner_prefix(prefix: &str, width: usize) -> String {
    format!("{prefix}{:1$}", "", width + 2)
}

fn digits(number: usize) -> usize {
    number.to_string().len()
}

fn line(out: &mut Vec<u8>, parts: &[&[u8]]) {
    for part in parts {
        out.extend_from_slice(part);
    }
    out.push(b'\n');
}
