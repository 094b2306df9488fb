//! Makes sequences of requests, each about one kind of data.

use std::iter;

use fanfare_protocol::RespVersion;
use fastrand::Rng;

use super::build::{Oddness, request};
use super::catalog::{Catalog, Shape};
use super::streams;
use crate::differential::sequence::{Action, Sequence, Step, Word};

/// Requests of a sequence at most.
const STEPS_MAX: usize = 120;

/// Most sequences are calm, so that data builds up.
const CALM: Oddness = Oddness { word: 80, request: 80, key: 60 };

/// The others look for errors.
const WILD: Oddness = Oddness { word: 10, request: 12, key: 10 };

/// When the forms of data change, and what they are in other sequences: as in Redis, but for streams.
pub const THRESHOLDS: &[(&str, &str)] = &[
    ("hash-max-listpack-entries", "512"),
    ("hash-max-listpack-value", "64"),
    ("list-max-listpack-size", "-2"),
    ("list-compress-depth", "0"),
    ("set-max-intset-entries", "512"),
    ("set-max-listpack-entries", "128"),
    ("set-max-listpack-value", "64"),
    ("zset-max-listpack-entries", "128"),
    ("zset-max-listpack-value", "64"),
    ("hll-sparse-max-bytes", "3000"),
    // Only the number of entries may decide which nodes there are: `~` trims whole nodes, and how many
    // bytes an entry takes is a server's own matter.
    ("stream-node-max-bytes", "0"),
    ("stream-node-max-entries", "100"),
    ("proto-max-bulk-len", "536870912"),
];

/// What a sequence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the groups of commands")]
pub enum Family {
    Generic,
    String,
    Bitmap,
    Hyperloglog,
    Geo,
    List,
    Hash,
    Set,
    SortedSet,
    Stream,
    /// Everything at once, over two connections, with transactions and databases.
    Mixed,
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 11] = [
        Self::Generic,
        Self::String,
        Self::Bitmap,
        Self::Hyperloglog,
        Self::Geo,
        Self::List,
        Self::Hash,
        Self::Set,
        Self::SortedSet,
        Self::Stream,
        Self::Mixed,
    ];

    /// The name on the command line: the group's, or `mixed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Generic => "generic",
            Self::String => "string",
            Self::Bitmap => "bitmap",
            Self::Hyperloglog => "hyperloglog",
            Self::Geo => "geo",
            Self::List => "list",
            Self::Hash => "hash",
            Self::Set => "set",
            Self::SortedSet => "sorted-set",
            Self::Stream => "stream",
            Self::Mixed => "mixed",
        }
    }

    /// Whether the sequences begin with data of every kind.
    fn needs_all_kinds(self) -> bool {
        matches!(self, Self::Generic | Self::Mixed)
    }
}

/// Makes sequences about one family.
#[derive(Debug)]
pub struct Maker<'a> {
    family: Family,
    /// The family's commands, each as often as it is to come.
    own: Vec<&'a Shape>,
    /// Whether sequences are about streams, and the subject knows groups.
    has_groups: bool,
    /// Commands on keys of any kind.
    generic: Vec<&'a Shape>,
    /// Commands of all other groups that add data.
    growing: Vec<&'a Shape>,
}

impl<'a> Maker<'a> {
    /// A maker of sequences about `family`; `None` when the subject has none of its commands.
    pub fn new(family: Family, catalog: &'a Catalog) -> Option<Self> {
        let weighted = |shapes: Vec<&'a Shape>| -> Vec<&'a Shape> {
            shapes.into_iter().flat_map(|shape| iter::repeat_n(shape, weight(shape))).collect()
        };
        let own = match family {
            Family::Mixed => weighted(catalog.shapes.iter().collect()),
            _ => weighted(catalog.of_group(family.name())),
        };
        let generic = weighted(catalog.of_group("generic"));
        let growing = catalog
            .shapes
            .iter()
            .filter(|shape| shape.is_growing && shape.group != "generic" && !shape.is_blocking)
            .collect();
        let has_groups = family == Family::Stream && catalog.has("xgroup|create");
        (!own.is_empty()).then_some(Self { family, own, has_groups, generic, growing })
    }

    /// The sequence that a seed stands for.
    pub fn sequence(&self, seed: u64) -> Sequence {
        let mut random = Rng::with_seed(seed);
        let count = if self.family == Family::Mixed { 2 } else { 1 };
        let connections = (0..count)
            .map(|_| if random.u32(0..4) == 0 { RespVersion::Resp3 } else { RespVersion::Resp2 })
            .collect();
        let oddness = if random.u32(0..5) == 0 { WILD } else { CALM };
        let mut steps = Vec::new();
        if random.bool() {
            steps.push(step(0, small_thresholds(&mut random)));
        }
        if self.has_groups {
            steps.extend(streams::beginning().into_iter().map(|words| step(0, words)));
        }
        // Whether each connection is in a transaction.
        let mut is_open = vec![false; count];
        let mut connection = 0;
        for number in 0..random.usize(10..=STEPS_MAX) {
            if random.u32(0..6) == 0 {
                connection = random.usize(0..count);
            }
            let words = self.transaction(&mut random, &mut is_open[connection]);
            let is_queued = is_open[connection];
            let words = words.unwrap_or_else(|| {
                let shape = self.shape(&mut random, is_queued);
                request(&mut random, shape, oddness, number)
            });
            steps.push(step(connection, words));
        }
        Sequence { connections, steps }
    }

    fn shape(&self, random: &mut Rng, is_queued: bool) -> &'a Shape {
        let any = random.u32(0..100);
        let from = if any < 14 && !self.generic.is_empty() {
            &self.generic
        } else if any < 45 && self.family.needs_all_kinds() || any < 20 {
            &self.growing
        } else {
            &self.own
        };
        let from = if from.is_empty() { &self.own } else { from };
        let mut shape = from[random.usize(0..from.len())];
        // Outside of transactions each may wait for a moment, so there are few of them.
        // Readers of streams hardly ever do.
        while shape.is_blocking && shape.group != "stream" && !is_queued && random.u32(0..8) > 0 {
            shape = from[random.usize(0..from.len())];
        }
        shape
    }

    /// Now and then a step of a transaction.
    fn transaction(&self, random: &mut Rng, is_open: &mut bool) -> Option<Vec<Vec<u8>>> {
        let often = if self.family == Family::Mixed { 3 } else { 1 };
        let any = random.u32(0..200);
        let text = if *is_open {
            match any {
                0..=24 => "EXEC",
                25..=27 => "DISCARD",
                28 if often > 1 => "MULTI",
                _ => return None,
            }
        } else {
            match any / often {
                0..=2 => "MULTI",
                3 if often > 1 => return Some(watch(random)),
                4 if often > 1 => "UNWATCH",
                5 if often > 1 => return Some(database(random)),
                6 if any == 20 => "EXEC",
                _ => return None,
            }
        };
        *is_open = text == "MULTI";
        Some(vec![text.as_bytes().to_vec()])
    }
}

fn watch(random: &mut Rng) -> Vec<Vec<u8>> {
    let mut request = vec![b"WATCH".to_vec()];
    for _ in 0..random.usize(1..=3) {
        let class = super::words::class_of_group(random, "");
        request.push(super::words::key_of(random, class).into_bytes());
    }
    request
}

fn database(random: &mut Rng) -> Vec<Vec<u8>> {
    let request: &[&str] = match random.u32(0..9) {
        0..=2 => &["SELECT", "0"],
        3 => &["SELECT", "1"],
        4 => &["SWAPDB", "1", "1"],
        5 => &["SWAPDB", "0", "1"],
        6 => &["FLUSHALL"],
        _ => &["FLUSHDB"],
    };
    request.iter().map(|word| word.as_bytes().to_vec()).collect()
}

/// How often a command comes beside the others.
fn weight(shape: &Shape) -> usize {
    if let Some(weight) = streams::weight(shape) {
        return weight;
    }
    match shape.words[0].as_str() {
        // They leave little behind.
        "del" | "unlink" | "rename" | "renamenx" | "move" | "restore" | "getdel" | "ltrim"
        | "spop" => 1,
        // Times that have passed delete too.
        name if name.contains("expire") && shape.is_write => 1,
        _ if shape.is_blocking => 2,
        _ if shape.is_growing => 8,
        _ => 4,
    }
}

/// A request that makes data change its form early.
fn small_thresholds(random: &mut Rng) -> Vec<Vec<u8>> {
    let mut request = vec![b"CONFIG".to_vec(), b"SET".to_vec()];
    for (name, _) in &THRESHOLDS[..THRESHOLDS.len() - 1] {
        let values: &[&str] = match *name {
            "list-max-listpack-size" => &["1", "2", "4", "-1", "-5"],
            "list-compress-depth" => &["0", "1", "2"],
            "hll-sparse-max-bytes" => &["0", "20", "3000"],
            "stream-node-max-bytes" => &["0"],
            _ => &["1", "2", "3", "5", "8", "0"],
        };
        request.push(name.as_bytes().to_vec());
        request.push(super::words::pick(random, values).as_bytes().to_vec());
    }
    request
}

fn step(connection: usize, words: Vec<Vec<u8>>) -> Step {
    let words = words.into_iter().map(Word::Bytes).collect();
    Step { connection, action: Action::Request { words, piece_bytes: 0 } }
}

/// The sequence with more steps behind some, so that what follows depends on neither chance nor oddities.
pub fn settled(sequence: &Sequence) -> Sequence {
    let mut settled = Sequence { connections: sequence.connections.clone(), steps: Vec::new() };
    for step in &sequence.steps {
        settled.steps.push(step.clone());
        for words in settling(&step.action) {
            let action = Action::Request { words, piece_bytes: 0 };
            settled.steps.push(Step { connection: step.connection, action });
        }
    }
    settled
}

/// What settles a request: the key of which `SPOP` took something by chance is deleted; and behind
/// `XGROUP DESTROY` another group comes and goes, as Redis deletes by a group that is no more until
/// one is made that has read nothing.
fn settling(action: &Action) -> Vec<Vec<Word>> {
    let Action::Request { words, .. } = action else { return Vec::new() };
    let [group, word] = ["XGROUP", "settled"].map(Word::text);
    match words.as_slice() {
        [_, key, ..] if action.begins_with(&["SPOP"]) => vec![vec![Word::text("DEL"), key.clone()]],
        [_, _, key, _] if action.begins_with(&["XGROUP", "DESTROY"]) => vec![
            vec![group.clone(), Word::text("CREATE"), key.clone(), word.clone(), Word::text("0")],
            vec![group, Word::text("DESTROY"), key.clone(), word],
        ],
        _ => Vec::new(),
    }
}
