//! Requests that came together, parsed before the first of them is run.

use std::ops::Range;

use super::{ARGS_KEPT_MAX, Limits, Parsed, ProtocolError, Request, RequestParser, whole_request};

/// Whole requests that stand one behind the other in some input.
#[derive(Debug, Default)]
pub struct RequestBatch {
    requests: Vec<Found>,
    args: Vec<Range<usize>>,
    /// The words of inline requests.
    inline: Vec<u8>,
}

#[derive(Debug)]
struct Found {
    /// Where it ends in the input.
    end: usize,
    is_inline: bool,
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

    /// Where the request at `index` ends in the input that was parsed; panics behind the last.
    pub fn end(&self, index: usize) -> usize {
        self.requests[index].end
    }

    /// Adds the requests that begin at `from`, at most `most`, as far as they are ordinary ones and have all come.
    pub fn add_whole(&mut self, input: &[u8], from: usize, limits: Limits, most: usize) {
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
    }

    /// Takes the request at `from` if it is an ordinary one; where the next one begins.
    fn push_whole(&mut self, input: &[u8], from: usize, limits: Limits) -> Option<usize> {
        let first = self.args.len();
        let end = whole_request(input, from, limits, &mut self.args)?;
        self.requests.push(Found { end, is_inline: false, args: first..self.args.len() });
        Some(end)
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
        self.requests.push(Found { end: bytes.end, is_inline, args: first..self.args.len() });
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
