//! Taking members from the ends.

use fanfare_data::sorted_set::{Order, View};
use fanfare_protocol::Reply;
use fanfare_stdx::number::parse_i64;

use super::value::{Show, end_key, end_removal, get_mut, view_of, write_elements};
use crate::command::{Args, CommandError};
use crate::families::element::write_element;
use crate::keyspace::{Event, EventClass, WriteKeys};

const NO_KEYS: CommandError = CommandError::Text("ERR numkeys should be greater than 0");
const NO_COUNT: CommandError = CommandError::Text("ERR count should be greater than 0");

/// The event of taking members from an end.
const fn popped(order: Order) -> Event {
    let name = match order {
        Order::Ascending => "zpopmin",
        Order::Descending => "zpopmax",
    };
    Event::new(EventClass::SortedSet, name)
}

/// `ZPOPMIN`.
pub(super) fn zpopmin(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    pop(keys, args, reply, Order::Ascending)
}

/// `ZPOPMAX`.
pub(super) fn zpopmax(
    keys: &mut WriteKeys<'_>,
    args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    pop(keys, args, reply, Order::Descending)
}

fn pop(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
    order: Order,
) -> Result<(), CommandError> {
    let key = args.required()?;
    if args.len() > 1 {
        return Err(CommandError::Syntax);
    }
    let Some(text) = args.next() else {
        let set = view_of(keys.peek(key))?;
        match set.range(ends(set, order, 1), order).next() {
            // A single member stands in no list of pairs.
            Some((member, score)) => {
                reply.array(2);
                write_element(reply, member);
                reply.double(score);
            }
            None => reply.array(0),
        }
        return take(keys, key, order, 1);
    };
    let count = parse_i64(text).and_then(|count| usize::try_from(count).ok());
    let count = count.ok_or(CommandError::NotPositive)?;
    let set = view_of(keys.peek(key))?;
    write_elements(reply, set.range(ends(set, order, count), order), Show::MembersAndScores);
    take(keys, key, order, count)
}

/// Takes the member at an end of a key, and writes it behind the key; whether there was one.
pub(super) fn pop_one(
    keys: &mut WriteKeys<'_>,
    key: &[u8],
    order: Order,
    reply: &mut Reply<'_>,
) -> Result<bool, CommandError> {
    let set = view_of(keys.peek(key))?;
    let Some((member, score)) = set.range(ends(set, order, 1), order).next() else {
        return Ok(false);
    };
    reply.array(3);
    reply.bulk(key);
    write_element(reply, member);
    reply.double(score);
    take(keys, key, order, 1)?;
    Ok(true)
}

/// The ranks of as many elements, or of all there are, at an end.
fn ends(set: View<'_>, order: Order, count: usize) -> std::ops::Range<usize> {
    let length = set.len();
    let count = count.min(length);
    match order {
        Order::Ascending => 0..count,
        Order::Descending => length - count..length,
    }
}

/// Takes out as many elements, or all there are, from an end.
fn take(
    keys: &mut WriteKeys<'_>,
    key: &[u8],
    order: Order,
    count: usize,
) -> Result<(), CommandError> {
    let Some(mut set) = get_mut(keys, key)? else { return Ok(()) };
    let length = set.view().len();
    if count < length {
        set.remove_range(ends(set.view(), order, count));
        end_removal(keys, key, popped(order), count);
    } else {
        end_key(keys, key, popped(order), length);
    }
    Ok(())
}

/// What `ZMPOP` asks for.
pub(super) struct PopRequest<'a> {
    /// The keys, and what follows them.
    keys: Args<'a>,
    count_of_keys: usize,
    order: Order,
    count: usize,
}

impl<'a> PopRequest<'a> {
    /// Reads what follows the command's name, or the time to wait.
    pub(super) fn parse(args: &mut Args<'a>) -> Result<Self, CommandError> {
        let count_of_keys = parse_i64(args.required()?)
            .and_then(|count| usize::try_from(count).ok())
            .filter(|&count| count > 0)
            .ok_or(NO_KEYS)?;
        let keys = args.clone();
        args.nth(count_of_keys - 1).ok_or(CommandError::Syntax)?;
        let order = if args.take_word("MIN") {
            Order::Ascending
        } else if args.take_word("MAX") {
            Order::Descending
        } else {
            return Err(CommandError::Syntax);
        };
        let mut count = 1;
        if args.len() > 1 && args.take_word("COUNT") {
            count = parse_i64(args.required()?)
                .and_then(|count| usize::try_from(count).ok())
                .filter(|&count| count > 0)
                .ok_or(NO_COUNT)?;
        }
        args.finish()?;
        Ok(Self { keys, count_of_keys, order, count })
    }

    /// How many keys there are.
    pub(super) fn count_of_keys(&self) -> usize {
        self.count_of_keys
    }

    /// Takes members out of the first key that has any, and writes them; whether there was one.
    pub(super) fn run(
        &self,
        keys: &mut WriteKeys<'_>,
        reply: &mut Reply<'_>,
    ) -> Result<bool, CommandError> {
        for key in self.keys.clone().take(self.count_of_keys) {
            let set = view_of(keys.peek(key))?;
            if set.is_empty() {
                continue;
            }
            let elements = set.range(ends(set, self.order, self.count), self.order);
            reply.array(2);
            reply.bulk(key);
            reply.array(elements.len());
            for (member, score) in elements {
                reply.array(2);
                write_element(reply, member);
                reply.double(score);
            }
            take(keys, key, self.order, self.count)?;
            return Ok(true);
        }
        Ok(false)
    }
}

/// `ZMPOP`.
pub(super) fn zmpop(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let request = PopRequest::parse(&mut args)?;
    if !request.run(keys, reply)? {
        reply.null_array();
    }
    Ok(())
}
