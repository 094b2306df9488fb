//! Where a server listens.

use std::fmt;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use anyhow::{Context, Result};
use socket2::{Domain, SockAddr, Socket, Type};

/// A TCP address or a Unix socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// An address and port.
    Tcp(SocketAddr),
    /// A socket file.
    Unix(PathBuf),
}

impl Address {
    /// Resolves a host name and port; the first address found is taken.
    pub(crate) fn resolve(host: &str, port: u16) -> Result<Self> {
        let mut found = (host, port)
            .to_socket_addrs()
            .with_context(|| format!("cannot resolve `{host}`; give an address or a known name"))?;
        let first = found.next().with_context(|| format!("`{host}` has no address"))?;
        Ok(Self::Tcp(first))
    }

    /// Whether the server shares this machine, so that its CPU and memory can be read.
    pub(crate) fn is_local(&self) -> bool {
        match self {
            Self::Tcp(address) => address.ip().is_loopback(),
            Self::Unix(_) => true,
        }
    }

    /// Opens a blocking connection. TCP connections send small requests at once.
    pub(crate) fn connect(&self) -> Result<OwnedFd> {
        match self {
            Self::Tcp(address) => {
                let stream = TcpStream::connect(address)
                    .with_context(|| format!("cannot connect to {address}"))?;
                stream.set_nodelay(true)?;
                Ok(stream.into())
            }
            Self::Unix(path) => {
                let stream = UnixStream::connect(path)
                    .with_context(|| format!("cannot connect to {}", path.display()))?;
                Ok(stream.into())
            }
        }
    }

    /// Opens a blocking connection whose kernel receive buffer is as small as the system allows, so
    /// that what a reader leaves unread stays in the server.
    pub(crate) fn connect_with_receive_buffer(&self, buffer_bytes: usize) -> Result<OwnedFd> {
        let (domain, peer) = match self {
            Self::Tcp(address) => (Domain::for_address(*address), SockAddr::from(*address)),
            Self::Unix(path) => (Domain::UNIX, SockAddr::unix(path)?),
        };
        let socket = Socket::new(domain, Type::STREAM, None)?;
        // The buffer must be set before the connection exists: it decides the window offered.
        socket.set_recv_buffer_size(buffer_bytes)?;
        socket.connect(&peer).with_context(|| format!("cannot connect to {self}"))?;
        Ok(socket.into())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(formatter, "{address}"),
            Self::Unix(path) => write!(formatter, "{}", path.display()),
        }
    }
}
