//! Bytes that reactors share.

use std::cell::Cell;
use std::ops::Deref;
use std::sync::Arc;

thread_local! {
    /// Memory in frames that this thread has made less that in frames that it has freed, in bytes, wrapping.
    static OWN_BALANCE: Cell<u64> = const { Cell::new(0) };
}

/// The bytes of a message on its way to clients of several reactors.
///
/// No reactor owns a frame alone. Its memory counts for the thread that makes it, until the one that lets go of it last counts
/// it as given back; so does an allocator, and the two counts of one thread may be held against each other at any time.
#[derive(Debug)]
pub struct Frame(Vec<u8>);

impl Frame {
    /// Shares bytes.
    pub fn share(bytes: Vec<u8>) -> Arc<Self> {
        count(bytes.capacity() as u64);
        Arc::new(Self(bytes))
    }

    /// Memory in frames that this thread has made, less that in frames that it has freed, in bytes. It wraps below nothing:
    /// the sum over all threads is what there is.
    pub fn own_balance() -> u64 {
        OWN_BALANCE.get()
    }
}

fn count(bytes: u64) {
    OWN_BALANCE.set(OWN_BALANCE.get().wrapping_add(bytes));
}

impl Deref for Frame {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        count((self.0.capacity() as u64).wrapping_neg());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threads_balances_add_up() {
        let frame = Frame::share(Vec::with_capacity(100));
        assert_eq!(Frame::own_balance(), 100);
        let other = std::thread::spawn(|| {
            drop(frame);
            Frame::own_balance()
        });
        let other = other.join().expect("it only drops a frame");
        assert_eq!(Frame::own_balance().wrapping_add(other), 0);
    }
}
