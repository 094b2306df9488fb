//! The first bytes of an entry: what it is, and where its parts are.

use std::alloc::Layout;

use super::INLINE_BYTES_MAX;

/// Bits of the access clock.
pub const ACCESS_BITS: u32 = 24;
const ACCESS_MASK: u32 = (1 << ACCESS_BITS) - 1;

/// Bytes of the header, but for a length of the key that stands behind it.
const HEADER_BYTES: usize = 8;
/// Bytes of the header of a key without value.
const BARE_HEADER_BYTES: usize = 4;
/// Bits of the second word that are the value's length; the others are the key's.
const VALUE_LENGTH_BITS: u32 = 21;
const VALUE_LENGTH_MASK: u32 = (1 << VALUE_LENGTH_BITS) - 1;
/// In place of the key's length: it stands behind the header.
const LONG_KEY: u32 = u32::MAX >> VALUE_LENGTH_BITS;
const KEY_LENGTH_BYTES: usize = 4;
/// Longest key that such a header can tell, in bytes; one that is longer has the usual header.
pub(super) const BARE_KEY_BYTES_MAX: usize = (1 << ACCESS_BITS) - 1;
const EXPIRY_BYTES: usize = 8;
const ALIGN: usize = 4;

const _: () = assert!(INLINE_BYTES_MAX <= VALUE_LENGTH_MASK as usize);

/// What bytes in an entry mean; the entry only remembers it. Below [`Form::COUNT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form(pub(super) u8);

impl Form {
    /// How many forms can be told apart.
    pub const COUNT: u8 = 29;
    /// The form of no bytes, which take no room. The entry may give them back as bytes of the form 0.
    pub const NOTHING: Self = Self(NOTHING);

    /// The form of a number below [`COUNT`](Self::COUNT).
    pub const fn new(number: u8) -> Self {
        assert!(number < Self::COUNT, "a form's number has five bits, and three values are taken");
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// As a form: there is no value, and the header is the short one.
pub(super) const NOTHING: u8 = Form::COUNT;
/// In place of a form: the value is an integer.
pub(super) const INTEGER: u8 = Form::COUNT + 1;
/// In place of a form: the value is a pointer to an object.
pub(super) const OBJECT: u8 = Form::COUNT + 2;

/// What the first bytes say: four, eight or twelve.
#[derive(Clone, Copy)]
pub(super) struct Header {
    pub(super) access: u32,
    pub(super) kind: u8,
    pub(super) has_expiry: bool,
    pub(super) value_bytes: usize,
    pub(super) key_bytes: usize,
}

impl Header {
    /// The header of a key without value, if this is its only word.
    pub(super) fn from_bare_word(word: u32) -> Option<Self> {
        let key_bytes = (word & ACCESS_MASK) as usize;
        let bare = Self { access: 0, kind: NOTHING, has_expiry: false, value_bytes: 0, key_bytes };
        (kind_of(word) == NOTHING).then_some(bare)
    }

    /// The header of any other entry. `long_key_bytes` reads the key's length behind the words, and is called if it is there.
    pub(super) fn from_words(
        [first, lengths]: [u32; 2],
        long_key_bytes: impl FnOnce() -> u32,
    ) -> Self {
        let short_key_bytes = lengths >> VALUE_LENGTH_BITS;
        let is_long = short_key_bytes == LONG_KEY;
        Self {
            access: first & ACCESS_MASK,
            kind: kind_of(first),
            has_expiry: first >> 31 != 0,
            value_bytes: (lengths & VALUE_LENGTH_MASK) as usize,
            key_bytes: if is_long { long_key_bytes() } else { short_key_bytes } as usize,
        }
    }

    /// The only word of the header of a key without value, if it is one.
    pub(super) fn bare_word(self) -> Option<u32> {
        let word = self.key_bytes as u32 | u32::from(NOTHING) << ACCESS_BITS;
        (self.kind == NOTHING).then_some(word)
    }

    /// The words of the header of any other entry; higher bits of the clock are dropped.
    pub(super) fn words(self) -> [u32; 2] {
        let flags = u32::from(self.kind) << ACCESS_BITS | u32::from(self.has_expiry) << 31;
        let key_bytes = (self.key_bytes as u32).min(LONG_KEY);
        let lengths = self.value_bytes as u32 | key_bytes << VALUE_LENGTH_BITS;
        [self.access & ACCESS_MASK | flags, lengths]
    }

    /// The key's length, if it stands behind those words.
    pub(super) fn long_key_bytes(self) -> Option<u32> {
        (self.is_long() && self.kind != NOTHING).then_some(self.key_bytes as u32)
    }

    fn is_long(self) -> bool {
        self.key_bytes >= LONG_KEY as usize
    }

    /// Where the expiry stands, if there is one.
    pub(super) fn expiry_at(self) -> usize {
        HEADER_BYTES + KEY_LENGTH_BYTES * usize::from(self.is_long())
    }

    pub(super) fn key_at(self) -> usize {
        match self.kind {
            NOTHING => BARE_HEADER_BYTES,
            _ => self.expiry_at() + EXPIRY_BYTES * usize::from(self.has_expiry),
        }
    }

    pub(super) fn value_at(self) -> usize {
        self.key_at() + self.key_bytes
    }

    pub(super) fn total_bytes(self) -> usize {
        self.value_at() + self.value_bytes
    }

    pub(super) fn layout(self) -> Layout {
        Layout::from_size_align(self.total_bytes(), ALIGN).expect("sizes of a few GiB at most")
    }
}

fn kind_of(first: u32) -> u8 {
    (first >> ACCESS_BITS) as u8 & 0x1f
}
