//! Sorted sets: the tables of their commands, then the handlers.

mod add;
mod blocking;
pub mod combinations;
mod combine;
mod count;
mod difference;
pub mod elements;
mod pop;
pub mod pops;
mod random;
mod range;
pub mod ranges;
mod read;
mod remove;
mod source;
pub(super) mod value;
