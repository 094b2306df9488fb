//! Makes requests from argument trees.

use fastrand::Rng;

use super::catalog::{Node, Shape};
use super::streams::{self, Moment};
use super::words::{self, pick};

/// Repetitions of an argument at most.
const REPETITIONS_MAX: usize = 4;

/// How often something is odd, as one in so many words or requests.
#[derive(Clone, Copy, Debug)]
pub struct Oddness {
    /// A word at the edge of what parsers take.
    pub word: u32,
    /// A request with a word too many or too few, or with options twice.
    pub request: u32,
    /// A key of another type.
    pub key: u32,
}

/// What is known while one request is made.
pub struct Builder<'a> {
    random: &'a mut Rng,
    shape: &'a Shape,
    class: &'static str,
    oddness: Oddness,
    /// How often the next repeated argument is to come, as `numkeys` said.
    announced: Option<usize>,
    /// Keys that have come, which weights must be as many as.
    keys: usize,
    /// What identifiers of streams are at this step.
    moment: Moment,
    /// The last word that stands for itself.
    token: Vec<u8>,
}

/// The request of a shape at a step of a sequence.
pub fn request(random: &mut Rng, shape: &Shape, oddness: Oddness, step: usize) -> Vec<Vec<u8>> {
    let class = words::class_of_group(random, &shape.group);
    let (moment, token) = (Moment::of_step(step), Vec::new());
    Builder { random, shape, class, oddness, announced: None, keys: 1, moment, token }.build()
}

impl Builder<'_> {
    fn build(&mut self) -> Vec<Vec<u8>> {
        self.class = match self.shape.words[0].as_str() {
            // Redis makes a sorted set large when it sorts it, which is a known difference.
            "sort" | "sort_ro" => pick(self.random, &["l", "e"]),
            "zadd" | "zrem" if self.one_in(3) => words::SAME_SCORE,
            name if name.contains("lex") => words::SAME_SCORE,
            _ => self.class,
        };
        let shape = self.shape;
        let mut chunks: Vec<(bool, Vec<Vec<u8>>)> = Vec::new();
        for node in &shape.arguments {
            let mut chunk = Vec::new();
            self.optional(node, &mut chunk);
            if !chunk.is_empty() {
                chunks.push((node.is_optional, chunk));
            }
        }
        self.disorder(&mut chunks);
        self.keep_decided(&mut chunks);
        let mut request: Vec<Vec<u8>> =
            shape.words.iter().map(|word| word.to_uppercase().into_bytes()).collect();
        let name_words = request.len();
        request.extend(chunks.into_iter().flat_map(|(_, chunk)| chunk));
        self.fit_bounds(&mut request);
        if self.name() == "geoadd" {
            words::spread(&mut request);
        }
        if shape.group == "stream" {
            streams::keep_sensible(self.random, &mut request);
        }
        self.disturb(&mut request, name_words);
        request
    }

    fn name(&self) -> &str {
        &self.shape.words[0]
    }

    fn one_in(&mut self, times: u32) -> bool {
        self.random.u32(0..times) == 0
    }

    fn pick(&mut self, from: &[&str]) -> Vec<u8> {
        pick(self.random, from).as_bytes().to_vec()
    }

    /// Options come in any order, and now and then twice.
    fn disorder(&mut self, chunks: &mut Vec<(bool, Vec<Vec<u8>>)>) {
        let first = chunks.iter().position(|(is_optional, _)| *is_optional);
        let Some(first) = first else { return };
        let length = chunks[first..].iter().take_while(|(is_optional, _)| *is_optional).count();
        if self.one_in(3) {
            self.random.shuffle(&mut chunks[first..first + length]);
        }
        // A second `STORE` is a known difference.
        if self.one_in(self.oddness.request) && !self.name().starts_with("georadius") {
            chunks.push(chunks[first].clone());
        }
    }

    /// What sorts by weights that may be equal is not stored: nothing decides its order. Which of two
    /// equal spans of time ends later is decided by the moment.
    fn keep_decided(&mut self, chunks: &mut Vec<(bool, Vec<Vec<u8>>)>) {
        if matches!(self.name(), "expire" | "pexpire" | "hexpire" | "hpexpire") {
            chunks.retain(|(_, chunk)| chunk[0] != b"GT" && chunk[0] != b"LT");
        }
        // Redis takes no number for one once another number was too large.
        let has = |word: &[u8]| chunks.iter().any(|(_, chunk)| chunk[0] == word);
        if self.name() == "sort" && (has(b"BY") || !has(b"ALPHA")) {
            chunks.retain(|(_, chunk)| chunk[0] != b"STORE");
        }
    }

    /// Bounds are of the kind that options ask for.
    fn fit_bounds(&mut self, request: &mut [Vec<u8>]) {
        if !matches!(self.name(), "zrange" | "zrangestore") {
            return;
        }
        let has = |word: &[u8]| request.iter().any(|known| known == word);
        let is_lex = has(b"BYLEX");
        let from = if is_lex {
            words::LEX_BOUNDS
        } else if has(b"BYSCORE") {
            words::SCORE_BOUNDS
        } else {
            words::SMALL
        };
        let first = if self.name() == "zrange" { 2 } else { 3 };
        for place in 1..first + 2 {
            if place >= request.len() {
                return;
            }
            if place >= first {
                request[place] = self.pick(from);
            } else if is_lex {
                request[place] = words::key_of(self.random, words::SAME_SCORE).into_bytes();
            }
        }
    }

    /// Now and then: lower case, a word too many, a word too few (but for a known difference).
    fn disturb(&mut self, request: &mut Vec<Vec<u8>>, name_words: usize) {
        if self.one_in(20) {
            request[0].make_ascii_lowercase();
        }
        let may_end_early = !self.name().starts_with("georadius");
        if self.one_in(self.oddness.request) && request.len() > name_words && may_end_early {
            request.pop();
        // A number after the timeout would be the timeout.
        } else if self.one_in(self.oddness.request) && !self.shape.is_blocking {
            let word = self.pick(words::EDGES);
            request.push(word);
        }
    }

    /// An argument that may be left out.
    fn optional(&mut self, node: &Node, out: &mut Vec<Vec<u8>>) {
        if !node.is_optional || self.one_in(3) {
            self.repeated(node, out);
        }
    }

    /// An argument as often as it comes.
    fn repeated(&mut self, node: &Node, out: &mut Vec<Vec<u8>>) {
        let mut times = 1;
        if node.is_multiple {
            times = match self.announced.take() {
                Some(times) => times,
                None if node.name == "weight" => self.keys,
                None if node.name == "id" && self.name().starts_with("xread") => self.keys,
                // Every stream that is read needs the group.
                None if self.name() == "xreadgroup" && !self.one_in(4) => 1,
                // Few of them are known to a group.
                None if node.name == "id" => self.random.usize(1..=2 * REPETITIONS_MAX),
                None => self.random.usize(1..=REPETITIONS_MAX),
            };
        }
        if node.kind == "key" {
            self.keys = times;
        }
        let is_token_first = node.kind != "pure-token";
        for time in 0..times {
            if is_token_first && (time == 0 || node.repeats_token) {
                out.extend(node.token.iter().map(|token| token.clone().into_bytes()));
            }
            self.once(node, out);
        }
    }

    fn once(&mut self, node: &Node, out: &mut Vec<Vec<u8>>) {
        match node.kind.as_str() {
            "oneof" => {
                let part = &node.parts[self.random.usize(0..node.parts.len())];
                self.repeated(part, out);
            }
            "block" => {
                for part in &node.parts {
                    self.optional(part, out);
                }
            }
            "pure-token" => {
                let token = node.token.as_deref().unwrap_or_default();
                self.token = token.as_bytes().to_vec();
                out.push(match token {
                    // The clock must not choose identifiers.
                    "*" => self.moment.new_id(self.random),
                    _ => self.token.clone(),
                });
            }
            "key" => {
                let key = self.key(&node.name);
                out.push(key);
            }
            _ => {
                let word = self.word(node);
                out.push(word);
            }
        }
    }

    fn key(&mut self, name: &str) -> Vec<u8> {
        let mut class = self.class;
        if name == "destination" && self.name() == "sort" {
            class = "l";
        }
        if self.one_in(self.oddness.key) {
            // Any other key may hold a sorted set with different scores.
            let is_kept = class == words::SAME_SCORE || self.name().starts_with("sort");
            class = if is_kept { class } else { pick(self.random, words::CLASSES) };
        }
        if class == "x" && self.random.bool() {
            // One stream is busier than the others, so that what is asked for is there.
            return b"x1".to_vec();
        }
        words::key_of(self.random, class).into_bytes()
    }

    fn word(&mut self, node: &Node) -> Vec<u8> {
        if matches!(node.name.as_str(), "numkeys" | "numfields" | "numids") {
            let times = self.random.usize(1..=REPETITIONS_MAX);
            self.announced = Some(times);
            self.keys = times;
            return if self.one_in(self.oddness.word) {
                self.pick(words::EDGES)
            } else {
                times.to_string().into_bytes()
            };
        }
        if node.name == "score" && self.class == words::SAME_SCORE {
            return b"0".to_vec();
        }
        // Redis takes only the lower half of an index, which is a known difference.
        let is_index = self.name() == "lset" && node.name == "index";
        if self.one_in(self.oddness.word) && may_be_odd(&node.name) && !is_index {
            return self.pick(words::EDGES);
        }
        let shape = self.shape;
        if shape.group == "stream"
            && let Some(word) = streams::word(self.random, shape, node, self.moment, &self.token)
        {
            return word;
        }
        if is_time(node) && self.one_in(8) {
            return self.pick(words::ODD_TIMES);
        }
        let from = self.vocabulary(node);
        self.pick(from)
    }

    /// What an argument of this name may be.
    fn vocabulary(&self, node: &Node) -> &'static [&'static str] {
        let group = self.shape.group.as_str();
        match node.name.as_str() {
            "timeout" => words::TIMEOUTS,
            "seconds" => words::FAR_SECONDS,
            "milliseconds" | "ttl" => words::FAR_MILLISECONDS,
            "unix-time-seconds" => words::UNIX_SECONDS,
            "unix-time-milliseconds" => words::UNIX_MILLISECONDS,
            "increment" if group == "sorted-set" => words::SCORES,
            "increment" if node.kind == "double" => words::FLOAT_INCREMENTS,
            "increment" | "decrement" => words::INCREMENTS,
            "score" | "weight" => words::SCORES,
            "min" | "max" if node.kind == "double" => words::SCORE_BOUNDS,
            "min" | "max" => words::LEX_BOUNDS,
            "by-pattern" => words::BY_PATTERNS,
            "get-pattern" => words::GET_PATTERNS,
            "pattern" => words::PATTERNS,
            "longitude" => words::LONGITUDES,
            "latitude" => words::LATITUDES,
            "radius" | "width" | "height" => words::DISTANCES,
            "encoding" => words::ENCODINGS,
            "offset" if self.name().starts_with("bitfield") => words::FIELD_OFFSETS,
            "offset" if group == "bitmap" => words::BIT_OFFSETS,
            "offset" if self.name() == "setrange" => &["0", "1", "3", "5", "10", "50", "-1", "300"],
            "offset" => &["0", "1", "2", "0", "-1", "3"],
            "bit" => &["0", "1", "0", "1", "2"],
            "value" if self.name() == "setbit" => &["0", "1", "1", "0", "1", "2", "-1"],
            "value" if self.name().starts_with("bitfield") => words::INCREMENTS,
            "value" => words::VALUES,
            "cursor" => &["0", "0", "0", "0", "0", "1", "17", "abc", "-1", "18446744073709551616"],
            "count" | "limit" | "num-matches" | "len" => words::COUNTS,
            "db" | "destination-db" => &["0", "1", "0", "1", "16", "-1", "abc"],
            "type" => &["string", "list", "set", "zset", "hash", "stream", "nosuch"],
            "serialized-value" => &["", "abc", "\0\u{3}a\u{b}\0"],
            _ if node.kind == "integer" => words::SMALL,
            "start" | "stop" | "end" => words::SMALL,
            _ => words::MEMBERS,
        }
    }
}

/// Whether an argument is a time. None of them may pass while a sequence is played.
fn is_time(node: &Node) -> bool {
    node.kind == "unix-time" || matches!(node.name.as_str(), "seconds" | "milliseconds" | "ttl")
}

/// Whether any number may stand here: none that would pass soon, wait for ever or ask for memory.
fn may_be_odd(name: &str) -> bool {
    !matches!(
        name,
        "seconds"
            | "milliseconds"
            | "ttl"
            | "unix-time-seconds"
            | "unix-time-milliseconds"
            | "timeout"
            // Redis ends the names of groups in its errors at a zero byte.
            | "group"
            | "min-idle-time"
            | "ms"
    )
}
