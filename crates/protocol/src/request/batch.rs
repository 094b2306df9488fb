//! Requests that came together, parsed before the first of them is run.

use std::ops::Range;

use super::{ARGS_KEPT_MAX, Limits, Parsed, ProtocolError, Request, RequestParser};

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
    /// Where it stands in the input.
    bytes: Range<usize>,
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

    /// The request at `index` of the input that was parsed, and where the next one begins there; panics behind the last.
    pub fn request<'a>(&'a self, index: usize, input: &'a [u8]) -> (Request<'a>, usize) {
        let found = &self.requests[index];
        let bytes = if found.is_inline { &self.inline[..] } else { &input[found.bytes.start..] };
        (Request { bytes, args: &self.args[found.args.clone()] }, found.bytes.end)
    }

    fn clear(&mut self) {
        self.requests.clear();
        self.args.clear();
        self.args.shrink_to(ARGS_KEPT_MAX);
        self.inline.clear();
    }

    fn push(&mut self, bytes: Range<usize>, parser: &RequestParser) {
        let first = self.args.len();
        let is_inline = parser.is_inline;
        if is_inline {
            let before = self.inline.len();
            self.inline.extend_from_slice(&parser.inline);
            self.args.extend(parser.args.iter().map(|arg| arg.start + before..arg.end + before));
        } else {
            self.args.extend_from_slice(&parser.args);
        }
        self.requests.push(Found { bytes, is_inline, args: first..self.args.len() });
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
            match self.parse(&input[end..], limits) {
                Ok(Parsed::Request { consumed }) => {
                    batch.push(end..end + consumed, self);
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
