//! Giving members scores.

use fanfare_data::sorted_set::{Limits, SortedSetMut};
use fanfare_protocol::Reply;
use fanfare_stdx::double::parse_double;

use super::value::{NOT_A_FLOAT, limits, score};
use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, WriteKeys};

const ZADD: Event = Event::new(EventClass::SortedSet, "zadd");
const ZINCR: Event = Event::new(EventClass::SortedSet, "zincr");

const EXISTING_OR_NEW: CommandError =
    CommandError::Text("ERR XX and NX options at the same time are not compatible");
const GREATER_LESS_OR_NEW: CommandError =
    CommandError::Text("ERR GT, LT, and/or NX options at the same time are not compatible");
const ONE_PAIR: CommandError =
    CommandError::Text("ERR INCR option supports a single increment-element pair");
const NOT_A_NUMBER: CommandError = CommandError::Text("ERR resulting score is not a number (NaN)");

#[derive(Clone, Copy, Debug, Default)]
struct Options {
    only_new: bool,
    only_existing: bool,
    only_greater: bool,
    only_less: bool,
    counts_changed: bool,
    adds: bool,
}

/// What became of a member.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    /// An option kept it as it was.
    Refused,
    /// It had this score already.
    Same(f64),
    Added(f64),
    Changed(f64),
    /// The sum of its score and the increment is none.
    NotANumber,
}

impl Options {
    fn parse(args: &mut Args<'_>) -> Self {
        let mut options = Self::default();
        loop {
            let flag = if args.take_word("NX") {
                &mut options.only_new
            } else if args.take_word("XX") {
                &mut options.only_existing
            } else if args.take_word("CH") {
                &mut options.counts_changed
            } else if args.take_word("INCR") {
                &mut options.adds
            } else if args.take_word("GT") {
                &mut options.only_greater
            } else if args.take_word("LT") {
                &mut options.only_less
            } else {
                return options;
            };
            *flag = true;
        }
    }

    fn check(self, pairs: usize) -> Result<(), CommandError> {
        let Self { only_new, only_existing, only_greater, only_less, .. } = self;
        if only_new && only_existing {
            return Err(EXISTING_OR_NEW);
        }
        if only_new && (only_greater || only_less) || only_greater && only_less {
            return Err(GREATER_LESS_OR_NEW);
        }
        if self.adds && pairs > 1 {
            return Err(ONE_PAIR);
        }
        Ok(())
    }

    /// What is to become of a member that has this score, if it is there.
    fn decide(self, old: Option<f64>, score: f64) -> Outcome {
        let Some(old) = old else {
            return if self.only_existing { Outcome::Refused } else { Outcome::Added(score) };
        };
        if self.only_new {
            return Outcome::Refused;
        }
        let score = if self.adds { old + score } else { score };
        if score.is_nan() {
            Outcome::NotANumber
        } else if self.only_less && score >= old || self.only_greater && score <= old {
            Outcome::Refused
        } else if score == old {
            Outcome::Same(score)
        } else {
            Outcome::Changed(score)
        }
    }

    fn apply(
        self,
        set: &mut SortedSetMut<'_>,
        limits: Limits,
        member: &[u8],
        score: f64,
    ) -> Outcome {
        let mut outcome = Outcome::Refused;
        set.update(member, limits, |old| {
            outcome = self.decide(old, score);
            match outcome {
                Outcome::Added(score) | Outcome::Changed(score) => Some(score),
                _ => None,
            }
        });
        outcome
    }
}

/// `ZADD`.
pub(super) fn zadd(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let options = Options::parse(&mut args);
    if args.is_empty() || !args.len().is_multiple_of(2) {
        return Err(CommandError::Syntax);
    }
    options.check(args.len() / 2)?;
    add(keys, key, options, args, reply)
}

/// `ZINCRBY`.
pub(super) fn zincrby(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let mut rest = args.clone();
    Options::parse(&mut rest);
    if rest.len() < args.len() {
        // As in Redis, which takes options here, too, and has no pair left then.
        return Err(CommandError::Syntax);
    }
    add(keys, key, Options { adds: true, ..Options::default() }, args, reply)
}

/// Gives scores to members, which are what is left of the arguments, in pairs.
fn add(
    keys: &mut WriteKeys<'_>,
    key: &[u8],
    options: Options,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    check_scores(args.clone())?;
    let limits = limits(keys);
    let mut entry = keys.get_mut(key);
    if entry.is_none() {
        if options.only_existing {
            if options.adds {
                reply.null();
            } else {
                reply.integer(0);
            }
            return Ok(());
        }
        let first_bytes = args.get(1).map_or(0, <[u8]>::len);
        keys.set(key, limits.new_value(args.len() / 2, first_bytes));
        entry = keys.get_mut(key);
    }
    let mut set = entry.and_then(SortedSetMut::of).ok_or(CommandError::WrongType)?;
    set.prepare(args.len() / 2, limits);
    let (mut added, mut changed) = (0, 0);
    let mut last = Outcome::Refused;
    let mut pairs = args;
    while !pairs.is_empty() {
        let score = score(&mut pairs)?;
        last = options.apply(&mut set, limits, pairs.required()?, score);
        match last {
            Outcome::Added(_) => added += 1,
            Outcome::Changed(_) => changed += 1,
            Outcome::NotANumber => return Err(NOT_A_NUMBER),
            Outcome::Refused | Outcome::Same(_) => {}
        }
    }
    if added + changed > 0 {
        keys.changed_by(key, if options.adds { ZINCR } else { ZADD }, added + changed);
    }
    match last {
        Outcome::Added(score) | Outcome::Changed(score) | Outcome::Same(score) if options.adds => {
            reply.double(score);
        }
        _ if options.adds => reply.null(),
        _ if options.counts_changed => reply.integer((added + changed) as i64),
        _ => reply.integer(added as i64),
    }
    Ok(())
}

/// Adds members that were taken from a key, with their scores. They are lost if the key holds something else by now, and
/// each that is there again keeps its newer score.
pub(super) fn give_back(keys: &mut WriteKeys<'_>, key: &[u8], members: &[(Vec<u8>, f64)]) {
    let limits = limits(keys);
    if keys.peek(key).is_none() {
        keys.set(
            key,
            limits.new_value(members.len(), members.first().map_or(0, |one| one.0.len())),
        );
    }
    let options = Options { only_new: true, ..Options::default() };
    let Some(mut set) = keys.get_mut(key).and_then(SortedSetMut::of) else { return };
    for (member, score) in members {
        options.apply(&mut set, limits, member, *score);
    }
    keys.changed_by(key, ZADD, members.len() as u64);
}

/// A bad score anywhere keeps all members as they are. (A single one is found bad before anything is changed anyway.)
fn check_scores(pairs: Args<'_>) -> Result<(), CommandError> {
    let mut scores = pairs.step_by(2);
    if scores.all(|text| parse_double(text).is_some()) { Ok(()) } else { Err(NOT_A_FLOAT) }
}
