//! Writes replies. The only place that knows how RESP2 and RESP3 differ.

use std::ops::Range;

use fanfare_stdx::double;

/// Most bytes of a string's reply beside the string: its kind, its length in digits, and two line ends.
const BULK_FRAME_BYTES_MAX: usize = 1 + 20 + 2 + 2;

/// The protocol version that a connection speaks, chosen with `HELLO`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RespVersion {
    /// What a connection starts with.
    #[default]
    Resp2,
    /// Adds maps, sets, doubles, booleans, verbatim strings and pushes.
    Resp3,
}

impl RespVersion {
    /// The number that `HELLO` uses.
    pub fn number(self) -> i64 {
        match self {
            Self::Resp2 => 2,
            Self::Resp3 => 3,
        }
    }
}

/// A writer of replies at the end of a buffer.
///
/// Types that RESP2 lacks are written as the RESP2 type that Redis sends in their place.
/// An aggregate is a header (`array`, `map`, …) followed by its elements; the caller writes as many as it announced.
pub struct Reply<'a> {
    out: &'a mut Vec<u8>,
    version: RespVersion,
}

/// Where the header of an aggregate of yet unknown length goes; see [`Reply::deferred`].
#[must_use = "a deferred aggregate has no header until it is finished"]
pub struct Deferred {
    at: usize,
}

/// The header of an array that may get other than the expected elements; see [`Reply::expected_array`].
#[must_use = "the header may be wrong until it is settled"]
pub struct Expected {
    header: Range<usize>,
    length: usize,
}

impl<'a> Reply<'a> {
    /// A writer that appends to `out`.
    pub fn new(out: &'a mut Vec<u8>, version: RespVersion) -> Self {
        Self { out, version }
    }

    /// The version written.
    pub fn version(&self) -> RespVersion {
        self.version
    }

    /// `+OK`.
    pub fn ok(&mut self) {
        self.out.extend_from_slice(b"+OK\r\n");
    }

    /// A simple string; the text must hold no line break.
    pub fn simple(&mut self, text: &str) {
        debug_assert!(!text.contains(['\r', '\n']));
        self.line(b'+', text.as_bytes());
    }

    /// An error line, code word included (`ERR …`). Line breaks in it become spaces, but for those at its end, which go.
    pub fn error(&mut self, text: &[u8]) {
        let is_break = |byte: u8| matches!(byte, b'\r' | b'\n');
        let end = text.iter().rposition(|&byte| !is_break(byte)).map_or(0, |last| last + 1);
        self.out.push(b'-');
        let breaks_to_spaces = |&byte: &u8| if is_break(byte) { b' ' } else { byte };
        self.out.extend(text[..end].iter().map(breaks_to_spaces));
        self.out.extend_from_slice(b"\r\n");
    }

    /// An integer.
    pub fn integer(&mut self, value: i64) {
        self.header(b':', value);
    }

    /// A string of any bytes.
    pub fn bulk(&mut self, bytes: &[u8]) {
        // At once, as the line end behind a long string would otherwise double the buffer.
        self.out.reserve(bytes.len() + BULK_FRAME_BYTES_MAX);
        self.header(b'$', bytes.len() as i64);
        self.out.extend_from_slice(bytes);
        self.out.extend_from_slice(b"\r\n");
    }

    /// As [`bulk`](Self::bulk), of parts that are put together.
    pub fn bulk_of<const PARTS: usize>(&mut self, parts: [&[u8]; PARTS]) {
        self.header(b'$', parts.iter().map(|part| part.len() as i64).sum());
        for part in parts {
            self.out.extend_from_slice(part);
        }
        self.out.extend_from_slice(b"\r\n");
    }

    /// Text for people, with its format (`txt` or `mkd`); a plain string in RESP2.
    pub fn verbatim(&mut self, format: [u8; 3], text: &[u8]) {
        match self.version {
            RespVersion::Resp2 => self.bulk(text),
            RespVersion::Resp3 => {
                self.header(b'=', text.len() as i64 + 4);
                self.out.extend_from_slice(&format);
                self.out.push(b':');
                self.out.extend_from_slice(text);
                self.out.extend_from_slice(b"\r\n");
            }
        }
    }

    /// Nothing, where a string could have been.
    pub fn null(&mut self) {
        self.out.extend_from_slice(match self.version {
            RespVersion::Resp2 => b"$-1\r\n",
            RespVersion::Resp3 => b"_\r\n",
        });
    }

    /// Nothing, where an array could have been.
    pub fn null_array(&mut self) {
        self.out.extend_from_slice(match self.version {
            RespVersion::Resp2 => b"*-1\r\n",
            RespVersion::Resp3 => b"_\r\n",
        });
    }

    /// Truth; 1 or 0 in RESP2.
    pub fn boolean(&mut self, value: bool) {
        match self.version {
            RespVersion::Resp2 => self.integer(i64::from(value)),
            RespVersion::Resp3 => {
                self.out.extend_from_slice(if value { b"#t\r\n" } else { b"#f\r\n" });
            }
        }
    }

    /// A number given by its text; a string in RESP2.
    pub fn double_text(&mut self, text: &str) {
        match self.version {
            RespVersion::Resp2 => self.bulk(text.as_bytes()),
            RespVersion::Resp3 => self.line(b',', text.as_bytes()),
        }
    }

    /// A number; its text as a string in RESP2.
    pub fn double(&mut self, value: f64) {
        self.double_text(double::Buffer::new().format(value));
    }

    /// Header of an array.
    pub fn array(&mut self, length: usize) {
        self.header(b'*', length as i64);
    }

    /// Header of a map of `pairs` keys and values; a flat array in RESP2.
    pub fn map(&mut self, pairs: usize) {
        match self.version {
            RespVersion::Resp2 => self.header(b'*', pairs as i64 * 2),
            RespVersion::Resp3 => self.header(b'%', pairs as i64),
        }
    }

    /// Header of a list of pairs. Write each behind [`pair`](Self::pair). A flat array in RESP2, an array of arrays in RESP3.
    pub fn pairs(&mut self, pairs: usize) {
        match self.version {
            RespVersion::Resp2 => self.array(pairs * 2),
            RespVersion::Resp3 => self.array(pairs),
        }
    }

    /// Begins one of the [`pairs`](Self::pairs).
    pub fn pair(&mut self) {
        if self.version == RespVersion::Resp3 {
            self.array(2);
        }
    }

    /// Header of a map whose pairs are arrays in RESP2. Write each behind [`map_pair`](Self::map_pair).
    pub fn map_of_pairs(&mut self, pairs: usize) {
        match self.version {
            RespVersion::Resp2 => self.array(pairs),
            RespVersion::Resp3 => self.map(pairs),
        }
    }

    /// Begins one pair of a [`map_of_pairs`](Self::map_of_pairs).
    pub fn map_pair(&mut self) {
        if self.version == RespVersion::Resp2 {
            self.array(2);
        }
    }

    /// Header of a set; an array in RESP2.
    pub fn set(&mut self, length: usize) {
        match self.version {
            RespVersion::Resp2 => self.array(length),
            RespVersion::Resp3 => self.header(b'~', length as i64),
        }
    }

    /// Header of a push, a frame that answers no request; an array in RESP2.
    pub fn push(&mut self, length: usize) {
        match self.version {
            RespVersion::Resp2 => self.array(length),
            RespVersion::Resp3 => self.header(b'>', length as i64),
        }
    }

    /// Header of an array that is expected to have so many elements: write those that there are, then [`settle`](Self::settle) it.
    pub fn expected_array(&mut self, length: usize) -> Expected {
        let from = self.out.len();
        self.array(length);
        Expected { header: from..self.out.len(), length }
    }

    /// Makes the header of an array say how many elements it got. Costs a move of them if they are not as many as expected.
    pub fn settle(&mut self, expected: Expected, length: usize) {
        if length != expected.length {
            let mut header = Vec::new();
            Reply::new(&mut header, self.version).array(length);
            self.out.splice(expected.header, header);
        }
    }

    /// Begins an aggregate whose length is not known yet: write its elements, then call a `finish_` method.
    pub fn deferred(&mut self) -> Deferred {
        Deferred { at: self.out.len() }
    }

    /// Puts the array header before what was written since `deferred`. Costs a move of those bytes.
    pub fn finish_array(&mut self, deferred: Deferred, length: usize) {
        self.finish_with(deferred, |reply| reply.array(length));
    }

    /// As [`finish_array`](Self::finish_array), for a map.
    pub fn finish_map(&mut self, deferred: Deferred, pairs: usize) {
        self.finish_with(deferred, |reply| reply.map(pairs));
    }

    /// As [`finish_array`](Self::finish_array), for a set.
    pub fn finish_set(&mut self, deferred: Deferred, length: usize) {
        self.finish_with(deferred, |reply| reply.set(length));
    }

    /// Bytes that are a finished reply already.
    pub fn raw(&mut self, frames: &[u8]) {
        self.out.extend_from_slice(frames);
    }

    /// Puts what `header` writes before what was written since `deferred`. Costs a move of those bytes.
    pub fn finish_with(&mut self, deferred: Deferred, header: impl FnOnce(&mut Reply<'_>)) {
        let body_end = self.out.len();
        header(&mut Reply::new(self.out, self.version));
        let header_bytes = self.out.len() - body_end;
        self.out[deferred.at..].rotate_right(header_bytes);
    }

    fn header(&mut self, kind: u8, value: i64) {
        let digit = |unit: i64| b'0' + (value / unit % 10) as u8;
        let out = &mut *self.out;
        match value {
            0..=9 => out.extend_from_slice(&[kind, digit(1), b'\r', b'\n']),
            10..=99 => out.extend_from_slice(&[kind, digit(10), digit(1), b'\r', b'\n']),
            100..=999 => {
                out.extend_from_slice(&[kind, digit(100), digit(10), digit(1), b'\r', b'\n']);
            }
            _ => self.line(kind, itoa::Buffer::new().format(value).as_bytes()),
        }
    }

    fn line(&mut self, kind: u8, text: &[u8]) {
        self.out.push(kind);
        self.out.extend_from_slice(text);
        self.out.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(write: impl Fn(&mut Reply<'_>), resp2: &str, resp3: &str) {
        for (version, expected) in [(RespVersion::Resp2, resp2), (RespVersion::Resp3, resp3)] {
            let mut out = Vec::new();
            write(&mut Reply::new(&mut out, version));
            assert_eq!(String::from_utf8_lossy(&out), expected, "{version:?}");
        }
    }

    #[test]
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the paths do not typecheck")]
    fn each_type_is_written_as_redis_writes_it() {
        check(|reply| reply.ok(), "+OK\r\n", "+OK\r\n");
        check(|reply| reply.error(b"ERR a\r\nb\r\n\r"), "-ERR a  b\r\n", "-ERR a  b\r\n");
        check(|reply| reply.integer(-7), ":-7\r\n", ":-7\r\n");
        check(|reply| reply.bulk(b"a\r\nb"), "$4\r\na\r\nb\r\n", "$4\r\na\r\nb\r\n");
        check(|reply| reply.bulk_of([b"a", b"", b"bc"]), "$3\r\nabc\r\n", "$3\r\nabc\r\n");
        check(|reply| reply.verbatim(*b"txt", b"hi"), "$2\r\nhi\r\n", "=6\r\ntxt:hi\r\n");
        check(|reply| reply.null(), "$-1\r\n", "_\r\n");
        check(|reply| reply.null_array(), "*-1\r\n", "_\r\n");
        check(|reply| reply.boolean(true), ":1\r\n", "#t\r\n");
        check(|reply| reply.double_text("1.5"), "$3\r\n1.5\r\n", ",1.5\r\n");
        check(|reply| reply.double(-2.5e300), "$9\r\n-2.5e+300\r\n", ",-2.5e+300\r\n");
        check(|reply| reply.pairs(2), "*4\r\n", "*2\r\n");
        check(|reply| reply.pair(), "", "*2\r\n");
        check(|reply| reply.map_of_pairs(2), "*2\r\n", "%2\r\n");
        check(|reply| reply.map_pair(), "*2\r\n", "");
        check(|reply| reply.map(2), "*4\r\n", "%2\r\n");
        check(|reply| reply.set(2), "*2\r\n", "~2\r\n");
        check(|reply| reply.push(3), "*3\r\n", ">3\r\n");
    }

    #[test]
    fn deferred_headers_go_before_their_elements() {
        let write = |reply: &mut Reply<'_>| {
            reply.ok();
            let list = reply.deferred();
            reply.integer(1);
            reply.integer(2);
            reply.finish_map(list, 1);
        };
        check(write, "+OK\r\n*2\r\n:1\r\n:2\r\n", "+OK\r\n%1\r\n:1\r\n:2\r\n");
    }

    #[test]
    fn integers_of_any_length_are_written_in_full() {
        for value in [0, 9, 10, 99, 100, 109, 999, 1000, -1, -10, i64::MIN, i64::MAX] {
            let expected = format!(":{value}\r\n");
            check(|reply| reply.integer(value), &expected, &expected);
        }
    }

    #[test]
    fn arrays_are_settled_at_what_they_got() {
        for (likely, expected) in [(2, "*2\r\n:1\r\n:2\r\n"), (10, "*2\r\n:1\r\n:2\r\n")] {
            let write = |reply: &mut Reply<'_>| {
                let array = reply.expected_array(likely);
                reply.integer(1);
                reply.integer(2);
                reply.settle(array, 2);
            };
            check(write, expected, expected);
        }
    }
}
