use fanfare_stdx::glob;

use super::index::Shape;
use super::*;

/// Reproducible random numbers: xorshift64*.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }

    fn text(&mut self, alphabet: &[u8], length_max: usize) -> Vec<u8> {
        let length = self.below(length_max + 1);
        (0..length).map(|_| alphabet[self.below(alphabet.len())]).collect()
    }
}

/// The index beside the plain list that it must agree with.
#[derive(Default)]
struct Pair {
    index: PatternIndex,
    listed: Vec<(PatternId, Vec<u8>)>,
}

impl Pair {
    fn insert(&mut self, pattern: &[u8]) {
        let generation = self.index.generation();
        let id = self.index.insert(pattern);
        if let Some((known, _)) = self.listed.iter().find(|(_, text)| text == pattern) {
            assert_eq!(id, *known, "a known pattern keeps its number");
            assert_eq!(self.index.generation(), generation);
        } else {
            assert!(self.listed.iter().all(|(known, _)| *known != id), "a number in use");
            assert_ne!(self.index.generation(), generation);
            self.listed.push((id, pattern.to_vec()));
        }
    }

    fn remove(&mut self, pattern: &[u8]) {
        let place = self.listed.iter().position(|(_, text)| text == pattern);
        let expected = place.map(|place| self.listed.swap_remove(place).0);
        assert_eq!(self.index.remove(pattern), expected, "removing {}", pattern.escape_ascii());
    }

    fn check(&self, channel: &[u8]) {
        let mut found = Vec::new();
        self.index.matches(channel, &mut found);
        found.sort_unstable();
        let matching = self.listed.iter().filter(|(_, text)| glob::matches(text, channel));
        let mut expected: Vec<PatternId> = matching.map(|(id, _)| *id).collect();
        expected.sort_unstable();
        assert_eq!(found, expected, "channel {}", channel.escape_ascii());
    }

    fn check_listing(&self) {
        let mut expected = self.listed.clone();
        expected.sort_unstable();
        let all: Vec<_> = self.index.iter().map(|(id, text)| (id, text.to_vec())).collect();
        assert_eq!(all, expected);
        assert_eq!(self.index.len(), expected.len());
        for (id, text) in &expected {
            assert_eq!(self.index.find(text), Some(*id));
            assert_eq!(self.index.get(*id), Some(&text[..]));
        }
    }
}

/// Asserts which of `patterns` match a channel, by the index and by the plain glob.
#[track_caller]
fn check(patterns: &[&str], channel: &str, expected: &[&str]) {
    let mut pair = Pair::default();
    for pattern in patterns {
        pair.insert(pattern.as_bytes());
    }
    pair.check(channel.as_bytes());
    let mut found = Vec::new();
    pair.index.matches(channel.as_bytes(), &mut found);
    let mut found: Vec<&str> = found
        .into_iter()
        .map(|id| std::str::from_utf8(pair.index.get(id).unwrap()).unwrap())
        .collect();
    found.sort_unstable();
    assert_eq!(found, expected);
}

/// Runs random steps on sets of up to `patterns_max` patterns of an alphabet.
fn check_random(seed: u64, alphabet: &[u8], channels: &[u8], patterns_max: usize, steps: usize) {
    println!("seed {seed}");
    let mut random = Random(seed);
    let mut pair = Pair::default();
    for step in 0..steps {
        let grows = step / 500 % 2 == 0;
        match random.below(8) {
            0 | 1 if grows && pair.listed.len() < patterns_max => {
                pair.insert(&random.text(alphabet, 9));
            }
            0 | 1 if !pair.listed.is_empty() => {
                let place = random.below(pair.listed.len());
                pair.remove(&pair.listed[place].1.clone());
            }
            2 => pair.remove(&random.text(alphabet, 3)),
            _ => pair.check(&random.text(channels, 12)),
        }
        if step % 1000 == 999 {
            pair.check_listing();
        }
    }
    while let Some((_, text)) = pair.listed.last().cloned() {
        pair.remove(&text);
        pair.check(&random.text(channels, 12));
    }
    assert!(pair.index.is_empty());
    assert_eq!(pair.index.shape(), Shape::default(), "nothing is left behind");
}

#[test]
fn agrees_with_the_plain_glob_on_meaningful_bytes() {
    for seed in 1..=6 {
        check_random(seed, b"ab*?[]^-\\", b"ab*?[]^-\\", 300, 6_000);
    }
}

#[test]
fn agrees_with_the_plain_glob_on_many_stars() {
    for seed in 11..=16 {
        check_random(seed, b"aab***?", b"aab", 300, 6_000);
    }
}

#[test]
fn agrees_with_the_plain_glob_on_chains_of_stars() {
    for seed in 61..=66 {
        check_words(seed, &["*a", "*ab", "*aab", "*[ab]", "*?b", "*", "aab", "b"], 12);
    }
}

#[test]
fn agrees_with_the_plain_glob_on_classes() {
    for seed in 21..=24 {
        check_random(seed, b"[a[b-c]^*[d]", b"abcd", 300, 6_000);
    }
}

#[test]
fn agrees_with_the_plain_glob_on_wide_nodes() {
    let every_byte: Vec<u8> = (0..=u8::MAX).collect();
    for seed in 31..=34 {
        check_random(seed, &every_byte, &every_byte, 400, 6_000);
    }
    let mut pair = Pair::default();
    for byte in &every_byte {
        pair.insert(&[b'x', *byte, b'*', b'y']);
    }
    pair.insert(b"x?*y");
    for byte in &every_byte {
        pair.check(&[b'x', *byte, b'z', b'y']);
    }
    for byte in &every_byte[..250] {
        pair.remove(&[b'x', *byte, b'*', b'y']);
        pair.check(&[b'x', *byte, b'y']);
    }
    for byte in &every_byte {
        pair.check(&[b'x', *byte, b'z', b'y']);
    }
}

#[test]
fn reports_a_pattern_once_however_often_it_fits() {
    check(&["*a*", "*a*b", "*", "**"], "aaaab", &["*", "**", "*a*", "*a*b"]);
    check(&["*", "a*", "aa*", "*a", "*aa*"], "aaaa", &["*", "*a", "*aa*", "a*", "aa*"]);
}

#[test]
fn spellings_of_one_pattern_stay_apart() {
    check(&["a", "\\a", "[a]", "a*", "a**"], "a", &["[a]", "\\a", "a", "a*", "a**"]);
    let mut pair = Pair::default();
    for pattern in [&b"a*b"[..], b"a**b", b"\\a*b", b"a***b", b"a*c"] {
        pair.insert(pattern);
    }
    for pattern in [&b"a**b"[..], b"a*b", b"a*c", b"a***b", b"\\a*b"] {
        pair.check(b"axb");
        pair.remove(pattern);
        pair.check(b"axb");
        pair.check_listing();
    }
}

/// Runs random steps on patterns and channels put together from `words`.
fn check_words(seed: u64, words: &[&str], words_max: usize) {
    println!("seed {seed}");
    let mut random = Random(seed);
    let mut pair = Pair::default();
    let join = |random: &mut Random| {
        let count = random.below(words_max + 1);
        (0..count).map(|_| words[random.below(words.len())]).collect::<String>().into_bytes()
    };
    for step in 0..6_000 {
        match random.below(6) {
            0 | 1 if step / 500 % 2 == 0 => pair.insert(&join(&mut random)),
            0 | 1 if !pair.listed.is_empty() => {
                let place = random.below(pair.listed.len());
                pair.remove(&pair.listed[place].1.clone());
            }
            _ => {
                let channel = join(&mut random);
                let end = random.below(channel.len() + 1).max(channel.len() / 2);
                pair.check(&channel[..end]);
            }
        }
    }
    pair.check_listing();
    while let Some((_, text)) = pair.listed.last().cloned() {
        pair.remove(&text);
    }
    assert_eq!(pair.index.shape(), Shape::default(), "nothing is left behind");
}

#[test]
fn agrees_with_the_plain_glob_on_long_common_parts() {
    for seed in 41..=46 {
        let words = ["user:", "tenant-0123:", "*", "?", ":room", "a", "aaaa", "[a-t]"];
        check_words(seed, &words, 5);
    }
}

#[test]
fn agrees_with_the_plain_glob_beyond_the_depth_of_the_trie() {
    let [short, long] = [200, 260].map(|length| "?".repeat(length));
    for seed in 51..=53 {
        check_words(seed, &[&short, &long, "?", "a", "\\a", "*", "b"], 4);
    }
}

#[test]
fn long_common_parts_take_few_nodes() {
    let mut pair = Pair::default();
    for shared in ["x".repeat(20_000), "?".repeat(20_000), "[ab]".repeat(20_000)] {
        for end in ["", "1", "2*", "*3", "4?", "*"] {
            pair.insert(format!("{shared}{end}").as_bytes());
        }
    }
    let nodes = pair.index.shape().nodes;
    assert!(nodes < 600, "{nodes} nodes");
    for text in ["x", "b"] {
        for end in ["", "1", "23", "33", "41", "2"] {
            pair.check(format!("{}{end}", text.repeat(20_000)).as_bytes());
        }
    }
    pair.check_listing();
    while let Some((_, text)) = pair.listed.last().cloned() {
        pair.remove(&text);
    }
    assert_eq!(pair.index.shape(), Shape::default(), "nothing is left behind");
}

#[test]
fn the_empty_channel_is_matched_by_the_empty_pattern_alone() {
    check(&["", "*", "?"], "", &[""]);
    check(&["", "*", "?"], "a", &["*", "?"]);
}

#[test]
fn a_pattern_with_too_many_stars_is_kept_and_matches_nothing() {
    let most = "*a".repeat(glob::RUNS_MAX);
    let more = "*a".repeat(glob::RUNS_MAX + 1);
    let text = "a".repeat(3000);
    check(&[&most, &more, "*b"], &text, &[&most]);
    check(&[&more, "*"], &text, &["*"]);
}

#[test]
fn a_pattern_of_stars_takes_no_exponential_time() {
    let mut pair = Pair::default();
    for end in 0..50 {
        pair.insert(format!("{}{end}", "*a".repeat(100)).as_bytes());
    }
    pair.check("a".repeat(2_000).as_bytes());
    pair.check(format!("{}7", "a".repeat(2_000)).as_bytes());
}

/// Asserts that a match tries each of `patterns` at most twice for each byte of a channel, as a plain
/// match of one of them would.
fn check_trials(patterns: &[String], channel: &str) {
    let mut pair = Pair::default();
    for pattern in patterns {
        pair.insert(pattern.as_bytes());
    }
    let before = search::TRIALS.get();
    pair.check(channel.as_bytes());
    let trials = search::TRIALS.get() - before;
    let most = 2 * patterns.len() * channel.len();
    assert!(trials <= most, "{trials} trials are more than {most}");
}

#[test]
fn stars_that_are_passed_cost_nothing_more() {
    let text = "a".repeat(10_000);
    let with_ends = |shared: &str, ends: [&str; 2]| ends.map(|end| format!("{shared}{end}"));
    for unit in ["*a", "*ab", "*[a-c]", "*?", "*aa?a"] {
        let shared = unit.repeat(900);
        check_trials(&with_ends(&shared, ["*x", "*y"]), &text);
        check_trials(&with_ends(&shared, ["x", "y"]), &text);
        check_trials(&with_ends(&shared, ["x", "*y"]), &"aba".repeat(3_000));
        check_trials(&with_ends(&shared, ["*", "*y"]), &text);
    }
    let long = "a".repeat(5_000);
    check_trials(&with_ends(&format!("*{long}"), ["*x", "*y"]), &text);
    check_trials(&[format!("*{long}*x"), "*b".to_owned()], &text);
    check_trials(&[format!("*{long}*x"), format!("*{long}*y"), "*b".to_owned()], &text);
}

#[test]
fn numbers_are_used_again() {
    let mut index = PatternIndex::default();
    let first = index.insert(b"a*");
    let second = index.insert(b"b*");
    assert_eq!([first.index(), second.index()], [0, 1]);
    assert_eq!(index.remove(b"a*"), Some(first));
    assert_eq!(index.remove(b"a*"), None);
    assert_eq!(index.get(first), None);
    assert_eq!(index.insert(b"c*"), first);
    assert_eq!(index.find(b"b*"), Some(second));
}
