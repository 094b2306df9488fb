//! One connection that subscribes.

use anyhow::Result;

use super::frames::{FrameScanner, FrameShape};
use super::socket::{ReadOutcome, Socket};

/// A subscribing connection and what it has received.
#[derive(Debug)]
pub(crate) struct Subscriber {
    /// Its number among all subscribers of the run.
    pub(crate) index: usize,
    socket: Socket,
    scanner: FrameScanner,
    /// Messages received.
    pub(crate) received: u64,
    /// Whether the server has closed the connection.
    pub(crate) closed: bool,
}

/// What one read brought.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// Messages completed.
    pub(crate) messages: u64,
    /// Whether more may be waiting in the kernel.
    pub(crate) more: bool,
}

impl Subscriber {
    pub(crate) fn new(index: usize, socket: Socket) -> Self {
        Self { index, socket, scanner: FrameScanner::default(), received: 0, closed: false }
    }

    pub(crate) fn socket(&self) -> &Socket {
        &self.socket
    }

    /// Reads once; `stamped` is given the time stamp of each message completed.
    pub(crate) fn read(
        &mut self,
        shape: FrameShape,
        scratch: &mut [u8],
        stamped: impl FnMut(u64),
    ) -> Result<Delivery> {
        let bytes = match self.socket.read(scratch)? {
            ReadOutcome::Bytes(bytes) => bytes,
            ReadOutcome::Empty => return Ok(Delivery { messages: 0, more: false }),
            ReadOutcome::Closed => {
                self.closed = true;
                return Ok(Delivery { messages: 0, more: false });
            }
        };
        let messages = self.scanner.scan(shape, &scratch[..bytes], stamped)?;
        self.received += messages;
        // A short read empties the socket, and the next bytes make a new edge.
        Ok(Delivery { messages, more: bytes == scratch.len() })
    }
}
