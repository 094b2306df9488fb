//! The line that a monitoring client gets for each command.

use std::io::Write as _;

use fanfare_net::PeerAddress;
use fanfare_protocol::request::Request;
use fanfare_stdx::words::append_quoted;

use super::secrets::{REDACTED, Secrets};

/// Who ran a command, and when.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// Microseconds since 1970.
    pub now_us: u64,
    /// The client's database after the command.
    pub database: u32,
    /// The client.
    pub peer: &'a PeerAddress,
}

/// Appends `1339518083.107412 [0 127.0.0.1:60866] "keys" "*"`, as a status reply.
pub fn append_line(
    out: &mut Vec<u8>,
    occasion: Occasion<'_>,
    request: Request<'_>,
    secrets: &Secrets,
) {
    let (seconds, micros) = (occasion.now_us / 1_000_000, occasion.now_us % 1_000_000);
    let database = occasion.database;
    match occasion.peer {
        PeerAddress::Tcp(address) => {
            write!(out, "+{seconds}.{micros:06} [{database} {address}]")
        }
        PeerAddress::Unix(path) => write!(out, "+{seconds}.{micros:06} [{database} unix:{path}]"),
    }
    .expect("text is written to memory");
    for (index, arg) in request.iter().enumerate() {
        out.push(b' ');
        append_quoted(out, if secrets.cover(index) { REDACTED } else { arg });
    }
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::test_request::with_request;

    fn check(peer: &PeerAddress, args: &[&str], name: &str, expected: &str) {
        let occasion = Occasion { now_us: 1_795_391_688_000_042, database: 3, peer };
        let mut out = Vec::new();
        with_request(args, |request| {
            append_line(&mut out, occasion, request, &Secrets::of(name, request, |_| false));
        });
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn lines_are_those_of_redis() {
        let tcp = PeerAddress::Tcp("127.0.0.1:50740".parse().unwrap());
        let unix = PeerAddress::Unix("/tmp/s".into());
        check(
            &tcp,
            &["get", "a\"b\\ \r\n\x07\x00é"],
            "get",
            "+1795391688.000042 [3 127.0.0.1:50740] \"get\" \
             \"a\\\"b\\\\ \\r\\n\\a\\x00\\xc3\\xa9\"\r\n",
        );
        check(
            &unix,
            &["AUTH", "x"],
            "auth",
            "+1795391688.000042 [3 unix:/tmp/s] \"AUTH\" \"(redacted)\"\r\n",
        );
    }
}
