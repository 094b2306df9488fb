//! A connection for tests: raw bytes out; bytes and values in.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fanfare_protocol::decode::{Decoder, Value};

/// How long a test waits for anything. Long, because it ends only tests that fail anyway.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// Bytes asked for in one read.
const READ_BYTES: usize = 16 * 1024;

/// One reply or push, decoded and as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// What it says.
    pub value: Value,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", self.bytes.escape_ascii())
    }
}

/// A connection to a server under test.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    decoder: Decoder,
    /// What has arrived and belongs to no frame given yet.
    unread: Vec<u8>,
    /// Whether the end of the stream has been seen.
    closed: bool,
}

impl Connection {
    /// Connects to `address`.
    pub fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)
            .with_context(|| format!("failed to connect to {address}"))?;
        // Where nobody listens yet, the system may choose the same port for our end.
        ensure!(stream.local_addr()? != address, "connected to ourselves");
        Self::from_stream(stream)
    }

    /// A connection over a stream that is open already.
    pub fn from_stream(stream: TcpStream) -> Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, decoder: Decoder::new(), unread: Vec::new(), closed: false })
    }

    /// The socket, for tests that need its options.
    pub fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Whether reading has met the end of the stream.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Bytes that have arrived and belong to no frame given yet.
    pub fn unread_bytes(&self) -> usize {
        self.unread.len()
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).context("failed to send")
    }

    /// Sends one request in the array form.
    pub fn request<T: AsRef<[u8]>>(&mut self, words: &[T]) -> Result<()> {
        self.send(&encode_request(words))
    }

    /// Sends a request and reads one frame.
    pub fn call<T: AsRef<[u8]>>(&mut self, words: &[T]) -> Result<Value> {
        self.request(words)?;
        Ok(self.read_frame()?.value)
    }

    /// Reads one reply or push; an error when none has come after [`PATIENCE`].
    pub fn read_frame(&mut self) -> Result<Frame> {
        self.frame_before(Instant::now() + PATIENCE)?.context("nothing came in time")
    }

    /// Reads one reply or push; `None` when it has not come by `deadline`.
    pub fn frame_before(&mut self, deadline: Instant) -> Result<Option<Frame>> {
        loop {
            if let Some(frame) = self.buffered_frame()? {
                return Ok(Some(frame));
            }
            match self.read_some(deadline)? {
                Arrival::Bytes => {}
                Arrival::Closed => bail!("the server closed the connection"),
                Arrival::Late => return Ok(None),
            }
        }
    }

    /// The next frame among the bytes that have been read already.
    pub fn buffered_frame(&mut self) -> Result<Option<Frame>> {
        let Some(value) = self.decoder.next_value()? else { return Ok(None) };
        let length = self.unread.len() - self.decoder.pending_bytes();
        let bytes = self.unread.drain(..length).collect();
        Ok(Some(Frame { value, bytes }))
    }

    /// Reads until these bytes have come, and fails at the first that differs.
    pub fn expect(&mut self, expected: &[u8]) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let common = self.unread.len().min(expected.len());
            ensure!(
                self.unread[..common] == expected[..common],
                "expected {}\nreceived {}",
                expected.escape_ascii(),
                self.unread.escape_ascii()
            );
            if common == expected.len() {
                self.skip(common);
                return Ok(());
            }
            match self.read_some(deadline)? {
                Arrival::Bytes => {}
                Arrival::Closed | Arrival::Late => {
                    bail!(
                        "expected {}\nreceived only {}",
                        expected.escape_ascii(),
                        self.unread.escape_ascii()
                    )
                }
            }
        }
    }

    /// Reads until the server closes, and gives the bytes that came before.
    pub fn read_until_closed(&mut self) -> Result<Vec<u8>> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.read_some(deadline)? {
                Arrival::Bytes => {}
                Arrival::Closed => {
                    let rest = self.unread.clone();
                    self.skip(rest.len());
                    return Ok(rest);
                }
                Arrival::Late => bail!("the server did not close the connection"),
            }
        }
    }

    /// Ends our half of the connection; the server sees the end of the stream.
    pub fn finish(&mut self) -> Result<()> {
        match self.stream.shutdown(Shutdown::Write) {
            Err(error) if error.kind() != ErrorKind::NotConnected => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn close(&mut self) -> Arrival {
        self.closed = true;
        Arrival::Closed
    }

    fn skip(&mut self, length: usize) {
        self.unread.drain(..length);
        self.decoder = Decoder::new();
        self.decoder.feed(&self.unread);
    }

    fn read_some(&mut self, deadline: Instant) -> Result<Arrival> {
        let mut buffer = [0; READ_BYTES];
        let left = deadline.saturating_duration_since(Instant::now());
        // A timeout of zero would mean to wait for ever.
        self.stream.set_nonblocking(left.is_zero())?;
        self.stream.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
        let read = self.stream.read(&mut buffer);
        self.stream.set_nonblocking(false)?;
        match read {
            Ok(0) => Ok(self.close()),
            Ok(length) => {
                self.decoder.feed(&buffer[..length]);
                self.unread.extend_from_slice(&buffer[..length]);
                Ok(Arrival::Bytes)
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(self.close()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Ok(Arrival::Late)
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(Arrival::Bytes),
            Err(error) => Err(error).context("failed to read"),
        }
    }
}

/// What a read brought.
enum Arrival {
    Bytes,
    Closed,
    Late,
}

/// One request as an array of bulk strings.
pub fn encode_request<T: AsRef<[u8]>>(words: &[T]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        let word = word.as_ref();
        bytes.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
        bytes.extend_from_slice(word);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}
