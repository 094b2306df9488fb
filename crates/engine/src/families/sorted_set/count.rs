//! Counting the members in a range.

use fanfare_data::sorted_set::{LexRange, Order, ScoreRange};
use fanfare_protocol::Reply;

use super::value::{lex_end, score_end, view_of};
use crate::command::{Args, CommandError};
use crate::keyspace::ReadKeys;

/// `ZCOUNT`.
pub(super) fn zcount(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let range = ScoreRange { min: score_end(args.required()?)?, max: score_end(args.required()?)? };
    let count = view_of(keys.get(key))?.ranks_of_scores(range).len();
    reply.integer(count as i64);
    Ok(())
}

/// `ZLEXCOUNT`.
pub(super) fn zlexcount(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let range = LexRange { min: lex_end(args.required()?)?, max: lex_end(args.required()?)? };
    let count = view_of(keys.get(key))?.ranks_of_members(range, Order::Ascending).len();
    reply.integer(count as i64);
    Ok(())
}
