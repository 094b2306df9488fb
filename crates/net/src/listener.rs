//! Sockets that listen.

use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mio::event::Source;
use mio::net::{TcpListener, UnixListener};
use mio::{Interest, Registry, Token};
use socket2::{Domain, Protocol, SockAddr, Socket as RawSocket, Type};

use crate::socket::{PeerAddress, Socket};

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bind {
    /// A TCP address.
    Tcp(SocketAddr),
    /// A Unix socket at a path, with its permission bits (`None`: as the process's mask leaves them).
    Unix(PathBuf, Option<u32>),
}

/// Why a listener could not be opened.
#[derive(Debug)]
pub struct BindError {
    /// What was to be bound.
    pub bind: Bind,
    /// What the system said.
    pub source: io::Error,
}

impl BindError {
    /// Whether the machine lacks the address or its family, rather than the address being taken or forbidden.
    pub fn is_unavailable(&self) -> bool {
        matches!(
            self.source.raw_os_error(),
            Some(
                libc::EADDRNOTAVAIL
                    | libc::EAFNOSUPPORT
                    | libc::EPROTONOSUPPORT
                    | libc::ESOCKTNOSUPPORT
                    | libc::EPFNOSUPPORT
                    | libc::ENOPROTOOPT
            )
        )
    }
}

#[derive(Debug)]
enum Kind {
    Tcp(TcpListener),
    Unix(UnixListener, Arc<str>),
}

/// A listening socket.
#[derive(Debug)]
pub struct Listener {
    kind: Kind,
}

impl Listener {
    /// Opens a listener with a queue of `backlog` connections.
    ///
    /// A Unix socket's path is replaced if a socket stands there; any other file is left and refused.
    pub fn bind(bind: &Bind, backlog: u32) -> Result<Self, BindError> {
        let opened = match bind {
            Bind::Tcp(address) => bind_tcp(*address, backlog),
            Bind::Unix(path, mode) => bind_unix(path, *mode, backlog),
        };
        opened.map(|kind| Self { kind }).map_err(|source| BindError { bind: bind.clone(), source })
    }

    /// Takes the next waiting connection; `WouldBlock` when there is none.
    pub fn accept(&self) -> io::Result<(Socket, PeerAddress)> {
        match &self.kind {
            Kind::Tcp(listener) => listener
                .accept()
                .map(|(stream, address)| (Socket::Tcp(stream), PeerAddress::Tcp(address))),
            Kind::Unix(listener, path) => listener
                .accept()
                .map(|(stream, _)| (Socket::Unix(stream), PeerAddress::Unix(Arc::clone(path)))),
        }
    }

    /// The TCP address in use (its port was chosen by the system if 0 was asked for); `None` for a Unix socket.
    pub fn tcp_address(&self) -> Option<SocketAddr> {
        match &self.kind {
            Kind::Tcp(listener) => listener.local_addr().ok(),
            Kind::Unix(..) => None,
        }
    }
}

impl Source for Listener {
    fn register(
        &mut self,
        registry: &Registry,
        token: Token,
        interest: Interest,
    ) -> io::Result<()> {
        match &mut self.kind {
            Kind::Tcp(listener) => listener.register(registry, token, interest),
            Kind::Unix(listener, _) => listener.register(registry, token, interest),
        }
    }

    fn reregister(
        &mut self,
        registry: &Registry,
        token: Token,
        interest: Interest,
    ) -> io::Result<()> {
        match &mut self.kind {
            Kind::Tcp(listener) => listener.reregister(registry, token, interest),
            Kind::Unix(listener, _) => listener.reregister(registry, token, interest),
        }
    }

    fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        match &mut self.kind {
            Kind::Tcp(listener) => listener.deregister(registry),
            Kind::Unix(listener, _) => listener.deregister(registry),
        }
    }
}

fn bind_tcp(address: SocketAddr, backlog: u32) -> io::Result<Kind> {
    let domain = Domain::for_address(address);
    let socket = RawSocket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
    if matches!(address.ip(), IpAddr::V6(_)) {
        // An IPv4 address of its own is listed where it is wanted.
        socket.set_only_v6(true)?;
    }
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(backlog.min(i32::MAX as u32) as i32)?;
    Ok(Kind::Tcp(TcpListener::from_std(socket.into())))
}

fn bind_unix(path: &Path, mode: Option<u32>, backlog: u32) -> io::Result<Kind> {
    if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket()) {
        fs::remove_file(path)?;
    }
    let socket = RawSocket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    socket.bind(&SockAddr::unix(path)?)?;
    socket.listen(backlog.min(i32::MAX as u32) as i32)?;
    if let Some(mode) = mode {
        fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    }
    let listener = std::os::unix::net::UnixListener::from(OwnedFd::from(socket));
    Ok(Kind::Unix(UnixListener::from_std(listener), path.to_string_lossy().into()))
}
