//! The title that `ps` shows, from `proc-title-template`.

use std::os::unix::fs::FileExt as _;

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

/// Has the system show a title, or as much of it as fits where the arguments of the program stand: the first of these that
/// fits whole, or else the last.
///
/// The arguments are overwritten: they must have been read before. Where the system does not let a process do that,
/// nothing happens.
pub fn set(titles: &[String]) {
    let _not_possible_here = overwrite_arguments(titles);
}

/// Writes through the process's own memory file, which needs no pointer and cannot reach beyond the arguments.
fn overwrite_arguments(titles: &[String]) -> Option<()> {
    // Fields 48 and 49 of the whole line; the first two end with the name in parentheses.
    const FIELD_OF_START: usize = 48 - 3;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(FIELD_OF_START);
    let start: u64 = fields.next()?.parse().ok()?;
    let end: u64 = fields.next()?.parse().ok()?;
    let room = usize::try_from(end.checked_sub(start)?).ok()?;
    // The last byte stays zero.
    let longest = room.checked_sub(1)?;
    let title = titles.iter().find(|title| title.len() <= longest).or(titles.last())?;
    let mut area = title.as_bytes()[..title.len().min(longest)].to_vec();
    area.resize(room, 0);
    let memory = std::fs::OpenOptions::new().write(true).open("/proc/self/mem").ok()?;
    memory.write_all_at(&area, start).ok()
}

#[cfg(test)]
mod tests {
    const DEFAULT_TEMPLATE: &str = "{title} {listen-addr} {server-mode}";

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
