//! Waits for readiness of many sockets.
//!
//! Readiness is edge-triggered: it is reported once, and again only after the socket was found not ready.
//! A caller that stops before that (a budget was used up) must remember the socket itself.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use mio::event::Source;
use mio::{Events, Interest, Poll, Token, Waker};

/// Most events taken from the kernel by one wait.
const EVENTS_PER_WAIT_MAX: usize = 1024;
/// The token of the wake-up, which no caller may use.
const WAKE_TOKEN: Token = Token(usize::MAX);

/// What a socket is ready for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// The number under which the socket was registered.
    pub token: usize,
    /// There are bytes to read, the peer has closed, or an error waits to be read.
    pub readable: bool,
    /// The peer will send no more, or the connection is broken: reads go on to the end of the stream.
    pub is_peer_closed: bool,
    /// There is room to write.
    pub writable: bool,
}

/// An event loop over the kernel's readiness interface.
pub struct EventLoop {
    poll: Poll,
    events: Events,
    waker: Arc<Waker>,
}

impl EventLoop {
    /// Makes a loop without sockets. Fails when the process has no file descriptor left.
    pub fn new() -> io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKE_TOKEN)?);
        Ok(Self { poll, events: Events::with_capacity(EVENTS_PER_WAIT_MAX), waker })
    }

    /// What ends a wait from another thread.
    pub fn waker(&self) -> Arc<Waker> {
        Arc::clone(&self.waker)
    }

    /// Starts to watch a stream socket for reading and writing.
    pub fn register(&self, source: &mut impl Source, token: usize) -> io::Result<()> {
        debug_assert_ne!(Token(token), WAKE_TOKEN);
        self.poll.registry().register(source, Token(token), Interest::READABLE | Interest::WRITABLE)
    }

    /// Starts to watch a listener.
    pub fn register_listener(&self, source: &mut impl Source, token: usize) -> io::Result<()> {
        self.poll.registry().register(source, Token(token), Interest::READABLE)
    }

    /// Stops watching a socket. Closing it does the same.
    pub fn deregister(&self, source: &mut impl Source) -> io::Result<()> {
        self.poll.registry().deregister(source)
    }

    /// Waits until a socket is ready, a wake-up comes or the time is over (`None`: for ever), and appends what is ready.
    ///
    /// A signal ends the wait like a wake-up.
    pub fn wait(
        &mut self,
        timeout: Option<Duration>,
        ready: &mut Vec<Readiness>,
    ) -> io::Result<()> {
        match self.poll.poll(&mut self.events, timeout) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            Err(error) => return Err(error),
        }
        ready.extend(self.events.iter().filter(|event| event.token() != WAKE_TOKEN).map(|event| {
            Readiness {
                token: event.token().0,
                readable: event.is_readable() || event.is_read_closed() || event.is_error(),
                is_peer_closed: event.is_read_closed() || event.is_error(),
                writable: event.is_writable(),
            }
        }));
        Ok(())
    }
}
