//! Taking from one list and adding to another, and taking from the first of several that has something.

use std::iter;

use fanfare_data::list::{ListRef, Side, edit};
use fanfare_protocol::Reply;
use fanfare_stdx::number::parse_i64;

use super::support::{
    Taken, add, block_limit, end_text, find, list, popped, pushed, say_removed, side, take,
};
use crate::command::{Args, CommandError};
use crate::keyspace::WriteKeys;

/// `LMOVE`.
pub(super) fn lmove(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (from, to) = (args.required()?, args.required()?);
    let sides = (side(&mut args)?, side(&mut args)?);
    if !move_one(keys, from, to, sides, reply)? {
        reply.null();
    }
    Ok(())
}

/// `RPOPLPUSH`.
pub(super) fn rpoplpush(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (from, to) = (args.required()?, args.required()?);
    if !move_one(keys, from, to, (Side::Right, Side::Left), reply)? {
        reply.null();
    }
    Ok(())
}

/// Moves an element from one list to another, and writes it; whether there was one.
pub(super) fn move_one(
    keys: &mut WriteKeys<'_>,
    from: &[u8],
    to: &[u8],
    (from_side, to_side): (Side, Side),
    reply: &mut Reply<'_>,
) -> Result<bool, CommandError> {
    let Some(source) = find(keys, from)? else { return Ok(false) };
    let (element, length) = (end_text(source, from_side), source.len());
    if from == to {
        rotate(keys, from, (from_side, to_side), &element)?;
    } else {
        // This fails before anything is changed if the other key holds no list.
        add(keys, to, to_side, iter::once(&*element))?;
        keys.also(to, pushed(to_side));
        let limit = block_limit(keys);
        if length > 1
            && let Some(entry) = keys.get_mut(from)
        {
            edit::take(entry, from_side, 1, limit, |_| {});
        }
        say_removed(keys, from, popped(from_side), 1, length == 1);
    }
    reply.bulk(&element);
    Ok(true)
}

/// Moves an element within a list.
fn rotate(
    keys: &mut WriteKeys<'_>,
    key: &[u8],
    (from_side, to_side): (Side, Side),
    element: &[u8],
) -> Result<(), CommandError> {
    let limit = block_limit(keys);
    let Some(entry) = keys.get_mut(key) else { return Ok(()) };
    let length = list(entry)?.len();
    let index = if from_side == Side::Left { 0 } else { length - 1 };
    edit::remove(entry, index..index + 1);
    edit::push(entry, to_side, iter::once(element), limit);
    edit::shrink(entry, limit);
    keys.also(key, pushed(to_side));
    keys.changed(key, popped(from_side));
    Ok(())
}

/// What `LMPOP` and `BLMPOP` are asked for, behind the timeout.
pub(super) struct PopRequest<'a> {
    keys: Args<'a>,
    count_of_keys: usize,
    side: Side,
    count: usize,
}

impl<'a> PopRequest<'a> {
    /// Reads it.
    pub(super) fn parse(args: &mut Args<'a>) -> Result<Self, CommandError> {
        let positive = |text: &[u8], error| {
            let number = parse_i64(text).and_then(|number| usize::try_from(number).ok());
            number.filter(|&number| number > 0).ok_or(CommandError::Text(error))
        };
        let count_of_keys = positive(args.required()?, "ERR numkeys should be greater than 0")?;
        let keys = args.clone();
        if count_of_keys >= args.len() {
            return Err(CommandError::Syntax);
        }
        args.nth(count_of_keys - 1);
        let side = side(args)?;
        let mut count = 1;
        if args.len() > 1 && args.take_word("COUNT") {
            count = positive(args.required()?, "ERR count should be greater than 0")?;
        }
        args.finish()?;
        Ok(Self { keys, count_of_keys, side, count })
    }

    /// How many keys it names.
    pub(super) fn count_of_keys(&self) -> usize {
        self.count_of_keys
    }

    /// Which end it takes from.
    pub(super) fn side(&self) -> Side {
        self.side
    }

    /// Takes from the first list that there is, and writes its key and the elements; whether there was one.
    pub(super) fn run(
        &self,
        keys: &mut WriteKeys<'_>,
        reply: &mut Reply<'_>,
    ) -> Result<bool, CommandError> {
        let limit = block_limit(keys);
        for key in self.keys.clone().take(self.count_of_keys) {
            let Some(entry) = keys.get_mut(key) else { continue };
            let length = ListRef::of(entry).ok_or(CommandError::WrongType)?.len();
            reply.array(2);
            reply.bulk(key);
            reply.array(self.count.min(length));
            let Taken { count, is_all } = take(entry, self.side, self.count, limit, reply)?;
            say_removed(keys, key, popped(self.side), count, is_all);
            return Ok(true);
        }
        Ok(false)
    }
}

/// `LMPOP`.
pub(super) fn lmpop(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    if !PopRequest::parse(&mut args)?.run(keys, reply)? {
        reply.null_array();
    }
    Ok(())
}
