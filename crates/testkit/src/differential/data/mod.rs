//! Differential fuzzing of the commands on data, from what the reference says about its commands.
//!
//! The [`catalog`] reads the argument trees of `COMMAND DOCS` and leaves out what the subject does not
//! have. [`build`] makes requests from the trees with few [`words`], so that they meet; [`make`] makes
//! sequences of them. [`play`] sends a sequence in as few writes as its order allows, and [`compare`]
//! compares the replies and then the [`state`] that is left: type, encoding, expiry and content of
//! every key.

pub mod build;
pub mod catalog;
pub mod compare;
pub mod make;
pub mod play;
pub mod run;
pub mod skim;
pub mod state;
mod streams;
mod words;

pub use make::Family;
pub use run::{Outcome, fuzz};
