//! The small form: a listpack of members and scores in turn, in order.
//!
//! A score that is an integer is stored as one, any other as the eight bytes of the number. Members are searched from the
//! front: small sorted sets have few of them.

use std::ops::Range;

use fanfare_stdx::double::as_integer;

use super::place::Place;
use crate::encoding::buffer::Buffer;
use crate::encoding::listpack::{self, Element, Listpack};

/// Where a member is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) at: usize,
    pub(super) score: f64,
}

/// Bytes that an element with this member takes at most beside the member's.
pub(super) const OVERHEAD_BYTES_MAX: usize = 32;

pub(super) fn find(listpack: Listpack<'_>, member: &[u8]) -> Option<Found> {
    let at = listpack.find(member, listpack.start(), 2)?;
    Some(Found { at, score: score_of(listpack.get(listpack.next(at))) })
}

/// How many elements are before a place, and the offset behind them.
pub(super) fn search(listpack: Listpack<'_>, place: Place<'_>) -> (usize, usize) {
    let mut rank = 0;
    let mut at = listpack.start();
    while at < listpack.end() {
        let score_at = listpack.next(at);
        let buffer = &mut itoa::Buffer::new();
        let score = score_of(listpack.get(score_at));
        if !place.is_behind(score, move || listpack.get(at).text(buffer)) {
            break;
        }
        rank += 1;
        at = listpack.next(score_at);
    }
    (rank, at)
}

/// The rank of the element at an offset.
pub(super) fn rank_at(listpack: Listpack<'_>, at: usize) -> usize {
    listpack.iter().take_while(|(offset, _)| *offset < at).count() / 2
}

/// Adds an element that is not there.
pub(super) fn insert(buffer: &mut impl Buffer, member: &[u8], score: f64) {
    let (_, at) = search(Listpack::new(buffer.bytes()), Place::before(score, member));
    with_score(score, |score| listpack::insert(buffer, at, &[Element::of(member), score]));
}

/// Gives the element at an offset, whose member this is, another score.
pub(super) fn set_score(buffer: &mut impl Buffer, at: usize, member: &[u8], score: f64) {
    let listpack = Listpack::new(buffer.bytes());
    let score_at = listpack.next(at);
    let next = listpack.next(score_at);
    let place = Place::before(score, member);
    let is_behind = |at: usize| {
        let buffer = &mut itoa::Buffer::new();
        let score = score_of(listpack.get(listpack.next(at)));
        place.is_behind(score, move || listpack.get(at).text(buffer))
    };
    let previous = listpack.previous(at).and_then(|at| listpack.previous(at));
    let stays = previous.is_none_or(is_behind) && (next >= listpack.end() || !is_behind(next));
    if stays {
        with_score(score, |score| listpack::replace(buffer, score_at, score));
    } else {
        listpack::remove(buffer, at, 2);
        insert(buffer, member, score);
    }
}

pub(super) fn remove_at(buffer: &mut impl Buffer, at: usize) {
    listpack::remove(buffer, at, 2);
}

pub(super) fn remove_range(buffer: &mut impl Buffer, ranks: Range<usize>) {
    if let Some(at) = Listpack::new(buffer.bytes()).nth(2 * ranks.start as i64) {
        listpack::remove(buffer, at, 2 * ranks.len());
    }
}

/// The score that an element stands for.
pub(super) fn score_of(element: Element<'_>) -> f64 {
    match element {
        Element::Integer(number) => number as f64,
        Element::Bytes(bytes) => f64::from_le_bytes(bytes.try_into().unwrap_or_default()),
    }
}

/// Calls `act` with the element that stands for a score. Minus zero becomes zero, as it does in Redis.
pub(super) fn with_score<R>(score: f64, act: impl FnOnce(Element<'_>) -> R) -> R {
    match as_integer(score + 0.0) {
        Some(integer) => act(Element::Integer(integer)),
        None => act(Element::Bytes(&score.to_le_bytes())),
    }
}
