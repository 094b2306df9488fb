//! Keys whose waiters are to be looked at.

use std::collections::HashSet;

use foldhash::fast::RandomState;
use thin_vec::ThinVec;

/// A key with its database.
pub type ReadyKey = (u32, Box<[u8]>);

/// So many are compared one by one; more are found by their hash.
const FEW: usize = 8;

/// Keys that changed and that someone waits for, each once, in the order in which they did.
///
/// Mostly there is none or one.
#[derive(Debug, Default)]
pub struct ReadyKeys {
    keys: ThinVec<ReadyKey>,
    /// All of them, if they are many.
    #[expect(
        clippy::box_collection,
        reason = "it is handed on with every command, and mostly there is none"
    )]
    known: Option<Box<HashSet<ReadyKey, RandomState>>>,
}

impl ReadyKeys {
    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Adds a key behind the others, unless it is among them.
    pub fn push(&mut self, key: ReadyKey) {
        let is_new = if self.keys.len() < FEW {
            !self.keys.contains(&key)
        } else {
            let all = || Box::new(self.keys.iter().cloned().collect());
            self.known.get_or_insert_with(all).insert(key.clone())
        };
        if is_new {
            self.keys.push(key);
        }
    }

    /// Takes all out, in order.
    pub fn take(&mut self) -> impl Iterator<Item = ReadyKey> + use<> {
        std::mem::take(self).keys.into_iter()
    }
}

impl Extend<ReadyKey> for ReadyKeys {
    fn extend<T: IntoIterator<Item = ReadyKey>>(&mut self, keys: T) {
        keys.into_iter().for_each(|key| self.push(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(database: u32, number: usize) -> ReadyKey {
        (database, number.to_string().into_bytes().into())
    }

    #[test]
    fn each_key_is_there_once_and_in_order() {
        for count in [0, 1, FEW - 1, FEW, FEW + 1, 5 * FEW] {
            let mut ready = ReadyKeys::default();
            for _ in 0..3 {
                ready.extend((0..count).map(|number| key(0, number)));
                ready.extend((0..count).rev().map(|number| key(1, number)));
            }
            assert_eq!(ready.is_empty(), count == 0);
            let first = (0..count).map(|number| key(0, number));
            let second = (0..count).rev().map(|number| key(1, number));
            assert!(ready.take().eq(first.chain(second)), "{count}");
            assert!(ready.is_empty());
        }
    }
}
