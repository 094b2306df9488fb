//! A connection in words.

use super::core::{ConnectionKey, Reactor};

impl Reactor {
    /// The connection for the log.
    pub fn describe(&self, key: ConnectionKey) -> String {
        let connection = &self.connections[key as usize];
        format!("id={} addr={}", connection.session.id, connection.peer)
    }
}
