//! Combines strings bit by bit.

/// How strings are combined. Behind its end a string has zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Bits that are set in all.
    And,
    /// Bits that are set in any.
    Or,
    /// Bits that are set in an odd number of them.
    Xor,
    /// Bits that are clear in the only string.
    Not,
    /// Bits that are set in the first and in no other.
    Diff,
    /// Bits that are set in any but the first.
    Diff1,
    /// Bits that are set in the first and in any other.
    AndOr,
    /// Bits that are set in exactly one.
    One,
}

/// How many bytes of the strings are combined before what follows them is looked at: few enough for all to stay in the nearest
/// cache, and enough to make up for going through the strings again.
const BLOCK_BYTES: usize = 4096;

/// What strings are combined to; as long as the longest of them.
pub fn combine(operation: Operation, strings: &[&[u8]]) -> Vec<u8> {
    let length = strings.iter().map(|bytes| bytes.len()).max().unwrap_or(0);
    let mut result = Vec::with_capacity(length);
    let mut block = Block { main: [0; BLOCK_BYTES], other: [0; BLOCK_BYTES] };
    for start in (0..length).step_by(BLOCK_BYTES) {
        let bytes = BLOCK_BYTES.min(length - start);
        block.main.fill(0);
        block.other.fill(0);
        for (index, string) in strings.iter().enumerate() {
            let part = string.get(start..).unwrap_or_default();
            block.add(operation, &part[..part.len().min(bytes)], index == 0);
        }
        block.finish(operation);
        result.extend_from_slice(&block.main[..bytes]);
    }
    result
}

/// What has come of a block of the strings so far.
struct Block {
    /// All so far, or the first alone, as the operation needs it.
    main: [u8; BLOCK_BYTES],
    /// The union of all but the first, or with [`Operation::One`] what is set in more than one.
    other: [u8; BLOCK_BYTES],
}

impl Block {
    /// Takes the bytes of a string into it, behind which it has zeros.
    fn add(&mut self, operation: Operation, bytes: &[u8], is_first: bool) {
        match operation {
            Operation::Not => zip(&mut self.main, bytes, |main, byte| *main = !byte),
            Operation::And if !is_first => {
                zip(&mut self.main, bytes, |main, byte| *main &= byte);
                self.main[bytes.len()..].fill(0);
            }
            Operation::Xor => zip(&mut self.main, bytes, |main, byte| *main ^= byte),
            Operation::Diff | Operation::Diff1 | Operation::AndOr if !is_first => {
                zip(&mut self.other, bytes, |other, byte| *other |= byte);
            }
            Operation::One => {
                for ((main, other), byte) in self.main.iter_mut().zip(&mut self.other).zip(bytes) {
                    *other |= *main & byte;
                    *main |= byte;
                }
            }
            _ => zip(&mut self.main, bytes, |main, byte| *main |= byte),
        }
    }

    /// Makes `main` the result.
    fn finish(&mut self, operation: Operation) {
        let (main, other) = (&mut self.main, &self.other);
        match operation {
            Operation::Diff | Operation::One => zip(main, other, |main, other| *main &= !other),
            Operation::Diff1 => zip(main, other, |main, other| *main = other & !*main),
            Operation::AndOr => zip(main, other, |main, other| *main &= other),
            Operation::And | Operation::Or | Operation::Xor | Operation::Not => {}
        }
    }
}

/// Applies `each` to pairs of bytes; plain enough for the compiler to take many at once.
fn zip(target: &mut [u8], source: &[u8], each: impl Fn(&mut u8, u8)) {
    for (target, source) in target.iter_mut().zip(source) {
        each(target, *source);
    }
}
