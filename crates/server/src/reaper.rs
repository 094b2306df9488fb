//! Frees large values and whole databases on a thread of its own, so that no client waits for it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use fanfare_engine::keyspace::Garbage;

use crate::host::memory_counts::MemoryCounts;

/// Pieces of garbage that may wait. When there are more, whoever has the next one frees it himself: writers cannot outrun
/// the freeing of what they overwrite.
const WAITING_MAX: usize = 1024;

/// The way to the freeing thread.
#[derive(Debug)]
pub struct Reaper {
    sender: SyncSender<Garbage>,
    /// Values that were handed over and are not freed yet.
    pending: Arc<AtomicU64>,
}

impl Reaper {
    /// Starts the thread, which counts its memory as the last of `counts`.
    pub fn start(counts: Arc<MemoryCounts>) -> io::Result<Self> {
        let (sender, receiver) = sync_channel(WAITING_MAX);
        let pending = Arc::new(AtomicU64::new(0));
        let reaper = Self { sender, pending: Arc::clone(&pending) };
        std::thread::Builder::new()
            .name("reaper".into())
            .spawn(move || reap(&receiver, &pending, &counts))?;
        Ok(reaper)
    }

    /// Has something freed.
    pub fn free(&self, garbage: Garbage) {
        let objects = garbage.objects();
        self.pending.fetch_add(objects, Ordering::Relaxed);
        let sent = self.sender.try_send(garbage);
        if let Err(TrySendError::Full(garbage) | TrySendError::Disconnected(garbage)) = sent {
            drop(garbage);
            self.pending.fetch_sub(objects, Ordering::Relaxed);
        }
    }

    /// Values that are still to be freed.
    pub fn pending(&self) -> u64 {
        self.pending.load(Ordering::Relaxed)
    }
}

fn reap(receiver: &Receiver<Garbage>, pending: &AtomicU64, counts: &MemoryCounts) {
    while let Ok(garbage) = receiver.recv() {
        let objects = garbage.objects();
        drop(garbage);
        counts.publish(counts.threads() - 1, 0);
        pending.fetch_sub(objects, Ordering::Relaxed);
    }
}
