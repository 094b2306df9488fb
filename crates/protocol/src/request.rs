//! Parses what clients send: arrays of bulk strings, and inline requests.
//!
//! The parser borrows: arguments are ranges of the input. It can stop at any byte and go on when more
//! has come, without looking at the same bytes twice. Where Redis is lenient, so is this: the byte after
//! a `\r`, and the two bytes after a bulk string, are skipped whatever they are.

mod batch;
mod owned;

use std::fmt;
use std::ops::Range;

use fanfare_stdx::number::parse_i64;
use fanfare_stdx::words::split_words;

pub use batch::RequestBatch;
pub use owned::OwnedRequest;

/// Longest inline request, and longest line with a count, in bytes.
pub const LINE_BYTES_MAX: usize = 64 * 1024;
/// Most arguments that a client may announce before it has authenticated.
const UNAUTHENTICATED_ARGS_MAX: i64 = 10;
/// Longest argument that a client may announce before it has authenticated, in bytes.
const UNAUTHENTICATED_BULK_BYTES_MAX: i64 = 16384;
/// Arguments for which a parser, and a batch, keep room when a request with more is done.
const ARGS_KEPT_MAX: usize = 4096;
/// Most digits of a count that is read without a search for its line's end. With more, short arguments at the end of the
/// input would be left out, which have not so many bytes behind the `$`.
const SHORT_COUNT_DIGITS_MAX: usize = 4;
/// Most arguments of one request.
const ARGS_MAX: i64 = i32::MAX as i64;

/// What a request may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest argument, in bytes (`proto-max-bulk-len`).
    pub bulk_bytes_max: u64,
    /// Whether the stricter limits for unauthenticated clients apply.
    pub unauthenticated: bool,
}

/// A request that breaks the protocol; the connection is answered and closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtocolError {
    /// An inline request longer than [`LINE_BYTES_MAX`].
    InlineTooBig,
    /// An inline request whose quotes do not balance.
    UnbalancedQuotes,
    /// The line with the number of arguments has no end in sight.
    ArgCountTooLong,
    /// The number of arguments is no number, or too large.
    ArgCountInvalid,
    /// Too many arguments for a client that has not authenticated.
    ArgCountUnauthenticated,
    /// The line with an argument's length has no end in sight.
    BulkLengthTooLong,
    /// Something else stands where `$` was expected.
    ExpectedBulk(u8),
    /// An argument's length is no number, negative, or too large.
    BulkLengthInvalid,
    /// An argument too long for a client that has not authenticated.
    BulkLengthUnauthenticated,
}

impl fmt::Display for ProtocolError {
    /// The text of the error reply, without its `ERR` code.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Protocol error: ")?;
        formatter.write_str(match self {
            Self::InlineTooBig => "too big inline request",
            Self::UnbalancedQuotes => "unbalanced quotes in request",
            Self::ArgCountTooLong => "too big mbulk count string",
            Self::ArgCountInvalid => "invalid multibulk length",
            Self::ArgCountUnauthenticated => "unauthenticated multibulk length",
            Self::BulkLengthTooLong => "too big bulk count string",
            Self::ExpectedBulk(got) => {
                return write!(formatter, "expected '$', got '{}'", *got as char);
            }
            Self::BulkLengthInvalid => "invalid bulk length",
            Self::BulkLengthUnauthenticated => "unauthenticated bulk length",
        })
    }
}

/// What [`RequestParser::parse`] found at the start of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// A whole request of so many bytes; [`RequestParser::request`] gives its arguments, of which there is at least one.
    Request {
        /// Bytes of input that it took.
        consumed: usize,
    },
    /// So many bytes that ask for nothing (an empty line, `*0`).
    Nothing {
        /// Bytes of input to skip.
        consumed: usize,
    },
    /// The request goes on behind the input, by at least so many bytes.
    Incomplete {
        /// At least so many bytes are still to come.
        missing: usize,
    },
}

/// The arguments of one request; the first is the command's name.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    bytes: &'a [u8],
    args: &'a [Range<usize>],
}

impl<'a> Request<'a> {
    /// How many arguments there are, the command's name included.
    pub fn len(&self) -> usize {
        self.args.len()
    }

    /// Whether there is not even a command name.
    pub fn is_empty(&self) -> bool {
        self.args.is_empty()
    }

    /// The argument at `index`; panics beyond the last.
    pub fn arg(&self, index: usize) -> &'a [u8] {
        &self.bytes[self.args[index].clone()]
    }

    /// The request that begins with the argument at `index`, as in `COMMAND GETKEYS SET key value`.
    pub fn from(&self, index: usize) -> Self {
        Self { bytes: self.bytes, args: self.args.get(index..).unwrap_or_default() }
    }

    /// All arguments in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + Clone + use<'a> {
        let bytes = self.bytes;
        self.args.iter().map(move |range| &bytes[range.clone()])
    }
}

/// An incremental parser of requests; see the module.
#[derive(Debug, Default)]
pub struct RequestParser {
    args: Vec<Range<usize>>,
    /// The unquoted words of an inline request; empty for any other.
    inline: Vec<u8>,
    is_inline: bool,
    /// Arguments announced and not yet found; zero between requests.
    args_left: i64,
    /// Bytes of the current request already understood, or known to hold no line end.
    position: usize,
    /// Length of the argument that `position` stands at, once its line was read.
    bulk: Option<usize>,
}

impl RequestParser {
    /// Looks for one request at the start of `input`.
    ///
    /// After `Incomplete`, call again with the same bytes and more behind them. Costs one pass over
    /// the counts and lengths; arguments themselves are not read.
    pub fn parse(&mut self, input: &[u8], limits: Limits) -> Result<Parsed, ProtocolError> {
        if self.args_left == 0 {
            match input.first() {
                None => return Ok(Parsed::Incomplete { missing: 1 }),
                Some(b'*') => {}
                Some(_) => return self.parse_inline(input),
            }
            self.args.clear();
            self.args.shrink_to(ARGS_KEPT_MAX);
            self.is_inline = false;
            self.bulk = None;
            let line = match short_line(input, 0, b'*') {
                Some((count, after)) => Some((Some(count as i64), after)),
                None => Self::count_line(input, 1, ProtocolError::ArgCountTooLong)?,
            };
            let Some((count, after)) = line else {
                return Ok(Parsed::Incomplete { missing: 1 });
            };
            let count = count.filter(|&n| n <= ARGS_MAX).ok_or(ProtocolError::ArgCountInvalid)?;
            if limits.unauthenticated && count > UNAUTHENTICATED_ARGS_MAX {
                return Err(ProtocolError::ArgCountUnauthenticated);
            }
            self.position = after;
            if count <= 0 {
                self.position = 0;
                return Ok(Parsed::Nothing { consumed: after });
            }
            self.args_left = count;
        }
        self.parse_bulks(input, limits)
    }

    /// The request that `parse` just found in `input`.
    pub fn request<'a>(&'a self, input: &'a [u8]) -> Request<'a> {
        Request { bytes: if self.is_inline { &self.inline } else { input }, args: &self.args }
    }

    /// Whether a request has begun and is not complete.
    pub fn is_midway(&self) -> bool {
        self.args_left > 0 || self.position > 0
    }

    /// Memory that the list of arguments takes, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.args.capacity() * size_of::<Range<usize>>() + self.inline.capacity()
    }

    /// How many bytes of a long argument are still missing, if one is under way; lets the caller size its buffer once.
    pub fn bulk_end(&self) -> Option<usize> {
        self.bulk.map(|length| self.position + length + 2)
    }

    fn parse_bulks(&mut self, input: &[u8], limits: Limits) -> Result<Parsed, ProtocolError> {
        while self.args_left > 0 {
            if self.bulk.is_none()
                && !limits.unauthenticated
                && let Some(arg) = whole_bulk(input, self.position, limits)
            {
                self.position = arg.end + 2;
                self.args.push(arg);
                self.args_left -= 1;
                continue;
            }
            let length = match self.bulk {
                Some(length) => length,
                None => match self.bulk_line(input, limits)? {
                    Some(length) => length,
                    None => return Ok(Parsed::Incomplete { missing: 1 }),
                },
            };
            let end = self.position + length;
            if input.len() < end + 2 {
                self.bulk = Some(length);
                return Ok(Parsed::Incomplete { missing: end + 2 - input.len() });
            }
            self.args.push(self.position..end);
            self.position = end + 2;
            self.bulk = None;
            self.args_left -= 1;
        }
        let consumed = self.position;
        self.position = 0;
        Ok(Parsed::Request { consumed })
    }

    /// Reads `$<length>\r\n` at `position` and moves behind it.
    fn bulk_line(&mut self, input: &[u8], limits: Limits) -> Result<Option<usize>, ProtocolError> {
        let Some(&kind) = input.get(self.position) else { return Ok(None) };
        if kind != b'$' {
            // Redis looks for the line's end first, and complains of the wrong type only then.
            if Self::line_end(input, self.position, ProtocolError::BulkLengthTooLong)?.is_none() {
                return Ok(None);
            }
            return Err(ProtocolError::ExpectedBulk(kind));
        }
        let from = self.position + 1;
        let Some((length, after)) =
            Self::count_line(input, from, ProtocolError::BulkLengthTooLong)?
        else {
            return Ok(None);
        };
        let length = length
            .filter(|&n| n >= 0 && n as u64 <= limits.bulk_bytes_max)
            .ok_or(ProtocolError::BulkLengthInvalid)?;
        if limits.unauthenticated && length > UNAUTHENTICATED_BULK_BYTES_MAX {
            return Err(ProtocolError::BulkLengthUnauthenticated);
        }
        self.position = after;
        Ok(Some(length as usize))
    }

    /// Reads the number from `from` to the line's end: the number, if it is one, and where the next line begins.
    fn count_line(
        input: &[u8],
        from: usize,
        too_long: ProtocolError,
    ) -> Result<Option<(Option<i64>, usize)>, ProtocolError> {
        let Some(end) = Self::line_end(input, from, too_long)? else { return Ok(None) };
        Ok(Some((parse_i64(&input[from..end]), end + 2)))
    }

    /// Where the `\r` of the line at `from` stands, once the byte behind it has come too.
    fn line_end(
        input: &[u8],
        from: usize,
        too_long: ProtocolError,
    ) -> Result<Option<usize>, ProtocolError> {
        let line = &input[from..];
        // As in Redis, a zero byte hides the line's end for good.
        match line.iter().position(|&byte| matches!(byte, b'\r' | 0)).filter(|&at| line[at] != 0) {
            Some(length) if from + length + 1 < input.len() => Ok(Some(from + length)),
            Some(_) => Ok(None),
            None if line.len() > LINE_BYTES_MAX => Err(too_long),
            None => Ok(None),
        }
    }

    fn parse_inline(&mut self, input: &[u8]) -> Result<Parsed, ProtocolError> {
        // `position` remembers how far an earlier call has searched.
        let searched = self.position.min(input.len());
        let found = input[searched..].iter().position(|&byte| matches!(byte, b'\n' | 0));
        let end = searched + found.unwrap_or(input.len() - searched);
        // As in Redis, a zero byte hides the line's end for good.
        if input.get(end) != Some(&b'\n') {
            if input.len() > LINE_BYTES_MAX {
                return Err(ProtocolError::InlineTooBig);
            }
            self.position = end;
            return Ok(Parsed::Incomplete { missing: 1 });
        }
        self.position = 0;
        let line = &input[..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let words = split_words(line).ok_or(ProtocolError::UnbalancedQuotes)?;
        let consumed = end + 1;
        if words.is_empty() {
            return Ok(Parsed::Nothing { consumed });
        }
        self.is_inline = true;
        self.args.clear();
        self.inline.clear();
        for word in words {
            let start = self.inline.len();
            self.inline.extend_from_slice(&word);
            self.args.push(start..self.inline.len());
        }
        Ok(Parsed::Request { consumed })
    }
}

/// The argument at `position`, if all of it has come and its length is an ordinary one: nearly every one is found here. What
/// is wrong with any other, or missing, is for the parser to find out. Not for clients that have not authenticated.
fn whole_bulk(input: &[u8], position: usize, limits: Limits) -> Option<Range<usize>> {
    let (length, start) = short_line(input, position, b'$')?;
    let end = start + length;
    let is_whole = end + 2 <= input.len() && length as u64 <= limits.bulk_bytes_max;
    is_whole.then_some(start..end)
}

/// The count of the line at `from` that begins with `kind`, and where the next line begins; `None` if the count has more than
/// a few digits, or is none, and if the line has not all come.
fn short_line(input: &[u8], from: usize, kind: u8) -> Option<(usize, usize)> {
    let line: &[u8; 1 + SHORT_COUNT_DIGITS_MAX + 2] = input.get(from..)?.first_chunk()?;
    let digit = |index: usize| usize::from(line[index].wrapping_sub(b'0'));
    let mut count = digit(1);
    if line[0] != kind || count > 9 {
        return None;
    }
    let mut end = 2;
    while line[end] != b'\r' {
        let is_counted = count > 0 && digit(end) <= 9 && end <= SHORT_COUNT_DIGITS_MAX;
        if !is_counted {
            return None;
        }
        count = count * 10 + digit(end);
        end += 1;
    }
    Some((count, from + end + 2))
}

#[cfg(test)]
mod tests;
