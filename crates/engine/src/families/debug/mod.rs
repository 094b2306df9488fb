//! What subcommands of `DEBUG` say of data. Their rows stand with the server's; all shards are locked when they run.

mod digest;
mod structure;

pub use digest::{digest, digest_value};
pub use structure::{listpack, object, table_of_key, tables};
