//! Which channels and patterns a connection hears, as its server confirmed them.

use std::collections::HashSet;

use fanfare_client::Value;

/// The three name spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Channels,
    Patterns,
    ShardChannels,
}

/// A change of subscriptions: what a command asks for, or what a frame confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    kind: Kind,
    /// False for the `UNSUBSCRIBE` commands.
    adds: bool,
}

impl Change {
    /// The change that a command, or the first word of a frame, names.
    pub(super) fn named(word: &[u8]) -> Option<Self> {
        let (kind, adds) = match word.to_ascii_lowercase().as_slice() {
            b"subscribe" => (Kind::Channels, true),
            b"psubscribe" => (Kind::Patterns, true),
            b"ssubscribe" => (Kind::ShardChannels, true),
            b"unsubscribe" => (Kind::Channels, false),
            b"punsubscribe" => (Kind::Patterns, false),
            b"sunsubscribe" => (Kind::ShardChannels, false),
            _ => return None,
        };
        Some(Self { kind, adds })
    }

    pub(super) fn adds(self) -> bool {
        self.adds
    }
}

/// What a frame is for a subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// It confirms one name of a command.
    Confirmation(Change),
    /// It brings a message.
    Message,
}

impl Frame {
    /// What the elements of an array or push are, if they are of this kind at all.
    pub(super) fn of(items: &[Value]) -> Option<Self> {
        let word = items.first()?.as_bytes()?;
        match (word, items.len()) {
            (b"message" | b"smessage", 3) | (b"pmessage", 4) => Some(Self::Message),
            (_, 3) => Change::named(word).map(Self::Confirmation),
            _ => None,
        }
    }
}

/// The names a connection hears.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    channels: HashSet<Vec<u8>>,
    patterns: HashSet<Vec<u8>>,
    shard_channels: HashSet<Vec<u8>>,
}

impl Subscriptions {
    pub(super) fn is_empty(&self) -> bool {
        self.channels.is_empty() && self.patterns.is_empty() && self.shard_channels.is_empty()
    }

    /// How many confirmations a command with this many names brings.
    pub(super) fn confirmations(&self, change: Change, names: usize) -> usize {
        if names > 0 {
            return names;
        }
        // Without names all go, each confirmed; with none there is one frame that says so.
        self.names(change.kind).len().max(1)
    }

    /// Takes a confirmation into account.
    pub(super) fn confirm(&mut self, change: Change, items: &[Value]) {
        let Some(name) = items.get(1).and_then(Value::as_bytes) else { return };
        let names = match change.kind {
            Kind::Channels => &mut self.channels,
            Kind::Patterns => &mut self.patterns,
            Kind::ShardChannels => &mut self.shard_channels,
        };
        if change.adds {
            names.insert(name.to_vec());
        } else {
            names.remove(name);
        }
    }

    fn names(&self, kind: Kind) -> &HashSet<Vec<u8>> {
        match kind {
            Kind::Channels => &self.channels,
            Kind::Patterns => &self.patterns,
            Kind::ShardChannels => &self.shard_channels,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(word: &str, name: Option<&str>, count: i64) -> Vec<Value> {
        let name = name.map_or(Value::Null, |name| Value::Bulk(name.into()));
        vec![Value::Bulk(word.into()), name, Value::Integer(count)]
    }

    fn confirm(subscriptions: &mut Subscriptions, items: &[Value]) {
        match Frame::of(items) {
            Some(Frame::Confirmation(change)) => subscriptions.confirm(change, items),
            other => panic!("{items:?} is {other:?}"),
        }
    }

    #[test]
    fn frames_are_told_from_other_arrays() {
        assert_eq!(Frame::of(&frame("message", Some("a"), 0)), Some(Frame::Message));
        assert_eq!(Frame::of(&frame("pong", Some(""), 0)), None);
        assert_eq!(Frame::of(&frame("subscribe", None, 0)[..2]), None);
        assert_eq!(Frame::of(&[]), None);
    }

    #[test]
    fn confirmations_are_counted_by_kind() {
        let mut subscriptions = Subscriptions::default();
        for (word, name) in [("subscribe", "a"), ("subscribe", "b"), ("psubscribe", "a")] {
            confirm(&mut subscriptions, &frame(word, Some(name), 1));
        }
        let unsubscribe = Change::named(b"UNSUBSCRIBE").unwrap();
        let sunsubscribe = Change::named(b"sunsubscribe").unwrap();
        assert_eq!(subscriptions.confirmations(unsubscribe, 0), 2);
        assert_eq!(subscriptions.confirmations(unsubscribe, 5), 5);
        assert_eq!(subscriptions.confirmations(sunsubscribe, 0), 1);
        for (word, name) in [("unsubscribe", "a"), ("unsubscribe", "b"), ("punsubscribe", "a")] {
            assert!(!subscriptions.is_empty());
            confirm(&mut subscriptions, &frame(word, Some(name), 0));
        }
        confirm(&mut subscriptions, &frame("unsubscribe", None, 0));
        assert!(subscriptions.is_empty());
    }
}
