//! What a connection remembers of a transaction.

use fanfare_engine::keyspace::WatchMark;
use fanfare_protocol::OwnedRequest;

/// Requests between `MULTI` and `EXEC`.
#[derive(Debug, Default)]
pub struct Transaction {
    /// In order.
    pub requests: Vec<OwnedRequest>,
    /// A request could not be queued: `EXEC` must refuse.
    pub is_broken: bool,
}

impl Transaction {
    /// Memory that it takes, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.requests.iter().map(OwnedRequest::memory_bytes).sum::<usize>()
            + self.requests.capacity() * size_of::<OwnedRequest>()
    }
}

/// Keys that a connection watches.
#[derive(Debug, Default)]
pub struct Watching {
    /// Set by whoever changes one of them.
    pub mark: WatchMark,
    /// Databases and keys, each once.
    pub keys: Vec<(u32, Box<[u8]>)>,
}
