//! A request that outlives the bytes it came in.

use std::ops::Range;

use super::Request;

/// A request with its own bytes, to be run later.
#[derive(Clone, Debug)]
pub struct OwnedRequest {
    bytes: Box<[u8]>,
    args: Box<[Range<usize>]>,
}

impl From<Request<'_>> for OwnedRequest {
    fn from(request: Request<'_>) -> Self {
        let bytes = request.iter().map(<[u8]>::len).sum();
        Self::new(request.iter(), Vec::with_capacity(bytes))
    }
}

impl<'a> FromIterator<&'a [u8]> for OwnedRequest {
    fn from_iter<I: IntoIterator<Item = &'a [u8]>>(args: I) -> Self {
        Self::new(args.into_iter(), Vec::new())
    }
}

impl OwnedRequest {
    /// A request of these arguments, whose bytes go into an empty vector.
    fn new<'a>(args: impl Iterator<Item = &'a [u8]>, mut bytes: Vec<u8>) -> Self {
        let args = args.map(|arg| {
            let start = bytes.len();
            bytes.extend_from_slice(arg);
            start..bytes.len()
        });
        let args = args.collect();
        Self { bytes: bytes.into(), args }
    }

    /// The request, borrowed.
    pub fn as_request(&self) -> Request<'_> {
        Request { bytes: &self.bytes, args: &self.args }
    }

    /// What its arguments have together, in bytes.
    pub fn argument_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Memory that it takes, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.bytes.len() + size_of_val(&*self.args)
    }
}
