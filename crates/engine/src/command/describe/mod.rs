//! Writes the replies of `COMMAND`, the `HELP` of every container, and the reference of commands, from the table.
//!
//! Commands appear in the order of declaration; Redis shows them in the order of a hash table, so
//! clients cannot rely on any.

mod docs;
mod info;
mod keys;
mod list;
mod reference;
#[cfg(test)]
mod tests;

pub use docs::{docs, help};
pub use info::{all, info};
pub use keys::{get_keys, get_keys_and_flags};
pub use list::{count, list};
pub use reference::reference;
