//! What a connection remembers of a transaction.

use fanfare_engine::command::CommandId;
use fanfare_engine::keyspace::{KeyPlace, WatchMark};
use fanfare_protocol::{OwnedRequest, Request};

/// A request that waits for `EXEC`.
#[derive(Debug)]
pub struct Queued {
    /// Its command.
    pub command: CommandId,
    /// The request.
    pub request: OwnedRequest,
    /// Which argument is its key, and where that is, if it has only one.
    pub only_key: Option<(usize, KeyPlace)>,
}

/// Requests between `MULTI` and `EXEC`.
#[derive(Debug, Default)]
pub struct Transaction {
    requests: Vec<Queued>,
    /// What the arguments of the requests have together, in bytes.
    argument_bytes: usize,
    /// Memory that the requests take, in bytes, but for their places in the vector.
    requests_bytes: usize,
    /// A request could not be queued: `EXEC` must refuse.
    pub is_broken: bool,
    /// One of the requests changes data or reaches other connections.
    pub has_writes: bool,
}

impl Transaction {
    /// Adds a request of a command; if it has only one key, with where that is.
    pub fn push(
        &mut self,
        command: CommandId,
        request: Request<'_>,
        only_key: Option<(usize, KeyPlace)>,
    ) {
        let request = OwnedRequest::from(request);
        self.argument_bytes += request.argument_bytes();
        self.requests_bytes += request.memory_bytes();
        self.requests.push(Queued { command, request, only_key });
    }

    /// The requests, in order.
    pub fn requests(&self) -> &[Queued] {
        &self.requests
    }

    /// What the arguments of the requests have together, in bytes. It counts as input (`client-query-buffer-limit`).
    pub fn argument_bytes(&self) -> usize {
        self.argument_bytes
    }

    /// Memory that it takes, in bytes.
    pub fn memory_bytes(&self) -> usize {
        size_of::<Self>() + self.requests_bytes + self.requests.capacity() * size_of::<Queued>()
    }
}

/// Keys that a connection watches.
#[derive(Debug)]
pub struct Watching {
    /// Set by whoever changes one of them.
    pub mark: WatchMark,
    keys: Vec<(u32, Box<[u8]>)>,
    /// The lengths of the keys together, in bytes.
    keys_bytes: usize,
}

impl Watching {
    /// None yet.
    pub fn new(mark: WatchMark) -> Self {
        Self { mark, keys: Vec::new(), keys_bytes: 0 }
    }

    /// Adds a key of a database that is not there yet.
    pub fn push(&mut self, database: u32, key: &[u8]) {
        self.keys_bytes += key.len();
        self.keys.push((database, key.into()));
    }

    /// Databases and keys, each once.
    pub fn keys(&self) -> &[(u32, Box<[u8]>)] {
        &self.keys
    }

    /// Memory that it takes, in bytes: the client's part and that of the marks on the keys.
    pub fn memory_bytes(&self) -> usize {
        let key_bytes = size_of::<(u32, Box<[u8]>)>();
        let marks_bytes = self.keys.len() * (key_bytes + size_of::<WatchMark>()) + self.keys_bytes;
        size_of::<Self>() + self.keys.capacity() * key_bytes + self.keys_bytes + marks_bytes
    }
}
