//! Conditions on what a string is now: `IFEQ`, `IFNE`, `IFDEQ` and `IFDNE`, and the digest that the last two compare.
//!
//! They came with Redis 8.4. Source: its documentation of `SET`, `DELEX` and `DIGEST`, and pull request 14502 of
//! redis/redis for the form of digests.

use fanfare_data::object::KeyEntry;
use fanfare_protocol::{Reply, Request};
use twox_hash::XxHash3_64;

use super::text::text;
use crate::command::{Args, CommandError, KeyFlag, KeyFlags};
use crate::keyspace::{Event, Freeing, ReadKeys, WriteKeys};

/// Hexadecimal digits of a digest.
const DIGEST_DIGITS: usize = 16;

/// What is compared with the string that a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure<'a> {
    /// All of it.
    Whole(&'a [u8]),
    /// Its digest, whose digits may be of either case.
    Digest(&'a [u8]),
}

/// What a command asks of the string that a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Comparison<'a> {
    measure: Measure<'a>,
    is_equal: bool,
}

/// The word of a comparison; what it compares with follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CompareWord {
    Equal,
    Unequal,
    DigestEqual,
    DigestUnequal,
}

/// The words as they are written.
pub(super) const WORDS: [(&str, CompareWord); 4] = [
    ("IFEQ", CompareWord::Equal),
    ("IFNE", CompareWord::Unequal),
    ("IFDEQ", CompareWord::DigestEqual),
    ("IFDNE", CompareWord::DigestUnequal),
];

impl<'a> Comparison<'a> {
    /// The comparison of a word and what follows it; an error if that cannot be a digest and should be.
    pub(super) fn new(word: CompareWord, with: &'a [u8]) -> Result<Self, CommandError> {
        let (measure, is_equal) = match word {
            CompareWord::Equal => (Measure::Whole(with), true),
            CompareWord::Unequal => (Measure::Whole(with), false),
            CompareWord::DigestEqual => (Measure::Digest(with), true),
            CompareWord::DigestUnequal => (Measure::Digest(with), false),
        };
        if matches!(measure, Measure::Digest(digits) if digits.len() != DIGEST_DIGITS) {
            return Err(CommandError::Text("ERR must be exactly 16 hexadecimal characters"));
        }
        Ok(Self { measure, is_equal })
    }

    /// Whether it holds for what a key is. No key is equal to nothing. An error if the key holds no string.
    pub(super) fn holds(self, entry: Option<&KeyEntry>) -> Result<bool, CommandError> {
        let Some(entry) = entry else { return Ok(!self.is_equal) };
        let mut digits = itoa::Buffer::new();
        let text = text(entry, &mut digits)?;
        let are_equal = match self.measure {
            Measure::Whole(other) => text == other,
            Measure::Digest(other) => digest_of(text).as_bytes().eq_ignore_ascii_case(other),
        };
        Ok(are_equal == self.is_equal)
    }
}

/// The XXH3 hash of 64 bits, in hexadecimal digits of lower case.
fn digest_of(text: &[u8]) -> String {
    format!("{:0width$x}", XxHash3_64::oneshot(text), width = DIGEST_DIGITS)
}

/// `DIGEST`.
pub(super) fn digest(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    match keys.get(args.required()?) {
        Some(entry) => {
            reply.bulk(digest_of(text(entry, &mut itoa::Buffer::new())?).as_bytes());
        }
        None => reply.null(),
    }
    Ok(())
}

/// What a `DELEX` does to its key: under a condition, the value matters.
pub(super) fn delex_key_flags(request: Request<'_>) -> KeyFlags {
    let what = if request.len() > 2 { KeyFlag::ReadWrite } else { KeyFlag::Remove };
    KeyFlags::of(&[what, KeyFlag::Delete])
}

/// `DELEX`.
pub(super) fn delex(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let comparison = match (args.next(), args.next(), args.next()) {
        (None, ..) => None,
        (Some(word), Some(with), None) => {
            let known = WORDS.iter().find(|(text, _)| word.eq_ignore_ascii_case(text.as_bytes()));
            let &(_, word) = known.ok_or(CommandError::Syntax)?;
            Some(Comparison::new(word, with)?)
        }
        _ => return Err(CommandError::WrongArity { container: None, name: "DELEX" }),
    };
    let entry = keys.peek(key);
    let is_met = match comparison {
        Some(comparison) if entry.is_some() => comparison.holds(entry)?,
        _ => true,
    };
    let is_deleted = is_met && keys.delete(key, Freeing::Deleting);
    if is_deleted {
        keys.changed(key, Event::DEL);
    }
    reply.integer(i64::from(is_deleted));
    Ok(())
}
