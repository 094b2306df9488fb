//! The decoder of replies finds the same in one piece and byte by byte, and panics on nothing.

#![no_main]

use fanfare_protocol::decode::{Decoder, Value};
use libfuzzer_sys::fuzz_target;

fn values(bytes: &[u8], step: usize) -> (Vec<Value>, bool) {
    let mut decoder = Decoder::new();
    let mut found = Vec::new();
    for piece in bytes.chunks(step) {
        decoder.feed(piece);
        loop {
            match decoder.next_value() {
                Ok(Some(value)) => found.push(value),
                Ok(None) => break,
                Err(_) => return (found, true),
            }
        }
    }
    (found, false)
}

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(values(bytes, bytes.len().max(1)), values(bytes, 1));
});
