//! A key, its value, its expiry and its access clock, in one allocation behind a thin pointer.
//!
//! ```text
//! | access, kind, flag: 4 | lengths of value and key: 4 | [key length: 4] | [expiry: 8] | key | value |
//! ```
//!
//! Values are either bytes that stand in the allocation (a short string, a small collection in its packed form), an
//! integer, or a pointer to an object elsewhere. A short string of 100 bytes under a key of 16 takes 124 bytes in all. The key
//! stands near the header, so that who looks for it waits for one line of memory. The length of a key of 2,047 bytes or more
//! has a word of its own.
//!
//! A key without value, as the members of sets are, has neither clock nor expiry, and its length in their place:
//!
//! ```text
//! | key length: 3 | kind: 1 | key |
//! ```
//!
//! Lengths are fixed-size so that the header is read with one load; what follows needs no alignment and is copied in
//! and out as bytes.

mod header;

use std::alloc::{alloc, dealloc, handle_alloc_error, realloc};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;
use std::ptr::{self, NonNull};

use header::{BARE_KEY_BYTES_MAX, Header, INTEGER, NOTHING, OBJECT};

pub use header::{ACCESS_BITS, Form};

use super::prefetch::prefetch;

/// Longest value kept in the entry itself, in bytes; longer ones are objects. An edit moves what is behind it, so more would
/// make edits slow.
pub const INLINE_BYTES_MAX: usize = 1 << 20;
/// How much of an entry is fetched ahead, in bytes.
const FETCHED_BYTES: usize = 128;

/// A value, borrowed from its entry.
#[derive(Debug, PartialEq, Eq)]
pub enum ValueRef<'a, T> {
    /// An integer.
    Integer(i64),
    /// Bytes, with the number of the form that they have.
    Bytes(Form, &'a [u8]),
    /// An object that the entry owns.
    Object(&'a T),
}

/// A value to be stored.
#[derive(Debug)]
pub enum NewValue<'a, T> {
    /// An integer.
    Integer(i64),
    /// Bytes that are copied, at most [`INLINE_BYTES_MAX`].
    Bytes(Form, &'a [u8]),
    /// An object to own.
    Object(Box<T>),
}

impl<T> NewValue<'_, T> {
    /// The value, borrowed.
    pub fn as_ref(&self) -> ValueRef<'_, T> {
        match self {
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Bytes(form, bytes) => ValueRef::Bytes(*form, bytes),
            Self::Object(object) => ValueRef::Object(object),
        }
    }
}

/// A key with its value; see the module.
pub struct Entry<T> {
    start: NonNull<u8>,
    owns: PhantomData<Box<T>>,
}

// SAFETY: an entry owns its allocation and its object alone, as a `Box<T>` does.
unsafe impl<T: Send> Send for Entry<T> {}
// SAFETY: through a shared entry only shared references to its bytes and its object can be had.
unsafe impl<T: Sync> Sync for Entry<T> {}

impl<T> Entry<T> {
    /// An entry without expiry whose access clock is zero. Copies the key and, if it is bytes, the value.
    ///
    /// Panics if the value's bytes are longer than [`INLINE_BYTES_MAX`] or the key is longer than 4 GiB.
    pub fn new(key: &[u8], value: NewValue<'_, T>) -> Self {
        Self::build(key, value, None, 0)
    }

    /// As [`new`](Self::new), with an expiry and an access clock.
    pub fn with(key: &[u8], value: NewValue<'_, T>, expiry_ms: Option<i64>, access: u32) -> Self {
        Self::build(key, value, expiry_ms, access)
    }

    /// The key.
    pub fn key(&self) -> &[u8] {
        let header = self.header();
        // SAFETY: `build` made the key as long as the header says, at this place.
        unsafe { self.range(header.key_at(), header.key_bytes) }
    }

    /// The value.
    pub fn value(&self) -> ValueRef<'_, T> {
        let header = self.header();
        match header.kind {
            INTEGER => ValueRef::Integer(i64::from_ne_bytes(self.word(header.value_at()))),
            // SAFETY: an entry of this kind holds a pointer that `Box::into_raw` gave, until it is dropped.
            OBJECT => ValueRef::Object(unsafe { &*self.object_pointer() }),
            NOTHING => ValueRef::Bytes(Form::NOTHING, &[]),
            form => {
                // SAFETY: `build` made the value as long as the header says, at this place.
                let bytes = unsafe { self.range(header.value_at(), header.value_bytes) };
                ValueRef::Bytes(Form(form), bytes)
            }
        }
    }

    /// The object to be changed, if the value is one.
    pub fn object_mut(&mut self) -> Option<&mut T> {
        // SAFETY: as in `value`; the entry is borrowed mutably, so nobody else has the object.
        (self.header().kind == OBJECT).then(|| unsafe { &mut *self.object_pointer() })
    }

    /// The bytes to be changed in place, if the value is bytes.
    pub fn bytes_mut(&mut self) -> Option<&mut [u8]> {
        let header = self.header();
        // SAFETY: the bytes are initialised and within the allocation; the entry is borrowed mutably.
        (header.kind < Form::COUNT).then(|| unsafe {
            let start = self.start.as_ptr().add(header.value_at());
            std::slice::from_raw_parts_mut(start, header.value_bytes)
        })
    }

    /// The form of the value, if it is bytes.
    pub fn form(&self) -> Option<Form> {
        let kind = self.header().kind;
        (kind < Form::COUNT).then_some(Form(kind))
    }

    /// Gives the bytes of the value another form; what is no bytes stays as it is.
    pub fn set_form(&mut self, form: Form) {
        let header = self.header();
        if header.kind < Form::COUNT {
            self.set_header(Header { kind: form.0, ..header });
        }
    }

    /// The bytes of the value; empty if it is not bytes.
    pub fn bytes(&self) -> &[u8] {
        match self.value() {
            ValueRef::Bytes(_, bytes) => bytes,
            _ => &[],
        }
    }

    /// Puts `length` bytes in the place of a range of the value, which must be bytes, and gives them to be filled; until then
    /// they are unspecified. Moves the entry when its size class changes.
    ///
    /// Panics if the value is no bytes, the range is not within them, or they would become longer than [`INLINE_BYTES_MAX`].
    pub fn make_room(&mut self, range: Range<usize>, length: usize) -> &mut [u8] {
        let header = self.header();
        assert!(header.kind < Form::COUNT, "only bytes can be edited");
        assert!(
            range.start <= range.end && range.end <= header.value_bytes,
            "a range of the value"
        );
        let value_bytes = header.value_bytes - range.len() + length;
        assert!(value_bytes <= INLINE_BYTES_MAX, "a value too long to stand in its entry");
        let new_header = Header { value_bytes, ..header };
        let tail_bytes = header.value_bytes - range.end;
        let old_tail = header.value_at() + range.end;
        let gap = header.value_at() + range.start;
        if value_bytes > header.value_bytes {
            self.resize(header, new_header.total_bytes());
        }
        // SAFETY: both ranges of the tail lie within the allocation, which is as large as the larger of both layouts now;
        // the gap lies before the tail's new place.
        unsafe {
            let start = self.start.as_ptr();
            ptr::copy(start.add(old_tail), start.add(gap + length), tail_bytes);
            ptr::write_bytes(start.add(gap), 0, length);
        }
        if value_bytes < header.value_bytes {
            self.resize(header, new_header.total_bytes());
        }
        self.set_header(new_header);
        // SAFETY: the gap was filled just now and lies within the allocation; the entry is borrowed mutably.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr().add(gap), length) }
    }

    /// Gives the allocation, which has the layout of `header`, another size.
    fn resize(&mut self, header: Header, total_bytes: usize) {
        // SAFETY: the allocation was made with this layout; the new size is not zero, for it has a header, and far below the
        // most that a layout can have.
        let start =
            NonNull::new(unsafe { realloc(self.start.as_ptr(), header.layout(), total_bytes) });
        let Some(start) = start else { handle_alloc_error(header.layout()) };
        self.start = start;
    }

    /// Replaces the value; expiry and access clock stay. Moves the entry when the length changes.
    pub fn set_value(&mut self, value: NewValue<'_, T>) {
        if !self.put_in_place(&value) {
            self.replace(value, self.expiry_ms());
        }
    }

    /// Replaces value and expiry, and returns the object that was the value, if it was one; the access clock stays. Moves
    /// the entry when its length changes.
    pub fn replace(&mut self, value: NewValue<'_, T>, expiry_ms: Option<i64>) -> Option<Box<T>> {
        let header = self.header();
        if expiry_ms.is_some() == header.has_expiry && self.put_in_place(&value) {
            self.set_expiry_ms(expiry_ms);
            return None;
        }
        let old = self.take_object();
        *self = Self::build(self.key(), value, expiry_ms, header.access);
        old
    }

    /// Puts a value in the place of one as long, and of the same kind; whether that could be done.
    fn put_in_place(&mut self, value: &NewValue<'_, T>) -> bool {
        let header = self.header();
        match value {
            NewValue::Integer(number) if header.kind == INTEGER => {
                self.set_word(header.value_at(), number.to_ne_bytes());
                true
            }
            NewValue::Bytes(form, bytes)
                if form.0 == header.kind && bytes.len() == header.value_bytes =>
            {
                let Some(place) = self.bytes_mut() else { return false };
                place.copy_from_slice(bytes);
                true
            }
            _ => false,
        }
    }

    /// Takes the object out and leaves an integer in its place.
    pub fn take_object(&mut self) -> Option<Box<T>> {
        if self.header().kind != OBJECT {
            return None;
        }
        // SAFETY: the pointer came from `Box::into_raw`; the kind is changed below, so it is given back only once.
        let object = unsafe { Box::from_raw(self.object_pointer()) };
        self.set_header(Header { kind: INTEGER, ..self.header() });
        Some(object)
    }

    /// The same value, expiry and access clock under another key.
    pub fn with_key(mut self, key: &[u8]) -> Self {
        let object = self.take_object();
        Self::build(key, self.moved(object), self.expiry_ms(), self.access())
    }

    /// Has the beginning of the allocation fetched, for whoever will look at the key and a short value.
    pub fn fetch(&self) {
        prefetch(self.start.as_ptr(), FETCHED_BYTES);
    }

    /// When the key expires, in milliseconds of Unix time.
    pub fn expiry_ms(&self) -> Option<i64> {
        let header = self.header();
        header.has_expiry.then(|| i64::from_ne_bytes(self.word(header.expiry_at())))
    }

    /// Sets or removes the expiry. Moves the entry when it had none, or has none any more.
    pub fn set_expiry_ms(&mut self, expiry_ms: Option<i64>) {
        let header = self.header();
        match expiry_ms {
            Some(time_ms) if header.has_expiry => {
                self.set_word(header.expiry_at(), time_ms.to_ne_bytes());
            }
            None if !header.has_expiry => {}
            _ => {
                let object = self.take_object();
                *self = Self::build(self.key(), self.moved(object), expiry_ms, header.access);
            }
        }
    }

    /// The access clock, of [`ACCESS_BITS`] bits.
    pub fn access(&self) -> u32 {
        self.header().access
    }

    /// Sets the access clock; higher bits are dropped. A key without value has none.
    pub fn set_access(&mut self, access: u32) {
        let header = self.header();
        if header.access != access {
            self.set_header(Header { access, ..header });
        }
    }

    /// Bytes of the allocation, without what an object takes.
    pub fn allocated_bytes(&self) -> usize {
        self.header().total_bytes()
    }

    fn build(key: &[u8], value: NewValue<'_, T>, expiry_ms: Option<i64>, access: u32) -> Self {
        let word;
        let (kind, bytes): (u8, &[u8]) = match value {
            NewValue::Bytes(Form::NOTHING, bytes) => {
                assert!(bytes.is_empty(), "nothing has no bytes");
                let is_bare = expiry_ms.is_none() && key.len() <= BARE_KEY_BYTES_MAX;
                (if is_bare { NOTHING } else { 0 }, bytes)
            }
            NewValue::Bytes(form, bytes) => {
                assert!(bytes.len() <= INLINE_BYTES_MAX, "a value too long to stand in its entry");
                (form.0, bytes)
            }
            NewValue::Integer(number) => {
                word = number.to_ne_bytes();
                (INTEGER, &word)
            }
            NewValue::Object(object) => {
                // The address comes back as a pointer through `with_exposed_provenance`.
                word = (Box::into_raw(object).expose_provenance() as u64).to_ne_bytes();
                (OBJECT, &word)
            }
        };
        assert!(u32::try_from(key.len()).is_ok(), "a key of at most 4 GiB");
        let header = Header {
            access,
            kind,
            has_expiry: expiry_ms.is_some(),
            value_bytes: bytes.len(),
            key_bytes: key.len(),
        };
        let layout = header.layout();
        // SAFETY: the layout is never of size zero: it has a header.
        let start = NonNull::new(unsafe { alloc(layout) });
        let Some(start) = start else { handle_alloc_error(layout) };
        let mut entry = Self { start, owns: PhantomData };
        entry.set_header(header);
        if let Some(key_bytes) = header.long_key_bytes() {
            // SAFETY: where there is such a length, there is room for it behind the first two words, aligned as they are.
            unsafe { start.cast::<u32>().as_ptr().add(2).write(key_bytes) }
        }
        if let Some(time_ms) = expiry_ms {
            entry.set_word(header.expiry_at(), time_ms.to_ne_bytes());
        }
        // SAFETY: both ranges lie within the new allocation, whose size is the sum of the parts.
        unsafe {
            let value_start = start.as_ptr().add(header.value_at());
            ptr::copy_nonoverlapping(bytes.as_ptr(), value_start, bytes.len());
            let key_start = start.as_ptr().add(header.key_at());
            ptr::copy_nonoverlapping(key.as_ptr(), key_start, key.len());
        }
        entry
    }

    /// The value for another entry: the object that was taken out of this one, or a copy of its bytes.
    fn moved(&self, object: Option<Box<T>>) -> NewValue<'_, T> {
        match (object, self.value()) {
            (Some(object), _) => NewValue::Object(object),
            (None, ValueRef::Integer(number)) => NewValue::Integer(number),
            (None, ValueRef::Bytes(form, bytes)) => NewValue::Bytes(form, bytes),
            (None, ValueRef::Object(_)) => unreachable!("an object is taken out before"),
        }
    }

    fn header(&self) -> Header {
        // SAFETY: every allocation begins with an initialised word, and is aligned for it.
        let first = unsafe { self.start.cast::<u32>().as_ptr().read() };
        Header::from_bare_word(first).unwrap_or_else(|| {
            // SAFETY: but for a key without value, one more such word follows.
            let words = unsafe { self.start.cast::<[u32; 2]>().as_ptr().read() };
            // SAFETY: and a third one where these say so, in which case this is called.
            Header::from_words(words, || unsafe { self.start.cast::<u32>().as_ptr().add(2).read() })
        })
    }

    fn set_header(&mut self, header: Header) {
        match header.bare_word() {
            // SAFETY: every allocation has room for a word at its start, and is aligned for it.
            Some(word) => unsafe { self.start.cast::<u32>().as_ptr().write(word) },
            // SAFETY: an allocation of any other kind has room for two words at its start, and is aligned for them.
            None => unsafe { self.start.cast::<[u32; 2]>().as_ptr().write(header.words()) },
        }
    }

    /// # Safety
    /// The range lies within the allocation and is initialised.
    unsafe fn range(&self, at: usize, length: usize) -> &[u8] {
        // SAFETY: the caller's promise; the result borrows the entry.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr().add(at), length) }
    }

    /// The eight bytes at `at`: an expiry, an integer or a pointer.
    fn word(&self, at: usize) -> [u8; 8] {
        // SAFETY: callers name the place of the expiry or of an eight-byte value, as the header says there is one.
        unsafe { self.start.as_ptr().add(at).cast::<[u8; 8]>().read_unaligned() }
    }

    fn set_word(&mut self, at: usize, word: [u8; 8]) {
        // SAFETY: as in `word`.
        unsafe { self.start.as_ptr().add(at).cast::<[u8; 8]>().write_unaligned(word) }
    }

    fn object_pointer(&self) -> *mut T {
        let address = u64::from_ne_bytes(self.word(self.header().value_at()));
        ptr::with_exposed_provenance_mut(address as usize)
    }
}

impl<T> Drop for Entry<T> {
    fn drop(&mut self) {
        drop(self.take_object());
        // SAFETY: the allocation was made with this layout, which only depends on lengths that never change.
        unsafe { dealloc(self.start.as_ptr(), self.header().layout()) }
    }
}

impl<T: Clone> Clone for Entry<T> {
    fn clone(&self) -> Self {
        let value = match self.value() {
            ValueRef::Integer(number) => NewValue::Integer(number),
            ValueRef::Bytes(form, bytes) => NewValue::Bytes(form, bytes),
            ValueRef::Object(object) => NewValue::Object(Box::new(object.clone())),
        };
        Self::build(self.key(), value, self.expiry_ms(), self.access())
    }
}

impl<T: fmt::Debug> fmt::Debug for Entry<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Entry")
            .field("key", &self.key().escape_ascii().to_string())
            .field("value", &self.value())
            .field("expiry_ms", &self.expiry_ms())
            .field("access", &self.access())
            .finish()
    }
}

#[cfg(test)]
mod tests;
