//! Reads `redis://[[user:]password@][host][:port][/database]`.

/// What a URI says; what it does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerUri {
    /// The user.
    pub user: Option<String>,
    /// The password.
    pub password: Option<String>,
    /// The host, IPv6 without brackets.
    pub host: Option<String>,
    /// The port.
    pub port: Option<u16>,
    /// The database; a negative one is for the server to refuse.
    pub database: Option<i32>,
}

/// Why a URI cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// It starts with neither `redis://` nor `valkey://`.
    #[error("Invalid URI scheme")]
    Scheme,
    /// It asks for TLS.
    #[error("rediss:// is only supported when TLS is built in")]
    Tls,
    /// A `%` is not followed by two hexadecimal digits.
    #[error("Incomplete URI encoding")]
    Escape,
    /// The port is no number from 0 to 65535.
    #[error("Invalid URI port")]
    Port,
    /// The database is no number.
    #[error("Invalid URI database")]
    Database,
}

impl ServerUri {
    /// Reads a URI. User and password may hold `%xx` escapes.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        let rest = ["redis://", "valkey://"].iter().find_map(|scheme| strip_scheme(text, scheme));
        let Some(rest) = rest else {
            let is_tls =
                ["rediss://", "valkeys://"].iter().any(|tls| strip_scheme(text, tls).is_some());
            return Err(if is_tls { UriError::Tls } else { UriError::Scheme });
        };
        let mut uri = Self::default();
        let (credentials, place) = match rest.split_once('@') {
            Some((credentials, place)) => (Some(credentials), place),
            None => (None, rest),
        };
        match credentials.map(|text| text.split_once(':').ok_or(text)) {
            Some(Ok((user, password))) => {
                uri.user = Some(unescape(user)?).filter(|user| !user.is_empty());
                uri.password = Some(unescape(password)?);
            }
            Some(Err(password)) => uri.password = Some(unescape(password)?),
            None => {}
        }
        let (authority, database) = place.split_once('/').unwrap_or((place, ""));
        let (host, port) = split_port(authority);
        uri.host = Some(host.to_owned()).filter(|host| !host.is_empty());
        if let Some(port) = port {
            uri.port = Some(port.parse().map_err(|_| UriError::Port)?);
        }
        if !database.is_empty() {
            uri.database = Some(database.parse().map_err(|_| UriError::Database)?);
        }
        Ok(uri)
    }
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let start = text.get(..scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
}

/// A host and its port; an IPv6 address stands in brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    if let Some((host, after)) = authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (host, after.strip_prefix(':'));
    }
    match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    }
}

fn unescape(text: &str) -> Result<String, UriError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = after.get(..2).and_then(|digits| str::from_utf8(digits).ok());
        let code = digits
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .ok_or(UriError::Escape)?;
        bytes.push(code);
        rest = &after[2..];
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares what is said as `user password host port database`, `-` where nothing is said.
    fn check(text: &str, expected: &str) {
        let uri = ServerUri::parse(text).unwrap();
        let or_dash = |part: Option<String>| part.unwrap_or("-".into());
        let said = [
            or_dash(uri.user),
            or_dash(uri.password),
            or_dash(uri.host),
            or_dash(uri.port.map(|port| port.to_string())),
            or_dash(uri.database.map(|database| database.to_string())),
        ];
        assert_eq!(said.join(" "), expected, "{text}");
    }

    #[test]
    fn every_part_may_be_missing() {
        check("redis://", "- - - - -");
        check("redis://example.org", "- - example.org - -");
        check("redis://example.org/", "- - example.org - -");
        check("redis://:7000/2", "- - - 7000 2");
        check("REDIS://h:1", "- - h 1 -");
        check("valkey://h", "- - h - -");
        check("redis://secret@h", "- secret h - -");
        check("redis://:secret@h", "- secret h - -");
        check("redis://user:secret@h:7000/3", "user secret h 7000 3");
        check("redis://u:p%40ss%3A@[::1]:7/1", "u p@ss: ::1 7 1");
    }

    #[test]
    fn what_is_no_uri_is_refused() {
        for (text, expected) in [
            ("", UriError::Scheme),
            ("http://h", UriError::Scheme),
            ("rediss://h", UriError::Tls),
            ("redis://a%4@h", UriError::Escape),
            ("redis://a%+1@h", UriError::Escape),
            ("redis://h:x", UriError::Port),
            ("redis://h:70000", UriError::Port),
            ("redis://h/x", UriError::Database),
        ] {
            assert_eq!(ServerUri::parse(text), Err(expected), "{text}");
        }
    }
}
