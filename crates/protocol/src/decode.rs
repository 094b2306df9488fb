//! Reads what servers answer: every RESP2 and RESP3 type, into owned values.
//!
//! [`Decoder`] is fed bytes in pieces of any size and gives values as they become complete. What it
//! gives depends on the bytes alone, never on where they were split. It refuses RESP3's streamed
//! types, which no server sends unasked, and it panics on no input.

mod frame;
mod value;

#[cfg(test)]
mod tests;

use fanfare_stdx::number::parse_i64;
use frame::{Frame, Kind};
pub use value::Value;

/// How deep aggregates may nest. A deeper reply costs stack space when it is dropped.
pub const DEPTH_MAX: usize = 128;

/// Bytes of one string or line, as servers limit them. The buffer grows to it as bytes arrive.
pub const STRING_BYTES_MAX: usize = 512 * 1024 * 1024;

/// Elements of one aggregate (a map's pair counts twice). Memory grows as elements arrive.
pub const ELEMENTS_MAX: u64 = u32::MAX as u64;

/// Read bytes are kept in front of unread ones up to this many, to move the rest less often.
const CONSUMED_BYTES_MAX: usize = 64 * 1024;

/// Why a stream of replies cannot be read any further.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// No type starts with this byte.
    #[error("Protocol error, got \"{}\" as reply type byte", .0.escape_ascii())]
    Type(u8),
    /// A streamed string or aggregate.
    #[error("Protocol error, streamed replies are not supported")]
    Streamed,
    /// A length that is no number, is negative or exceeds its limit.
    #[error("Protocol error, bad length of {0}")]
    Length(&'static str),
    /// A line or string longer than [`STRING_BYTES_MAX`].
    #[error("Protocol error, line too long")]
    LineTooLong,
    /// The text after the type byte is not of that type.
    #[error("Bad {0} value")]
    Text(&'static str),
    /// A string does not end where its length says.
    #[error("Protocol error, string without end of line")]
    Terminator,
    /// Aggregates nest deeper than [`DEPTH_MAX`].
    #[error("Protocol error, no support for nested replies with depth > {DEPTH_MAX}")]
    Depth,
}

/// An incremental reader of replies.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    /// Everything in `buffer` before this is read.
    at: usize,
    /// No line ends between `at` and this, so the search for an end goes on here.
    searched: usize,
    /// Aggregates that still lack elements, outermost first.
    open: Vec<Frame>,
    failed: Option<DecodeError>,
}

/// One step of reading: a whole value, or the header of an aggregate.
enum Item {
    Value(Value),
    Header(Kind, u64),
}

impl Decoder {
    /// An empty decoder.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes more bytes of the stream.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.at == self.buffer.len() {
            self.discard_read();
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// How many bytes are held that belong to no value given yet.
    pub fn pending_bytes(&self) -> usize {
        self.buffer.len() - self.at
    }

    /// True when nothing of a next value has been read.
    pub fn is_idle(&self) -> bool {
        self.open.is_empty() && self.pending_bytes() == 0
    }

    /// The next complete value, or `None` when more bytes are needed.
    ///
    /// After an error the stream has no meaning any more: every later call gives the same error.
    pub fn next_value(&mut self) -> Result<Option<Value>, DecodeError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let result = self.advance();
        if let Err(error) = &result {
            self.failed = Some(error.clone());
        }
        result
    }

    fn advance(&mut self) -> Result<Option<Value>, DecodeError> {
        while let Some(item) = self.next_item()? {
            let value = match item {
                Item::Value(value) => Some(value),
                Item::Header(kind, length) => {
                    if self.open.len() == DEPTH_MAX {
                        return Err(DecodeError::Depth);
                    }
                    self.open.push(Frame::new(kind, length));
                    self.close_full(None)
                }
            };
            if let Some(value) = value.and_then(|value| self.close_full(Some(value))) {
                if self.at >= CONSUMED_BYTES_MAX {
                    self.discard_read();
                }
                return Ok(Some(value));
            }
        }
        self.discard_read();
        Ok(None)
    }

    /// Puts a value into the innermost open aggregate and closes all that this completes.
    /// Gives a value that stands on its own.
    fn close_full(&mut self, mut value: Option<Value>) -> Option<Value> {
        while let Some(frame) = self.open.last_mut() {
            if let Some(value) = value.take() {
                frame.items.push(value);
            }
            if frame.is_full() {
                value = self.open.pop().map(Frame::into_value);
            } else {
                return None;
            }
        }
        value
    }

    fn next_item(&mut self) -> Result<Option<Item>, DecodeError> {
        let Some(&kind) = self.buffer.get(self.at) else { return Ok(None) };
        if !b"+-:$*_,#(=%~>|!".contains(&kind) {
            return Err(if matches!(kind, b';' | b'.') {
                DecodeError::Streamed
            } else {
                DecodeError::Type(kind)
            });
        }
        let Some(end) = self.line_end()? else { return Ok(None) };
        let line = &self.buffer[self.at + 1..end];
        let item = match kind {
            b'$' | b'=' | b'!' => {
                let Some(length) = string_length(kind, line)? else {
                    self.consume(end + 2);
                    return Ok(Some(Item::Value(Value::Null)));
                };
                return self.string(kind, end + 2, length);
            }
            b'*' | b'%' | b'~' | b'>' | b'|' => aggregate(kind, line)?,
            _ => Item::Value(line_value(kind, line)?),
        };
        self.consume(end + 2);
        Ok(Some(item))
    }

    /// A string whose body begins at `start`.
    fn string(
        &mut self,
        kind: u8,
        start: usize,
        length: usize,
    ) -> Result<Option<Item>, DecodeError> {
        let end = start + length;
        let after = &self.buffer[end.min(self.buffer.len())..];
        let terminator = &after[..after.len().min(2)];
        if !b"\r\n".starts_with(terminator) {
            return Err(DecodeError::Terminator);
        }
        if terminator.len() < 2 {
            return Ok(None);
        }
        let body = &self.buffer[start..end];
        let value = match kind {
            b'$' => Value::Bulk(body.to_vec()),
            b'!' => Value::Error(body.to_vec()),
            _ => match body {
                [a, b, c, b':', text @ ..] => {
                    Value::Verbatim { format: [*a, *b, *c], text: text.to_vec() }
                }
                _ => return Err(DecodeError::Text("verbatim string")),
            },
        };
        self.consume(end + 2);
        Ok(Some(Item::Value(value)))
    }

    /// Where the line that starts at `at` ends: the place of its `\r\n`.
    fn line_end(&mut self) -> Result<Option<usize>, DecodeError> {
        let from = self.searched.max(self.at);
        let found = self.buffer[from..].windows(2).position(|pair| pair == b"\r\n");
        let end = found.map(|offset| from + offset);
        let length = end.unwrap_or(self.buffer.len().saturating_sub(1)) - self.at;
        if length > STRING_BYTES_MAX {
            return Err(DecodeError::LineTooLong);
        }
        self.searched = end.unwrap_or(self.buffer.len().saturating_sub(1));
        Ok(end)
    }

    fn consume(&mut self, to: usize) {
        self.at = to;
        self.searched = to;
    }

    fn discard_read(&mut self) {
        self.buffer.drain(..self.at);
        self.searched = self.searched.saturating_sub(self.at);
        self.at = 0;
    }
}

/// The value of a type that is one line.
fn line_value(kind: u8, line: &[u8]) -> Result<Value, DecodeError> {
    Ok(match kind {
        b'+' => Value::Simple(line.to_vec()),
        b'-' => Value::Error(line.to_vec()),
        b':' => Value::Integer(parse_i64(line).ok_or(DecodeError::Text("integer"))?),
        b',' => Value::Double(double_text(line).ok_or(DecodeError::Text("double"))?),
        b'(' => Value::BigNumber(big_number_text(line).ok_or(DecodeError::Text("bignum"))?),
        b'#' => match line {
            b"t" => Value::Boolean(true),
            b"f" => Value::Boolean(false),
            _ => return Err(DecodeError::Text("bool")),
        },
        _ if line.is_empty() => Value::Null,
        _ => return Err(DecodeError::Text("nil")),
    })
}

/// The length of a string, `None` for RESP2's null.
fn string_length(kind: u8, line: &[u8]) -> Result<Option<usize>, DecodeError> {
    if line == b"?" {
        return Err(DecodeError::Streamed);
    }
    match parse_i64(line) {
        Some(-1) if kind == b'$' => Ok(None),
        Some(length) if (0..=STRING_BYTES_MAX as i64).contains(&length) => {
            Ok(Some(length as usize))
        }
        _ => Err(DecodeError::Length("string")),
    }
}

fn aggregate(kind: u8, line: &[u8]) -> Result<Item, DecodeError> {
    if line == b"?" {
        return Err(DecodeError::Streamed);
    }
    let (kind, width) = match kind {
        b'*' => (Kind::Array, 1),
        b'~' => (Kind::Set, 1),
        b'>' => (Kind::Push, 1),
        b'%' => (Kind::Map, 2),
        _ => (Kind::Attribute, 2),
    };
    match parse_i64(line) {
        Some(-1) if kind == Kind::Array => Ok(Item::Value(Value::NullArray)),
        Some(length) if (0..=(ELEMENTS_MAX / width) as i64).contains(&length) => {
            Ok(Item::Header(kind, length as u64 * width))
        }
        _ => Err(DecodeError::Length("aggregate")),
    }
}

fn double_text(line: &[u8]) -> Option<String> {
    let text = str::from_utf8(line).ok()?;
    text.parse::<f64>().ok()?;
    Some(text.to_owned())
}

fn big_number_text(line: &[u8]) -> Option<String> {
    let digits = line.strip_prefix(b"-").or_else(|| line.strip_prefix(b"+")).unwrap_or(line);
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    is_number.then(|| String::from_utf8_lossy(line).into_owned())
}
