//! Sorted sets: distinct members, each with a score that orders them.
//!
//! | module | what it holds |
//! |---|---|
//! | `packed` | the small form, a listpack that stands in its key's entry |
//! | `large` | the large form: a hash table and a tree that share their members |
//! | `tree` | elements in order, with ranks |
//! | `place` | places between elements, which ranges begin and end with |
//! | `range` | ranges of scores and of members |
//! | `view` | reading either form |
//! | `edit` | changing either form, and turning the small one into the large one |

mod edit;
mod large;
mod packed;
mod place;
mod range;
mod tree;
mod view;

pub use edit::{Built, Limits, SortedSetMut};
pub use large::SortedSet;
pub use place::Place;
pub use range::{LexEnd, LexRange, ScoreEnd, ScoreRange};
pub use tree::Order;
pub use view::{Elements, View};

#[cfg(test)]
mod tests;
