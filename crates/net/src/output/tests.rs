use std::io::Read;
use std::os::unix::net::UnixStream;

use super::*;
use crate::Socket;

/// A queue whose bytes come out at `peer`.
struct Rig {
    queue: OutputQueue,
    pool: OutputPool,
    socket: Socket,
    peer: UnixStream,
}

fn rig() -> Rig {
    let (near, peer) = UnixStream::pair().expect("a pair of sockets");
    near.set_nonblocking(true).expect("a non-blocking socket");
    let socket = Socket::Unix(mio::net::UnixStream::from_std(near));
    Rig { queue: OutputQueue::default(), pool: OutputPool::default(), socket, peer }
}

impl Rig {
    fn received(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.peer.read_exact(&mut bytes).expect("the bytes sent");
        bytes
    }

    fn flush(&mut self) -> Flush {
        self.queue.flush(&mut self.socket, &mut self.pool).expect("a peer that reads")
    }
}

#[test]
fn own_and_shared_bytes_keep_their_order() {
    let mut rig = rig();
    let block = rig.pool.open(64);
    rig.queue.writer(&mut rig.pool).extend_from_slice(b"+OK");
    let first = rig.pool.append(block, [b"one", b"two", b""]);
    rig.queue.push_shared(&mut rig.pool, first);
    let second = rig.pool.append(block, [b"three", b"", b""]);
    rig.queue.push_shared(&mut rig.pool, second);
    rig.queue.push_copy(&mut rig.pool, [b"a", b"b", b"c"]);
    rig.queue.writer(&mut rig.pool).extend_from_slice(b"d");
    assert_eq!(rig.queue.pending_bytes(), 18);
    let frame = rig.pool.wrap(Frame::share(b"xyz".to_vec()));
    let tail = rig.pool.tail(frame, 1);
    rig.queue.push_shared(&mut rig.pool, tail);
    rig.pool.release(frame);
    assert_eq!(rig.queue.segments(), 4, "continued ranges and own runs are merged");
    assert_eq!(rig.flush(), Flush::Done);
    assert_eq!(rig.received(20), b"+OKonetwothreeabcdyz");
    assert!(rig.queue.is_empty() && rig.pool.is_sole_holder(block));
    rig.pool.release(block);
    assert_eq!(rig.pool.block_bytes(), 0);
}

#[test]
fn what_waits_in_another_queue_comes_behind() {
    let mut rig = rig();
    let block = rig.pool.open(64);
    let mut other = OutputQueue::default();
    rig.queue.writer(&mut rig.pool).extend_from_slice(b"*1");
    other.writer(&mut rig.pool).extend_from_slice(b"own");
    rig.queue.append(&mut rig.pool, &mut other);
    let first = rig.pool.append(block, [b"one", b"", b""]);
    other.push_shared(&mut rig.pool, first);
    other.push_copy(&mut rig.pool, [b"a", b"b", b""]);
    let second = rig.pool.append(block, [b"two", b"", b""]);
    other.push_shared(&mut rig.pool, second);
    other.writer(&mut rig.pool).extend_from_slice(b"c");
    rig.queue.append(&mut rig.pool, &mut other);
    assert!(other.is_empty() && other.segments() == 0);
    assert_eq!(rig.queue.pending_bytes(), 14);
    assert_eq!(rig.flush(), Flush::Done);
    assert_eq!(rig.received(14), b"*1ownoneabtwoc");
    assert!(rig.pool.is_sole_holder(block));
    rig.pool.release(block);
    assert_eq!(rig.pool.block_bytes(), 0);
}

#[test]
fn a_full_socket_blocks_and_goes_on_where_it_stopped() {
    const CHUNK: usize = 50_000;
    let mut rig = rig();
    let mut expected = Vec::new();
    for index in 0..40_u8 {
        let block = rig.pool.open(CHUNK);
        let range = rig.pool.append(block, [&vec![index; CHUNK], b"", b""]);
        rig.queue.push_shared(&mut rig.pool, range);
        rig.pool.release(block);
        rig.queue.push_copy(&mut rig.pool, [b"<", &[index], b">"]);
        expected.extend(std::iter::repeat_n(index, CHUNK));
        expected.extend([b'<', index, b'>']);
    }
    assert_eq!(rig.queue.pending_bytes(), expected.len());
    let mut received = Vec::new();
    loop {
        let before = rig.queue.pending_bytes();
        let outcome = rig.flush();
        let sent = before - rig.queue.pending_bytes();
        received.extend(rig.received(sent));
        if outcome == Flush::Done {
            break;
        }
    }
    assert!(received == expected, "the bytes came out as they went in");
    assert_eq!(rig.pool.block_bytes(), 0, "sent blocks are freed");
}

#[test]
fn truncating_takes_back_only_what_nothing_followed() {
    let mut rig = rig();
    rig.queue.push_copy(&mut rig.pool, [b"kept", b"", b""]);
    let mark = rig.queue.mark(&mut rig.pool);
    rig.queue.writer(&mut rig.pool).extend_from_slice(b"dropped");
    rig.queue.truncate(mark);
    assert_eq!(rig.queue.pending_bytes(), 4);
    let mark = rig.queue.mark(&mut rig.pool);
    rig.queue.push_copy(&mut rig.pool, [b"!", b"", b""]);
    rig.queue.truncate(mark);
    assert_eq!(rig.flush(), Flush::Done);
    assert_eq!(rig.received(5), b"kept!");
}

/// Long replies wait where they were written, whatever comes behind them.
#[test]
fn long_replies_are_not_moved() {
    const REPLY: usize = 70_000;
    const REPLIES: usize = 30;
    let mut rig = rig();
    let block = rig.pool.open(64);
    // A few bytes that wait apart from what is long.
    rig.queue.push_copy(&mut rig.pool, [b"own", b"", b""]);
    let range = rig.pool.append(block, [b"shared", b"", b""]);
    rig.queue.push_shared(&mut rig.pool, range);
    let mut expected = b"ownshared".to_vec();
    for index in 0..REPLIES {
        let mark = rig.queue.mark(&mut rig.pool);
        let reply = vec![index as u8; REPLY];
        rig.queue.writer(&mut rig.pool).extend_from_slice(&reply);
        expected.extend(reply);
        // Some of them with what others wait for between them, some taken back, some sent in part.
        match index % 4 {
            0 => {
                let range = rig.pool.append(block, [b"*", b"", b""]);
                rig.queue.push_shared(&mut rig.pool, range);
                expected.push(b'*');
            }
            1 => {
                rig.queue.truncate(mark);
                expected.truncate(expected.len() - REPLY);
            }
            2 => drop(rig.flush()),
            _ => {}
        }
        assert!(rig.queue.own_memory_bytes() < 3 * REPLY, "{}", rig.queue.own_memory_bytes());
    }
    let mut received = Vec::new();
    while received.len() < expected.len() {
        let _outcome = rig.flush();
        let sent = expected.len() - received.len() - rig.queue.pending_bytes();
        received.extend(rig.received(sent));
    }
    assert!(received == expected, "the bytes came out as they went in");
    rig.pool.release(block);
    assert_eq!(rig.pool.block_bytes(), 0, "sent blocks are freed");
    rig.queue.clear(&mut rig.pool);
    assert_eq!(rig.pool.output_bytes(), 0);
}

/// A buffer that doubles as short replies come has not much room left when it becomes a block.
#[test]
fn blocks_of_short_replies_are_filled() {
    const REPLIES: usize = 10_000;
    for length in [1, 100, 1000, 5000, 20_000, 70_000] {
        let mut rig = rig();
        let mut written = 0;
        for _ in 0..REPLIES.min(10_000_000 / length) {
            rig.queue.mark(&mut rig.pool);
            rig.queue.writer(&mut rig.pool).extend(std::iter::repeat_n(b'x', length));
            written += length;
        }
        rig.queue.mark(&mut rig.pool);
        let taken = rig.pool.block_bytes();
        assert!(taken <= written / 2 * 3, "{taken} for {written} in replies of {length}");
    }
}

#[test]
fn a_cleared_queue_holds_nothing() {
    let mut rig = rig();
    let block = rig.pool.open(16);
    let range = rig.pool.append(block, [b"abc", b"", b""]);
    rig.queue.push_copy(&mut rig.pool, [b"own", b"", b""]);
    rig.queue.push_shared(&mut rig.pool, range);
    rig.pool.release(block);
    rig.queue.clear(&mut rig.pool);
    assert!(rig.queue.is_empty());
    assert_eq!(rig.pool.block_bytes(), 0);
    assert_eq!(rig.flush(), Flush::Done);
}

#[test]
fn what_the_pool_counts_is_what_blocks_and_queues_take() {
    let mut rig = rig();
    let block = rig.pool.open(64);
    let range = rig.pool.append(block, [b"one", b"two", b""]);
    rig.queue.push_shared(&mut rig.pool, range);
    rig.queue.push_copy(&mut rig.pool, [&[b'x'; 5000], b"", b""]);
    let own_bytes = rig.queue.own_memory_bytes();
    assert!(own_bytes >= 5000);
    assert_eq!(rig.pool.output_bytes(), 64 + own_bytes);
    // A second queue shares the block, which counts once.
    let mut other = OutputQueue::default();
    other.push_shared(&mut rig.pool, range);
    assert_eq!(rig.pool.output_bytes(), 64 + own_bytes + other.own_memory_bytes());
    other.clear(&mut rig.pool);
    rig.queue.clear(&mut rig.pool);
    rig.pool.release(block);
    assert_eq!(rig.pool.output_bytes(), 0, "queues that are closed leave nothing");
}
