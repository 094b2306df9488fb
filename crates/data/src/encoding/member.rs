//! A member of a sorted set with its score, in one allocation that two owners share behind thin pointers.
//!
//! ```text
//! | score: 8 | length, and whether one owner is left: 4 | bytes |
//! ```
//!
//! A large sorted set finds its members by hash and keeps them in order besides. Both ways own each member, and both ends
//! of the sharing are known when it begins; so there is no count, only a mark that the first owner to go leaves behind.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::fmt;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::prefetch::prefetch;
use crate::dictionary::Keyed;

/// In the word that holds the length: the other owner has gone.
const ALONE: u32 = 1 << 31;

/// One owner's pointer to a member; see the module.
pub struct Member(NonNull<Header>);

#[repr(C)]
struct Header {
    score: AtomicU64,
    length: AtomicU32,
}

const BYTES_AT: usize = 12;
/// How much of a member's bytes is fetched ahead: all of most.
const FETCHED_BYTES: usize = 32;

// SAFETY: the bytes never change; the score and the mark are atomic. So owners may be on any threads.
unsafe impl Send for Member {}
// SAFETY: as above.
unsafe impl Sync for Member {}

impl Member {
    /// A member, for two owners. Copies the bytes.
    ///
    /// Panics if there are 2 GiB or more.
    pub fn pair(bytes: &[u8], score: f64) -> (Self, Self) {
        assert!(bytes.len() < ALONE as usize, "a member shorter than 2 GiB");
        let layout = layout(bytes.len());
        // SAFETY: the layout is not of size zero: it has a header.
        let start = NonNull::new(unsafe { alloc(layout) });
        let Some(start) = start else { handle_alloc_error(layout) };
        let header = start.cast::<Header>();
        // SAFETY: the allocation has room for the two fields and the bytes at these places, and is aligned for the header. The
        // fields are written one by one, for the header's padding is where the bytes begin.
        unsafe {
            let fields = header.as_ptr();
            ptr::addr_of_mut!((*fields).score).write(AtomicU64::new(score.to_bits()));
            ptr::addr_of_mut!((*fields).length).write(AtomicU32::new(bytes.len() as u32));
            ptr::copy_nonoverlapping(bytes.as_ptr(), start.as_ptr().add(BYTES_AT), bytes.len());
        }
        (Self(header), Self(header))
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: `pair` put as many bytes there as the header says; they live as long as this owner.
        unsafe {
            let start = self.0.as_ptr().cast::<u8>().add(BYTES_AT);
            std::slice::from_raw_parts(start, self.length())
        }
    }

    /// Bytes of the allocation.
    pub fn allocated_bytes(&self) -> usize {
        layout(self.length()).size()
    }

    /// The score that was set last, by either owner.
    pub fn score(&self) -> f64 {
        f64::from_bits(self.score_word().load(Ordering::Relaxed))
    }

    /// Sets the score for both owners.
    pub fn set_score(&self, score: f64) {
        self.score_word().store(score.to_bits(), Ordering::Relaxed);
    }

    fn length(&self) -> usize {
        (self.length_word().load(Ordering::Relaxed) & !ALONE) as usize
    }

    fn score_word(&self) -> &AtomicU64 {
        // SAFETY: `pair` initialised the field, which lives as long as this owner. No reference to the whole header is made,
        // whose padding overlaps the bytes.
        unsafe { &*ptr::addr_of!((*self.0.as_ptr()).score) }
    }

    fn length_word(&self) -> &AtomicU32 {
        // SAFETY: as in `score_word`.
        unsafe { &*ptr::addr_of!((*self.0.as_ptr()).length) }
    }
}

fn layout(length: usize) -> Layout {
    Layout::from_size_align(BYTES_AT + length, align_of::<Header>()).expect("2 GiB at most")
}

impl Drop for Member {
    fn drop(&mut self) {
        let word = self.length_word();
        // The other owner's accesses come before its mark, and the mark before the end of the allocation. Without another owner
        // nobody else can set the mark, so a look may save the exchange.
        let is_alone = word.load(Ordering::Acquire) & ALONE != 0
            || word.fetch_or(ALONE, Ordering::AcqRel) & ALONE != 0;
        if is_alone {
            let layout = layout(self.length());
            // SAFETY: the allocation was made with this layout, and the other owner has gone.
            unsafe { dealloc(self.0.as_ptr().cast(), layout) }
        }
    }
}

impl Keyed for Member {
    fn key(&self) -> &[u8] {
        self.bytes()
    }

    fn fetch(&self) {
        prefetch(self.0.as_ptr(), BYTES_AT + FETCHED_BYTES);
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.bytes().escape_ascii(), self.score())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_owners_see_one_member_and_the_last_frees_it() {
        for bytes in [&b""[..], b"m", &[0xff; 1000]] {
            let (first, second) = Member::pair(bytes, 1.5);
            assert_eq!((first.bytes(), second.bytes(), second.score()), (bytes, bytes, 1.5));
            first.set_score(-0.0);
            assert!(second.score() == 0.0 && second.score().is_sign_negative());
            drop(first);
            assert_eq!(second.bytes(), bytes);
        }
        assert_eq!(size_of::<Option<Member>>(), 8);
    }

    #[test]
    fn owners_may_go_on_different_threads() {
        let members: Vec<_> = (0..1000).map(|n| Member::pair(&[b'x'; 20], f64::from(n))).collect();
        let (first, second): (Vec<_>, Vec<_>) = members.into_iter().unzip();
        let other = std::thread::spawn(move || drop(first));
        drop(second);
        other.join().expect("no panic");
    }
}
