//! Words of commands on streams, so that identifiers, groups and consumers mostly exist.
//!
//! Identifiers grow with the steps of a sequence, as those of the clock would: whoever adds takes the
//! current one, whoever asks takes one of the last few.

use fastrand::Rng;

use super::catalog::{Node, Shape};
use super::words::pick;

/// Steps of a sequence that share the first part of their identifiers.
const STEPS_PER_TIME: usize = 20;

/// Where the next identifier of a sequence stands, which the number of the step decides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// The first part of identifiers added now.
    time: usize,
}

impl Moment {
    /// The moment of a step.
    pub(super) fn of_step(step: usize) -> Self {
        Self { time: 1 + step / STEPS_PER_TIME }
    }

    /// What an entry added now is called. The second part is left to the server, as entries of one
    /// moment would meet.
    pub(super) fn new_id(self, random: &mut Rng) -> Vec<u8> {
        match random.u32(0..12) {
            0 => format!("{}-5", self.time),
            1 => format!("{}", self.time + 1),
            2 => pick(random, ODD_IDS).to_owned(),
            _ => format!("{}-*", self.time),
        }
        .into_bytes()
    }

    /// An identifier that an entry may have.
    fn known_id(self, random: &mut Rng) -> String {
        let time = random.usize(self.time.saturating_sub(3)..=self.time);
        match random.u32(0..12) {
            0 => time.to_string(),
            1 => format!("{time}-5"),
            2..=6 => format!("{time}-0"),
            _ => format!("{time}-{}", random.u32(1..4)),
        }
    }

    /// A bound of a range.
    fn bound(self, random: &mut Rng, edge: &str) -> String {
        match random.u32(0..8) {
            0..=2 => edge.to_owned(),
            3 => format!("({}", self.known_id(random)),
            4 => pick(random, &["-", "+", "0", "(0", "100", "(18446744073709551615"]).to_owned(),
            _ => self.known_id(random),
        }
    }
}

/// Identifiers at the edges of what parsers take; few of them may be added.
const ODD_IDS: &[&str] =
    &["0-0", "0-1", "1-1", "1-18446744073709551615", "1-*-1", "x", "-", "*-1", "(1-1"];

/// Times that an entry was not seen for, and how long it must have been: never near each other.
const LEAST_IDLE: &[&str] =
    &["0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "100000000", "100000000", "-1", "abc"];
const IDLE: &[&str] = &["0", "200000000", "200000000", "9223372036854775807", "-1", "abc"];

/// A word of a command on streams, or `None` where another vocabulary has one.
pub(super) fn word(
    random: &mut Rng,
    shape: &Shape,
    node: &Node,
    moment: Moment,
    token: &[u8],
) -> Option<Vec<u8>> {
    let name = shape.words[0].as_str();
    let word = match node.name.as_str() {
        "group" => match random.u32(0..20) {
            0 => "none",
            1..=5 => "H",
            _ => "G",
        }
        .to_owned(),
        "consumer" => pick(random, &["alice", "alice", "alice", "bob", "bob", "carol", ""]).into(),
        "start" => moment.bound(random, "-"),
        "end" => moment.bound(random, "+"),
        "threshold" if token == b"MINID" => moment.known_id(random),
        "threshold" => pick(random, &["0", "1", "2", "2", "3", "5", "5", "100"]).to_owned(),
        "min-idle-time" => pick(random, LEAST_IDLE).to_owned(),
        "ms" => pick(random, IDLE).to_owned(),
        "milliseconds" => "1".to_owned(),
        "entriesread" | "entries-added" => {
            pick(random, &["-1", "0", "1", "2", "5", "20", "100"]).to_owned()
        }
        "id" if name == "xadd" => return Some(moment.new_id(random)),
        "id" if name == "xreadgroup" => {
            let history = moment.known_id(random);
            match random.u32(0..24) {
                0 => pick(random, &["$", "+", "-"]).to_owned(),
                1..=4 => "0".to_owned(),
                5..=6 => history,
                _ => ">".to_owned(),
            }
        }
        "id" if name == "xread" => {
            let known = moment.known_id(random);
            match random.u32(0..24) {
                0 => ">".to_owned(),
                1..=3 => "+".to_owned(),
                4..=6 => "$".to_owned(),
                7..=12 => "0".to_owned(),
                _ => known,
            }
        }
        "id" if shape.words.len() > 1 => {
            let known = moment.known_id(random);
            pick(random, &["0", "0", "0", &known, &known, "0-1"]).to_owned()
        }
        "last-id" => format!("{}-9", moment.time),
        "id" | "lastid" | "max-deleted-id" => moment.known_id(random),
        _ => return None,
    };
    Some(word.into_bytes())
}

/// Removes what hardly ever makes sense: `LIMIT` without `~`, and most waiting.
pub(super) fn keep_sensible(random: &mut Rng, request: &mut Vec<Vec<u8>>) {
    let place = |request: &[Vec<u8>], word: &[u8]| request.iter().position(|known| known == word);
    let is_kept = random.u32(0..8) == 0;
    for word in [&b"LIMIT"[..], b"BLOCK"] {
        let is_fit = word == b"LIMIT" && place(request, b"~").is_some();
        if let Some(at) = place(request, word).filter(|_| !is_fit && !is_kept) {
            // The number behind it goes, too, unless the option was the last word.
            let end = (at + 2).min(request.len());
            request.drain(at..end);
        }
    }
}

/// Requests that give every stream an entry and groups.
pub(super) fn beginning() -> Vec<Vec<Vec<u8>>> {
    let mut requests = Vec::new();
    for (suffix, group) in [("1", "G"), ("2", "G"), ("{t}", "G"), ("1", "H"), ("2", "H")] {
        let key = format!("x{suffix}");
        requests.push(bytes_of(&["XADD", &key, "0-*", "a", "1"]));
        requests.push(bytes_of(&["XGROUP", "CREATE", &key, group, "0", "MKSTREAM"]));
    }
    requests
}

fn bytes_of(words: &[&str]) -> Vec<Vec<u8>> {
    words.iter().map(|word| word.as_bytes().to_vec()).collect()
}

/// How often a command on streams comes beside the others; `None` for other commands.
pub(super) fn weight(shape: &Shape) -> Option<usize> {
    let second = shape.words.get(1).map_or("", String::as_str);
    Some(match (shape.words[0].as_str(), second) {
        ("xreadgroup", _) => 14,
        ("xadd", _) => 14,
        ("xinfo", _) => 2,
        ("xgroup", "destroy" | "createconsumer" | "delconsumer") | ("xsetid" | "xlen", _) => 1,
        ("xgroup" | "xtrim" | "xdel" | "xdelex" | "xread", _) => 2,
        (name, _) if name.starts_with('x') => 4,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use fanfare_stdx::number::parse_i64;

    use super::*;

    #[test]
    fn identifiers_grow_with_the_steps() {
        let mut random = Rng::with_seed(1);
        for step in 0..200 {
            let id = Moment::of_step(step).new_id(&mut random);
            let text = String::from_utf8(id).unwrap();
            if let Some(time) = text.strip_suffix("-*").and_then(|time| parse_i64(time.as_bytes()))
            {
                assert_eq!(time, 1 + step as i64 / STEPS_PER_TIME as i64);
            }
        }
    }

    #[test]
    fn limits_need_their_mark() {
        let mut random = Rng::with_seed(1);
        let all = bytes_of(&["XTRIM", "x", "MAXLEN", "~", "1", "LIMIT", "5"]);
        for _ in 0..50 {
            let mut request = all.clone();
            keep_sensible(&mut random, &mut request);
            assert_eq!(request, all);
        }
        let mut kept = 0;
        for _ in 0..200 {
            let mut request = bytes_of(&["XTRIM", "x", "MAXLEN", "1", "LIMIT", "5"]);
            keep_sensible(&mut random, &mut request);
            kept += usize::from(request.len() > 4);
        }
        assert!((1..100).contains(&kept), "{kept}");
    }
}
