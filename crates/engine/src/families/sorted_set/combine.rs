//! Unions, intersections and differences.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::ControlFlow;

use fanfare_data::encoding::listpack::Element;
use fanfare_data::sorted_set::Built;
use fanfare_protocol::Reply;
use fanfare_stdx::double::parse_double;
use fanfare_stdx::number::parse_i64;

use super::difference::difference;
use super::source::Source;
use super::value::{Show, end_store, limits, write_element_of, write_header};
use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, ReadKeys, WriteKeys};

const NOT_A_WEIGHT: CommandError = CommandError::Text("ERR weight value is not a float");
const NEGATIVE_LIMIT: CommandError = CommandError::Text("ERR LIMIT can't be negative");

/// What is made of several sorted sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Union,
    Intersection,
    Difference,
}

/// What becomes of the scores of one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aggregate {
    Sum,
    Least,
    Greatest,
}

impl Operation {
    /// The name of the command, as errors say it.
    const fn command(self, is_stored: bool) -> &'static str {
        match (self, is_stored) {
            (Self::Union, false) => "zunion",
            (Self::Union, true) => "zunionstore",
            (Self::Intersection, false) => "zinter",
            (Self::Intersection, true) => "zinterstore",
            (Self::Difference, false) => "zdiff",
            (Self::Difference, true) => "zdiffstore",
        }
    }

    /// The event of storing the result.
    const fn event(self) -> Event {
        Event::new(EventClass::SortedSet, self.command(true))
    }
}

impl Aggregate {
    fn parse(args: &mut Args<'_>) -> Result<Self, CommandError> {
        if args.take_word("SUM") {
            Ok(Self::Sum)
        } else if args.take_word("MIN") {
            Ok(Self::Least)
        } else if args.take_word("MAX") {
            Ok(Self::Greatest)
        } else {
            Err(CommandError::Syntax)
        }
    }

    fn join(self, score: f64, other: f64) -> f64 {
        match self {
            // Of two infinities the sum may be no number.
            Self::Sum => number_or_zero(score + other),
            Self::Least if other < score => other,
            Self::Greatest if other > score => other,
            Self::Least | Self::Greatest => score,
        }
    }
}

fn number_or_zero(score: f64) -> f64 {
    if score.is_nan() { 0.0 } else { score }
}

/// One of the sorted sets, as the request names it.
#[derive(Clone, Copy)]
struct Operand<'a> {
    key: &'a [u8],
    length: usize,
    weight: f64,
}

struct Request<'a> {
    operation: Operation,
    operands: Vec<Operand<'a>>,
    aggregate: Aggregate,
    show: Show,
}

type Scores = HashMap<Box<[u8]>, f64, foldhash::fast::RandomState>;
type Elements = Vec<(Box<[u8]>, f64)>;

/// Reads the number of keys and the keys, and looks at them. `name` is the command's, in lower case.
fn operands<'a>(
    name: &str,
    keys: &mut ReadKeys<'_>,
    args: &mut Args<'a>,
) -> Result<Vec<Operand<'a>>, CommandError> {
    let count = args.integer()?;
    let Some(count) = usize::try_from(count).ok().filter(|&count| count > 0) else {
        return Err(CommandError::echo(format!(
            "ERR at least 1 input key is needed for '{name}' command"
        )));
    };
    if count > args.len() {
        return Err(CommandError::Syntax);
    }
    let mut operands = Vec::with_capacity(count);
    for key in args.take(count) {
        let length = Source::of(keys.read(key))?.len();
        operands.push(Operand { key, length, weight: 1.0 });
    }
    Ok(operands)
}

impl<'a> Request<'a> {
    /// Reads a request from the number of keys on. A key of another type comes before all that is wrong behind the keys.
    fn parse(
        operation: Operation,
        is_stored: bool,
        keys: &mut ReadKeys<'_>,
        mut args: Args<'a>,
    ) -> Result<Self, CommandError> {
        let operands = operands(operation.command(is_stored), keys, &mut args)?;
        let (mut aggregate, mut show) = (Aggregate::Sum, Show::Members);
        let mut request = Self { operation, operands, aggregate, show };
        let is_weighed = operation != Operation::Difference;
        while !args.is_empty() {
            let weights = request.operands.len();
            if is_weighed && args.len() > weights && args.take_word("WEIGHTS") {
                for operand in &mut request.operands {
                    operand.weight = parse_double(args.required()?).ok_or(NOT_A_WEIGHT)?;
                }
            } else if is_weighed && args.len() > 1 && args.take_word("AGGREGATE") {
                aggregate = Aggregate::parse(&mut args)?;
            } else if !is_stored && args.take_word("WITHSCORES") {
                show = Show::MembersAndScores;
            } else {
                return Err(CommandError::Syntax);
            }
        }
        Ok(Self { aggregate, show, ..request })
    }

    /// The members and scores of the result, in order.
    fn run(mut self, keys: &mut ReadKeys<'_>) -> Result<Elements, CommandError> {
        let mut elements = if self.operation == Operation::Difference {
            let sources = self.operands.iter().map(|operand| Source::of(keys.held(operand.key)));
            difference(&sources.collect::<Result<Vec<_>, _>>()?)
        } else {
            self.joined(keys)?.into_iter().collect()
        };
        // One pass, if they are in order.
        elements.sort_unstable_by(|(member, score), (other, other_score)| {
            let by_score = score.partial_cmp(other_score).unwrap_or(Ordering::Equal);
            by_score.then_with(|| member.cmp(other))
        });
        Ok(elements)
    }

    /// The members and scores of a union or an intersection.
    fn joined(&mut self, keys: &mut ReadKeys<'_>) -> Result<Scores, CommandError> {
        // Sums of floating point numbers depend on their order, which is that of Redis.
        self.operands.sort_by_key(|operand| operand.length);
        let mut scores = Scores::default();
        for (index, operand) in self.operands.iter().enumerate() {
            let source = Source::of(keys.peek(operand.key))?;
            self.join(&mut scores, source, operand.weight, index == 0);
        }
        Ok(scores)
    }

    /// Joins a sorted set to those that came before it.
    ///
    /// Infinity times zero counts as zero, but not in the second and later ones of an intersection.
    fn join(&self, scores: &mut Scores, source: Source<'_>, weight: f64, is_first: bool) {
        let aggregate = self.aggregate;
        match self.operation {
            Operation::Union => source.for_each(|member, score| {
                let score = number_or_zero(weight * score);
                match scores.get_mut(member) {
                    Some(sum) => *sum = aggregate.join(*sum, score),
                    None => {
                        scores.insert(member.into(), score);
                    }
                }
            }),
            _ if is_first => source.for_each(|member, score| {
                scores.insert(member.into(), number_or_zero(weight * score));
            }),
            _ => {
                scores.retain(|member, sum| match source.score(member) {
                    Some(score) => {
                        *sum = aggregate.join(*sum, weight * score);
                        true
                    }
                    None => false,
                });
            }
        }
    }
}

fn show(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
    operation: Operation,
) -> Result<(), CommandError> {
    let request = Request::parse(operation, false, keys, args)?;
    let show = request.show;
    let elements = request.run(keys)?;
    write_header(reply, elements.len(), show);
    for (member, score) in &elements {
        write_element_of(reply, (Element::Bytes(member), *score), show);
    }
    Ok(())
}

fn store(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    operation: Operation,
) -> Result<(), CommandError> {
    let to = args.required()?;
    let elements = Request::parse(operation, true, keys, args)?.run(keys)?;
    let lengths = elements.iter().map(|(member, _)| member.len());
    let stored = elements.iter().map(|(member, score)| (Element::of(member), *score));
    let is_small = limits(keys).allow_all(lengths);
    let built = if is_small { Built::packed(stored) } else { Built::large(stored) };
    end_store(keys, to, built, operation.event(), reply);
    Ok(())
}

/// `ZUNION`.
pub(super) fn zunion(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    show(keys, args, reply, Operation::Union)
}

/// `ZINTER`.
pub(super) fn zinter(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    show(keys, args, reply, Operation::Intersection)
}

/// `ZDIFF`.
pub(super) fn zdiff(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    show(keys, args, reply, Operation::Difference)
}

/// `ZUNIONSTORE`.
pub(super) fn zunionstore(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    store(keys, args, reply, Operation::Union)
}

/// `ZINTERSTORE`.
pub(super) fn zinterstore(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    store(keys, args, reply, Operation::Intersection)
}

/// `ZDIFFSTORE`.
pub(super) fn zdiffstore(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    store(keys, args, reply, Operation::Difference)
}

/// `ZINTERCARD`.
pub(super) fn zintercard(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let operands = operands("zintercard", keys, &mut args)?;
    let mut limit = usize::MAX;
    while !args.is_empty() {
        if args.len() < 2 || !args.take_word("LIMIT") {
            return Err(CommandError::Syntax);
        }
        let number = parse_i64(args.required()?).and_then(|number| usize::try_from(number).ok());
        limit = number
            .map(|limit| if limit == 0 { usize::MAX } else { limit })
            .ok_or(NEGATIVE_LIMIT)?;
    }
    let sources = operands.iter().map(|operand| Source::of(keys.held(operand.key)));
    let mut sources = sources.collect::<Result<Vec<_>, _>>()?;
    reply.integer(intersection_len(&mut sources, limit) as i64);
    Ok(())
}

/// How many members all of these have; stops at `limit`, which is not zero.
fn intersection_len(sources: &mut [Source<'_>], limit: usize) -> usize {
    sources.sort_by_key(|source| source.len());
    let Some((first, others)) = sources.split_first() else { return 0 };
    let mut count = 0;
    // That it broke off shows in the count.
    let _ = first.try_for_each(|member, _| {
        count += usize::from(others.iter().all(|other| other.score(member).is_some()));
        if count < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    count
}
