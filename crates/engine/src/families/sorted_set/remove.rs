//! Taking members out.

use std::ops::Range;

use fanfare_data::sorted_set::{LexRange, Order, ScoreRange, View};
use fanfare_protocol::Reply;

use super::value::{end_key, end_removal, get_mut, lex_end, ranks, score_end};
use crate::command::{Args, CommandError};
use crate::keyspace::{Event, EventClass, WriteKeys};

const ZREM: Event = Event::new(EventClass::SortedSet, "zrem");
const ZREMRANGEBYRANK: Event = Event::new(EventClass::SortedSet, "zremrangebyrank");
const ZREMRANGEBYSCORE: Event = Event::new(EventClass::SortedSet, "zremrangebyscore");
const ZREMRANGEBYLEX: Event = Event::new(EventClass::SortedSet, "zremrangebylex");

/// `ZREM`.
pub(super) fn zrem(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let removed = match get_mut(keys, key)? {
        Some(mut set) => args.filter(|member| set.remove(member).is_some()).count(),
        None => 0,
    };
    end_removal(keys, key, ZREM, removed);
    reply.integer(removed as i64);
    Ok(())
}

/// `ZREMRANGEBYRANK`.
pub(super) fn zremrangebyrank(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, start, stop) = (args.required()?, args.integer()?, args.integer()?);
    remove_range(keys, key, ZREMRANGEBYRANK, reply, |set| ranks(start, stop, set.len()))
}

/// `ZREMRANGEBYSCORE`.
pub(super) fn zremrangebyscore(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let range = ScoreRange { min: score_end(args.required()?)?, max: score_end(args.required()?)? };
    remove_range(keys, key, ZREMRANGEBYSCORE, reply, |set| set.ranks_of_scores(range))
}

/// `ZREMRANGEBYLEX`.
pub(super) fn zremrangebylex(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let range = LexRange { min: lex_end(args.required()?)?, max: lex_end(args.required()?)? };
    let ranks = |set: View<'_>| set.ranks_of_members(range, Order::Ascending);
    remove_range(keys, key, ZREMRANGEBYLEX, reply, ranks)
}

fn remove_range(
    keys: &mut WriteKeys<'_>,
    key: &[u8],
    event: Event,
    reply: &mut Reply<'_>,
    ranks: impl FnOnce(View<'_>) -> Range<usize>,
) -> Result<(), CommandError> {
    let mut removed = 0;
    if let Some(mut set) = get_mut(keys, key)? {
        let ranks = ranks(set.view());
        removed = ranks.len();
        // If none is left, the key goes as a whole.
        if removed < set.view().len() {
            set.remove_range(ranks);
            end_removal(keys, key, event, removed);
        } else {
            end_key(keys, key, event, removed);
        }
    }
    reply.integer(removed as i64);
    Ok(())
}
