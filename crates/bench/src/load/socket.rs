//! A non-blocking socket of any kind, TCP or Unix.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use anyhow::Result;
use mio::unix::SourceFd;
use mio::{Interest, Registry, Token};
use rustix::io::Errno;

/// What a read brought.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ReadOutcome {
    /// This many bytes.
    Bytes(usize),
    /// Nothing now.
    Empty,
    /// The peer closed the connection, in order or by a reset.
    Closed,
}

/// A connected socket that never blocks.
#[derive(Debug)]
pub(crate) struct Socket {
    descriptor: OwnedFd,
}

impl Socket {
    /// Makes a connected socket non-blocking.
    pub(crate) fn new(descriptor: OwnedFd) -> Result<Self> {
        rustix::io::ioctl_fionbio(&descriptor, true)?;
        Ok(Self { descriptor })
    }

    /// Announces edges of readiness under `token`.
    pub(crate) fn register(
        &self,
        registry: &Registry,
        token: usize,
        interest: Interest,
    ) -> Result<()> {
        let descriptor = self.descriptor.as_raw_fd();
        registry.register(&mut SourceFd(&descriptor), Token(token), interest)?;
        Ok(())
    }

    /// Reads once.
    pub(crate) fn read(&self, buffer: &mut [u8]) -> io::Result<ReadOutcome> {
        loop {
            return match rustix::io::read(&self.descriptor, &mut *buffer) {
                Ok(0) | Err(Errno::CONNRESET | Errno::PIPE) => Ok(ReadOutcome::Closed),
                Ok(bytes) => Ok(ReadOutcome::Bytes(bytes)),
                Err(Errno::AGAIN) => Ok(ReadOutcome::Empty),
                Err(Errno::INTR) => continue,
                Err(error) => Err(error.into()),
            };
        }
    }

    /// Writes once and returns how many bytes the kernel took, 0 if it takes none now.
    pub(crate) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            return match rustix::io::write(&self.descriptor, bytes) {
                Ok(taken) => Ok(taken),
                Err(Errno::AGAIN) => Ok(0),
                Err(Errno::INTR) => continue,
                Err(error) => Err(error.into()),
            };
        }
    }
}
