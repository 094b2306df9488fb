//! What the operator set that bears on every command.

use fanfare_stdx::random::Random;

use super::access::Access;
use super::change::EventClasses;

/// Who may leave the freeing of large values to the background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Freeing {
    /// Whoever asks for it: `UNLINK`, `FLUSHALL ASYNC`.
    Asked,
    /// Eviction (`lazyfree-lazy-eviction`).
    Eviction,
    /// Expiry (`lazyfree-lazy-expire`).
    Expiry,
    /// Commands that overwrite (`lazyfree-lazy-server-del`).
    Overwriting,
    /// `DEL` (`lazyfree-lazy-user-del`).
    Deleting,
    /// `FLUSHALL` and `FLUSHDB` that do not say (`lazyfree-lazy-user-flush`).
    Flushing,
}

/// What the operator set that bears on every command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// What is noted of a key's use.
    pub access: Access,
    /// Whether the client's looking at keys is no use of them (`CLIENT NO-TOUCH`).
    pub is_untouching: bool,
    /// Whether keys whose time has come stay where they are, though nobody sees them: nothing may change while writes are
    /// held back (`CLIENT PAUSE`).
    pub keeps_expired: bool,
    lazy: u8,
}

impl Rules {
    /// Nothing is left to the background, and this is noted of a key's use.
    pub const fn of(access: Access) -> Self {
        Self { access, is_untouching: false, keeps_expired: false, lazy: 0 }
    }

    /// Lets someone leave freeing to the background.
    pub const fn with_lazy(self, freeing: Freeing) -> Self {
        Self { lazy: self.lazy | 1 << freeing as u8, ..self }
    }

    /// Whether someone leaves freeing to the background.
    pub const fn is_lazy(self, freeing: Freeing) -> bool {
        matches!(freeing, Freeing::Asked) || self.lazy >> freeing as u8 & 1 == 1
    }
}

/// The circumstances of a command, beside the data: all that would make it do otherwise if run again.
#[derive(Clone, Debug)]
pub struct Occasion {
    /// Unix time in milliseconds.
    pub now_ms: i64,
    /// The database that the client selected.
    pub database: u32,
    /// How many databases there are.
    pub databases: u32,
    /// The events that someone wants.
    pub events: EventClasses,
    /// Whether some client keeps values and wants to hear of changes.
    pub is_tracked: bool,
    /// The chance that the command has.
    pub random: Random,
    /// What the operator set.
    pub rules: Rules,
}
