//! Intsets: distinct integers in order, in the format that RDB files hold.
//!
//! ```text
//! | bytes of an integer, 2, 4 or 8: 4 | integers: 4 | integer … |        all little-endian
//! ```
//!
//! All integers are as wide as the widest of them must be; they do not become narrower when it goes. Reading trusts the bytes:
//! what comes from outside must be checked before it is stored.

use super::buffer::Buffer;

/// An intset without integers.
pub const EMPTY: [u8; 8] = [2, 0, 0, 0, 0, 0, 0, 0];

const HEADER_BYTES: usize = 8;

/// An intset, read.
#[derive(Clone, Copy, Debug)]
pub struct Intset<'a> {
    width: usize,
    integers: &'a [u8],
}

impl<'a> Intset<'a> {
    /// The intset in these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        let width = usize::from(bytes[0]);
        debug_assert!(
            matches!(width, 2 | 4 | 8) && (bytes.len() - HEADER_BYTES).is_multiple_of(width)
        );
        Self { width, integers: &bytes[HEADER_BYTES..] }
    }

    /// How many integers there are.
    pub fn len(self) -> usize {
        // Widths are powers of two; dividing by one that is not known would cost more than all else here.
        self.integers.len() >> self.width.trailing_zeros()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.integers.is_empty()
    }

    /// The integer of a number, counted from the least; panics if there are not so many.
    pub fn get(self, index: usize) -> i64 {
        read(self.width, &self.integers[index * self.width..])
    }

    /// The place of an integer, or, if it is not there, the place where it belongs.
    pub fn find(self, integer: i64) -> Result<usize, usize> {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = usize::midpoint(from, to);
            let other = self.get(middle);
            match other.cmp(&integer) {
                std::cmp::Ordering::Equal => return Ok(middle),
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        Err(from)
    }

    /// Whether an integer is there.
    pub fn contains(self, integer: i64) -> bool {
        self.find(integer).is_ok()
    }

    /// All integers in order.
    pub fn iter(self) -> Iter<'a> {
        Iter(self)
    }
}

/// The integers of an intset in order.
#[derive(Clone, Debug)]
pub struct Iter<'a>(Intset<'a>);

impl Iterator for Iter<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        if self.0.integers.is_empty() {
            return None;
        }
        let integer = read(self.0.width, self.0.integers);
        self.0.integers = &self.0.integers[self.0.width..];
        Some(integer)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len(), Some(self.0.len()))
    }
}

/// The bytes that an intset would have with one integer more than `set`.
pub fn bytes_with(set: Intset<'_>, integer: i64) -> usize {
    HEADER_BYTES + (set.len() + 1) * set.width.max(width_of(integer))
}

/// Adds an integer; whether it was not there. Costs a move of all greater ones, or of all if they become wider.
pub fn insert(buffer: &mut impl Buffer, integer: i64) -> bool {
    let set = Intset::new(buffer.bytes());
    let Err(index) = set.find(integer) else { return false };
    let (length, old_width) = (set.len(), set.width);
    let width = old_width.max(width_of(integer));
    if width > old_width {
        widen(buffer, width);
    }
    let at = HEADER_BYTES + index * width;
    write(width, integer, buffer.make_room(at..at, width));
    set_length(buffer, length + 1);
    true
}

/// Takes an integer out; whether it was there. Costs a move of all greater ones.
pub fn remove(buffer: &mut impl Buffer, integer: i64) -> bool {
    let set = Intset::new(buffer.bytes());
    let Ok(index) = set.find(integer) else { return false };
    let (length, width) = (set.len(), set.width);
    let at = HEADER_BYTES + index * width;
    buffer.make_room(at..at + width, 0);
    set_length(buffer, length - 1);
    true
}

/// Makes all integers as wide as that, which is wider than they are.
fn widen(buffer: &mut impl Buffer, width: usize) {
    let set = Intset::new(buffer.bytes());
    let (length, old_width) = (set.len(), set.width);
    let end = HEADER_BYTES + length * old_width;
    buffer.make_room(end..end, length * (width - old_width));
    let bytes = buffer.bytes_mut();
    bytes[0] = width as u8;
    let integers = &mut bytes[HEADER_BYTES..];
    // From the last on, because each comes to stand behind where it stood.
    for index in (0..length).rev() {
        let integer = read(old_width, &integers[index * old_width..]);
        write(width, integer, &mut integers[index * width..]);
    }
}

fn set_length(buffer: &mut impl Buffer, length: usize) {
    buffer.bytes_mut()[4..HEADER_BYTES].copy_from_slice(&(length as u32).to_le_bytes());
}

fn width_of(integer: i64) -> usize {
    match integer {
        -0x8000..=0x7fff => 2,
        -0x8000_0000..=0x7fff_ffff => 4,
        _ => 8,
    }
}

/// The integer at the start of `bytes`.
fn read(width: usize, bytes: &[u8]) -> i64 {
    match width {
        2 => i64::from(i16::from_le_bytes(first(bytes))),
        4 => i64::from(i32::from_le_bytes(first(bytes))),
        8 => i64::from_le_bytes(first(bytes)),
        _ => unreachable!("integers of an intset are not of {width} bytes"),
    }
}

fn first<const WIDTH: usize>(bytes: &[u8]) -> [u8; WIDTH] {
    *bytes.first_chunk().expect("an intset ends behind an integer")
}

/// Writes an integer at the start of `bytes`.
fn write(width: usize, integer: i64, bytes: &mut [u8]) {
    bytes[..width].copy_from_slice(&integer.to_le_bytes()[..width]);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fanfare_stdx::random::Random;

    use super::*;

    #[test]
    fn it_agrees_with_a_sorted_set() {
        for seed in 0..30 {
            let mut random = Random::from_seed(seed);
            let mut bytes = EMPTY.to_vec();
            let mut model = BTreeSet::new();
            for _ in 0..400 {
                // Few bits at first, so that integers become wider on the way.
                let bits = random.below(if seed % 3 == 0 { 10 } else { 64 }) as u32;
                let integer = random.next_u64().cast_signed() >> (63 - bits);
                if random.below(3) == 0 {
                    let gone = model.iter().nth(random.below(model.len().max(1))).copied();
                    let gone = gone.unwrap_or(integer);
                    assert_eq!(remove(&mut bytes, gone), model.remove(&gone), "seed {seed}");
                } else {
                    let expected_bytes = bytes_with(Intset::new(&bytes), integer);
                    let is_new = model.insert(integer);
                    assert_eq!(insert(&mut bytes, integer), is_new, "seed {seed}");
                    assert!(!is_new || bytes.len() == expected_bytes, "seed {seed}");
                }
                let set = Intset::new(&bytes);
                assert_eq!((set.len(), set.is_empty()), (model.len(), model.is_empty()));
                assert!(set.iter().eq(model.iter().copied()), "seed {seed}");
                assert_eq!(set.contains(integer), model.contains(&integer), "seed {seed}");
            }
        }
    }

    #[test]
    fn its_bytes_are_those_of_rdb_files() {
        let mut bytes = EMPTY.to_vec();
        assert!(insert(&mut bytes, 5) && insert(&mut bytes, -1));
        assert_eq!(bytes, [2, 0, 0, 0, 2, 0, 0, 0, 0xff, 0xff, 5, 0]);
        assert!(insert(&mut bytes, 0x8000));
        let wide = [0xff, 0xff, 0xff, 0xff, 5, 0, 0, 0, 0, 0x80, 0, 0];
        assert_eq!(bytes, [&[4, 0, 0, 0, 3, 0, 0, 0], &wide[..]].concat());
        assert!(remove(&mut bytes, 0x8000) && !remove(&mut bytes, 7));
        assert_eq!(bytes, [&[4, 0, 0, 0, 2, 0, 0, 0], &wide[..8]].concat());
    }
}
