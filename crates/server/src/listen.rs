//! Opens the sockets that clients connect to.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs as _};

use fanfare_net::listener::BindError;
use fanfare_net::{Bind, Listener};

use crate::config::{BindAddress, Config};
use crate::host::log;
use crate::host::os_error::os_error_text;

/// A listener could not be opened; the log says which and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenError;

/// Opens all listeners that the configuration asks for.
pub fn listen(config: &Config) -> Result<Vec<Listener>, ListenError> {
    let mut listeners = match listen_tcp(config) {
        Ok(listeners) => listeners,
        Err(ListenError) => {
            log::warning(format_args!("Failed listening on port {} (tcp), aborting.", config.port));
            return Err(ListenError);
        }
    };
    listeners.extend(listen_unix(config)?);
    if listeners.is_empty() {
        log::warning(format_args!("Configured to not listen anywhere, exiting."));
        return Err(ListenError);
    }
    Ok(listeners)
}

/// Opens the TCP listeners. Passes over an optional address that the machine lacks, and any address whose family it
/// does not know.
pub fn listen_tcp(config: &Config) -> Result<Vec<Listener>, ListenError> {
    let mut listeners = Vec::new();
    if config.port == 0 {
        return Ok(listeners);
    }
    for bind in &config.bind {
        match open_tcp(bind, config) {
            Ok(listener) => listeners.push(listener),
            Err(error) => {
                let port = config.port;
                let reason = os_error_text(&error.source);
                log::warning(format_args!(
                    "Warning: Could not create server TCP listening socket {}:{port}: bind: {reason}",
                    bind.host
                ));
                let is_passed_over = match error.source.kind() {
                    io::ErrorKind::AddrNotAvailable => bind.optional,
                    _ => error.is_unavailable(),
                };
                if !is_passed_over {
                    return Err(ListenError);
                }
            }
        }
    }
    if listeners.is_empty() && !config.bind.is_empty() { Err(ListenError) } else { Ok(listeners) }
}

fn open_tcp(bind: &BindAddress, config: &Config) -> Result<Listener, BindError> {
    let host = match bind.host.as_str() {
        "*" => "0.0.0.0",
        "::*" => "::",
        host => host,
    };
    let unspecified = SocketAddr::from(([0, 0, 0, 0], config.port));
    let unresolved = |source| BindError { bind: Bind::Tcp(unspecified), source };
    let mut addresses = (host, config.port).to_socket_addrs().map_err(unresolved)?;
    let address = addresses.next().ok_or_else(|| unresolved(io::ErrorKind::NotFound.into()))?;
    Listener::bind(&Bind::Tcp(address), config.tcp_backlog)
}

fn listen_unix(config: &Config) -> Result<Option<Listener>, ListenError> {
    let Some(path) = &config.unix_socket else { return Ok(None) };
    let mode = (config.unix_socket_mode != 0).then_some(config.unix_socket_mode);
    match Listener::bind(&Bind::Unix(path.clone(), mode), config.tcp_backlog) {
        Ok(listener) => Ok(Some(listener)),
        Err(error) => {
            let reason = os_error_text(&error.source);
            log::warning(format_args!("Failed opening Unix socket: bind: {reason}"));
            Err(ListenError)
        }
    }
}

/// The lines of `INFO` about listeners, by the configuration: `name=tcp,bind=127.0.0.1,port=6379`.
pub fn descriptions(config: &Config) -> Vec<String> {
    let mut descriptions = Vec::new();
    if config.port != 0 && !config.bind.is_empty() {
        let binds = config.bind.iter().map(|bind| {
            let dash = if bind.optional { "-" } else { "" };
            format!(",bind={dash}{}", bind.host)
        });
        descriptions.push(format!("name=tcp{},port={}", binds.collect::<String>(), config.port));
    }
    if let Some(path) = &config.unix_socket {
        descriptions.push(format!("name=unix,bind={}", path.display()));
    }
    descriptions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_those_of_redis() {
        let bind = |host: &str, optional| BindAddress { host: host.to_owned(), optional };
        let mut config = Config {
            bind: vec![bind("*", false), bind("::*", true)],
            port: 7382,
            unix_socket: Some("/tmp/s".into()),
            ..Config::default()
        };
        assert_eq!(
            descriptions(&config),
            ["name=tcp,bind=*,bind=-::*,port=7382", "name=unix,bind=/tmp/s"]
        );
        config.port = 0;
        assert_eq!(descriptions(&config), ["name=unix,bind=/tmp/s"]);
    }

    #[test]
    fn an_address_that_the_machine_lacks_is_passed_over_only_if_optional() {
        // An address of a documentation network, which no machine has.
        let bind = |optional| BindAddress { host: "192.0.2.1".to_owned(), optional };
        let local = BindAddress { host: "127.0.0.1".to_owned(), optional: false };
        // The port is taken only if this machine has the address after all.
        let config = |bind| Config { bind, port: 1, ..Config::default() };
        assert_eq!(listen_tcp(&config(vec![bind(false)])).err(), Some(ListenError));
        assert_eq!(listen_tcp(&config(vec![bind(true)])).err(), Some(ListenError));
        let none = Config { bind: vec![local], port: 0, ..Config::default() };
        assert!(listen_tcp(&none).unwrap().is_empty());
    }
}
