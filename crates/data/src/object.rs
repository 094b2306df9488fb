//! What a key holds when it is more than short bytes or an integer.

use crate::encoding::entry::{Entry, Form, INLINE_BYTES_MAX, NewValue, ValueRef};

/// The form of a short string's bytes in an entry.
pub const TEXT: Form = Form::new(0);
/// Longest string kept in its entry, in bytes; a longer one is an object, which can grow in place.
pub const INLINE_TEXT_BYTES_MAX: usize = 1024;

const _: () = assert!(INLINE_TEXT_BYTES_MAX <= INLINE_BYTES_MAX);

/// A key with its value.
pub type KeyEntry = Entry<Object>;

/// A value too large, or of a kind, to stand in its entry.
#[derive(Clone, Debug)]
pub enum Object {
    /// A long string.
    Text(Vec<u8>),
}

/// The types that clients know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Bytes, or an integer.
    String,
}

impl Type {
    /// The word of `TYPE`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
        }
    }

    /// The type of a value.
    pub fn of(value: &ValueRef<'_, Object>) -> Self {
        match value {
            ValueRef::Integer(_) | ValueRef::Bytes(TEXT, _) | ValueRef::Object(Object::Text(_)) => {
                Self::String
            }
            ValueRef::Bytes(form, _) => unreachable!("no value has the form {form:?}"),
        }
    }
}

/// A string as it is to be stored: an integer if it is exactly one's text, in the entry if it is short.
pub fn new_text(bytes: &[u8]) -> NewValue<'_, Object> {
    if let Some(number) = fanfare_stdx::number::parse_i64(bytes) {
        return NewValue::Integer(number);
    }
    new_raw_text(bytes)
}

/// As [`new_text`], but never an integer.
pub fn new_raw_text(bytes: &[u8]) -> NewValue<'_, Object> {
    if bytes.len() <= INLINE_TEXT_BYTES_MAX {
        NewValue::Bytes(TEXT, bytes)
    } else {
        NewValue::Object(Box::new(Object::Text(bytes.to_vec())))
    }
}
