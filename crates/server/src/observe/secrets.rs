//! Which arguments of a request must not be shown to anybody.

use fanfare_protocol::request::Request;

/// What is shown in their place.
pub const REDACTED: &[u8] = b"(redacted)";

/// The secret arguments of one request, by index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets(Vec<usize>);

impl Secrets {
    /// Nothing is secret.
    pub fn none() -> Self {
        Self::default()
    }

    /// The secrets of a request for the command `name`, in lower case and with its container's, as
    /// `config|set`. `is_sensitive` tells which configuration parameters hold secrets.
    pub fn of(name: &str, request: Request<'_>, is_sensitive: impl Fn(&[u8]) -> bool) -> Self {
        let count = request.len();
        let indexes = match name {
            "auth" => (1..count).collect(),
            "acl|setuser" | "acl|deluser" | "acl|getuser" => (2..count).collect(),
            "hello" => hello(request),
            "config|set" => (2..count)
                .step_by(2)
                .filter(|&index| is_sensitive(request.arg(index)))
                .map(|index| index + 1)
                .collect(),
            _ => Vec::new(),
        };
        Self(indexes)
    }

    /// Whether the argument at `index` is secret.
    pub fn cover(&self, index: usize) -> bool {
        self.0.contains(&index)
    }
}

fn hello(request: Request<'_>) -> Vec<usize> {
    let mut index = 2;
    while index < request.len() {
        let option = request.arg(index);
        if option.eq_ignore_ascii_case(b"AUTH") {
            return vec![index + 1, index + 2];
        }
        index += if option.eq_ignore_ascii_case(b"SETNAME") { 2 } else { 1 };
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::test_request::with_request;

    fn check(name: &str, args: &[&str], secret: &[usize]) {
        let is_sensitive = |name: &[u8]| name.eq_ignore_ascii_case(b"requirepass");
        with_request(args, |request| {
            let secrets = Secrets::of(name, request, is_sensitive);
            let covered: Vec<usize> =
                (0..args.len()).filter(|&index| secrets.cover(index)).collect();
            assert_eq!(covered, secret, "{args:?}");
        });
    }

    #[test]
    fn secrets_are_those_of_redis() {
        check("auth", &["AUTH", "x"], &[1]);
        check("auth", &["AUTH", "u", "x"], &[1, 2]);
        check("hello", &["HELLO", "3"], &[]);
        check("hello", &["hello", "3", "setname", "auth", "auth", "u", "x"], &[5, 6]);
        check("hello", &["HELLO", "3", "AUTH", "u", "x", "SETNAME", "n"], &[3, 4]);
        check("config|set", &["CONFIG", "SET", "hz", "9", "RequirePass", "x"], &[5]);
        check("config|set", &["CONFIG", "SET", "requirepass"], &[]);
        check("config|get", &["CONFIG", "GET", "requirepass"], &[]);
        check("acl|setuser", &["ACL", "SETUSER", "u", ">x"], &[2, 3]);
        check("get", &["GET", "auth"], &[]);
    }
}
