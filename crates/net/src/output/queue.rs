//! What waits to be sent to one connection.

use std::collections::VecDeque;
use std::io::{self, IoSlice};

use super::pool::{BlockId, OutputPool, SharedRange};
use crate::socket::Socket;

/// Most slices handed to one system call.
const SLICES_PER_WRITE_MAX: usize = 64;
/// Most bytes sent by one flush, so that one fast reader does not hold up the others.
const BYTES_PER_FLUSH_MAX: usize = 1 << 20;
/// Longest run of own bytes in one segment.
const OWN_SEGMENT_BYTES_MAX: u32 = u32::MAX;
/// Waiting own bytes that become a block of their own, so that what comes behind them need not move them. Three quarters of the
/// size that a buffer has when it has doubled that often: so that little of it is left unused.
const SEALED_BYTES_MIN: usize = 48 * 1024;
/// Sent own bytes that may stay in front of waiting ones, before these are moved to the front.
const SENT_BYTES_KEPT_MAX: usize = 16 * 1024;

/// How a flush ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flush {
    /// Everything is sent.
    Done,
    /// The socket is full; go on when it is writable.
    Blocked,
    /// Enough for one turn; go on soon.
    More,
}

#[derive(Clone, Copy)]
enum Segment {
    /// The next so many of the connection's own bytes.
    Own(u32),
    Shared(SharedRange),
}

/// What waits to be sent to one connection, in order.
#[derive(Default)]
pub struct OutputQueue {
    /// The connection's own bytes: sent ones up to `own_sent`, then waiting ones, then uncommitted ones.
    own: Vec<u8>,
    own_sent: usize,
    /// Where the uncommitted own bytes begin: those that a reply writer has just appended.
    own_committed: usize,
    /// The order of what waits; empty while own bytes are all there is.
    segments: VecDeque<Segment>,
    pending_bytes: usize,
    /// What the pool has been told of this queue's own memory.
    counted_bytes: usize,
}

impl OutputQueue {
    /// Bytes that wait, shared ones included.
    pub fn pending_bytes(&self) -> usize {
        self.pending_bytes + (self.own.len() - self.own_committed)
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.pending_bytes() == 0
    }

    /// How many segments wait.
    pub fn segments(&self) -> usize {
        self.segments.len()
    }

    /// Bytes of memory that this queue itself takes, without the blocks that it refers to.
    pub fn own_memory_bytes(&self) -> usize {
        self.own.capacity() + self.segments.capacity() * size_of::<Segment>()
    }

    /// The buffer to append own bytes to. They count from the next call of any other method on.
    pub fn writer(&mut self, pool: &mut OutputPool) -> &mut Vec<u8> {
        if self.own.capacity() == 0 {
            self.own = pool.take_buffer();
        }
        &mut self.own
    }

    /// A mark before what will be written next, for [`truncate`](Self::truncate). What was written before stays. It is good until
    /// the next mark is made, or until something but own bytes is queued.
    pub fn mark(&mut self, pool: &mut OutputPool) -> usize {
        self.commit();
        if self.is_long() {
            self.seal_long(pool);
        }
        self.own.len()
    }

    /// Whether so much was written that the next mark makes a block of it.
    #[inline]
    pub fn is_long(&self) -> bool {
        self.own.len() >= SEALED_BYTES_MIN
    }

    /// As [`mark`](Self::mark), but what an earlier mark may take back it still may.
    pub fn inner_mark(&self) -> usize {
        self.own.len()
    }

    /// Takes back the own bytes written since `mark`, as far as nothing else was queued behind them.
    pub fn truncate(&mut self, mark: usize) {
        self.own.truncate(mark.max(self.own_committed));
    }

    /// Appends own bytes.
    pub fn push_copy(&mut self, pool: &mut OutputPool, parts: [&[u8]; 3]) {
        let own = self.writer(pool);
        for part in parts {
            own.extend_from_slice(part);
        }
        self.commit();
        self.recount(pool);
    }

    /// Appends bytes of a block if they go on from the last ones that wait; whether they do.
    pub fn extend_shared(&mut self, range: SharedRange) -> bool {
        self.commit();
        let Some(Segment::Shared(last)) = self.segments.back_mut() else { return false };
        let continues = last.block == range.block && last.end == range.start;
        if continues {
            last.end = range.end;
            self.pending_bytes += range.len();
        }
        continues
    }

    /// Appends bytes of a block.
    pub fn push_shared(&mut self, pool: &mut OutputPool, range: SharedRange) {
        if self.extend_shared(range) {
            return;
        }
        if self.segments.is_empty() && self.own.len() > self.own_sent {
            self.record_own(self.own_sent);
        }
        self.seal_long(pool);
        self.pending_bytes += range.len();
        pool.hold(range.block);
        self.segments.push_back(Segment::Shared(range));
        self.recount(pool);
    }

    /// Appends all that waits in another queue, which is empty then.
    pub fn append(&mut self, pool: &mut OutputPool, other: &mut Self) {
        other.commit();
        let mut own = &other.own[other.own_sent..];
        if other.segments.is_empty() {
            self.push_copy(pool, [own, b"", b""]);
        }
        for segment in &other.segments {
            match *segment {
                Segment::Own(length) => {
                    let (bytes, rest) = own.split_at(length as usize);
                    self.push_copy(pool, [bytes, b"", b""]);
                    own = rest;
                }
                Segment::Shared(range) => self.push_shared(pool, range),
            }
        }
        other.clear(pool);
    }

    /// Sends what the socket takes. An error means that the connection is gone.
    pub fn flush(&mut self, socket: &mut Socket, pool: &mut OutputPool) -> io::Result<Flush> {
        self.commit();
        self.recount(pool);
        let mut flushed_bytes = 0;
        while self.pending_bytes > 0 {
            if flushed_bytes >= BYTES_PER_FLUSH_MAX {
                return Ok(Flush::More);
            }
            let (offered, sent) = match self.write_once(socket, pool) {
                Ok(progress) => progress,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Ok(Flush::Blocked);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.advance(sent, pool);
            flushed_bytes += sent;
            if sent < offered {
                return Ok(Flush::Blocked);
            }
        }
        self.rest(pool);
        Ok(Flush::Done)
    }

    /// Drops all that waits.
    pub fn clear(&mut self, pool: &mut OutputPool) {
        for segment in self.segments.drain(..) {
            if let Segment::Shared(range) = segment {
                pool.release(range.block);
            }
        }
        self.pending_bytes = 0;
        self.segments = VecDeque::new();
        self.rest(pool);
    }

    /// Counts what a reply writer has appended.
    fn commit(&mut self) {
        let from = self.own_committed;
        let added = self.own.len() - from;
        if added == 0 {
            return;
        }
        self.pending_bytes += added;
        if !self.segments.is_empty() {
            self.record_own(from);
        }
        self.own_committed = self.own.len();
    }

    /// Makes a block of the own bytes that wait at the end, if they are many.
    fn seal_long(&mut self, pool: &mut OutputPool) {
        let waiting = self.own.len() - self.own_sent;
        let length = match self.segments.back() {
            None => waiting,
            Some(Segment::Own(length)) => *length as usize,
            Some(Segment::Shared(_)) => return,
        };
        if length < SEALED_BYTES_MIN || u32::try_from(self.own.len()).is_err() {
            return;
        }
        self.segments.pop_back();
        let (mut bytes, start) = if length == waiting {
            (std::mem::take(&mut self.own), std::mem::take(&mut self.own_sent))
        } else {
            (self.own.split_off(self.own.len() - length), 0)
        };
        self.own_committed = self.own.len();
        if bytes.capacity() > bytes.len() / 2 * 3 {
            bytes.shrink_to_fit();
        }
        let end = bytes.len() as u32;
        let block = pool.adopt(bytes);
        self.segments.push_back(Segment::Shared(SharedRange { block, start: start as u32, end }));
        self.recount(pool);
    }

    /// Puts the own bytes from `from` to the end into the order of segments.
    fn record_own(&mut self, from: usize) {
        let mut left = self.own.len() - from;
        if let Some(Segment::Own(length)) = self.segments.back_mut() {
            let taken = left.min((OWN_SEGMENT_BYTES_MAX - *length) as usize);
            *length += taken as u32;
            left -= taken;
        }
        while left > 0 {
            let taken = left.min(OWN_SEGMENT_BYTES_MAX as usize);
            self.segments.push_back(Segment::Own(taken as u32));
            left -= taken;
        }
    }

    /// One system call: how many bytes were offered, and how many taken.
    fn write_once(&self, socket: &mut Socket, pool: &OutputPool) -> io::Result<(usize, usize)> {
        match self.segments.front() {
            None => {
                let own = &self.own[self.own_sent..];
                return Ok((own.len(), socket.write(&[IoSlice::new(own)])?));
            }
            Some(Segment::Shared(range)) if self.segments.len() == 1 => {
                let bytes = range_bytes(pool, *range);
                return Ok((bytes.len(), socket.write(&[IoSlice::new(bytes)])?));
            }
            Some(_) => {}
        }
        let mut slices = [IoSlice::new(&[]); SLICES_PER_WRITE_MAX];
        let mut count = 0;
        let mut offered = 0;
        let mut own = &self.own[self.own_sent..];
        for segment in self.segments.iter().take(SLICES_PER_WRITE_MAX) {
            let bytes = match *segment {
                Segment::Own(length) => {
                    let (bytes, rest) = own.split_at(length as usize);
                    own = rest;
                    bytes
                }
                Segment::Shared(range) => range_bytes(pool, range),
            };
            slices[count] = IoSlice::new(bytes);
            count += 1;
            offered += bytes.len();
        }
        Ok((offered, socket.write(&slices[..count])?))
    }

    /// Forgets `sent` bytes at the front.
    fn advance(&mut self, sent: usize, pool: &mut OutputPool) {
        self.pending_bytes -= sent;
        if self.segments.is_empty() {
            self.own_sent += sent;
        } else {
            self.advance_segments(sent, pool);
        }
        if self.own_sent > SENT_BYTES_KEPT_MAX && self.own_sent > self.own.len() / 2 {
            self.own.drain(..self.own_sent);
            self.own_committed -= self.own_sent;
            self.own_sent = 0;
        }
    }

    fn advance_segments(&mut self, mut sent: usize, pool: &mut OutputPool) {
        while sent > 0 {
            let Some(front) = self.segments.front_mut() else {
                unreachable!("more was sent than waited");
            };
            let (done, released): (usize, Option<BlockId>) = match front {
                Segment::Own(length) => {
                    let taken = sent.min(*length as usize);
                    *length -= taken as u32;
                    self.own_sent += taken;
                    (taken, None)
                }
                Segment::Shared(range) => {
                    let taken = sent.min(range.len());
                    range.start += taken as u32;
                    (taken, Some(range.block))
                }
            };
            sent -= done;
            let is_used_up = match front {
                Segment::Own(length) => *length == 0,
                Segment::Shared(range) => range.is_empty(),
            };
            if is_used_up {
                self.segments.pop_front();
                if let Some(block) = released {
                    pool.release(block);
                }
            }
        }
    }

    /// Gives all memory back; nothing waits.
    fn rest(&mut self, pool: &mut OutputPool) {
        pool.give_buffer(std::mem::take(&mut self.own));
        self.own_sent = 0;
        self.own_committed = 0;
        if self.segments.capacity() > SLICES_PER_WRITE_MAX {
            self.segments = VecDeque::new();
        }
        self.recount(pool);
    }

    /// Tells the pool what memory the queue itself takes now.
    fn recount(&mut self, pool: &mut OutputPool) {
        let bytes = self.own_memory_bytes();
        pool.recount(self.counted_bytes, bytes);
        self.counted_bytes = bytes;
    }
}

fn range_bytes(pool: &OutputPool, range: SharedRange) -> &[u8] {
    &pool.bytes(range.block)[range.start as usize..range.end as usize]
}
