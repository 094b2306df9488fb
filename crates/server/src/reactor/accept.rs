//! New connections. The first reactor accepts all, and hands each to the reactor that has the fewest.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Duration;

use fanfare_net::{PeerAddress, Socket};

use super::core::{ConnectionKey, Reactor};
use super::mail::Mail;
use crate::config::Config;
use crate::host::log;
use crate::host::os_error::os_error_text;
use crate::listen::{ListenError, listen_tcp};
use crate::observe::{Counter, Gauge};
use crate::session::{Connection, Session};

/// Listeners are registered from this token on, above any connection's.
pub(super) const LISTENER_TOKEN_MIN: usize = 1 << 40;
/// Most connections accepted in one turn, so that a flood of them leaves time for the others.
const ACCEPTS_PER_TURN_MAX: usize = 1000;

const TOO_MANY_CLIENTS: &[u8] = b"-ERR max number of clients reached\r\n";
const PROTECTED: &[u8] = b"-DENIED Fanfare is running in protected mode because protected \
mode is enabled and no password is set for the default user. In this mode connections are only \
accepted from the loopback interface. If you want to connect from external computers, you may \
adopt one of the following solutions: 1) Disable protected mode by sending the command \
'CONFIG SET protected-mode no' from the loopback interface, and make sure that the server is not \
reachable from the internet. Use CONFIG REWRITE to make this change permanent. 2) Set the \
protected mode option to 'no' in the configuration file and restart the server. 3) Start the \
server with the '--protected-mode no' option. 4) Set up an authentication password for the \
default user.\r\n";

impl Reactor {
    pub(super) fn watch_listeners(&mut self) -> io::Result<()> {
        for (listener, token) in self.listeners.iter_mut().zip(LISTENER_TOKEN_MIN..) {
            self.event_loop.register_listener(listener, token)?;
        }
        self.accepts = !self.listeners.is_empty();
        Ok(())
    }

    /// Closes the TCP listeners, and opens those of `config`.
    pub fn listen_again(&mut self, config: &Config) -> Result<(), ListenError> {
        self.listeners.retain(|listener| listener.tcp_address().is_none());
        let mut opened = listen_tcp(config)?;
        for listener in &mut opened {
            // Listeners need not be told apart.
            if let Err(error) = self.event_loop.register_listener(listener, LISTENER_TOKEN_MIN) {
                log::warning(format_args!("Cannot watch a listener: {error}"));
                return Err(ListenError);
            }
        }
        self.listeners.append(&mut opened);
        self.accepts = !self.listeners.is_empty();
        Ok(())
    }

    /// Accepts what waits at the listeners.
    pub(super) fn accept(&mut self) {
        if !self.accepts {
            return;
        }
        let listeners = std::mem::take(&mut self.listeners);
        let mut left = ACCEPTS_PER_TURN_MAX;
        let mut is_drained = true;
        for listener in &listeners {
            loop {
                if left == 0 {
                    is_drained = false;
                    break;
                }
                match listener.accept() {
                    Ok((socket, peer)) => {
                        left -= 1;
                        self.place(socket, peer);
                    }
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    // The peer went away while it waited.
                    Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => {
                        // Out of files or memory: those who wait are tried again with the next duties.
                        let reason = os_error_text(&error);
                        log::warning(format_args!("Accepting client connection: {reason}"));
                        break;
                    }
                }
            }
        }
        self.listeners = listeners;
        self.accepts = !is_drained;
    }

    /// Refuses a new connection, or gives it to a reactor.
    fn place(&mut self, mut socket: Socket, peer: PeerAddress) {
        let refusal = if self.shared.connection_count() >= self.config.clients_max as usize {
            Some(TOO_MANY_CLIENTS)
        } else if self.config.protected_mode
            && self.config.password.0.is_empty()
            && !peer.is_local()
        {
            Some(PROTECTED)
        } else {
            None
        };
        self.stats().count(Counter::ConnectionsReceived, 1);
        log::verbose(format_args!("Accepted {peer}"));
        if let Some(text) = refusal {
            self.stats().count(Counter::ConnectionsRejected, 1);
            // It is refused whether or not it hears why.
            let _ = socket.write(&[io::IoSlice::new(text)]);
            return;
        }
        let keepalive = u64::from(self.config.tcp_keepalive_s);
        let keepalive = (keepalive > 0).then(|| Duration::from_secs(keepalive));
        if let Err(error) = socket.configure(keepalive) {
            log::verbose(format_args!("Error configuring the socket of {peer}: {error}"));
        }
        let reactor = self.shared.least_loaded_reactor();
        self.shared.connections[usize::from(reactor.0)].fetch_add(1, Ordering::Relaxed);
        if reactor == self.id {
            self.adopt(socket, peer);
        } else {
            self.shared.send(reactor, Mail::Adopt(socket, peer));
        }
    }

    /// Takes ownership of a connection that was counted already.
    pub(super) fn adopt(&mut self, socket: Socket, peer: PeerAddress) {
        let is_authenticated = self.config.password.0.is_empty();
        let session = Session::new(self.shared.new_client_id(), self.now(), is_authenticated);
        self.stats().raise(Gauge::ConnectedClients, 1);
        let entry = self.connections.vacant_entry();
        let key = entry.key();
        let connection = entry.insert(Connection::new(socket, peer, session, &self.config));
        if let Err(error) = self.event_loop.register(&mut connection.socket, key) {
            log::warning(format_args!(
                "Error registering the socket of {}: {error}",
                connection.peer
            ));
            self.doom(key as ConnectionKey);
        }
    }
}
