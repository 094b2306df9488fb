//! What a write did, for everyone who wants to know: counters, keyspace events, watchers, waiters.
//!
//! Handlers say what changed in one call, [`WriteKeys::changed`](super::WriteKeys::changed); all else follows from it.

use fanfare_data::object::{Object, Type};
use thin_vec::ThinVec;

use super::database::Database;
use super::ready::ReadyKeys;

/// The classes of keyspace events that `notify-keyspace-events` selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum EventClass {
    /// `g`: commands of any type, such as `del` and `expire`.
    Generic,
    /// `$`: strings.
    String,
    /// `l`: lists.
    List,
    /// `s`: sets.
    Set,
    /// `h`: hashes.
    Hash,
    /// `z`: sorted sets.
    SortedSet,
    /// `x`: expiries.
    Expired,
    /// `e`: evictions.
    Evicted,
    /// `t`: streams.
    Stream,
    /// `m`: look-ups that found nothing.
    KeyMiss,
    /// `n`: new keys.
    New,
    /// `o`: overwritten values.
    Overwritten,
    /// `c`: values that became of another type.
    TypeChanged,
    /// `d`: events of modules, of which there are none.
    Module,
}

/// A keyspace event: its class and its name, as subscribers get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its class.
    pub class: EventClass,
    /// Its name.
    pub name: &'static str,
    /// Whether those who wait for the key may find something now.
    pub(super) wakes: bool,
}

impl Event {
    /// A key was deleted, or lost its last element.
    pub const DEL: Self = Self::new(EventClass::Generic, "del");

    /// An event of a class.
    pub const fn new(class: EventClass, name: &'static str) -> Self {
        Self { class, name, wakes: true }
    }

    /// The same for a change that brings nothing that anyone could wait for: entries go, or a key gets an expiry.
    pub const fn waking_nobody(self) -> Self {
        Self { wakes: false, ..self }
    }
}

pub(super) const EXPIRED: Event = Event::new(EventClass::Expired, "expired");
pub(super) const KEY_MISS: Event = Event::new(EventClass::KeyMiss, "keymiss");
pub(super) const NEW: Event = Event::new(EventClass::New, "new");
pub(super) const OVERWRITTEN: Event = Event::new(EventClass::Overwritten, "overwritten");
pub(super) const TYPE_CHANGED: Event = Event::new(EventClass::TypeChanged, "type_changed");

/// What a key held that was given another value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// Nothing: the key is new.
    Nothing,
    /// A value of the same type.
    SameType,
    /// A value of another type.
    OtherType,
}

impl Replaced {
    pub(super) fn between(old: Type, new: Type) -> Self {
        if old == new { Self::SameType } else { Self::OtherType }
    }
}

/// The classes of events that someone wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventClasses(u16);

impl EventClasses {
    /// None.
    pub const NONE: Self = Self(0);

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// With one class more.
    pub const fn with(self, class: EventClass) -> Self {
        Self(self.0 | 1 << class as u8)
    }

    /// Whether a class is among them.
    pub const fn has(self, class: EventClass) -> bool {
        self.0 >> class as u8 & 1 == 1
    }
}

/// An event that is to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The database.
    pub database: u32,
    /// What happened.
    pub event: Event,
    /// The key.
    pub key: Box<[u8]>,
}

/// Values and whole databases that nobody can reach any more, to be freed away from those who wait for replies.
#[derive(Debug)]
pub enum Garbage {
    /// A large value.
    Value(Box<Object>),
    /// What was in the databases.
    Databases(Vec<Database>),
}

impl Garbage {
    /// How many values it is.
    pub fn objects(&self) -> u64 {
        match self {
            Self::Value(_) => 1,
            Self::Databases(databases) => databases.iter().map(|one| one.len() as u64).sum(),
        }
    }
}

/// A key that is not what clients may remember of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The key.
    pub key: Box<[u8]>,
    /// Whether a client's command changed it, rather than time or want of memory.
    pub is_written: bool,
    /// Whether those who remember the key know already; those who hear of all keys do not.
    pub is_told: bool,
}

/// What one command or transaction did, and what its reads found.
///
/// It is handed from one to the next with every command, and most leave the lists empty: so these are thin.
#[derive(Debug, Default)]
pub struct Changes {
    /// How many changes there were (`rdb_changes_since_last_save`).
    pub count: u64,
    /// Keys that were found expired and taken out.
    pub expired: u64,
    /// Fields of hashes that were found expired and taken out.
    pub expired_fields: u64,
    /// Keys that reading commands looked for and found.
    pub hits: u64,
    /// Keys that reading commands looked for in vain.
    pub misses: u64,
    /// What is to be freed in the background.
    pub garbage: ThinVec<Garbage>,
    /// Events that are to be published, in order, before the locks of their keys are given back.
    pub notices: ThinVec<Notice>,
    /// Keys that changed, if some client keeps values ([`Occasion::is_tracked`](super::Occasion::is_tracked)).
    pub invalid: ThinVec<Invalid>,
    /// How often all keys of a database, or of all of them, were taken out.
    pub flushes: u32,
    /// Keys that changed and that someone waits for.
    pub ready: ReadyKeys,
}
