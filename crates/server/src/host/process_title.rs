//! The title that `ps` shows, from `proc-title-template`.

/// What a template may speak of.
#[derive(Debug)]
pub struct TitleFacts<'a> {
    /// `{title}`: the program as it was started.
    pub title: &'a str,
    /// First address of `{listen-addr}`; `*` if all.
    pub address: &'a str,
    /// `{port}`, 0 if off; and part of `{listen-addr}`.
    pub port: u16,
    /// `{tls-port}`, 0 if off.
    pub tls_port: u16,
    /// `{unixsocket}`, empty if none.
    pub unix_socket: &'a str,
    /// `{config-file}`, empty if none.
    pub config_file: &'a str,
}

/// The template of a server that sets none.
pub const DEFAULT_TEMPLATE: &str = "{title} {listen-addr} {server-mode}";

/// Fills the template; `None` if it names something unknown or a brace stays open.
pub fn expand(template: &str, facts: &TitleFacts<'_>) -> Option<String> {
    let mut title = String::new();
    let mut rest = template;
    while let Some((plain, tail)) = rest.split_once('{') {
        let (name, after) = tail.split_once('}')?;
        title.push_str(plain);
        title.push_str(&value_of(name, facts)?);
        rest = after;
    }
    title.push_str(rest);
    Some(title.trim_end_matches(' ').to_owned())
}

fn value_of(name: &str, facts: &TitleFacts<'_>) -> Option<String> {
    Some(match name {
        "title" => facts.title.to_owned(),
        "listen-addr" => listen_address(facts),
        // Cluster and sentinel modes, which would be named here, do not exist yet.
        "server-mode" => String::new(),
        "port" => facts.port.to_string(),
        "tls-port" => facts.tls_port.to_string(),
        "unixsocket" => facts.unix_socket.to_owned(),
        "config-file" => facts.config_file.to_owned(),
        _ => return None,
    })
}

fn listen_address(facts: &TitleFacts<'_>) -> String {
    match (facts.port, facts.tls_port) {
        (0, 0) => facts.unix_socket.to_owned(),
        (0, port) | (port, _) if facts.address.contains(':') => {
            format!("[{}]:{port}", facts.address)
        }
        (0, port) | (port, _) => format!("{}:{port}", facts.address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: TitleFacts<'_> = TitleFacts {
        title: "fanfare-server",
        address: "127.0.0.1",
        port: 6379,
        tls_port: 0,
        unix_socket: "/run/s",
        config_file: "",
    };

    #[test]
    fn templates_are_filled() {
        for (template, title) in [
            (DEFAULT_TEMPLATE, Some("fanfare-server 127.0.0.1:6379")),
            ("{port}|{tls-port}|{unixsocket}|{config-file}|", Some("6379|0|/run/s||")),
            ("plain", Some("plain")),
            ("{nonsense}", None),
            ("{title", None),
        ] {
            assert_eq!(expand(template, &FACTS).as_deref(), title, "{template}");
        }
    }

    #[test]
    fn the_address_shown_is_the_one_that_is_open() {
        let facts = TitleFacts { port: 0, ..FACTS };
        assert_eq!(expand("{listen-addr}", &facts).as_deref(), Some("/run/s"));
        let facts = TitleFacts { address: "::1", ..FACTS };
        assert_eq!(expand("{listen-addr}", &facts).as_deref(), Some("[::1]:6379"));
    }
}
