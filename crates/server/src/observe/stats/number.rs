//! The numbers that reactors keep.

/// Something that happened so many times, or so many bytes, since start or `CONFIG RESETSTAT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Counter {
    /// Connections accepted, refused ones included.
    ConnectionsReceived,
    /// Connections refused because of `maxclients`.
    ConnectionsRejected,
    /// Bytes read from clients.
    NetInputBytes,
    /// Bytes written to clients.
    NetOutputBytes,
    /// Reads from sockets.
    ReadsProcessed,
    /// Writes to sockets.
    WritesProcessed,
    /// Error replies.
    ErrorReplies,
    /// Clients closed for `client-query-buffer-limit`.
    QueryBufferLimitDisconnections,
    /// Clients closed for `client-output-buffer-limit`.
    OutputBufferLimitDisconnections,
    /// Clients closed for `maxmemory-clients`.
    EvictedClients,
    /// Failed authentications.
    AclDeniedAuth,
    /// Commands refused by access rules.
    AclDeniedCommand,
    /// Keys refused by access rules.
    AclDeniedKey,
    /// Channels refused by access rules.
    AclDeniedChannel,
    /// Turns of the event loop.
    LoopCycles,
    /// Time in turns of the event loop, waiting excluded, in microseconds.
    LoopDurationUs,
    /// Keys that reading commands looked for and found.
    KeyspaceHits,
    /// Keys that reading commands looked for in vain.
    KeyspaceMisses,
    /// Keys whose time came.
    ExpiredKeys,
    /// Fields of hashes whose time came.
    ExpiredFields,
    /// Searches for expired keys that ended for want of time.
    ExpiryTimeCaps,
    /// Time in such searches, in microseconds.
    ExpiryDurationUs,
    /// Keys evicted for `maxmemory`.
    EvictedKeys,
    /// Values left to the background to free.
    LazyFreedObjects,
}

impl Counter {
    /// How many counters there are.
    pub const COUNT: usize = Self::LazyFreedObjects as usize + 1;
}

/// Something of which there are so many now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Gauge {
    /// Client connections, those of replicas and monitors included.
    ConnectedClients,
    /// Clients that have subscriptions.
    PubSubClients,
    /// Clients that wait in a blocking command.
    BlockedClients,
    /// Clients with tracking on.
    TrackingClients,
    /// Clients that would be closed or answered at a time.
    ClientsInTimeoutTable,
    /// Connections of replicas.
    ConnectedReplicas,
    /// Memory of normal clients, in bytes.
    NormalClientsBytes,
    /// Changes to data that are not saved.
    UnsavedChanges,
}

impl Gauge {
    /// How many gauges there are.
    pub const COUNT: usize = Self::UnsavedChanges as usize + 1;
}

/// The highest of something lately; the reactor decides what is lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Peak {
    /// Input buffer of one client, in bytes.
    InputBufferBytes,
    /// Output of one client, in bytes.
    OutputBufferBytes,
    /// One turn of the event loop, in microseconds.
    LoopDurationUs,
    /// Memory of one client that `maxmemory-clients` may close, in bytes.
    EvictableClientBytes,
}

impl Peak {
    /// How many peaks there are.
    pub const COUNT: usize = Self::EvictableClientBytes as usize + 1;
}
