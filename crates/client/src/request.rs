//! Writes requests.

use std::io::Write;

/// Appends a request in its binary-safe form: an array of bulk strings.
pub fn encode_request<A: AsRef<[u8]>>(out: &mut Vec<u8>, arguments: &[A]) {
    header(out, b'*', arguments.len());
    for argument in arguments {
        let argument = argument.as_ref();
        header(out, b'$', argument.len());
        out.extend_from_slice(argument);
        out.extend_from_slice(b"\r\n");
    }
}

fn header(out: &mut Vec<u8>, kind: u8, length: usize) {
    out.push(kind);
    // Writing to a vector cannot fail.
    let _ = write!(out, "{length}\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_arrays_of_bulk_strings() {
        let mut out = b"x".to_vec();
        encode_request(&mut out, &[&b"SET"[..], b"k", b"\r\n"]);
        assert_eq!(out, b"x*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n\r\n\r\n");
        out.clear();
        encode_request::<&str>(&mut out, &[]);
        assert_eq!(out, b"*0\r\n");
    }
}
