//! One connection to one server.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use fanfare_protocol::decode::{DecodeError, Decoder, Value};

use crate::stream::Stream;
use crate::{Address, ConnectError, encode_request};

/// Pushes that may wait for [`Connection::next_push`] while a reply is awaited. Memory grows with
/// the messages that a busy subscriber leaves unread.
pub const PUSHES_MAX: usize = 1 << 20;

/// Bytes asked of the system at a time.
const READ_BYTES: usize = 64 * 1024;

/// How long each step may take; `None` waits for ever.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timeouts {
    /// Opening the connection, for each address of a name.
    pub connect: Option<Duration>,
    /// Waiting for the next bytes of a reply.
    pub read: Option<Duration>,
    /// Waiting until the system takes the next bytes of a request.
    pub write: Option<Duration>,
}

/// A request could not be sent; the connection is of no more use.
#[derive(Debug, thiserror::Error)]
#[error("cannot send: {0}")]
pub struct SendError(#[from] pub io::Error);

/// No reply could be read. After all but `TimedOut` the connection is of no more use.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The server closed the connection.
    #[error("Server closed the connection")]
    Closed,
    /// Nothing came within the read timeout.
    #[error("timed out waiting for a reply")]
    TimedOut,
    /// The system failed to read.
    #[error("cannot receive: {0}")]
    Io(#[source] io::Error),
    /// The server sent what is no reply.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The request before could not be sent.
    #[error(transparent)]
    Send(#[from] SendError),
    /// More than [`PUSHES_MAX`] pushes came before a reply.
    #[error("too many pushes before a reply")]
    TooManyPushes,
}

/// A blocking connection.
#[derive(Debug)]
pub struct Connection {
    stream: Stream,
    decoder: Decoder,
    /// Requests not yet handed to the system.
    output: Vec<u8>,
    /// Pushes that came while a reply was awaited, oldest first.
    pushes: VecDeque<Value>,
    scratch: Box<[u8]>,
}

impl Connection {
    /// Connects. Nothing is sent yet; see [`Connection::login`].
    pub fn open(address: &Address, timeouts: Timeouts) -> Result<Self, ConnectError> {
        let stream = Stream::connect(address, timeouts.connect)?;
        stream
            .set_read_timeout(timeouts.read)
            .and_then(|()| stream.set_write_timeout(timeouts.write))
            .map_err(|source| ConnectError { address: address.clone(), source })?;
        Ok(Self {
            stream,
            decoder: Decoder::new(),
            output: Vec::new(),
            pushes: VecDeque::new(),
            scratch: vec![0; READ_BYTES].into_boxed_slice(),
        })
    }

    /// Changes how long reading may wait.
    pub fn set_read_timeout(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        self.stream.set_read_timeout(timeout)
    }

    /// Adds a request to those that [`flush`](Self::flush) sends.
    pub fn queue<A: AsRef<[u8]>>(&mut self, arguments: &[A]) {
        encode_request(&mut self.output, arguments);
    }

    /// Adds bytes as they are, well-formed or not.
    pub fn queue_raw(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
    }

    /// Sends what is queued.
    pub fn flush(&mut self) -> Result<(), SendError> {
        let sent = self.stream.write_all(&self.output);
        self.output.clear();
        Ok(sent?)
    }

    /// Sends a request without waiting for its reply.
    pub fn send<A: AsRef<[u8]>>(&mut self, arguments: &[A]) -> Result<(), SendError> {
        self.queue(arguments);
        self.flush()
    }

    /// Sends bytes as they are.
    pub fn send_raw(&mut self, bytes: &[u8]) -> Result<(), SendError> {
        self.queue_raw(bytes);
        self.flush()
    }

    /// The next reply or push, in the server's order.
    pub fn receive(&mut self) -> Result<Value, ReceiveError> {
        if let Some(push) = self.pushes.pop_front() {
            return Ok(push);
        }
        self.receive_newer()
    }

    /// The next reply; pushes before it wait for [`next_push`](Self::next_push).
    ///
    /// In RESP2 messages are arrays like any other: a RESP2 subscriber uses `receive`.
    pub fn receive_reply(&mut self) -> Result<Value, ReceiveError> {
        loop {
            match self.receive_newer()? {
                push @ Value::Push(_) => {
                    if self.pushes.len() == PUSHES_MAX {
                        return Err(ReceiveError::TooManyPushes);
                    }
                    self.pushes.push_back(push);
                }
                reply => return Ok(reply),
            }
        }
    }

    /// Sends a request and waits for its reply.
    pub fn call<A: AsRef<[u8]>>(&mut self, arguments: &[A]) -> Result<Value, ReceiveError> {
        self.send(arguments)?;
        self.receive_reply()
    }

    /// Sends several requests at once and gives their replies in order.
    ///
    /// For batches that fit the system's socket buffers: replies are read after the last request.
    pub fn pipeline<A: AsRef<[u8]>>(
        &mut self,
        requests: &[Vec<A>],
    ) -> Result<Vec<Value>, ReceiveError> {
        for request in requests {
            self.queue(request);
        }
        self.flush()?;
        requests.iter().map(|_| self.receive_reply()).collect()
    }

    /// A push that came while a reply was awaited.
    pub fn next_push(&mut self) -> Option<Value> {
        self.pushes.pop_front()
    }

    /// A reply or push that needs no reading: `None` when the next one is not here yet.
    pub fn buffered(&mut self) -> Result<Option<Value>, ReceiveError> {
        if let Some(push) = self.pushes.pop_front() {
            return Ok(Some(push));
        }
        Ok(self.decoder.next_value()?)
    }

    /// Reads what the system has, waiting for it if there is nothing.
    pub fn fill(&mut self) -> Result<(), ReceiveError> {
        loop {
            match self.stream.read(&mut self.scratch) {
                Ok(0) => return Err(ReceiveError::Closed),
                Ok(length) => {
                    self.decoder.feed(&self.scratch[..length]);
                    return Ok(());
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::Interrupted => {}
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                        return Err(ReceiveError::TimedOut);
                    }
                    _ => return Err(ReceiveError::Io(error)),
                },
            }
        }
    }

    /// A second handle that only writes, to send and receive at once from two threads.
    pub fn writer(&self) -> io::Result<impl Write + Send + use<>> {
        self.stream.try_clone()
    }

    /// Ends the connection for all its handles; a writer that waits gives up.
    pub fn shut_down(&mut self) {
        self.stream.shut_down();
    }

    fn receive_newer(&mut self) -> Result<Value, ReceiveError> {
        loop {
            if let Some(value) = self.decoder.next_value()? {
                return Ok(value);
            }
            self.fill()?;
        }
    }
}

/// The socket, to wait for input with `poll`. Look for [`Connection::buffered`] values first.
impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}
