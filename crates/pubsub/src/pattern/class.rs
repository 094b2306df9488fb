//! Classes, each kept once with a number and the count of edges that use it.

use hashbrown::HashMap;

use super::step::ByteSet;

#[derive(Debug)]
struct Class {
    set: ByteSet,
    uses: u32,
}

/// All classes that label an edge. Classes that hold the same bytes are one, however they are
/// written.
#[derive(Debug, Default)]
pub(super) struct Classes {
    numbers: HashMap<ByteSet, u32, foldhash::fast::RandomState>,
    slots: Vec<Class>,
    free: Vec<u32>,
}

impl Classes {
    pub(super) fn find(&self, set: &ByteSet) -> Option<u32> {
        self.numbers.get(set).copied()
    }

    /// Counts one more edge labelled with `set`, and gives the class's number.
    pub(super) fn acquire(&mut self, set: ByteSet) -> u32 {
        if let Some(number) = self.find(&set) {
            self.slots[number as usize].uses += 1;
            return number;
        }
        let class = Class { set, uses: 1 };
        let number = if let Some(number) = self.free.pop() {
            self.slots[number as usize] = class;
            number
        } else {
            self.slots.push(class);
            self.slots.len() as u32 - 1
        };
        self.numbers.insert(set, number);
        number
    }

    /// Counts one edge less; a class without an edge is forgotten.
    pub(super) fn release(&mut self, number: u32) {
        let class = &mut self.slots[number as usize];
        class.uses -= 1;
        if class.uses == 0 {
            self.numbers.remove(&class.set);
            self.free.push(number);
        }
    }

    pub(super) fn contains(&self, number: u32, byte: u8) -> bool {
        self.slots[number as usize].set.contains(byte)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }
}
