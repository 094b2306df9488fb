//! Strings as bits.

mod bits;
mod combine;
mod field;
mod rows;

pub use rows::COMMANDS;

use crate::keyspace::{Event, EventClass};

const SETBIT: Event = Event::new(EventClass::String, "setbit");
