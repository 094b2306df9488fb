//! What each reactor counts, and the sums over all reactors.
//!
//! Every number has one writer, the reactor that owns it, so counting costs a plain load and store. Readers
//! sum over reactors and see each number as it was some time ago. Nobody but the owner ever writes: what
//! `CONFIG RESETSTAT` forgets is kept aside and taken away from later sums.

mod cell;
mod number;
mod reactor;
mod totals;

pub use cell::StatCell;
pub use number::{Counter, Gauge, Peak};
pub use reactor::{CallOutcome, HistogramSetting, ReactorStats};
pub use totals::{CommandTotal, ReactorTotal, Stats, Totals};

#[cfg(test)]
mod tests;
