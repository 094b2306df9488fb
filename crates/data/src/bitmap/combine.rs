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

/// What has come of the strings so far.
#[derive(Clone, Debug)]
pub struct Combination {
    operation: Operation,
    strings: usize,
    /// All so far, or the first alone, as the operation needs it.
    main: Vec<u8>,
    /// The union of all but the first, or with [`Operation::One`] what is set in more than one.
    other: Vec<u8>,
}

impl Combination {
    /// A combination of no strings.
    pub fn new(operation: Operation) -> Self {
        Self { operation, strings: 0, main: Vec::new(), other: Vec::new() }
    }

    /// Takes a string into it.
    pub fn add(&mut self, bytes: &[u8]) {
        let is_first = self.strings == 0;
        self.strings += 1;
        if self.main.len() < bytes.len() {
            self.main.resize(bytes.len(), 0);
        }
        match self.operation {
            Operation::Not => zip(&mut self.main, bytes, |main, byte| *main = !byte),
            Operation::And if !is_first => {
                zip(&mut self.main, bytes, |main, byte| *main &= byte);
                self.main[bytes.len()..].fill(0);
            }
            Operation::Xor => zip(&mut self.main, bytes, |main, byte| *main ^= byte),
            Operation::Diff | Operation::Diff1 | Operation::AndOr if !is_first => {
                self.fit_other();
                zip(&mut self.other, bytes, |other, byte| *other |= byte);
            }
            Operation::One => {
                self.fit_other();
                for ((main, other), byte) in self.main.iter_mut().zip(&mut self.other).zip(bytes) {
                    *other |= *main & byte;
                    *main |= byte;
                }
            }
            _ => zip(&mut self.main, bytes, |main, byte| *main |= byte),
        }
    }

    /// The result, as long as the longest string.
    pub fn finish(mut self) -> Vec<u8> {
        self.fit_other();
        match self.operation {
            Operation::Diff | Operation::One => {
                zip(&mut self.main, &self.other, |main, other| *main &= !other);
            }
            Operation::Diff1 => {
                zip(&mut self.main, &self.other, |main, other| *main = other & !*main);
            }
            Operation::AndOr => zip(&mut self.main, &self.other, |main, other| *main &= other),
            Operation::And | Operation::Or | Operation::Xor | Operation::Not => {}
        }
        self.main
    }

    fn fit_other(&mut self) {
        let needs_other = matches!(
            self.operation,
            Operation::Diff | Operation::Diff1 | Operation::AndOr | Operation::One
        );
        if needs_other && self.other.len() < self.main.len() {
            self.other.resize(self.main.len(), 0);
        }
    }
}

/// Applies `each` to pairs of bytes; plain enough for the compiler to take many at once.
fn zip(target: &mut [u8], source: &[u8], each: impl Fn(&mut u8, u8)) {
    for (target, source) in target.iter_mut().zip(source) {
        each(target, *source);
    }
}
