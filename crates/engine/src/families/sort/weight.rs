//! How elements compare.

use std::cmp::Ordering;

use crate::command::{CommandError, until_zero};

/// What an element is sorted by.
pub(super) enum Weight {
    /// A number.
    Number(f64),
    /// A string, or that there is none.
    Text(Option<Vec<u8>>),
    /// The element itself.
    Own,
}

/// An element with its weight.
pub(super) struct Weighed {
    pub(super) element: Vec<u8>,
    pub(super) weight: Weight,
}

impl Weight {
    /// The weight of a number's text: decimal, infinity included, up to the first zero byte; nothing at all is zero.
    pub(super) fn number(text: &[u8]) -> Result<Self, CommandError> {
        let text = until_zero(text);
        if text.is_empty() {
            return Ok(Self::Number(0.0));
        }
        let number = std::str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok());
        number
            .filter(|number| !number.is_nan())
            .map(Self::Number)
            .ok_or(CommandError::Text("ERR One or more scores can't be converted into double"))
    }
}

impl Weighed {
    /// The order of two elements. `as_bytes` compares whole strings; C would end them at the first zero byte.
    pub(super) fn compare(&self, other: &Self, as_bytes: bool) -> Ordering {
        let texts = |one: &[u8], two: &[u8]| {
            if as_bytes { one.cmp(two) } else { until_zero(one).cmp(until_zero(two)) }
        };
        match (&self.weight, &other.weight) {
            (Weight::Number(one), Weight::Number(two)) => {
                let order = one.partial_cmp(two).unwrap_or(Ordering::Equal);
                order.then_with(|| self.element.cmp(&other.element))
            }
            (Weight::Text(Some(one)), Weight::Text(Some(two))) => texts(one, two),
            (Weight::Text(one), Weight::Text(two)) => one.is_some().cmp(&two.is_some()),
            _ => texts(&self.element, &other.element),
        }
    }
}
