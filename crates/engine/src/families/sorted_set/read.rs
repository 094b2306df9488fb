//! Looking at members.

use fanfare_data::sorted_set::{Order, View};
use fanfare_protocol::Reply;
use fanfare_stdx::double;

use super::value::view_of;
use crate::command::{Args, CommandError};
use crate::families::element::write_element;
use crate::families::scan::{NoValues, ScanOptions, cursor, write_step};
use crate::keyspace::ReadKeys;

/// `ZCARD`.
pub(super) fn zcard(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    reply.integer(view_of(keys.get(args.required()?))?.len() as i64);
    Ok(())
}

/// `ZSCORE`.
pub(super) fn zscore(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let set = view_of(keys.get(args.required()?))?;
    write_score(reply, set.score(args.required()?));
    Ok(())
}

/// `ZMSCORE`.
pub(super) fn zmscore(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let set = view_of(keys.get(args.required()?))?;
    reply.array(args.len());
    args.for_each(|member| write_score(reply, set.score(member)));
    Ok(())
}

fn write_score(reply: &mut Reply<'_>, score: Option<f64>) {
    match score {
        Some(score) => reply.double(score),
        None => reply.null(),
    }
}

/// `ZRANK`.
pub(super) fn zrank(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    write_rank(keys, args, reply, Order::Ascending)
}

/// `ZREVRANK`.
pub(super) fn zrevrank(
    keys: &mut ReadKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    write_rank(keys, args, reply, Order::Descending)
}

fn write_rank(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    order: Order,
) -> Result<(), CommandError> {
    let (key, member) = (args.required()?, args.required()?);
    if args.len() > 1 {
        let name = match order {
            Order::Ascending => "ZRANK",
            Order::Descending => "ZREVRANK",
        };
        return Err(CommandError::WrongArity { container: None, name });
    }
    let shows_score = args.take_word("WITHSCORE");
    args.finish()?;
    let set = view_of(keys.get(key))?;
    match (set.rank(member), shows_score) {
        (None, true) => reply.null_array(),
        (None, false) => reply.null(),
        (Some((rank, score)), _) => {
            if shows_score {
                reply.array(2);
            }
            let rank = match order {
                Order::Ascending => rank,
                Order::Descending => set.len() - 1 - rank,
            };
            reply.integer(rank as i64);
            if shows_score {
                reply.double(score);
            }
        }
    }
    Ok(())
}

/// `ZSCAN`. Scores are strings whatever the protocol. Those of large sets are not shortened, as in Redis.
pub(super) fn zscan(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, cursor) = (args.required()?, cursor(args.required()?)?);
    let entry = keys.get(key);
    let is_there = entry.is_some();
    let set = view_of(entry)?;
    if !is_there {
        // Redis does not look at the options then.
        args = Args::new(args.request(), args.request().len());
    }
    let options = ScanOptions::read(args, NoValues::Refused)?;
    let mut found = Vec::new();
    let mut length = 0;
    let mut out = Reply::new(&mut found, reply.version());
    let next = set.scan(cursor, options.count, |member, score| {
        if options.wants(member.text(&mut itoa::Buffer::new())) {
            write_element(&mut out, member);
            match set {
                View::Packed(_) => out.bulk(double::Buffer::new().format(score).as_bytes()),
                View::Large(_) => out.bulk(double::with_17_digits(score).as_bytes()),
            }
            length += 2;
        }
    });
    write_step(reply, next);
    reply.array(length);
    reply.raw(&found);
    Ok(())
}
