//! A blocking connection for set-up and questions: one request at a time, outside the measured window.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;

use anyhow::{Context, Result, bail};

use crate::wire;

/// Bytes asked from the kernel by one read.
const READ_BYTES: usize = 64 * 1024;

/// One connection on which requests are answered in turn.
pub(crate) struct Control {
    stream: File,
    /// Bytes read and not yet taken as a reply.
    pending: Vec<u8>,
}

impl Control {
    /// Wraps a connected, blocking socket.
    pub(crate) fn new(socket: OwnedFd) -> Self {
        Self { stream: File::from(socket), pending: Vec::new() }
    }

    /// Sends bytes that are whole requests; their replies are read with [`Self::reply`].
    pub(crate) fn send(&mut self, requests: &[u8]) -> Result<()> {
        self.stream.write_all(requests).context("cannot send to the server")
    }

    /// Waits for the next reply and returns its bytes as they came.
    pub(crate) fn reply(&mut self) -> Result<Vec<u8>> {
        loop {
            if let Some(bytes) = wire::reply_bytes(&self.pending)? {
                let rest = self.pending.split_off(bytes);
                return Ok(std::mem::replace(&mut self.pending, rest));
            }
            let filled = self.pending.len();
            self.pending.resize(filled + READ_BYTES, 0);
            let read = self.stream.read(&mut self.pending[filled..])?;
            self.pending.truncate(filled + read);
            if read == 0 {
                bail!("the server closed the connection");
            }
        }
    }

    /// Waits for `count` replies; the first error among them fails the call.
    pub(crate) fn expect_replies(&mut self, count: usize) -> Result<()> {
        // Thousands of small replies may arrive at once: they are skipped in place, not split off.
        let mut seen = 0;
        while seen < count {
            let mut consumed = 0;
            while seen < count
                && let Some(bytes) = wire::reply_bytes(&self.pending[consumed..])?
            {
                check(&self.pending[consumed..consumed + bytes])?;
                consumed += bytes;
                seen += 1;
            }
            self.pending.drain(..consumed);
            if seen < count {
                let first = self.reply()?;
                check(&first)?;
                seen += 1;
            }
        }
        Ok(())
    }

    /// Sends one request and returns its reply, or `None` for an unknown command.
    fn try_call(&mut self, arguments: &[&str]) -> Result<Option<Vec<u8>>> {
        match self.call(arguments) {
            Err(error) if error.to_string().contains("ERR unknown command") => Ok(None),
            other => other.map(Some),
        }
    }

    /// Sends one request and returns its reply; an error reply fails the call.
    pub(crate) fn call(&mut self, arguments: &[&str]) -> Result<Vec<u8>> {
        let arguments: Vec<&[u8]> = arguments.iter().map(|argument| argument.as_bytes()).collect();
        let mut request = Vec::new();
        wire::append_request(&mut request, &arguments);
        self.send(&request)?;
        let reply = self.reply()?;
        check(&reply)?;
        Ok(reply)
    }

    /// One field of an `INFO` section, if the server has `INFO` and gives the field.
    pub(crate) fn info(&mut self, section: &str, field: &str) -> Result<Option<String>> {
        let Some(reply) = self.try_call(&["INFO", section])? else {
            return Ok(None);
        };
        let text = String::from_utf8_lossy(&reply);
        let found = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
        Ok(found.map(|value| value.trim().to_owned()))
    }

    /// The socket, once set-up is over. Fails if the server said more than was asked for.
    pub(crate) fn into_socket(self) -> Result<OwnedFd> {
        if !self.pending.is_empty() {
            bail!("the server sent {} bytes that nothing asked for", self.pending.len());
        }
        Ok(self.stream.into())
    }
}

/// Turns an error reply into an error.
fn check(reply: &[u8]) -> Result<()> {
    if matches!(reply.first(), Some(b'-' | b'!')) {
        bail!("the server answered: {}", String::from_utf8_lossy(reply).trim_end());
    }
    Ok(())
}
