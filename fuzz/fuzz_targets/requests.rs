//! The request parser finds the same in one piece and byte by byte, and panics on nothing.

#![no_main]

use fanfare_protocol::request::{Limits, Parsed, RequestParser};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits { bulk_bytes_max: 1024 * 1024, unauthenticated: false };

/// The requests that a stream holds, and the error that ends it, given `step` bytes at a time.
fn requests(bytes: &[u8], step: usize) -> (Vec<Vec<Vec<u8>>>, Option<String>) {
    let mut parser = RequestParser::default();
    let (mut start, mut end) = (0, 0);
    let mut found = Vec::new();
    loop {
        match parser.parse(&bytes[start..end], LIMITS) {
            Ok(Parsed::Nothing { consumed }) => start += consumed,
            Ok(Parsed::Request { consumed }) => {
                let request = parser.request(&bytes[start..end]);
                found.push(request.iter().map(<[u8]>::to_vec).collect());
                start += consumed;
            }
            Ok(Parsed::Incomplete { .. }) if end == bytes.len() => return (found, None),
            Ok(Parsed::Incomplete { .. }) => end = (end + step).min(bytes.len()),
            Err(error) => return (found, Some(format!("{error:?}"))),
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(requests(bytes, bytes.len().max(1)), requests(bytes, 1));
});
