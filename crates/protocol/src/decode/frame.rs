//! Aggregates that are being read.

use super::value::Value;

/// Elements to make room for when an aggregate begins, whatever length it announces.
const ROOM_ELEMENTS_MAX: u64 = 64;

/// What an aggregate becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Array,
    Set,
    Push,
    Map,
    Attribute,
}

/// An aggregate that lacks elements.
#[derive(Debug)]
pub(super) struct Frame {
    kind: Kind,
    /// Elements announced, keys and values counted each; an attribute's value is one more.
    length: u64,
    pub(super) items: Vec<Value>,
}

impl Frame {
    pub(super) fn new(kind: Kind, elements: u64) -> Self {
        let length = if kind == Kind::Attribute { elements + 1 } else { elements };
        Self { kind, length, items: Vec::with_capacity(length.min(ROOM_ELEMENTS_MAX) as usize) }
    }

    pub(super) fn is_full(&self) -> bool {
        self.items.len() as u64 == self.length
    }

    /// The finished value of a full frame.
    pub(super) fn into_value(self) -> Value {
        let mut items = self.items;
        match self.kind {
            Kind::Array => Value::Array(items),
            Kind::Set => Value::Set(items),
            Kind::Push => Value::Push(items),
            Kind::Map => Value::Map(pairs(items)),
            Kind::Attribute => {
                let value = items.pop().unwrap_or(Value::Null);
                Value::Attribute { attributes: pairs(items), value: Box::new(value) }
            }
        }
    }
}

fn pairs(items: Vec<Value>) -> Vec<(Value, Value)> {
    let mut items = items.into_iter();
    let mut pairs = Vec::with_capacity(items.len() / 2);
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        pairs.push((key, value));
    }
    pairs
}
