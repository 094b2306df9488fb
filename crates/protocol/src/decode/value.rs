//! What a server can answer.

use std::fmt;

/// One reply or push, owned.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// `+`: a line of text, such as `OK`.
    Simple(Vec<u8>),
    /// `-` or `!`: an error, code word included.
    Error(Vec<u8>),
    /// `:`
    Integer(i64),
    /// `$`: a string of any bytes.
    Bulk(Vec<u8>),
    /// `*`
    Array(Vec<Value>),
    /// `_`, or `$-1`.
    Null,
    /// `*-1`, where an array could have been.
    NullArray,
    /// `,`: a number as the server wrote it (`inf` and `nan` too); see [`Value::as_double`].
    Double(String),
    /// `#`
    Boolean(bool),
    /// `(`: an integer of any size, as the server wrote it.
    BigNumber(String),
    /// `=`: text for people, with its format (`txt`, `mkd`).
    Verbatim {
        /// The format's three letters.
        format: [u8; 3],
        /// The text.
        text: Vec<u8>,
    },
    /// `%`: keys and values in the server's order.
    Map(Vec<(Value, Value)>),
    /// `~`
    Set(Vec<Value>),
    /// `>`: something the server says unasked.
    Push(Vec<Value>),
    /// `|`: facts about the value that follows them.
    Attribute {
        /// The facts.
        attributes: Vec<(Value, Value)>,
        /// What they are about.
        value: Box<Value>,
    },
}

impl Value {
    /// The bytes of a text: simple, bulk or verbatim.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Simple(text) | Self::Bulk(text) | Self::Verbatim { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The bytes of an error.
    pub fn as_error(&self) -> Option<&[u8]> {
        match self {
            Self::Error(text) => Some(text),
            _ => None,
        }
    }

    /// An integer, if it is one.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// A double's value.
    pub fn as_double(&self) -> Option<f64> {
        match self {
            Self::Double(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The elements of an array, a set or a push.
    pub fn as_items(&self) -> Option<&[Value]> {
        match self {
            Self::Array(items) | Self::Set(items) | Self::Push(items) => Some(items),
            _ => None,
        }
    }

    /// True for both kinds of null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null | Self::NullArray)
    }

    /// Keys and values of a map, or of the flat array that RESP2 sends in its place.
    /// `None` for other types and for arrays of odd length.
    pub fn into_pairs(self) -> Option<Vec<(Value, Value)>> {
        match self {
            Self::Map(pairs) => Some(pairs),
            Self::Array(items) if items.len() % 2 == 0 => {
                let mut items = items.into_iter();
                let mut pairs = Vec::with_capacity(items.len() / 2);
                while let (Some(key), Some(value)) = (items.next(), items.next()) {
                    pairs.push((key, value));
                }
                Some(pairs)
            }
            _ => None,
        }
    }
}

/// Short and readable, for failed assertions: strings are shown as text with escapes.
impl fmt::Debug for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Simple(text) => write!(out, "+{}", text.escape_ascii()),
            Self::Error(text) => write!(out, "-{}", text.escape_ascii()),
            Self::Integer(value) => write!(out, ":{value}"),
            Self::Bulk(text) => write!(out, "\"{}\"", text.escape_ascii()),
            Self::Null => out.write_str("null"),
            Self::NullArray => out.write_str("null-array"),
            Self::Double(text) => write!(out, ",{text}"),
            Self::Boolean(value) => write!(out, "#{value}"),
            Self::BigNumber(text) => write!(out, "({text}"),
            Self::Verbatim { format, text } => {
                write!(out, "={}:\"{}\"", format.escape_ascii(), text.escape_ascii())
            }
            Self::Array(items) => out.debug_list().entries(items).finish(),
            Self::Set(items) => {
                out.write_str("~")?;
                out.debug_list().entries(items).finish()
            }
            Self::Push(items) => {
                out.write_str(">")?;
                out.debug_list().entries(items).finish()
            }
            Self::Map(pairs) => {
                out.debug_map().entries(pairs.iter().map(|(key, value)| (key, value))).finish()
            }
            Self::Attribute { attributes, value } => {
                out.write_str("|")?;
                let attributes = attributes.iter().map(|(key, value)| (key, value));
                out.debug_map().entries(attributes).finish()?;
                write!(out, " {value:?}")
            }
        }
    }
}
