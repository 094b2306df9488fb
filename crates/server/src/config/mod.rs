//! Configuration: one table of parameters, and everything that follows from it.
//!
//! [`load`] reads file, standard input and command line into a [`Config`]; [`get`], [`set`] and
//! [`rewrite`] are the `CONFIG` commands as functions. Nothing here touches a running server: the
//! caller applies [`Changes`] and publishes the new [`Config`]. A parameter is one row of the
//! table: name, values, default, meaning, and the field it is kept in; a row without a field is
//! accepted and shown, and a start with another value than the default says that it has no effect
//! yet.

mod access;
mod error;
mod include;
mod keyspace_events;
mod load;
mod memory;
mod numbers;
mod parameter;
mod reference;
mod rewrite;
mod settings;
mod special;
mod table;
#[cfg(test)]
mod tests;
mod values;

pub use access::{Changes, get, set};
pub use error::{ConfigError, RewriteError, SetError};
pub use keyspace_events::KeyspaceEvents;
pub use load::{Loaded, Surroundings, load, parameters_without_effect};
pub use memory::MemorySettings;
pub(crate) use numbers::memory_bytes;
pub use parameter::{Effect, Parameter, Reason};
pub use reference::reference;
pub use rewrite::rewrite;
pub use settings::Config;
pub use table::{find, parameters};
pub use values::{
    BindAddress, ClientOrigin, LogLevel, MemoryLimit, OutputLimit, OutputLimits, Permission,
    PubsubDefault, RenamedCommand, Secret, Supervised, SyslogFacility,
};
