//! How large a block may be.

/// What the form of a block takes in a listpack beside its elements, by a generous estimate: a block is full when an element
/// and so many bytes do not fit.
const ELEMENT_OVERHEAD_BYTES: usize = 8;
/// Most bytes of a block whose elements are counted.
const COUNTED_BLOCK_BYTES_MAX: usize = 8192;
/// Most bytes of a block, for the settings -1 to -5.
const BLOCK_BYTES: [usize; 5] = [4096, 8192, 16384, 32768, 65536];

/// How large a block may be (`list-max-listpack-size`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockLimit {
    /// Most elements, if they are counted.
    elements: Option<usize>,
    bytes: usize,
}

impl BlockLimit {
    /// The limit of a setting: a number of elements, or -1 to -5 for 4 to 64 kB.
    pub fn from_setting(setting: i64) -> Self {
        if setting < 0 {
            let index = (setting.unsigned_abs() as usize - 1).min(BLOCK_BYTES.len() - 1);
            return Self { elements: None, bytes: BLOCK_BYTES[index] };
        }
        Self { elements: Some(setting.max(1) as usize), bytes: COUNTED_BLOCK_BYTES_MAX }
    }

    /// Whether a list of so many elements and bytes, what is added included, stays one listpack.
    pub(super) fn allows_packed(self, elements: usize, bytes: usize) -> bool {
        self.allows(elements, bytes)
    }

    /// Whether a list that shrinks to one block of this size becomes a listpack again: at half the limit, lest a list at the
    /// limit change its form with every step.
    pub(super) fn asks_for_packed(self, elements: usize, bytes: usize) -> bool {
        match self.elements {
            Some(most) => elements <= most / 2 && bytes <= self.bytes,
            None => bytes <= self.bytes / 2,
        }
    }

    /// Whether an element stands alone in a block.
    pub(super) fn is_large(self, element_bytes: usize) -> bool {
        element_bytes > self.bytes
    }

    /// Whether a block of this size takes another element.
    pub(super) fn has_room(self, elements: usize, bytes: usize, element_bytes: usize) -> bool {
        self.allows(elements + 1, bytes + element_bytes + ELEMENT_OVERHEAD_BYTES)
    }

    /// Whether there may be a block of this size.
    pub(super) fn allows(self, elements: usize, bytes: usize) -> bool {
        self.elements.is_none_or(|most| elements <= most) && bytes <= self.bytes
    }
}
