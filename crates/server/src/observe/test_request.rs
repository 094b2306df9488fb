//! Requests for tests.

use fanfare_protocol::request::{Limits, Request, RequestParser};

/// Calls `use_request` with a parsed request of these arguments.
pub(crate) fn with_request<T>(args: &[&str], use_request: impl FnOnce(Request<'_>) -> T) -> T {
    let mut bytes = format!("*{}\r\n", args.len()).into_bytes();
    for arg in args {
        bytes.extend(format!("${}\r\n{arg}\r\n", arg.len()).bytes());
    }
    let mut parser = RequestParser::default();
    let limits = Limits { bulk_bytes_max: 1 << 20, unauthenticated: false };
    parser.parse(&bytes, limits).unwrap();
    use_request(parser.request(&bytes))
}
