//! A queue with many senders and one receiver: how reactors talk to each other.
//!
//! Everything sent before a lock is released is received before anything sent after that lock is taken again:
//! the order of mail is the order of `send` calls. A wake-up is a system call; it is made only while the receiver sleeps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use fanfare_stdx::lock::Mutex;
use mio::Waker;

/// Rank of the queues' locks (`docs/locks.md`).
const RANK: u8 = 4;

/// Capacity, in messages, above which an emptied queue gives its memory back.
const KEPT_CAPACITY_MAX: usize = 4096;

/// Every field changes with every send, so all share one cache line, and no other data does.
#[repr(align(64))]
struct Inner<T> {
    queue: Mutex<Vec<T>, RANK>,
    /// Length of the queue, to look at without the lock.
    length: AtomicUsize,
    /// Sum of the weights of what waits.
    weight: AtomicUsize,
    /// Set by the receiver before it sleeps; whoever clears it owes it a wake-up.
    asleep: AtomicBool,
    waker: Arc<Waker>,
}

/// The sending side; cheap to clone.
pub struct Mailbox<T> {
    inner: Arc<Inner<T>>,
}

/// The receiving side, owned by one thread.
pub struct MailboxReceiver<T> {
    inner: Arc<Inner<T>>,
    /// The vector that the next `take` swaps in, so that capacity is reused.
    spare: Vec<T>,
}

/// Makes a mailbox whose receiver sleeps in the event loop that `waker` wakes.
pub fn mailbox<T>(waker: Arc<Waker>) -> (Mailbox<T>, MailboxReceiver<T>) {
    let inner = Arc::new(Inner {
        queue: Mutex::new(Vec::new()),
        length: AtomicUsize::new(0),
        weight: AtomicUsize::new(0),
        asleep: AtomicBool::new(false),
        waker,
    });
    (Mailbox { inner: Arc::clone(&inner) }, MailboxReceiver { inner, spare: Vec::new() })
}

impl<T> Clone for Mailbox<T> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<T> Mailbox<T> {
    /// Appends `mail` and wakes the receiver if it sleeps. `weight` is the memory it holds, in bytes.
    ///
    /// Never refuses: senders look at [`weight`](Self::weight) before they take on more work.
    pub fn send(&self, mail: T, weight: usize) {
        {
            let mut queue = self.inner.queue.lock();
            queue.push(mail);
            self.inner.length.store(queue.len(), Ordering::Relaxed);
            // Stored only under the lock.
            let total = self.inner.weight.load(Ordering::Relaxed) + weight;
            self.inner.weight.store(total, Ordering::Relaxed);
        }
        // The queue's lock orders this after the receiver's last look at the queue, or its look after our push.
        if self.inner.asleep.load(Ordering::Relaxed)
            && self.inner.asleep.swap(false, Ordering::AcqRel)
        {
            // A waker fails only when the event loop is gone, and its reactor with it.
            let _ = self.inner.waker.wake();
        }
    }

    /// Memory that waiting mail holds, in bytes. May be out of date at once.
    pub fn weight(&self) -> usize {
        self.inner.weight.load(Ordering::Relaxed)
    }
}

impl<T> MailboxReceiver<T> {
    /// Whether no message waits, as far as this thread can know.
    pub fn is_empty(&self) -> bool {
        self.inner.length.load(Ordering::Relaxed) == 0
    }

    /// Takes all messages, in order. Give the vector back with [`recycle`](Self::recycle).
    pub fn take(&mut self) -> Vec<T> {
        let mut queue = self.inner.queue.lock();
        self.inner.length.store(0, Ordering::Relaxed);
        self.inner.weight.store(0, Ordering::Relaxed);
        std::mem::replace(&mut *queue, std::mem::take(&mut self.spare))
    }

    /// Keeps the capacity of a vector that `take` gave.
    pub fn recycle(&mut self, mut taken: Vec<T>) {
        taken.clear();
        if taken.capacity() <= KEPT_CAPACITY_MAX {
            self.spare = taken;
        }
    }

    /// Announces that the receiver will sleep. `false`: mail has come, it must not.
    pub fn prepare_to_sleep(&self) -> bool {
        self.inner.asleep.store(true, Ordering::Relaxed);
        if self.inner.queue.lock().is_empty() {
            return true;
        }
        self.awake();
        false
    }

    /// Announces that the receiver is awake: senders need not wake it.
    pub fn awake(&self) {
        self.inner.asleep.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EventLoop;

    #[test]
    fn mail_arrives_in_order_and_wakes_a_sleeper() {
        const SENDERS: usize = 4;
        const MAIL_PER_SENDER: usize = 10_000;
        let mut event_loop = EventLoop::new().expect("an event loop");
        let (mailbox, mut receiver) = mailbox::<(usize, usize)>(event_loop.waker());
        let mut expected = [0; SENDERS];
        let mut ready = Vec::new();
        std::thread::scope(|scope| {
            for sender in 0..SENDERS {
                let mailbox = mailbox.clone();
                scope
                    .spawn(move || (0..MAIL_PER_SENDER).for_each(|n| mailbox.send((sender, n), 1)));
            }
            while expected.iter().sum::<usize>() < SENDERS * MAIL_PER_SENDER {
                if receiver.prepare_to_sleep() {
                    event_loop.wait(None, &mut ready).expect("a wake-up");
                    receiver.awake();
                }
                let mail = receiver.take();
                for &(sender, n) in &mail {
                    assert_eq!(n, expected[sender], "mail of sender {sender}");
                    expected[sender] += 1;
                }
                receiver.recycle(mail);
            }
        });
        assert!(receiver.is_empty() && ready.is_empty());
        mailbox.send((0, 0), 7);
        assert_eq!(mailbox.weight(), 7);
        receiver.take();
        assert_eq!(mailbox.weight(), 0);
    }
}
