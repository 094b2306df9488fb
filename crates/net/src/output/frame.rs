//! Bytes that reactors share.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Memory in frames of the whole process, in bytes: no reactor owns one alone.
static ALLOCATED_BYTES: AtomicUsize = AtomicUsize::new(0);

/// The bytes of a message on its way to clients of several reactors.
#[derive(Debug)]
pub struct Frame(Vec<u8>);

impl Frame {
    /// Shares bytes.
    pub fn share(bytes: Vec<u8>) -> Arc<Self> {
        ALLOCATED_BYTES.fetch_add(bytes.capacity(), Ordering::Relaxed);
        Arc::new(Self(bytes))
    }

    /// Memory in all frames of the process, in bytes, each counted once.
    pub fn allocated_bytes() -> usize {
        ALLOCATED_BYTES.load(Ordering::Relaxed)
    }
}

impl Deref for Frame {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        ALLOCATED_BYTES.fetch_sub(self.0.capacity(), Ordering::Relaxed);
    }
}
