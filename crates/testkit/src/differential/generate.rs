//! Makes random sequences, each about one part of what servers do.
//!
//! Left out are the texts of `HELP`, which are our own, and `QUIT`: Redis does not close a connection
//! whose replies are off, and we do. In what is said of clients, zero bytes are left out: Redis checks
//! names up to there.

use fanfare_protocol::RespVersion;
use fastrand::Rng;

use super::sequence::{Action, Sequence, Step, Word};
use super::vocabulary::{
    CHANNELS, FIXED_PARAMETERS, NO_IDS, NUMBERS, PARAMETER_VALUES, PARAMETERS, PATTERNS, VALUES,
};

/// Connections of a sequence at most.
const CONNECTIONS_MAX: usize = 4;

/// Steps of a sequence at most.
const STEPS_MAX: usize = 40;

/// What a sequence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Arrays, inline requests and malformed frames.
    Framing,
    /// All forms of subscribing and publishing, on several connections.
    Pubsub,
    /// Patterns of every shape.
    Glob,
    /// `CONFIG GET` and `CONFIG SET`.
    Config,
    /// `CLIENT` and what a connection is.
    Client,
}

impl Area {
    /// Every area.
    pub const ALL: [Self; 5] =
        [Self::Framing, Self::Pubsub, Self::Glob, Self::Config, Self::Client];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Framing => "framing",
            Self::Pubsub => "pubsub",
            Self::Glob => "glob",
            Self::Config => "config",
            Self::Client => "client",
        }
    }
}

/// The sequence that a seed stands for.
pub fn generate(area: Area, seed: u64) -> Sequence {
    let mut generator = Generator { random: Rng::with_seed(seed), connections: 0 };
    generator.connections = generator.random.usize(1..=CONNECTIONS_MAX);
    let versions = [RespVersion::Resp2, RespVersion::Resp3];
    let connections =
        (0..generator.connections).map(|_| generator.pick(&versions)).collect::<Vec<_>>();
    let steps = (0..generator.random.usize(1..=STEPS_MAX))
        .map(|_| Step {
            connection: generator.random.usize(0..generator.connections),
            action: generator.action(area),
        })
        .collect();
    Sequence { connections, steps }
}

struct Generator {
    random: Rng,
    connections: usize,
}

impl Generator {
    fn action(&mut self, area: Area) -> Action {
        if self.one_in(30) {
            return Action::Close;
        }
        if area == Area::Framing {
            return Action::Bytes(self.frame());
        }
        let mut words = match area {
            Area::Framing | Area::Pubsub => self.pubsub_words(),
            Area::Glob => self.glob_words(),
            Area::Config => self.config_words(),
            Area::Client => self.client_words(),
        };
        self.disturb(&mut words);
        if area == Area::Client {
            words.retain(|word| !matches!(word, Word::Bytes(bytes) if bytes.contains(&0)));
        }
        let piece_bytes = if self.one_in(8) { self.random.usize(1..12) } else { 0 };
        Action::Request { words, piece_bytes }
    }

    fn one_in(&mut self, times: u32) -> bool {
        self.random.u32(0..times) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.random.usize(0..from.len())]
    }

    fn word(&mut self, from: &[&str]) -> Word {
        Word::text(self.pick(from))
    }

    /// A command with up to three words from `from`.
    fn with_words(&mut self, command: &str, from: &[&str]) -> Vec<Word> {
        let mut words: Vec<Word> = command.split(' ').map(Word::text).collect();
        for _ in 0..self.random.usize(0..=3) {
            words.push(self.word(from));
        }
        words
    }

    /// Now and then: other case, a word too many, a word too few.
    fn disturb(&mut self, words: &mut Vec<Word>) {
        if self.one_in(10)
            && let Some(Word::Bytes(name)) = words.first_mut()
        {
            name.make_ascii_lowercase();
        }
        if self.one_in(25) {
            words.push(self.word(VALUES));
        }
        if self.one_in(25) && words.len() > 1 {
            words.pop();
        }
    }

    fn pubsub_words(&mut self) -> Vec<Word> {
        match self.random.u32(0..22) {
            0..=2 => self.with_words("SUBSCRIBE", CHANNELS),
            3 => self.with_words("UNSUBSCRIBE", CHANNELS),
            4..=5 => self.with_words("PSUBSCRIBE", PATTERNS),
            6 => self.with_words("PUNSUBSCRIBE", PATTERNS),
            7 => self.with_words("SSUBSCRIBE", CHANNELS),
            8 => self.with_words("SUNSUBSCRIBE", CHANNELS),
            9..=12 => vec![Word::text("PUBLISH"), self.word(CHANNELS), self.word(VALUES)],
            13 => vec![Word::text("SPUBLISH"), self.word(CHANNELS), self.word(VALUES)],
            14 => self.pubsub_question(),
            15 => self.with_words("PING", &["word"]),
            16 => self.with_words("ECHO", VALUES),
            17 => vec![Word::text("HELLO"), self.word(&["2", "3"])],
            18 => {
                vec![Word::text("CLIENT"), Word::text("REPLY"), self.word(&["ON", "OFF", "SKIP"])]
            }
            19 => vec![self.word(&["RESET", "NOSUCH"])],
            20 => vec![Word::text("CLIENT"), Word::text("INFO")],
            _ => self.kill_words(),
        }
    }

    fn pubsub_question(&mut self) -> Vec<Word> {
        match self.random.u32(0..6) {
            0 => self.with_words("PUBSUB CHANNELS", PATTERNS),
            1 => self.with_words("PUBSUB NUMSUB", CHANNELS),
            2 => self.with_words("PUBSUB SHARDCHANNELS", PATTERNS),
            3 => self.with_words("PUBSUB SHARDNUMSUB", CHANNELS),
            4 => vec![Word::text("PUBSUB"), Word::text("NUMPAT")],
            _ => self.with_words("PUBSUB", &["nosuch", "NUMPAT"]),
        }
    }

    fn kill_words(&mut self) -> Vec<Word> {
        let mut words = vec![Word::text("CLIENT"), Word::text("KILL")];
        for _ in 0..self.random.usize(1..=2) {
            let number = self.random.usize(0..self.connections);
            let pair = match self.random.u32(0..7) {
                0..=1 => [Word::text("ID"), Word::IdOf(number)],
                2 => [Word::text("ADDR"), Word::AddressOf(number)],
                3 => [Word::text("TYPE"), self.word(&["pubsub", "master", "replica", "nosuch"])],
                4 => [Word::text("USER"), self.word(&["nobody", ""])],
                5 => [Word::text("MAXAGE"), self.word(&["100000", "abc", "0x1"])],
                _ => [
                    self.word(&["ID", "SKIPME", "NOSUCH"]),
                    self.word(&["0", "-1", "abc", "", "1x"]),
                ],
            };
            words.extend(pair);
        }
        words
    }

    fn glob_words(&mut self) -> Vec<Word> {
        let pattern = Word::Bytes(self.bytes_of(b"*?[]^-\\abc*", 10));
        let channel = Word::Bytes(self.bytes_of(b"abc^-]*\\[?", 6));
        match self.random.u32(0..6) {
            0..=1 => vec![Word::text("PSUBSCRIBE"), pattern],
            2 => vec![Word::text("SUBSCRIBE"), channel],
            3 => vec![Word::text("PUBSUB"), Word::text("CHANNELS"), pattern],
            _ => vec![Word::text("PUBLISH"), channel, Word::text("x")],
        }
    }

    fn bytes_of(&mut self, alphabet: &[u8], length_max: usize) -> Vec<u8> {
        (0..self.random.usize(0..=length_max)).map(|_| self.pick(alphabet)).collect()
    }

    fn config_words(&mut self) -> Vec<Word> {
        let mut words = vec![Word::text("CONFIG")];
        if self.one_in(2) {
            words.push(Word::text("GET"));
            for _ in 0..self.random.usize(1..=3) {
                words.push(self.parameter());
            }
            return words;
        }
        words.push(Word::text("SET"));
        for _ in 0..self.random.usize(1..=2) {
            words.push(self.settable_parameter());
            let value = match self.random.u32(0..4) {
                0 => self.word(NUMBERS),
                1 => self.word(PARAMETER_VALUES),
                _ => Word::text(self.pick(PARAMETERS).1),
            };
            words.push(value);
        }
        if self.one_in(12) {
            words.truncate(2);
            words.push(Word::text("client-output-buffer-limit"));
            words.push(Word::Bytes(self.limit()));
        }
        words
    }

    fn settable_parameter(&mut self) -> Word {
        if self.one_in(8) {
            return self.word(&["nosuch", "databases", "daemonize", "unixsocket", "dir", ""]);
        }
        Word::text(self.pick(PARAMETERS).0)
    }

    fn parameter(&mut self) -> Word {
        let name =
            if self.one_in(3) { self.pick(FIXED_PARAMETERS) } else { self.pick(PARAMETERS).0 };
        if self.one_in(8) { Word::text(&name.to_uppercase()) } else { Word::text(name) }
    }

    /// A value of `client-output-buffer-limit`, not always a good one. No limit is small enough to
    /// close the connections of the sequence.
    fn limit(&mut self) -> Vec<u8> {
        let class =
            self.pick(&["normal", "pubsub", "replica", "slave", "nosuch", "PubSub", "master"]);
        let mut text = class.to_owned();
        for _ in 0..self.random.usize(2..=4) {
            text.push(' ');
            text.push_str(self.pick(&["0", "100mb", "64mb", "60", "abc", "-1", "1gb"]));
        }
        text.into_bytes()
    }

    fn client_words(&mut self) -> Vec<Word> {
        let two = |first: &str| vec![Word::text("CLIENT"), Word::text(first)];
        match self.random.u32(0..22) {
            0 => two("ID"),
            1 => two("GETNAME"),
            2..=3 => {
                let name = self.word(&["worker", "", "two words", "n\u{e4}me", "\x01", "~!"]);
                [two("SETNAME"), vec![name]].concat()
            }
            4..=6 => two("INFO"),
            7 => two("LIST"),
            8 => self.client_list_words(),
            9 => self.kill_words(),
            10 => {
                self.with_words("CLIENT SETINFO", &["lib-name", "LIB-VER", "nosuch", "x y", "1.0"])
            }
            11 => {
                let mode = self.word(&["ON", "OFF", "SKIP", "nosuch"]);
                [two("REPLY"), vec![mode]].concat()
            }
            12 => self.with_words("CLIENT NO-EVICT", &["on", "off", "nosuch"]),
            13 => self.with_words("CLIENT NO-TOUCH", &["on", "off", "nosuch"]),
            14 => vec![Word::text("CLIENT"), Word::text("PAUSE"), self.word(&["abc", "-1", ""])],
            15 => self.with_words("CLIENT", &["nosuch", "GETREDIR", "UNPAUSE"]),
            16 => vec![Word::text("SELECT"), self.word(NUMBERS)],
            17 => self.with_words("HELLO", &["2", "3", "4", "SETNAME", "AUTH", "default", "x"]),
            18 => self.with_words("AUTH", &["default", "nobody", ""]),
            19 => self.with_words("SUBSCRIBE", CHANNELS),
            20 => self.with_words("UNSUBSCRIBE", CHANNELS),
            _ => vec![self.word(&["RESET", "PING"])],
        }
    }

    fn client_list_words(&mut self) -> Vec<Word> {
        let mut words = vec![Word::text("CLIENT"), Word::text("LIST")];
        if self.one_in(2) {
            words.push(Word::text("ID"));
            for _ in 0..self.random.usize(0..=3) {
                let number = self.random.usize(0..self.connections);
                words.push(if self.one_in(6) { self.word(NO_IDS) } else { Word::IdOf(number) });
            }
        } else {
            words.push(Word::text("TYPE"));
            words.push(self.word(&["normal", "pubsub", "PUBSUB", "master", "slave", "x"]));
        }
        words
    }

    /// Bytes that are a request, nearly one, or none.
    fn frame(&mut self) -> Vec<u8> {
        let mut bytes = match self.random.u32(0..10) {
            0..=3 => self.array_frame(),
            4..=6 => self.inline_frame(),
            7 => self.bytes_of(b"*$1234\r\n PING\"'\\", 12),
            _ => self.bent_array_frame(),
        };
        if self.one_in(4) {
            bytes.extend(self.inline_frame());
        }
        if self.one_in(6) {
            bytes.truncate(self.random.usize(0..=bytes.len()));
        }
        if self.one_in(8) && !bytes.is_empty() {
            let at = self.random.usize(0..bytes.len());
            bytes[at] = self.pick(b"*$:+-\r\n 0123456789\"'x\0");
        }
        bytes
    }

    fn array_frame(&mut self) -> Vec<u8> {
        let words: &[&[u8]] = match self.random.u32(0..4) {
            0 => &[b"PING"],
            1 => &[b"ECHO", b"two words"],
            2 => &[b"ECHO", b"\r\n$4\r\n"],
            _ => &[b"NOSUCH", b"\"a\\\r\n", b""],
        };
        crate::connection::encode_request(words)
    }

    /// An array with odd counts and line ends.
    fn bent_array_frame(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let ends = ["\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", ""];
        let count = if self.one_in(2) { "1" } else { self.pick(NUMBERS) };
        bytes.extend_from_slice(format!("*{count}{}", self.pick(&ends)).as_bytes());
        let length = if self.one_in(2) { "4" } else { self.pick(NUMBERS) };
        let marker = self.pick(&["$", "$", "$", "$", ":", "*", "", "+"]);
        bytes.extend_from_slice(format!("{marker}{length}{}PING", self.pick(&ends)).as_bytes());
        bytes.extend_from_slice(self.pick(&ends).as_bytes());
        bytes
    }

    fn inline_frame(&mut self) -> Vec<u8> {
        let line = self.pick(&[
            "PING",
            "ping",
            "",
            "   ",
            "ECHO hello",
            "  ECHO\t'it\\'s'  ",
            "ECHO \"\\x41\\n\\q\"",
            "ECHO \"open",
            "ECHO 'open",
            "ECHO \"a\"b",
            "ECHO a\"b c\"",
            "ECHO ''",
            "NOSUCH a 'b c'",
            "ECHO a\0b",
            "+PING",
            "PING\rPING",
        ]);
        let end = self.pick(&["\r\n", "\r\n", "\n", "\r", ""]);
        format!("{line}{end}").into_bytes()
    }
}
