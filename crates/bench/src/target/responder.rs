//! The bare responder: a process that receives requests, sends as many constant replies, and does nothing
//! else. What it costs is the kernel's share of a request, so it is the yardstick for servers of the same load.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result};
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use super::cpus::CpuList;
use super::server::{Access, ServerSource, ServerSpec};
use crate::wire;

/// Bytes asked from the kernel by one read.
const READ_BYTES: usize = 64 * 1024;
/// The answer to every request.
const REPLY: &[u8] = b"+OK\r\n";
/// The listener's token; a connection has its position.
const LISTENER: Token = Token(usize::MAX);

impl ServerSpec {
    /// The bare responder: this program again, started like any server.
    pub(crate) fn responder(cpus: Option<CpuList>) -> Result<Self> {
        let path = std::env::current_exe().context("cannot find this program's file")?;
        Ok(Self {
            label: "bare responder".to_owned(),
            source: ServerSource::Binary { path, arguments: vec!["respond".to_owned()] },
            cpus,
            access: Access::default(),
        })
    }
}

/// Answers on `port` of 127.0.0.1 until the process is ended.
pub(crate) fn respond(port: u16) -> Result<()> {
    let mut listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    let mut queue = Poll::new()?;
    queue.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut events = Events::with_capacity(1024);
    let mut scratch = vec![0; READ_BYTES];
    let replies = REPLY.repeat(READ_BYTES);
    let mut peers: Vec<Option<Peer>> = Vec::new();
    loop {
        if let Err(error) = queue.poll(&mut events, None)
            && error.kind() != ErrorKind::Interrupted
        {
            return Err(error.into());
        }
        for event in &events {
            if event.token() == LISTENER {
                accept(&listener, &queue, &mut peers)?;
                continue;
            }
            let place = &mut peers[event.token().0];
            if let Some(peer) = place
                && peer.answer(&mut scratch, &replies).is_err()
            {
                *place = None;
            }
        }
    }
}

/// Takes all connections that wait.
fn accept(listener: &TcpListener, queue: &Poll, peers: &mut Vec<Option<Peer>>) -> io::Result<()> {
    loop {
        let mut stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        };
        stream.set_nodelay(true)?;
        queue.registry().register(&mut stream, Token(peers.len()), Interest::READABLE)?;
        peers.push(Some(Peer { stream, requests: RequestCounter::default() }));
    }
}

struct Peer {
    stream: TcpStream,
    requests: RequestCounter,
}

impl Peer {
    /// Answers what there is, one send for each read. Fails when the connection is over.
    fn answer(&mut self, scratch: &mut [u8], replies: &[u8]) -> Result<()> {
        loop {
            let bytes = match self.stream.read(scratch) {
                Ok(0) => return Err(io::Error::from(ErrorKind::UnexpectedEof).into()),
                Ok(bytes) => bytes,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            let whole = self.requests.count(&scratch[..bytes])?;
            // Clients wait for replies before they send more, so there is always room for all of them.
            self.stream.write_all(&replies[..whole * REPLY.len()])?;
            if bytes < scratch.len() {
                return Ok(());
            }
        }
    }
}

/// Counts requests by arithmetic: a connection of the load sends requests of one length, that of its first.
#[derive(Debug, Default)]
struct RequestCounter {
    /// 0 until the first request is here.
    request_bytes: usize,
    /// Bytes of a request whose rest has not come.
    partial_bytes: usize,
}

impl RequestCounter {
    /// How many requests `input` completes. The first input must hold a whole one.
    fn count(&mut self, input: &[u8]) -> Result<usize> {
        if self.request_bytes == 0 {
            // A request is an array, measured like one that is a reply.
            self.request_bytes =
                wire::reply_bytes(input)?.context("the first request came in parts")?;
        }
        let bytes = self.partial_bytes + input.len();
        self.partial_bytes = bytes % self.request_bytes;
        Ok(bytes / self.request_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &[u8] = b"*2\r\n$4\r\nINCR\r\n$1\r\n*\r\n";

    #[test]
    fn requests_count_once_they_are_whole() {
        let mut counter = RequestCounter::default();
        let mut count = |input: &[u8]| counter.count(input).expect("a request");
        assert_eq!(count(&REQUEST.repeat(16)), 16);
        let (beginning, rest) = REQUEST.split_at(REQUEST.len() - 1);
        assert_eq!(count(&[REQUEST, beginning].concat()), 1);
        assert_eq!(count(rest), 1);
        assert_eq!(count(beginning), 0);
        assert_eq!(count(&[rest, REQUEST, REQUEST].concat()), 3);
    }

    #[test]
    fn a_connection_without_a_request_at_its_start_is_refused() {
        assert!(RequestCounter::default().count(&REQUEST[1..]).is_err());
        assert!(RequestCounter::default().count(&REQUEST[..8]).is_err());
    }
}
