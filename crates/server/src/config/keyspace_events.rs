//! `notify-keyspace-events`.

use fanfare_engine::keyspace::EventClass;
use fanfare_engine::keyspace::change::EventClasses;

use super::parameter::{Arity, Origin, Reason, Special};
use super::settings::Config;
use super::special::quoted;

/// The keyspace events that are published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyspaceEvents {
    /// `K`: to a channel for each key.
    pub by_key: bool,
    /// `E`: to a channel for each event.
    pub by_event: bool,
    /// Which.
    selected: EventClasses,
}

/// The classes that `A` stands for, in the order in which Redis shows them.
const COMMON: [(u8, EventClass); 10] = [
    (b'g', EventClass::Generic),
    (b'$', EventClass::String),
    (b'l', EventClass::List),
    (b's', EventClass::Set),
    (b'h', EventClass::Hash),
    (b'z', EventClass::SortedSet),
    (b'x', EventClass::Expired),
    (b'e', EventClass::Evicted),
    (b't', EventClass::Stream),
    (b'd', EventClass::Module),
];
/// Classes that are shown only where `A` is not.
const HIDDEN_BY_ALL: [(u8, EventClass); 3] =
    [(b'n', EventClass::New), (b'o', EventClass::Overwritten), (b'c', EventClass::TypeChanged)];

impl KeyspaceEvents {
    /// The classes of events to be published: none while there is no channel to publish them to.
    pub fn classes(self) -> EventClasses {
        if self.by_key || self.by_event { self.selected } else { EventClasses::NONE }
    }

    /// Reads letters; `None` if there is one of no meaning.
    fn parse(letters: &[u8]) -> Option<Self> {
        let mut events = Self::default();
        for &letter in letters {
            let classes = COMMON.iter().chain(&HIDDEN_BY_ALL);
            let named = classes.clone().find(|(other, _)| *other == letter);
            match letter {
                b'K' => events.by_key = true,
                b'E' => events.by_event = true,
                b'm' => events.selected = events.selected.with(EventClass::KeyMiss),
                b'A' => {
                    for (_, class) in COMMON {
                        events.selected = events.selected.with(class);
                    }
                }
                _ => events.selected = events.selected.with(named?.1),
            }
        }
        Some(events)
    }

    /// The letters that Redis shows.
    fn letters(self) -> Vec<u8> {
        let is_selected = |&(_, class): &(u8, EventClass)| self.selected.has(class);
        let mut letters: Vec<u8> = if COMMON.iter().all(is_selected) {
            vec![b'A']
        } else {
            let shown = COMMON.into_iter().chain(HIDDEN_BY_ALL).filter(is_selected);
            shown.map(|(letter, _)| letter).collect()
        };
        let others = [
            (b'K', self.by_key),
            (b'E', self.by_event),
            (b'm', self.selected.has(EventClass::KeyMiss)),
        ];
        letters.extend(others.into_iter().filter(|(_, is_on)| *is_on).map(|(letter, _)| letter));
        letters
    }
}

/// The parameter.
pub(super) const KEYSPACE_EVENTS: Special = Special {
    default: &[""],
    syntax: "letters",
    arity: Arity::One,
    parse: parse_keyspace_events,
    show: |config| config.keyspace_events.letters(),
    lines: |config| vec![quoted(&config.keyspace_events.letters())],
};

fn parse_keyspace_events(config: &mut Config, words: &[Vec<u8>], _: Origin) -> Result<(), Reason> {
    config.keyspace_events = KeyspaceEvents::parse(&words.concat())
        .ok_or("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")?;
    Ok(())
}
