//! The values: what keys hold, and the compact forms beneath.
//!
//! | module | what it holds |
//! |---|---|
//! | [`bitmap`] | strings as bits |
//! | [`encoding`] | compact forms in bytes; the only place here for `unsafe` |
//! | [`dictionary`] | keys with their values, in small segments |
//! | [`geo`] | positions on Earth as numbers, distances, and where to look for what is near |
//! | [`set`] | distinct members, in three forms |
//! | [`hash`] | fields with values, each of which may expire |
//! | [`table`] | a dictionary with a hash function of its own, for members of a value |
//! | [`list`] | lists, small and large |
//! | [`hyperloglog`] | counts of distinct elements |
//! | [`object`] | what a key holds when it is more than short bytes or an integer |
//! | [`sorted_set`] | members with scores, in order |
//! | [`stream`] | logs of entries in the order of their ids |
//! | [`subsequence`] | the longest common subsequence |
//! | [`text`] | the bytes of strings, and editing them in place |
//!
//! Nothing here knows a command, a reply, a lock or a clock.

pub mod bitmap;
pub mod dictionary;
pub mod encoding;
pub mod geo;
pub mod hash;
pub mod hyperloglog;
pub mod list;
pub mod object;
pub mod set;
pub mod sorted_set;
pub mod stream;
pub mod subsequence;
pub mod table;
pub mod text;
