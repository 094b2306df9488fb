//! Requests that came together, parsed before the first of them is run.

use std::ops::Range;

use super::{
    ARGS_KEPT_MAX, Limits, Parsed, ProtocolError, Request, RequestParser, short_line, whole_bulk,
};

/// Whole requests that stand one behind the other in some input.
#[derive(Debug, Default)]
pub struct RequestBatch {
    requests: Vec<Found>,
    args: Vec<Range<usize>>,
    /// The words of inline requests.
    inline: Vec<u8>,
    /// What the last request begins with. Most begin like the one before, and are known by that.
    head: Head,
}

/// The beginning of a request in some input: the line with the number of its arguments, and the first, its name.
#[derive(Debug, Default)]
struct Head {
    /// All of it; empty if there is none.
    bytes: Range<usize>,
    name: Range<usize>,
    args: usize,
}

impl Head {
    /// Whether `request` begins like this one, which stands in `input`.
    fn begins(&self, request: &[u8], input: &[u8]) -> bool {
        !self.bytes.is_empty() && request.starts_with(&input[self.bytes.clone()])
    }
}

#[derive(Debug)]
struct Found {
    /// Where it ends in the input.
    end: usize,
    is_inline: bool,
    /// Whether it begins like the one before it.
    is_alike: bool,
    /// Its arguments among those of all.
    args: Range<usize>,
}

impl RequestBatch {
    /// How many requests there are.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// The request at `index` of the input that was parsed; panics behind the last.
    #[inline]
    pub fn request<'a>(&'a self, index: usize, input: &'a [u8]) -> Request<'a> {
        let found = &self.requests[index];
        let bytes = if found.is_inline { &self.inline[..] } else { input };
        Request { bytes, args: &self.args[found.args.clone()] }
    }

    /// Whether the request at `index` is known to have the name, and as many arguments, as the one before it: not if either is
    /// no ordinary one. Panics behind the last.
    #[inline]
    pub fn is_alike(&self, index: usize) -> bool {
        self.requests[index].is_alike
    }

    /// Where the request at `index` ends in the input that was parsed; panics behind the last.
    pub fn end(&self, index: usize) -> usize {
        self.requests[index].end
    }

    /// Adds the requests that begin at `from`, at most `most`, as far as they are ordinary ones and have all come. The input
    /// begins with what it was at the last call, unless the batch was cleared.
    pub fn add_whole(&mut self, input: &[u8], from: usize, limits: Limits, most: usize) {
        debug_assert!(self.head.bytes.end <= from, "the input goes on behind the last request");
        let mut from = from;
        for _ in 0..most {
            let Some(end) = self.push_whole(input, from, limits) else { return };
            from = end;
        }
    }

    /// Forgets all requests.
    pub fn clear(&mut self) {
        self.requests.clear();
        self.args.clear();
        self.args.shrink_to(ARGS_KEPT_MAX);
        self.inline.clear();
        self.head = Head::default();
    }

    /// Takes the request at `from` if it is an ordinary one, all of which has come; where the next one begins. Nearly every
    /// request is taken here; any other adds nothing, and is for the parser. Not for clients that have not authenticated.
    fn push_whole(&mut self, input: &[u8], from: usize, limits: Limits) -> Option<usize> {
        if limits.unauthenticated {
            return None;
        }
        let first = self.args.len();
        let is_alike = self.head.begins(&input[from..], input);
        let (count, mut position) = if is_alike {
            let Head { bytes, name, args } = &self.head;
            let offset = from - bytes.start;
            self.args.push(name.start + offset..name.end + offset);
            (args - 1, bytes.end + offset)
        } else {
            short_line(input, from, b'*').filter(|&(count, _)| count > 0)?
        };
        for _ in 0..count {
            let Some(arg) = whole_bulk(input, position, limits) else {
                self.args.truncate(first);
                return None;
            };
            position = arg.end + 2;
            self.args.push(arg);
        }
        let args = first..self.args.len();
        if !is_alike {
            let name = self.args[first].clone();
            self.head = Head { bytes: from..name.end + 2, name, args: args.len() };
        }
        self.requests.push(Found { end: position, is_inline: false, is_alike, args });
        Some(position)
    }

    /// Takes the request that a parser found between two places of the input.
    fn push_parsed(&mut self, bytes: Range<usize>, parser: &RequestParser) {
        let first = self.args.len();
        let is_inline = parser.is_inline;
        let offset = if is_inline { self.inline.len() } else { bytes.start };
        self.args.extend(parser.args.iter().map(|arg| arg.start + offset..arg.end + offset));
        if is_inline {
            self.inline.extend_from_slice(&parser.inline);
        }
        self.requests.push(Found {
            end: bytes.end,
            is_inline,
            is_alike: false,
            args: first..self.args.len(),
        });
        self.head = Head::default();
    }
}

impl RequestParser {
    /// Looks for whole requests at the start of `input`, at most `most`, and puts them in place of what `batch` holds.
    ///
    /// `Request` tells how many bytes they are together. `Nothing`, `Incomplete` and errors tell of the first one, as with
    /// [`parse`](Self::parse); of such behind others, only a later call tells.
    pub fn parse_batch(
        &mut self,
        input: &[u8],
        limits: Limits,
        most: usize,
        batch: &mut RequestBatch,
    ) -> Result<Parsed, ProtocolError> {
        batch.clear();
        let mut end = 0;
        while batch.len() < most && end < input.len() || batch.is_empty() {
            if !self.is_midway()
                && let Some(next) = batch.push_whole(input, end, limits)
            {
                end = next;
                continue;
            }
            match self.parse(&input[end..], limits) {
                Ok(Parsed::Request { consumed }) => {
                    batch.push_parsed(end..end + consumed, self);
                    end += consumed;
                }
                other if batch.is_empty() => return other,
                _ => {
                    *self = Self { args: std::mem::take(&mut self.args), ..Self::default() };
                    break;
                }
            }
        }
        Ok(Parsed::Request { consumed: end })
    }
}
