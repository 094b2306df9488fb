//! Fields drawn at random.

use std::collections::HashSet;

use fanfare_stdx::random::Random;

use super::{Field, HashRef, Kind, LargeHash};

/// Fields are drawn one by one when at most one of so many is wanted; otherwise all are walked through.
const SPARSE_SHARE: usize = 4;

impl<'a> HashRef<'a> {
    /// So many different fields at random, or all there are.
    pub fn sample(self, count: usize, random: &mut Random) -> Vec<Field<'a>> {
        match self.0 {
            Kind::Large(hash) if count < hash.len() / SPARSE_SHARE => draw(hash, count, random),
            _ => self.pick(count, random),
        }
    }

    /// So many fields at random, each of them as if it were the only one.
    pub fn draw_each(self, count: usize, random: &mut Random) -> impl Iterator<Item = Field<'a>> {
        // To find a packed field is a walk: it is done once for all of them.
        let packed = match self.0 {
            Kind::Packed(packed) if count > 1 => packed.iter().collect(),
            _ => Vec::new(),
        };
        (0..count).filter_map(move |_| {
            if packed.is_empty() {
                return self.random(random.next_u64());
            }
            Some(packed[random.below(packed.len())])
        })
    }

    /// Walks through all fields and takes each with the chance that leaves as many as are wanted.
    fn pick(self, count: usize, random: &mut Random) -> Vec<Field<'a>> {
        let mut left = self.len();
        let mut wanted = count.min(left);
        let mut picked = Vec::with_capacity(wanted);
        self.for_each(|field| {
            if random.below(left.max(1)) < wanted {
                picked.push(field);
                wanted -= 1;
            }
            left = left.saturating_sub(1);
        });
        picked
    }
}

/// Draws until enough different fields have come.
fn draw<'a>(hash: &'a LargeHash, count: usize, random: &mut Random) -> Vec<Field<'a>> {
    let mut seen = HashSet::with_capacity(count);
    let mut drawn = Vec::with_capacity(count);
    while drawn.len() < count {
        let Some(entry) = hash.random_entry(random.next_u64()) else { break };
        if seen.insert(entry.key()) {
            drawn.push(super::large::field(entry));
        }
    }
    drawn
}
