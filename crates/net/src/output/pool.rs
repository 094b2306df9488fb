//! Blocks of bytes that several output queues may refer to, and spare buffers.

use std::sync::Arc;

use super::frame::Frame;

/// Most spare buffers kept for connections that have something to send.
const SPARE_BUFFERS_MAX: usize = 64;
/// Largest buffer worth keeping as a spare, in bytes.
const SPARE_BUFFER_BYTES_MAX: usize = 64 * 1024;

/// Names a block of an [`OutputPool`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockId(pub(super) u32);

/// Some bytes of a block.
#[derive(Clone, Copy, Debug)]
pub struct SharedRange {
    pub(super) block: BlockId,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl SharedRange {
    /// Length in bytes.
    pub fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether there are no bytes in it.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }
}

enum Bytes {
    /// Grows at its end, up to the capacity it was made with.
    Open(Vec<u8>),
    /// A message that other reactors share.
    Frame(Arc<Frame>),
}

struct Block {
    bytes: Bytes,
    /// Segments that refer to it, plus one for the channel that still appends to it.
    holders: u32,
}

/// The blocks and spare buffers of one reactor.
#[derive(Default)]
pub struct OutputPool {
    blocks: Vec<Block>,
    free: Vec<BlockId>,
    spare: Vec<Vec<u8>>,
    block_bytes: usize,
    own_bytes: usize,
}

impl OutputPool {
    /// Makes an empty block with room for `capacity` bytes. The caller is its first holder.
    pub fn open(&mut self, capacity: usize) -> BlockId {
        self.insert(Bytes::Open(Vec::with_capacity(capacity)))
    }

    /// Makes a block of a frame that is not to be copied. The caller is its first holder.
    pub fn wrap(&mut self, frame: Arc<Frame>) -> BlockId {
        self.insert(Bytes::Frame(frame))
    }

    /// Makes a block of bytes that are there. The caller is its first holder.
    pub(super) fn adopt(&mut self, bytes: Vec<u8>) -> BlockId {
        self.insert(Bytes::Open(bytes))
    }

    /// How many bytes can still be appended to an open block.
    pub fn room(&self, block: BlockId) -> usize {
        match &self.block(block).bytes {
            Bytes::Open(bytes) => bytes.capacity() - bytes.len(),
            Bytes::Frame(_) => 0,
        }
    }

    /// Empties an open block if its only holder is the caller.
    pub fn reuse(&mut self, block: BlockId) {
        let block = &mut self.blocks[block.0 as usize];
        if let (1, Bytes::Open(bytes)) = (block.holders, &mut block.bytes) {
            bytes.clear();
        }
    }

    /// Appends to an open block, within its [`room`](Self::room).
    pub fn append(&mut self, block: BlockId, parts: [&[u8]; 3]) -> SharedRange {
        let Bytes::Open(bytes) = &mut self.blocks[block.0 as usize].bytes else {
            unreachable!("only open blocks are appended to");
        };
        let start = bytes.len() as u32;
        for part in parts {
            bytes.extend_from_slice(part);
        }
        SharedRange { block, start, end: bytes.len() as u32 }
    }

    /// The bytes of a wrapped frame from `start` on.
    pub fn tail(&self, block: BlockId, start: usize) -> SharedRange {
        let length = self.bytes(block).len();
        SharedRange { block, start: start as u32, end: length as u32 }
    }

    /// Gives up one hold of a block; the last one frees it.
    pub fn release(&mut self, id: BlockId) {
        let block = &mut self.blocks[id.0 as usize];
        block.holders -= 1;
        if block.holders == 0 {
            let bytes = std::mem::replace(&mut block.bytes, Bytes::Open(Vec::new()));
            self.block_bytes -= allocated(&bytes);
            self.free.push(id);
        }
    }

    /// Whether the caller, a holder, is the only one.
    pub fn is_sole_holder(&self, block: BlockId) -> bool {
        self.block(block).holders == 1
    }

    /// Bytes of memory in blocks that are this pool's own; [frames](Frame) are counted elsewhere.
    pub fn block_bytes(&self) -> usize {
        self.block_bytes
    }

    /// Bytes of memory in blocks, each counted once however many queues share it, and in the queues themselves, but not in
    /// [frames](Frame). What a reply writer has just appended counts from the next call on its queue on.
    pub fn output_bytes(&self) -> usize {
        self.block_bytes + self.own_bytes
    }

    /// Takes note that a queue's own memory has another size, in bytes.
    pub(super) fn recount(&mut self, before: usize, after: usize) {
        self.own_bytes = self.own_bytes + after - before;
    }

    pub(super) fn hold(&mut self, block: BlockId) {
        self.blocks[block.0 as usize].holders += 1;
    }

    pub(super) fn bytes(&self, block: BlockId) -> &[u8] {
        match &self.block(block).bytes {
            Bytes::Open(bytes) => bytes,
            Bytes::Frame(frame) => frame,
        }
    }

    /// An empty buffer, with capacity if one was spare.
    pub(super) fn take_buffer(&mut self) -> Vec<u8> {
        self.spare.pop().unwrap_or_default()
    }

    /// Takes back a buffer that is not needed now.
    pub(super) fn give_buffer(&mut self, mut buffer: Vec<u8>) {
        let fits = (1..=SPARE_BUFFER_BYTES_MAX).contains(&buffer.capacity());
        if fits && self.spare.len() < SPARE_BUFFERS_MAX {
            buffer.clear();
            self.spare.push(buffer);
        }
    }

    fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.0 as usize]
    }

    fn insert(&mut self, bytes: Bytes) -> BlockId {
        self.block_bytes += allocated(&bytes);
        let block = Block { bytes, holders: 1 };
        if let Some(id) = self.free.pop() {
            self.blocks[id.0 as usize] = block;
            return id;
        }
        self.blocks.push(block);
        BlockId(self.blocks.len() as u32 - 1)
    }
}

/// Memory that is the pool's alone.
fn allocated(bytes: &Bytes) -> usize {
    match bytes {
        Bytes::Open(bytes) => bytes.capacity(),
        Bytes::Frame(_) => 0,
    }
}
