//! Differential fuzzing: the same random requests to two servers must get the same replies.
//!
//! A [`sequence::Sequence`] is made from a seed by [`generate`], played by [`play`] first on the
//! reference and then on the subject, and compared by [`compare`] after what may differ (numbers of
//! connections, times, orders that nobody promised) has been masked. [`shrink`] makes a failing
//! sequence as short as it can. [`data`] does the same for the commands on data, faster.

pub mod compare;
pub mod data;
pub mod generate;
mod pin;
pub mod play;
pub mod run;
pub mod sequence;
pub mod shrink;
mod vocabulary;

pub use generate::Area;
pub use run::{Budget, Outcome, fuzz};
