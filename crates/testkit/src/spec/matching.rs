//! Holds a reply against what a page expects.

use fanfare_protocol::RespVersion;
use fanfare_protocol::decode::Value;

use super::notation::{Expected, List, ListKind, Mask, Part, Text};
use super::words::Captures;

/// How many seconds a page may take, at most, from a request that sets a time to one that asks how much is left of it.
const PASSED_SECONDS_MAX: i64 = 99;

/// What a match knows and learns.
pub(super) struct Matcher<'a> {
    /// The protocol that the connection speaks.
    pub(super) version: RespVersion,
    /// What has been captured so far.
    pub(super) captures: &'a mut Captures,
}

impl Matcher<'_> {
    /// True when `value` is what the page expects, in this protocol.
    pub(super) fn matches(&mut self, expected: &Expected, value: &Value) -> bool {
        let old = self.version == RespVersion::Resp2;
        match (expected, value) {
            (Expected::Simple(text), Value::Simple(bytes))
            | (Expected::Error(text), Value::Error(bytes))
            | (Expected::Bulk(text), Value::Bulk(bytes)) => self.text_matches(text, bytes),
            (Expected::Verbatim(text), Value::Bulk(bytes)) if old => self.text_matches(text, bytes),
            (Expected::Verbatim(text), Value::Verbatim { text: bytes, format }) => {
                format == b"txt" && self.text_matches(text, bytes)
            }
            (Expected::Integer(number), Value::Integer(value)) => number == value,
            (Expected::Nil, Value::Null) => true,
            (Expected::NilArray, Value::Null) => !old,
            (Expected::NilArray, Value::NullArray) => old,
            (Expected::Boolean(truth), Value::Integer(value)) => old && *value == *truth as i64,
            (Expected::Boolean(truth), Value::Boolean(value)) => truth == value,
            (Expected::Double(text) | Expected::Big(text), Value::Bulk(bytes)) => {
                old && text.as_bytes() == bytes
            }
            (Expected::Double(text), Value::Double(value))
            | (Expected::Big(text), Value::BigNumber(value)) => text == value,
            (Expected::List(_, list), Value::Array(items)) if old => self.list_matches(list, items),
            (Expected::List(ListKind::Array, list), Value::Array(items))
            | (Expected::List(ListKind::Set, list), Value::Set(items))
            | (Expected::List(ListKind::Push, list), Value::Push(items)) => {
                self.list_matches(list, items)
            }
            (Expected::Map(list), Value::Array(_)) if old => {
                value.clone().into_pairs().is_some_and(|pairs| self.map_matches(list, &pairs))
            }
            (Expected::Paired(list), Value::Array(items)) if old => {
                pairs_of(items).is_some_and(|pairs| self.map_matches(list, &pairs))
            }
            (Expected::Map(list) | Expected::Paired(list), Value::Map(pairs)) => {
                self.map_matches(list, pairs)
            }
            (Expected::Mask(mask, name), _) => self.mask_matches(*mask, name.as_deref(), value),
            _ => false,
        }
    }

    fn mask_matches(&mut self, mask: Mask, name: Option<&str>, value: &Value) -> bool {
        let old = self.version == RespVersion::Resp2;
        let text = match (mask, value) {
            (Mask::Integer, Value::Integer(number)) => number.to_string(),
            (Mask::Bulk, Value::Bulk(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
            (Mask::Double, Value::Bulk(_)) => return old && name.is_none(),
            (Mask::Double, Value::Double(_)) => return !old && name.is_none(),
            (Mask::Left(most), Value::Integer(left)) => {
                return (most - PASSED_SECONDS_MAX..=most).contains(left);
            }
            (Mask::Array, Value::Array(_)) | (Mask::Any, _) => return name.is_none(),
            _ => return false,
        };
        name.is_none_or(|name| self.capture(name, text))
    }

    /// Keeps `text` under `name`; a name that is taken must hold the same.
    fn capture(&mut self, name: &str, text: String) -> bool {
        match self.captures.get(name) {
            Some(known) => *known == text,
            None => {
                self.captures.insert(name.to_owned(), text);
                true
            }
        }
    }

    fn list_matches(&mut self, list: &List<Expected>, items: &[Value]) -> bool {
        self.items_match(list, items, Self::matches)
    }

    fn map_matches(&mut self, list: &List<(Expected, Expected)>, pairs: &[(Value, Value)]) -> bool {
        self.items_match(list, pairs, |matcher, expected, pair| {
            matcher.matches(&expected.0, &pair.0) && matcher.matches(&expected.1, &pair.1)
        })
    }

    fn items_match<E, V>(
        &mut self,
        list: &List<E>,
        values: &[V],
        matches: impl Fn(&mut Self, &E, &V) -> bool,
    ) -> bool {
        if values.len() < list.items.len() || (!list.open && values.len() > list.items.len()) {
            return false;
        }
        if !list.unordered {
            let mut pairs = list.items.iter().zip(values);
            return pairs.all(|(expected, value)| matches(self, expected, value));
        }
        let mut left: Vec<&V> = values.iter().collect();
        list.items.iter().all(|expected| {
            let found = left.iter().position(|value| matches(self, expected, value));
            found.map(|at| left.swap_remove(at)).is_some()
        })
    }

    fn text_matches(&mut self, text: &Text, bytes: &[u8]) -> bool {
        match text {
            Text::Exactly(expected) => expected == bytes,
            Text::Like(parts) => self.parts_match(parts, bytes),
        }
    }

    fn parts_match(&mut self, parts: &[Part], bytes: &[u8]) -> bool {
        let Some((first, rest)) = parts.split_first() else { return bytes.is_empty() };
        match first {
            Part::Literal(literal) => {
                bytes.strip_prefix(&literal[..]).is_some_and(|after| self.parts_match(rest, after))
            }
            Part::Anything => {
                (0..=bytes.len()).any(|length| self.parts_match(rest, &bytes[length..]))
            }
            Part::Word(name) => {
                let is_end = |byte: &u8| byte.is_ascii_whitespace();
                let length = bytes.iter().position(is_end).unwrap_or(bytes.len());
                (1..=length).rev().any(|length| {
                    if !self.parts_match(rest, &bytes[length..]) {
                        return false;
                    }
                    let word = String::from_utf8_lossy(&bytes[..length]).into_owned();
                    self.capture(name, word)
                })
            }
        }
    }
}

/// The pairs that RESP2 sends as arrays of two.
fn pairs_of(items: &[Value]) -> Option<Vec<(Value, Value)>> {
    let pair = |item: &Value| match item.as_items()? {
        [key, value] => Some((key.clone(), value.clone())),
        _ => None,
    };
    items.iter().map(pair).collect()
}
