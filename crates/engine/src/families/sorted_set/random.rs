//! Members at random.

use std::collections::BTreeSet;

use fanfare_data::encoding::listpack::Element;
use fanfare_data::sorted_set::{Order, View};
use fanfare_protocol::Reply;
use fanfare_stdx::number::parse_i64;
use fanfare_stdx::random::Random;

use super::value::{Show, view_of, write_element_of, write_elements, write_header};
use crate::command::{Args, CommandError};
use crate::families::element::write_element;
use crate::keyspace::ReadKeys;

/// Most members that are drawn with repetition; the reply grows with them.
const DRAWN_MEMBERS_MAX: usize = 1 << 27;

const OUT_OF_RANGE: CommandError = CommandError::Text("ERR value is out of range");

/// `ZRANDMEMBER`.
pub(super) fn zrandmember(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let key = args.required()?;
    let mut random = keys.random().fork();
    let Some(count) = args.next() else {
        let set = view_of(keys.get(key))?;
        match draw(set, &mut random) {
            Some((member, _)) => write_element(reply, member),
            None => reply.null(),
        }
        return Ok(());
    };
    let count = parse_i64(count).ok_or(CommandError::NotAnInteger)?;
    if count == i64::MIN {
        return Err(CommandError::NO_OPPOSITE);
    }
    let shows_scores = args.take_word("WITHSCORES");
    args.finish()?;
    let show = if shows_scores { Show::MembersAndScores } else { Show::Members };
    if show == Show::MembersAndScores && count.unsigned_abs() > i64::MAX as u64 / 2 {
        return Err(OUT_OF_RANGE);
    }
    let set = view_of(keys.get(key))?;
    let size = count.unsigned_abs() as usize;
    if set.is_empty() {
        reply.array(0);
    } else if count < 0 && size > DRAWN_MEMBERS_MAX {
        return Err(OUT_OF_RANGE);
    } else if count < 0 {
        write_drawn(reply, set, &mut random, size, show);
    } else if size >= set.len() {
        write_elements(reply, set.iter(), show);
    } else {
        write_sample(reply, set, &mut random, size, show);
    }
    Ok(())
}

fn draw<'a>(set: View<'a>, random: &mut Random) -> Option<(Element<'a>, f64)> {
    if set.is_empty() {
        return None;
    }
    at(set, random.below(set.len()))
}

fn at(set: View<'_>, rank: usize) -> Option<(Element<'_>, f64)> {
    set.range(rank..rank + 1, Order::Ascending).next()
}

/// The elements of a set for who wants many by their ranks. In a small set it takes a walk to find one, so they are laid out.
struct Ranked<'a> {
    set: View<'a>,
    laid_out: Vec<(Element<'a>, f64)>,
}

impl<'a> Ranked<'a> {
    fn of(set: View<'a>) -> Self {
        let is_small = matches!(set, View::Packed(_));
        Self { set, laid_out: if is_small { set.iter().collect() } else { Vec::new() } }
    }

    fn at(&self, rank: usize) -> Option<(Element<'a>, f64)> {
        if self.laid_out.is_empty() { at(self.set, rank) } else { self.laid_out.get(rank).copied() }
    }
}

fn write_drawn(
    reply: &mut Reply<'_>,
    set: View<'_>,
    random: &mut Random,
    count: usize,
    show: Show,
) {
    write_header(reply, count, show);
    let ranked = Ranked::of(set);
    for (member, score) in (0..count).filter_map(|_| ranked.at(random.below(set.len()))) {
        write_element_of(reply, (member, score), show);
    }
}

/// Writes `count` different elements, fewer than there are; any choice is as likely as another (R. Floyd's algorithm).
fn write_sample(
    reply: &mut Reply<'_>,
    set: View<'_>,
    random: &mut Random,
    count: usize,
    show: Show,
) {
    let mut ranks = BTreeSet::new();
    for last in set.len() - count..set.len() {
        if !ranks.insert(random.below(last + 1)) {
            ranks.insert(last);
        }
    }
    write_header(reply, count, show);
    let ranked = Ranked::of(set);
    for (member, score) in ranks.into_iter().filter_map(|rank| ranked.at(rank)) {
        write_element_of(reply, (member, score), show);
    }
}
