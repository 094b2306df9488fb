//! From configuration to running reactors, and back to nothing.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use fanfare_net::mailbox::{Mailbox, MailboxReceiver, mailbox};
use fanfare_net::{Bind, EventLoop, Listener};
use fanfare_pubsub::ReactorId;

use crate::config::Config;
use crate::families;
use crate::host::log;
use crate::host::process::Process;
use crate::reactor::{Mail, Reactor};
use crate::shared::Shared;

/// Opens the listeners that the configuration asks for. A missing optional address is passed over.
pub fn listen(config: &Config) -> Result<Vec<Listener>, String> {
    let mut listeners = Vec::new();
    if config.port != 0 {
        for bind in &config.bind {
            let host = match bind.host.as_str() {
                "*" => "0.0.0.0",
                "::*" => "::",
                host => host,
            };
            let ip: IpAddr =
                host.parse().map_err(|_| format!("cannot bind {host}: not an address"))?;
            let address = SocketAddr::new(ip, config.port);
            match Listener::bind(&Bind::Tcp(address), config.tcp_backlog) {
                Ok(listener) => listeners.push(listener),
                Err(error) if bind.optional && error.is_unavailable() => {}
                Err(error) => {
                    return Err(format!(
                        "Warning: Could not create server TCP listening socket {}:{}: bind: {}",
                        bind.host, config.port, error.source
                    ));
                }
            }
        }
    }
    if let Some(path) = &config.unix_socket {
        let mode = (config.unix_socket_mode != 0).then_some(config.unix_socket_mode);
        let bind = Bind::Unix(path.clone(), mode);
        let listener = Listener::bind(&bind, config.tcp_backlog)
            .map_err(|error| format!("Failed opening Unix socket: bind: {}", error.source))?;
        listeners.push(listener);
    }
    Ok(listeners)
}

/// Runs a server until it is told to stop.
pub fn serve(config: Config, listeners: Vec<Listener>) -> io::Result<()> {
    let mut ends: Vec<(EventLoop, MailboxReceiver<Mail>)> = Vec::new();
    let mut mailboxes: Vec<Mailbox<Mail>> = Vec::new();
    for _ in 0..config.io_threads {
        let event_loop = EventLoop::new()?;
        let (sender, receiver) = mailbox(event_loop.waker());
        ends.push((event_loop, receiver));
        mailboxes.push(sender);
    }
    let commands = families::commands().map_err(|error| io::Error::other(format!("{error:?}")))?;
    let shared = Arc::new(Shared::new(config, commands, mailboxes.into(), Process::new()?));
    let stopping = Arc::clone(&shared);
    crate::host::signals::watch(move || stopping.stop())?;
    let mut listeners = Some(listeners);
    let mut reactors = Vec::new();
    for ((event_loop, receiver), id) in ends.into_iter().zip(0..) {
        let shared = Arc::clone(&shared);
        let listeners = listeners.take().unwrap_or_default();
        reactors.push(Reactor::new(ReactorId(id), shared, event_loop, receiver, listeners)?);
    }
    log::notice(format_args!("Ready to accept connections"));
    std::thread::scope(|scope| {
        let running: Vec<_> = reactors
            .into_iter()
            .map(|mut reactor| {
                let name = format!("reactor-{}", reactor.id.0);
                std::thread::Builder::new().name(name).spawn_scoped(scope, move || reactor.run())
            })
            .collect::<io::Result<_>>()?;
        for thread in running {
            thread.join().map_err(|_| io::Error::other("a reactor panicked"))??;
        }
        Ok(())
    })
}
