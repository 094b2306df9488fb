//! Stream sockets that never block.

use std::fmt;
use std::io::{self, IoSlice, Read, Write};
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::sync::Arc;
use std::time::Duration;

use mio::event::Source;
use mio::net::{TcpStream, UnixStream};
use mio::{Interest, Registry, Token};
use socket2::{SockRef, TcpKeepalive};

/// Who is at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerAddress {
    /// A TCP peer.
    Tcp(SocketAddr),
    /// A Unix socket, by the path that the server listens on.
    Unix(Arc<str>),
}

impl PeerAddress {
    /// Whether the peer is on this machine.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Tcp(address) => address.ip().to_canonical().is_loopback(),
            Self::Unix(_) => true,
        }
    }
}

impl fmt::Display for PeerAddress {
    /// `1.2.3.4:5`, `[::1]:5`, or the path with port 0, as Redis writes it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(formatter, "{address}"),
            Self::Unix(path) => write!(formatter, "{path}:0"),
        }
    }
}

/// A connected stream socket.
#[derive(Debug)]
pub enum Socket {
    /// Over TCP.
    Tcp(TcpStream),
    /// Over a Unix socket.
    Unix(UnixStream),
}

impl Socket {
    /// Reads what is there, into `buffer`; 0 when the peer has closed.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(buffer),
            Self::Unix(stream) => stream.read(buffer),
        }
    }

    /// Writes a part of `slices`, at most as many as the system takes in one call.
    pub fn write(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match (self, slices) {
            // One slice goes as a plain send, which costs the kernel less.
            (Self::Tcp(stream), [slice]) => stream.write(slice),
            (Self::Unix(stream), [slice]) => stream.write(slice),
            (Self::Tcp(stream), slices) => stream.write_vectored(slices),
            (Self::Unix(stream), slices) => stream.write_vectored(slices),
        }
    }

    /// The number of the file descriptor, for people.
    pub fn fd_number(&self) -> i32 {
        self.as_fd().as_raw_fd()
    }

    /// Our own end's address: `ip:port`, or the path that `peer` names.
    pub fn local_address(&self, peer: &PeerAddress) -> String {
        match self {
            Self::Tcp(stream) => {
                stream.local_addr().map_or_else(|_| "?:0".to_owned(), |address| address.to_string())
            }
            Self::Unix(_) => peer.to_string(),
        }
    }

    /// Sets what a server wants of a client's socket: no delay, and probes of idle peers every so often (TCP only).
    pub fn configure(&self, keepalive: Option<Duration>) -> io::Result<()> {
        let Self::Tcp(stream) = self else { return Ok(()) };
        stream.set_nodelay(true)?;
        let Some(idle) = keepalive else { return Ok(()) };
        // As Redis: three probes, a third of the time apart.
        let interval = (idle / 3).max(Duration::from_secs(1));
        let keepalive = TcpKeepalive::new().with_time(idle).with_interval(interval).with_retries(3);
        SockRef::from(stream).set_tcp_keepalive(&keepalive)
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Tcp(stream) => stream.as_fd(),
            Self::Unix(stream) => stream.as_fd(),
        }
    }
}

impl Source for Socket {
    fn register(
        &mut self,
        registry: &Registry,
        token: Token,
        interest: Interest,
    ) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.register(registry, token, interest),
            Self::Unix(stream) => stream.register(registry, token, interest),
        }
    }

    fn reregister(
        &mut self,
        registry: &Registry,
        token: Token,
        interest: Interest,
    ) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.reregister(registry, token, interest),
            Self::Unix(stream) => stream.reregister(registry, token, interest),
        }
    }

    fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.deregister(registry),
            Self::Unix(stream) => stream.deregister(registry),
        }
    }
}
