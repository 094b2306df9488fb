//! The set of patterns that someone subscribes to.

use fanfare_stdx::glob;

/// Names a pattern of a [`PatternIndex`]; small, and reused once the pattern is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PatternId(u32);

impl PatternId {
    /// The number, to index a vector with.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A set of patterns.
#[derive(Default)]
pub struct PatternIndex {
    patterns: Vec<Option<Box<[u8]>>>,
    generation: u64,
}

impl PatternIndex {
    /// Adds a pattern, or finds it.
    pub fn insert(&mut self, pattern: &[u8]) -> PatternId {
        if let Some(id) = self.find(pattern) {
            return id;
        }
        self.generation += 1;
        let free = self.patterns.iter().position(Option::is_none);
        let index = free.unwrap_or_else(|| {
            self.patterns.push(None);
            self.patterns.len() - 1
        });
        self.patterns[index] = Some(pattern.into());
        PatternId(index as u32)
    }

    /// The number of a pattern in the set.
    pub fn find(&self, pattern: &[u8]) -> Option<PatternId> {
        let index = self.patterns.iter().position(|other| other.as_deref() == Some(pattern))?;
        Some(PatternId(index as u32))
    }

    /// Takes a pattern out.
    pub fn remove(&mut self, pattern: &[u8]) -> Option<PatternId> {
        let id = self.find(pattern)?;
        self.generation += 1;
        self.patterns[id.index()] = None;
        Some(id)
    }

    /// Appends the patterns that match.
    pub fn matches(&self, channel: &[u8], found: &mut Vec<PatternId>) {
        for (pattern, index) in self.patterns.iter().zip(0..) {
            if pattern.as_deref().is_some_and(|pattern| glob::matches(pattern, channel)) {
                found.push(PatternId(index));
            }
        }
    }

    /// Changes with every change of the set.
    pub fn generation(&self) -> u64 {
        self.generation
    }
}
