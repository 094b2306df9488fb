//! Members in a range of ranks, scores or members.

use std::ops::Range;

use fanfare_data::sorted_set::{Built, LexRange, Order, ScoreRange, View};
use fanfare_protocol::Reply;

use super::value::{Show, end_store, lex_end, limits, ranks, score_end, view_of, write_elements};
use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, ReadKeys, WriteKeys};

const ZRANGESTORE: Event = Event::new(EventClass::SortedSet, "zrangestore");

const LIMIT_OF_RANKS: CommandError = CommandError::Text(
    "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
);
const SCORES_OF_LEX: CommandError =
    CommandError::Text("ERR syntax error, WITHSCORES not supported in combination with BYLEX");

/// What a range is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Ranks,
    Scores,
    Members,
}

/// What a command's name already says of its range.
#[derive(Clone, Copy, Debug)]
struct Given {
    kind: Option<Kind>,
    order: Option<Order>,
    /// Whether the result is stored, so that there is no choice of what to show.
    is_stored: bool,
}

/// A range as it was asked for.
struct Request<'a> {
    ends: Ends<'a>,
    order: Order,
    show: Show,
    /// How many to skip, and how many to return at most; negative: all.
    limit: (i64, i64),
}

enum Ends<'a> {
    Ranks(i64, i64),
    Scores(ScoreRange),
    Members(LexRange<'a>),
}

impl<'a> Request<'a> {
    fn parse(given: Given, mut args: Args<'a>) -> Result<Self, CommandError> {
        let (first, second) = (args.required()?, args.required()?);
        let (mut kind, mut order) = (given.kind, given.order);
        let (mut show, mut limit) = (Show::Members, (0, -1));
        while !args.is_empty() {
            if !given.is_stored && args.take_word("WITHSCORES") {
                show = Show::MembersAndScores;
            } else if args.len() > 2 && args.take_word("LIMIT") {
                limit = (args.integer()?, args.integer()?);
            } else if order.is_none() && args.take_word("REV") {
                order = Some(Order::Descending);
            } else if kind.is_none() && args.take_word("BYLEX") {
                kind = Some(Kind::Members);
            } else if kind.is_none() && args.take_word("BYSCORE") {
                kind = Some(Kind::Scores);
            } else {
                return Err(CommandError::Syntax);
            }
        }
        let (kind, order) = (kind.unwrap_or(Kind::Ranks), order.unwrap_or(Order::Ascending));
        if limit.1 != -1 && kind == Kind::Ranks {
            return Err(LIMIT_OF_RANKS);
        }
        if show == Show::MembersAndScores && kind == Kind::Members {
            return Err(SCORES_OF_LEX);
        }
        let ends = Ends::parse(kind, order, (first, second))?;
        Ok(Self { ends, order, show, limit })
    }

    /// The ranks that the request means, the range's limit taken into account.
    fn ranks(&self, set: View<'_>) -> Range<usize> {
        let range = match self.ends {
            Ends::Ranks(start, stop) => {
                let range = ranks(start, stop, set.len());
                return match self.order {
                    Order::Ascending => range,
                    Order::Descending => set.len() - range.end..set.len() - range.start,
                };
            }
            Ends::Scores(range) => set.ranks_of_scores(range),
            Ends::Members(range) => set.ranks_of_members(range, self.order),
        };
        let (offset, count) = self.limit;
        let Ok(offset) = usize::try_from(offset) else { return 0..0 };
        let offset = offset.min(range.len());
        let count = usize::try_from(count).unwrap_or(usize::MAX).min(range.len() - offset);
        match self.order {
            Order::Ascending => range.start + offset..range.start + offset + count,
            Order::Descending => range.end - offset - count..range.end - offset,
        }
    }
}

impl<'a> Ends<'a> {
    fn parse(
        kind: Kind,
        order: Order,
        (first, second): (&'a [u8], &'a [u8]),
    ) -> Result<Self, CommandError> {
        let (min, max) = match order {
            Order::Ascending => (first, second),
            Order::Descending => (second, first),
        };
        Ok(match kind {
            // Ranks count from the end that comes first.
            Kind::Ranks => Self::Ranks(integer(first)?, integer(second)?),
            Kind::Scores => Self::Scores(ScoreRange { min: score_end(min)?, max: score_end(max)? }),
            Kind::Members => Self::Members(LexRange { min: lex_end(min)?, max: lex_end(max)? }),
        })
    }
}

fn integer(text: &[u8]) -> Result<i64, CommandError> {
    fanfare_stdx::number::parse_i64(text).ok_or(CommandError::NotAnInteger)
}

fn show(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    kind: Option<Kind>,
    order: Option<Order>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let request = Request::parse(Given { kind, order, is_stored: false }, args)?;
    let set = view_of(keys.get(key))?;
    write_elements(reply, set.range(request.ranks(set), request.order), request.show);
    Ok(())
}

/// `ZRANGE`.
pub(super) fn zrange(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    show(keys, args, reply, None, None)
}

/// `ZREVRANGE`.
pub(super) fn zrevrange(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    show(keys, args, reply, Some(Kind::Ranks), Some(Order::Descending))
}

/// `ZRANGEBYSCORE`.
pub(super) fn zrangebyscore(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    show(keys, args, reply, Some(Kind::Scores), Some(Order::Ascending))
}

/// `ZREVRANGEBYSCORE`.
pub(super) fn zrevrangebyscore(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    show(keys, args, reply, Some(Kind::Scores), Some(Order::Descending))
}

/// `ZRANGEBYLEX`.
pub(super) fn zrangebylex(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    show(keys, args, reply, Some(Kind::Members), Some(Order::Ascending))
}

/// `ZREVRANGEBYLEX`.
pub(super) fn zrevrangebylex(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    show(keys, args, reply, Some(Kind::Members), Some(Order::Descending))
}

/// `ZRANGESTORE`.
pub(super) fn zrangestore(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (to, from) = (args.required()?, args.required()?);
    let request = Request::parse(Given { kind: None, order: None, is_stored: true }, args)?;
    let limits = limits(keys);
    let set = view_of(keys.read(from))?;
    let elements = set.range(request.ranks(set), request.order);
    // Redis knows beforehand how many ranks there are.
    let begins_large = matches!(request.ends, Ends::Ranks(..)) && elements.len() > limits.members;
    let built =
        if begins_large { Built::large(elements) } else { Built::growing(elements, limits) };
    end_store(keys, to, built, ZRANGESTORE, reply);
    Ok(())
}
