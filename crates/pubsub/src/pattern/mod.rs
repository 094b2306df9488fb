//! The pattern index: which of many glob patterns match a channel, at a cost that does not grow
//! with patterns that cannot match.
//!
//! Patterns are stored in one trie over glob tokens. A pattern's own tail, which it shares with no
//! other, is not stored in nodes: the link to it names the pattern and the tail is read from the
//! pattern's text. Bytes that several patterns share without branching are kept in one node. A
//! match walks all patterns at once, byte by byte of the channel, with a list of the nodes reached
//! by exactly the bytes so far and a list of the star nodes from which ways branch, which are tried
//! at every byte from the first on that reached them. From a star with one way to the next star,
//! that way is looked up at once, and the star is done with. A match costs at most
//! channel × patterns, never more in order than trying every pattern, and in practice a few lookups
//! for each byte.
//!
//! The index agrees with [`fanfare_stdx::glob`] on every pattern and channel. It is a plain
//! structure without locks.

mod class;
mod index;
mod node;
mod search;
mod step;
#[cfg(test)]
mod tests;
mod trie;

pub use index::{PatternId, PatternIndex};
