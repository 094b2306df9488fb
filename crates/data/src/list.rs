//! Lists: a listpack in the entry while small, then blocks in a row.
//!
//! | module | what it holds |
//! |---|---|
//! | [`limit`] | how large a block may be, and when a list changes its form |
//! | [`block`] | one block: a listpack, or a single large element |
//! | [`packed`] | the listpack of a block, with room at both ends |
//! | [`blocks`] | the large form: a deque of blocks |
//! | [`view`] | a list of either form, read |
//! | [`edit`] | a list of either form, changed in its entry |

pub mod block;
pub mod blocks;
pub mod edit;
pub mod limit;
pub mod packed;
pub mod view;

pub use blocks::List;
pub use limit::BlockLimit;
pub use view::ListRef;

/// An end of a list, and the way from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The first element's end.
    Left,
    /// The last element's end.
    Right,
}

#[cfg(test)]
mod tests;
