//! The request parser finds the same in one piece and byte by byte, one by one and in batches, and panics on nothing.

#![no_main]

use fanfare_protocol::request::{Limits, Parsed, RequestBatch, RequestParser};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits { bulk_bytes_max: 1024 * 1024, unauthenticated: false };

/// The requests that a stream holds, and the error that ends it, given `step` bytes at a time
/// and parsed at most `most` at a time.
fn requests(bytes: &[u8], step: usize, most: usize) -> (Vec<Vec<Vec<u8>>>, Option<String>) {
    let mut parser = RequestParser::default();
    let mut batch = RequestBatch::default();
    let (mut start, mut end) = (0, 0);
    let mut found = Vec::new();
    loop {
        match parser.parse_batch(&bytes[start..end], LIMITS, most, &mut batch) {
            Ok(Parsed::Nothing { consumed }) => start += consumed,
            Ok(Parsed::Request { consumed }) => {
                for index in 0..batch.len() {
                    let request = batch.request(index, &bytes[start..end]);
                    found.push(request.iter().map(<[u8]>::to_vec).collect());
                }
                start += consumed;
            }
            Ok(Parsed::Incomplete { .. }) if end == bytes.len() => return (found, None),
            Ok(Parsed::Incomplete { .. }) => end = (end + step).min(bytes.len()),
            Err(error) => return (found, Some(format!("{error:?}"))),
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let whole = requests(bytes, bytes.len().max(1), 1);
    assert_eq!(requests(bytes, bytes.len().max(1), 16), whole);
    assert_eq!(requests(bytes, 1, 16), whole);
});
