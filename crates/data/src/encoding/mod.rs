//! Compact forms in bytes.

pub mod buffer;
#[expect(unsafe_code, reason = "one allocation for a key, its value and what is noted of both")]
pub mod entry;
pub mod intset;
pub mod listpack;
#[expect(unsafe_code, reason = "a member that the hash and the order of a sorted set share")]
pub mod member;
#[expect(unsafe_code, reason = "an instruction that only intrinsics give")]
pub mod prefetch;
