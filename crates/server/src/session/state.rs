//! What the server remembers of a client between its requests.

use std::time::Instant;

use fanfare_engine::command::CommandId;
use fanfare_protocol::RespVersion;

use super::tracking::ClientTracking;
use super::transaction::{Transaction, Watching};

/// Which replies the client wants (`CLIENT REPLY`). Pushes are not replies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReplyMode {
    /// All.
    #[default]
    On,
    /// None.
    Off,
    /// Not the one to the next request.
    SkipNext,
    /// Not the one to this request.
    Skip,
}

/// What the server remembers of a client between its requests.
#[derive(Debug)]
pub struct Session {
    /// Number of the client, never used twice.
    pub id: u64,
    /// The protocol it speaks.
    pub version: RespVersion,
    /// The database it selected.
    pub database: u32,
    /// Whether it may run commands: it has authenticated, or need not.
    pub is_authenticated: bool,
    /// Which replies it wants.
    pub reply_mode: ReplyMode,
    /// `CLIENT NO-EVICT`.
    pub is_eviction_exempt: bool,
    /// `CLIENT NO-TOUCH`.
    pub is_touch_exempt: bool,
    /// Whether it gets every command that the server runs (`MONITOR`).
    pub is_monitor: bool,
    /// `CLIENT SETNAME`; empty when it has none.
    pub name: Box<[u8]>,
    /// `CLIENT SETINFO LIB-NAME`.
    pub library_name: Box<[u8]>,
    /// `CLIENT SETINFO LIB-VER`.
    pub library_version: Box<[u8]>,
    /// Requests since `MULTI`.
    pub transaction: Option<Box<Transaction>>,
    /// `CLIENT TRACKING`, if it is on.
    pub tracking: Option<Box<ClientTracking>>,
    /// Keys since `WATCH`.
    pub watching: Option<Box<Watching>>,
    /// When it connected.
    pub connected_at: Instant,
    /// When it last sent a request or took output.
    pub active_at: Instant,
    /// The last command it ran.
    pub last_command: Option<CommandId>,
    /// Commands it ran.
    pub commands: u64,
    /// Bytes read from it.
    pub input_bytes: u64,
    /// Bytes sent to it.
    pub output_bytes: u64,
}

impl Session {
    /// The session of a client that has just connected.
    pub fn new(id: u64, now: Instant, is_authenticated: bool) -> Self {
        Self {
            id,
            version: RespVersion::Resp2,
            database: 0,
            is_authenticated,
            reply_mode: ReplyMode::On,
            is_eviction_exempt: false,
            is_touch_exempt: false,
            is_monitor: false,
            name: Box::default(),
            library_name: Box::default(),
            library_version: Box::default(),
            transaction: None,
            tracking: None,
            watching: None,
            connected_at: now,
            active_at: now,
            last_command: None,
            commands: 0,
            input_bytes: 0,
            output_bytes: 0,
        }
    }

    /// The number of the client to which tracking redirects: 0 if there is none, -1 without tracking.
    pub fn redirect(&self) -> i64 {
        match &self.tracking {
            None => -1,
            Some(tracking) => tracking.redirect.map_or(0, |client| client.id as i64),
        }
    }
}
