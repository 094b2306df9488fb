//! One connection that publishes.

use anyhow::{Context, Result, bail};

use super::frames::STAMP_BYTES;
use super::plan::{FanoutPlan, channel_name};
use super::socket::{ReadOutcome, Socket};
use crate::wire;

/// Bytes that an open-loop publisher may owe to a server that does not take them. Beyond this the server
/// is so far behind the asked rate that the run is stopped.
const BACKLOG_BYTES_MAX: usize = 256 * 1024 * 1024;

/// A publishing connection and what it waits for.
#[derive(Debug)]
pub(crate) struct Publisher {
    /// Its number among all publishers of the run.
    pub(crate) index: usize,
    socket: Socket,
    template: Template,
    /// Requests composed and not yet taken by the kernel.
    output: Vec<u8>,
    written: usize,
    replies: ReplyCounter,
    /// Messages sent so far.
    pub(crate) sent: u64,
    /// When the batch now waited for was sent, in nanoseconds after the start.
    pub(crate) batch_sent_ns: u64,
}

impl Publisher {
    pub(crate) fn new(plan: &FanoutPlan, index: usize, socket: Socket) -> Self {
        Self {
            index,
            socket,
            template: Template::new(plan),
            output: Vec::new(),
            written: 0,
            replies: ReplyCounter::default(),
            sent: 0,
            batch_sent_ns: 0,
        }
    }

    pub(crate) fn socket(&self) -> &Socket {
        &self.socket
    }

    /// Messages sent whose replies have not come.
    pub(crate) fn outstanding(&self) -> u64 {
        self.sent - self.replies.count
    }

    /// Sum of the receivers that the server has reported.
    pub(crate) fn receivers(&self) -> u64 {
        self.replies.sum
    }

    /// Adds one message to the output; [`Self::flush`] sends it.
    pub(crate) fn compose(&mut self, channel: usize, stamp_ns: u64) -> Result<()> {
        self.template.append(&mut self.output, channel, stamp_ns);
        self.sent += 1;
        if self.output.len() - self.written > BACKLOG_BYTES_MAX {
            bail!("the server takes messages slower than they are due; lower `--rate`");
        }
        Ok(())
    }

    /// Gives the kernel what it takes of the output.
    pub(crate) fn flush(&mut self) -> Result<()> {
        while self.written < self.output.len() {
            let taken = self.socket.write(&self.output[self.written..]);
            match taken.context("a publisher cannot send")? {
                0 => return Ok(()),
                bytes => self.written += bytes,
            }
        }
        self.output.clear();
        self.written = 0;
        Ok(())
    }

    /// Reads the replies that have come.
    pub(crate) fn read_replies(&mut self, scratch: &mut [u8]) -> Result<()> {
        loop {
            match self.socket.read(scratch)? {
                ReadOutcome::Empty => return Ok(()),
                ReadOutcome::Closed => bail!("the server closed the connection of a publisher"),
                ReadOutcome::Bytes(bytes) => {
                    self.replies.count(&scratch[..bytes])?;
                    if bytes < scratch.len() {
                        return Ok(());
                    }
                }
            }
        }
    }
}

/// A publishing request whose channel and time stamp are written in place.
#[derive(Debug)]
struct Template {
    request: Vec<u8>,
    /// Where the digits that tell channels apart begin.
    digits_offset: usize,
    stamp_offset: Option<usize>,
}

/// Decimal digits at the end of a channel's name.
const CHANNEL_DIGITS: usize = 6;

impl Template {
    fn new(plan: &FanoutPlan) -> Self {
        let channel = channel_name(0);
        let payload = vec![b'x'; plan.size_bytes];
        let mut request = Vec::new();
        wire::append_request(
            &mut request,
            &[plan.publish_command().as_bytes(), channel.as_bytes(), &payload],
        );
        let payload_offset = request.len() - 2 - payload.len();
        let payload_header_bytes = format!("${}\r\n", payload.len()).len();
        let digits_offset = payload_offset - payload_header_bytes - 2 - CHANNEL_DIGITS;
        let stamp_offset = (payload.len() >= STAMP_BYTES).then_some(payload_offset);
        Self { request, digits_offset, stamp_offset }
    }

    fn append(&mut self, output: &mut Vec<u8>, channel: usize, stamp_ns: u64) {
        let mut rest = channel;
        for digit in self.request[self.digits_offset..][..CHANNEL_DIGITS].iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        if let Some(offset) = self.stamp_offset {
            self.request[offset..offset + STAMP_BYTES].copy_from_slice(&stamp_ns.to_le_bytes());
        }
        output.extend_from_slice(&self.request);
    }
}

/// Counts integer replies and adds them up, wherever reads are cut.
#[derive(Debug, Default)]
struct ReplyCounter {
    count: u64,
    sum: u64,
    /// The line being read, if it is an integer: its value so far.
    number: u64,
    /// The line being read, if it is an error: its text so far.
    error: Option<String>,
    in_line: bool,
}

impl ReplyCounter {
    fn count(&mut self, input: &[u8]) -> Result<()> {
        for &byte in input {
            if byte == b'\n' {
                if let Some(text) = &self.error {
                    bail!("the server answered a message with: -{}", text.trim_end());
                }
                self.count += 1;
                self.sum += self.number;
                self.number = 0;
                self.in_line = false;
            } else if let Some(text) = &mut self.error {
                text.push(char::from(byte));
            } else if self.in_line {
                if byte.is_ascii_digit() {
                    self.number = self.number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                }
            } else if byte == b':' {
                self.in_line = true;
            } else if byte == b'-' {
                self.error = Some(String::new());
            } else {
                bail!("the server answered a message with {:?}", char::from(byte));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integer_replies_are_added_up_wherever_reads_are_cut() {
        let stream = b":1\r\n:20\r\n:300\r\n";
        for step in 1..stream.len() {
            let mut counter = ReplyCounter::default();
            for piece in stream.chunks(step) {
                counter.count(piece).expect("valid");
            }
            assert_eq!((counter.count, counter.sum), (3, 321), "pieces of {step} bytes");
        }
    }

    #[test]
    fn an_error_reply_fails_with_its_words() {
        let error = ReplyCounter::default().count(b":1\r\n-ERR no\r\n").expect_err("an error");
        assert!(error.to_string().ends_with("-ERR no"), "{error}");
    }
}
