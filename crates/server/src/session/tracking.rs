//! What a connection has asked to be told of keys (`CLIENT TRACKING`).

use std::collections::BTreeSet;

use fanfare_engine::keyspace::Client;

/// What `CLIENT CACHING` said of the next command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Caching {
    /// Nothing.
    #[default]
    Usual,
    /// Its keys are remembered.
    Yes,
    /// They are not.
    No,
}

/// Which keys a connection hears of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrackingMode {
    /// Those it reads.
    Reads,
    /// Those it reads with a command behind `CLIENT CACHING YES`.
    OptIn,
    /// Those it reads with any command but one behind `CLIENT CACHING NO`.
    OptOut,
    /// All that begin with one of these.
    Prefixes(BTreeSet<Box<[u8]>>),
}

/// What a connection with tracking on has asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientTracking {
    /// Which keys it hears of.
    pub mode: TrackingMode,
    /// Whether it does not hear of what it changes itself.
    pub skips_own: bool,
    /// Who hears of them in its place.
    pub redirect: Option<Client>,
    /// Whether that client is gone.
    pub is_redirect_broken: bool,
    /// What was said of the next command.
    pub caching: Caching,
}

impl ClientTracking {
    /// Whether the keys that the next command reads are to be remembered.
    pub fn remembers(&self) -> bool {
        match self.mode {
            TrackingMode::Reads => true,
            TrackingMode::OptIn => self.caching == Caching::Yes,
            TrackingMode::OptOut => self.caching != Caching::No,
            TrackingMode::Prefixes(_) => false,
        }
    }

    /// The prefixes of which it hears, if it goes by prefixes.
    pub fn prefixes(&self) -> Option<&BTreeSet<Box<[u8]>>> {
        match &self.mode {
            TrackingMode::Prefixes(prefixes) => Some(prefixes),
            _ => None,
        }
    }
}
