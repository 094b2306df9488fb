//! Looking at elements.

use std::ops::ControlFlow;

use fanfare_data::encoding::listpack::Element;
use fanfare_data::list::{ListRef, Side};
use fanfare_protocol::Reply;
use fanfare_stdx::number::parse_i64;

use super::support::{find, index, range};
use crate::command::{Args, CommandError};
use crate::families::element::write_element;
use crate::keyspace::ReadKeys;

/// `LINDEX`.
pub(super) fn lindex(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let Some(list) = find(keys, args.required()?)? else {
        reply.null();
        return Ok(());
    };
    let element = index(args.integer()?, list.len()).and_then(|index| list.get(index));
    match element {
        Some(element) => write_element(reply, element),
        None => reply.null(),
    }
    Ok(())
}

/// `LRANGE`.
pub(super) fn lrange(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, start, stop) = (args.required()?, args.integer()?, args.integer()?);
    let Some(list) = find(keys, key)? else {
        reply.array(0);
        return Ok(());
    };
    let range = range(start, stop, list.len());
    reply.array(range.len());
    let elements = list.iter_from(range.start, Side::Left).take(range.len());
    elements.for_each(|element| write_element(reply, element));
    Ok(())
}

/// What `LPOS` looks for.
struct Search {
    side: Side,
    /// How many matches to pass.
    passed: u64,
    /// How many matches to return; `None`: the first, not in an array.
    count: Option<usize>,
    /// How many elements to look at.
    looked_at_max: usize,
}

/// `LPOS`.
pub(super) fn lpos(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, wanted) = (args.required()?, args.required()?);
    let search = search(&mut args)?;
    let list = find(keys, key)?;
    let Some(count) = search.count else {
        let mut first = None;
        find_positions(list, wanted, &search, 1, |position| first = Some(position));
        match first {
            Some(position) => reply.integer(position as i64),
            None => reply.null(),
        }
        return Ok(());
    };
    let array = reply.deferred();
    let mut found = 0;
    find_positions(list, wanted, &search, count, |position| {
        reply.integer(position as i64);
        found += 1;
    });
    reply.finish_array(array, found);
    Ok(())
}

fn search(args: &mut Args<'_>) -> Result<Search, CommandError> {
    let mut search = Search { side: Side::Left, passed: 0, count: None, looked_at_max: usize::MAX };
    while !args.is_empty() {
        if args.len() > 1 && args.take_word("RANK") {
            let rank = rank(args)?;
            search.side = if rank < 0 { Side::Right } else { Side::Left };
            search.passed = rank.unsigned_abs() - 1;
        } else if args.len() > 1 && args.take_word("COUNT") {
            search.count = Some(number_or_all(args, "ERR COUNT can't be negative")?);
        } else if args.len() > 1 && args.take_word("MAXLEN") {
            search.looked_at_max = number_or_all(args, "ERR MAXLEN can't be negative")?;
        } else {
            return Err(CommandError::Syntax);
        }
    }
    Ok(search)
}

fn rank(args: &mut Args<'_>) -> Result<i64, CommandError> {
    match args.integer()? {
        0 => Err(CommandError::Text(
            "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or \
             use negative to start from the end of the list",
        )),
        i64::MIN => Err(CommandError::NO_OPPOSITE),
        rank => Ok(rank),
    }
}

/// Reads a number of which zero means any number.
fn number_or_all(args: &mut Args<'_>, error: &'static str) -> Result<usize, CommandError> {
    let number = parse_i64(args.required()?).and_then(|number| usize::try_from(number).ok());
    match number.ok_or(CommandError::Text(error))? {
        0 => Ok(usize::MAX),
        number => Ok(number),
    }
}

/// Calls `each` with the numbers of the elements that are looked for, `most` at most.
fn find_positions(
    list: Option<ListRef<'_>>,
    wanted: &[u8],
    search: &Search,
    most: usize,
    mut each: impl FnMut(usize),
) {
    let Some(list) = list else { return };
    let (wanted, length) = (Element::of(wanted), list.len());
    let (mut looked, mut passed, mut found) = (0, 0, 0);
    let _ = list.try_each(search.side, |element| {
        if looked == search.looked_at_max {
            return ControlFlow::Break(());
        }
        looked += 1;
        if element == wanted {
            if passed < search.passed {
                passed += 1;
            } else {
                each(if search.side == Side::Left { looked - 1 } else { length - looked });
                found += 1;
            }
        }
        if found == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
}
