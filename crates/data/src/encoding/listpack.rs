//! Listpacks: elements one behind the other in bytes.
//!
//! ```text
//! | elements: 2 | element … |        element: | head | text | length of head and text, backwards: 1-5 |
//! ```
//!
//! This is the format that RDB files hold, but for what stands around it there: the bytes in all (4) in front, and 0xff at the
//! end. Here whoever holds the bytes knows how many they are.
//!
//! An element is a string or an integer; a string that is exactly an integer's text is stored as one. Offsets are those of
//! elements' first bytes. Reading trusts the bytes: what comes from outside must be checked before it is stored.

use std::ops::Range;

use fanfare_stdx::number::parse_i64;

use super::buffer::Buffer;

/// A listpack without elements.
pub const EMPTY: [u8; HEADER_BYTES] = [0; HEADER_BYTES];
/// Bytes of a listpack without elements in Redis, whose limits count them.
pub const REDIS_EMPTY_BYTES: usize = 7;

/// Bytes that an element takes beside its text, at most.
pub const ELEMENT_OVERHEAD_BYTES_MAX: usize = 10;

const HEADER_BYTES: usize = 2;
/// In place of the number of elements: too many to be written; they must be counted.
const UNCOUNTED: u16 = u16::MAX;
/// Bytes of the longest head.
const HEAD_BYTES_MAX: usize = 9;

/// An element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element<'a> {
    /// An integer, which stands for its text.
    Integer(i64),
    /// Any other string.
    Bytes(&'a [u8]),
}

impl<'a> Element<'a> {
    /// The element that stands for a string.
    pub fn of(bytes: &'a [u8]) -> Self {
        parse_i64(bytes).map_or(Self::Bytes(bytes), Self::Integer)
    }

    /// The string that it stands for.
    pub fn text<'b>(self, buffer: &'b mut itoa::Buffer) -> &'b [u8]
    where
        'a: 'b,
    {
        match self {
            Self::Integer(number) => buffer.format(number).as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    /// Bytes of the string that it stands for.
    pub fn text_len(self) -> usize {
        self.text(&mut itoa::Buffer::new()).len()
    }

    /// The integer that it stands for, if it does.
    pub fn integer(self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(number),
            Self::Bytes(_) => None,
        }
    }

    /// Bytes that it takes in a listpack.
    pub fn encoded_bytes(self) -> usize {
        let length = self.head().1 + self.payload().len();
        length + back_bytes(length)
    }

    fn payload(self) -> &'a [u8] {
        match self {
            Self::Integer(_) => &[],
            Self::Bytes(bytes) => bytes,
        }
    }

    /// What stands before the text, and how long it is. An integer is all head.
    fn head(self) -> ([u8; HEAD_BYTES_MAX], usize) {
        let mut head = [0; HEAD_BYTES_MAX];
        let length = match self {
            Self::Integer(number) => integer_head(number, &mut head),
            Self::Bytes(bytes) => bytes_head(bytes.len(), &mut head),
        };
        (head, length)
    }

    /// Writes it at the start of `out`; how many bytes it took.
    fn encode(self, out: &mut [u8]) -> usize {
        let (head, head_bytes) = self.head();
        let payload = self.payload();
        let length = head_bytes + payload.len();
        out[..head_bytes].copy_from_slice(&head[..head_bytes]);
        out[head_bytes..length].copy_from_slice(payload);
        let back = back_bytes(length);
        for (place, index) in out[length..length + back].iter_mut().rev().zip(0..) {
            let is_first = index + 1 == back;
            *place = (length >> (7 * index)) as u8 & 0x7f | if is_first { 0 } else { 0x80 };
        }
        length + back
    }
}

fn integer_head(number: i64, head: &mut [u8; HEAD_BYTES_MAX]) -> usize {
    let bytes = number.to_le_bytes();
    let (mark, width) = match number {
        0..=127 => {
            head[0] = number as u8;
            return 1;
        }
        -4096..=4095 => {
            let bits = number as u16 & 0x1fff;
            head[..2].copy_from_slice(&(0xc000 | bits).to_be_bytes());
            return 2;
        }
        -0x8000..=0x7fff => (0xf1, 2),
        -0x80_0000..=0x7f_ffff => (0xf2, 3),
        -0x8000_0000..=0x7fff_ffff => (0xf3, 4),
        _ => (0xf4, 8),
    };
    head[0] = mark;
    head[1..=width].copy_from_slice(&bytes[..width]);
    1 + width
}

fn bytes_head(length: usize, head: &mut [u8; HEAD_BYTES_MAX]) -> usize {
    match length {
        0..=63 => {
            head[0] = 0x80 | length as u8;
            1
        }
        64..=4095 => {
            head[..2].copy_from_slice(&(0xe000 | length as u16).to_be_bytes());
            2
        }
        _ => {
            head[0] = 0xf0;
            head[1..5].copy_from_slice(&(length as u32).to_le_bytes());
            5
        }
    }
}

/// Bytes that it takes to say a length backwards.
fn back_bytes(length: usize) -> usize {
    match length {
        0..=0x7f => 1,
        0x80..=0x3fff => 2,
        0x4000..=0x1f_ffff => 3,
        0x20_0000..=0xfff_ffff => 4,
        _ => 5,
    }
}

/// A listpack, read.
#[derive(Clone, Copy, Debug)]
pub struct Listpack<'a>(&'a [u8]);

impl<'a> Listpack<'a> {
    /// The listpack in these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        debug_assert!(bytes.len() >= EMPTY.len());
        Self(bytes)
    }

    /// How many elements there are. Costs a walk where there are 65,535 or more.
    pub fn len(self) -> usize {
        match self.count() {
            UNCOUNTED => self.iter().count(),
            count => usize::from(count),
        }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0.len() == HEADER_BYTES
    }

    /// Its bytes.
    pub fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// Bytes that it would take in Redis, whose limits count them.
    pub fn redis_bytes(self) -> usize {
        self.0.len() - HEADER_BYTES + REDIS_EMPTY_BYTES
    }

    /// The offset behind the last element.
    pub fn end(self) -> usize {
        self.0.len()
    }

    /// The offset of the first element, or of the end.
    pub fn start(self) -> usize {
        HEADER_BYTES
    }

    /// The element at an offset.
    pub fn get(self, at: usize) -> Element<'a> {
        self.read(at).0
    }

    /// The offset behind the element at this one: the next element's, or that of the end.
    pub fn next(self, at: usize) -> usize {
        let length = self.head_and_text_bytes(at);
        at + length + back_bytes(length)
    }

    /// The offset of the element before this offset, if there is one.
    pub fn previous(self, at: usize) -> Option<usize> {
        if at <= HEADER_BYTES {
            return None;
        }
        let mut length = 0;
        let mut shift = 0;
        let mut back = at;
        loop {
            back -= 1;
            length |= usize::from(self.0[back] & 0x7f) << shift;
            if self.0[back] & 0x80 == 0 {
                return Some(back - length);
            }
            shift += 7;
        }
    }

    /// The offset of the element of this number, counted from 0, or with negative numbers from the end (-1 is the last).
    /// Costs a walk from the nearer end.
    pub fn nth(self, index: i64) -> Option<usize> {
        let length = self.len() as i64;
        let from_start = if index < 0 { length + index } else { index };
        if !(0..length).contains(&from_start) {
            return None;
        }
        let is_nearer_to_the_start = from_start < length / 2;
        if is_nearer_to_the_start {
            Some((0..from_start).fold(self.start(), |at, _| self.next(at)))
        } else {
            (from_start..length).try_fold(self.end(), |at, _| self.previous(at))
        }
    }

    /// The offset of the first element that stands for this string, among those at `from` and at every `stride`-th behind it.
    pub fn find(self, text: &[u8], from: usize, stride: usize) -> Option<usize> {
        let wanted = Element::of(text);
        let mut elements = self.iter_from(from);
        while let Some((at, element)) = elements.next() {
            if element == wanted {
                return Some(at);
            }
            for _ in 1..stride {
                if elements.from < elements.to {
                    elements.from = self.next(elements.from);
                }
            }
        }
        None
    }

    /// Whether the element at an offset is this one.
    pub fn is(self, at: usize, wanted: Element<'_>) -> bool {
        self.get(at) == wanted
    }

    /// All elements with their offsets.
    pub fn iter(self) -> Iter<'a> {
        Iter { listpack: self, from: self.start(), to: self.end() }
    }

    /// The elements from an offset on.
    pub fn iter_from(self, at: usize) -> Iter<'a> {
        Iter { listpack: self, from: at, to: self.end() }
    }

    /// The elements before an offset.
    pub fn iter_until(self, end: usize) -> Iter<'a> {
        Iter { listpack: self, from: self.start(), to: end }
    }

    /// How many elements there are, or [`UNCOUNTED`].
    fn count(self) -> u16 {
        u16::from_le_bytes([self.0[0], self.0[1]])
    }

    fn head_and_text_bytes(self, at: usize) -> usize {
        let bytes = self.0;
        match bytes[at] {
            0..=0x7f => 1,
            head @ 0x80..=0xbf => 1 + usize::from(head & 0x3f),
            0xc0..=0xdf => 2,
            head @ 0xe0..=0xef => 2 + (usize::from(head & 0x0f) << 8 | usize::from(bytes[at + 1])),
            0xf0 => {
                let length = [bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4]];
                5 + u32::from_le_bytes(length) as usize
            }
            0xf1 => 3,
            0xf2 => 4,
            0xf3 => 5,
            0xf4 => 9,
            head => unreachable!("no element of a listpack begins with {head}"),
        }
    }

    /// The element at an offset, and the bytes of its head and text.
    fn read(self, at: usize) -> (Element<'a>, usize) {
        let length = self.head_and_text_bytes(at);
        let bytes = &self.0[at..at + length];
        let element = match bytes[0] {
            head @ 0..=0x7f => Element::Integer(i64::from(head)),
            0x80..=0xbf => Element::Bytes(&bytes[1..]),
            0xc0..=0xdf => {
                // Thirteen bits, the highest of them the sign.
                let word = u16::from_be_bytes([bytes[0], bytes[1]]) << 3;
                Element::Integer(i64::from(word.cast_signed() >> 3))
            }
            0xe0..=0xef => Element::Bytes(&bytes[2..]),
            0xf0 => Element::Bytes(&bytes[5..]),
            _ => Element::Integer(little_endian(&bytes[1..])),
        };
        (element, length)
    }
}

/// A signed number of up to eight bytes.
fn little_endian(bytes: &[u8]) -> i64 {
    let mut word = [0; 8];
    word[8 - bytes.len()..].copy_from_slice(bytes);
    i64::from_le_bytes(word) >> (8 * (8 - bytes.len()))
}

/// Elements with their offsets, from either end.
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    listpack: Listpack<'a>,
    from: usize,
    to: usize,
}

impl Iter<'_> {
    /// The offset of the element that comes next, or of the end.
    pub fn offset(&self) -> usize {
        self.from
    }

    /// The range of bytes of the elements that are still to come.
    pub fn rest(&self) -> Range<usize> {
        self.from..self.to
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = (usize, Element<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.from >= self.to {
            return None;
        }
        let at = self.from;
        let (element, length) = self.listpack.read(at);
        self.from = at + length + back_bytes(length);
        Some((at, element))
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.from >= self.to {
            return None;
        }
        self.to = self.listpack.previous(self.to)?;
        Some((self.to, self.listpack.get(self.to)))
    }
}

/// Adds elements before the one at an offset, or at the end.
pub fn insert(buffer: &mut impl Buffer, at: usize, elements: &[Element<'_>]) {
    splice(buffer, at, 0, elements);
}

/// Adds elements at the end.
pub fn push(buffer: &mut impl Buffer, elements: &[Element<'_>]) {
    let end = Listpack::new(buffer.bytes()).end();
    splice(buffer, end, 0, elements);
}

/// Takes out `count` elements from an offset on, or as many as there are.
pub fn remove(buffer: &mut impl Buffer, at: usize, count: usize) {
    splice(buffer, at, count, &[]);
}

/// Takes out the elements in a range of bytes, which are so many.
pub fn cut(buffer: &mut impl Buffer, range: Range<usize>, removed: usize) {
    let old_count = Listpack::new(buffer.bytes()).count();
    buffer.make_room(range, 0);
    recount(buffer, old_count, 0, removed);
}

/// Puts an element in the place of another.
pub fn replace(buffer: &mut impl Buffer, at: usize, element: Element<'_>) {
    splice(buffer, at, 1, &[element]);
}

/// Puts elements in the place of `count` elements from an offset on. Costs a move of all that is behind, unless the lengths are
/// the same.
pub fn splice(buffer: &mut impl Buffer, at: usize, count: usize, elements: &[Element<'_>]) {
    let listpack = Listpack::new(buffer.bytes());
    let old_count = listpack.count();
    let mut behind = at;
    let mut removed = 0;
    while removed < count && behind < listpack.end() {
        behind = listpack.next(behind);
        removed += 1;
    }
    let length = elements.iter().map(|element| element.encoded_bytes()).sum();
    let mut room = buffer.make_room(at..behind, length);
    for element in elements {
        let taken = element.encode(room);
        room = &mut room[taken..];
    }
    recount(buffer, old_count, elements.len(), removed);
}

/// Takes out the elements at these offsets, which ascend. Costs one move of what is behind the first.
pub fn remove_each(buffer: &mut impl Buffer, offsets: &[usize]) {
    let Some(&first) = offsets.first() else { return };
    let listpack = Listpack::new(buffer.bytes());
    let (end, old_count) = (listpack.end(), listpack.count());
    let mut to = first;
    for (index, &at) in offsets.iter().enumerate() {
        let kept_from = Listpack::new(buffer.bytes()).next(at);
        let kept_to = offsets.get(index + 1).copied().unwrap_or(end);
        buffer.bytes_mut().copy_within(kept_from..kept_to, to);
        to += kept_to - kept_from;
    }
    buffer.make_room(to..end, 0);
    recount(buffer, old_count, 0, offsets.len());
}

/// Adds all elements of another listpack at the end.
pub fn append(buffer: &mut impl Buffer, tail: Listpack<'_>) {
    let listpack = Listpack::new(buffer.bytes());
    let (end, count) = (listpack.end(), listpack.len() + tail.len());
    let elements = &tail.0[HEADER_BYTES..tail.end()];
    buffer.make_room(end..end, elements.len()).copy_from_slice(elements);
    set_count(buffer, count);
}

/// Writes how many elements there are now, if it was known before.
fn recount(buffer: &mut impl Buffer, old_count: u16, added: usize, removed: usize) {
    if old_count != UNCOUNTED {
        set_count(buffer, usize::from(old_count) + added - removed);
    }
}

/// Writes how many elements there are.
fn set_count(buffer: &mut impl Buffer, count: usize) {
    let count = u16::try_from(count).unwrap_or(UNCOUNTED);
    buffer.bytes_mut()[..HEADER_BYTES].copy_from_slice(&count.to_le_bytes());
}

#[cfg(test)]
mod tests;
