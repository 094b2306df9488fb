//! What a parameter is: a row of the table, and how its value is read from text and shown.

use std::borrow::Cow;

use super::numbers::{self, Bounds};
use super::settings::Config;
use super::values::MemoryLimit;

/// Why a value was refused, in Redis's words.
pub type Reason = Cow<'static, str>;

/// Where a parameter's value lives.
pub(super) enum Cell<T: 'static> {
    /// In [`Config::stored`], as text: nothing reads it yet.
    Stored,
    /// In a field.
    Field {
        /// Takes the value out of the field.
        read: fn(&Config) -> T,
        /// Puts a value that was found valid into the field.
        write: fn(&mut Config, T),
    },
}

/// What values a parameter takes, and its default.
pub(super) enum Kind {
    /// `yes` or `no`.
    Bool { default: bool, cell: Cell<bool> },
    /// A decimal number.
    Integer { default: fn() -> i64, bounds: Bounds, unit: &'static str, cell: Cell<i64> },
    /// Permission bits.
    Octal { default: u32, maximum: u32, cell: Cell<u32> },
    /// Bytes, with units such as `kb` (1024) and `k` (1000).
    Memory { default: u64, bounds: Bounds, cell: Cell<u64> },
    /// Bytes, or a percentage of `maxmemory`.
    MemoryOrPercent { cell: Cell<MemoryLimit> },
    /// One of several words; the value is its index.
    Word { default: usize, words: &'static [&'static str], cell: Cell<usize> },
    /// Any bytes that pass the check.
    Text { default: &'static str, check: fn(&[u8]) -> Result<(), Reason>, cell: Cell<Vec<u8>> },
    /// Anything else.
    Special(Special),
}

/// A parameter with a syntax of its own.
pub(super) struct Special {
    /// The words that reset it to its default.
    pub default: &'static [&'static str],
    /// What its value looks like, for the reference.
    pub syntax: &'static str,
    /// Whether it takes several words; `CONFIG SET` then splits its one value at blanks.
    pub arity: Arity,
    /// Reads words. On an error the configuration is not used any more.
    pub parse: Parse,
    /// Shows the value as `CONFIG GET` does.
    pub show: fn(&Config) -> Vec<u8>,
    /// The lines, without the name, that a configuration file needs for the value.
    pub lines: fn(&Config) -> Vec<Vec<u8>>,
}

/// Reads the words of a parameter into its place.
type Parse = fn(&mut Config, &[Vec<u8>], Origin) -> Result<(), Reason>;

/// How many words a value has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Arity {
    /// Exactly one.
    One,
    /// Any number.
    Many,
}

/// Who gives a value: a later line of a file may add to an earlier one, a command replaces.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A configuration file or the command line.
    File,
    /// `CONFIG SET`.
    Command,
}

/// Whether a parameter does something in Fanfare.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It does.
    Effective,
    /// Its feature does not exist yet.
    NotYet,
    /// It is accepted for old configuration files and never does anything.
    Ignored,
}

/// A row of the table.
pub struct Parameter {
    /// Its name, in lower case.
    pub name: &'static str,
    /// An older name of the same thing.
    pub alias: Option<&'static str>,
    /// Its values.
    pub(super) kind: Kind,
    /// Whether it does something.
    pub effect: Effect,
    /// What it means, one or a few sentences.
    pub about: &'static str,
    /// Cannot be set while the server runs.
    pub is_immutable: bool,
    /// Shown by `CONFIG GET` only when its whole name is given.
    pub is_hidden: bool,
    /// Can be set only as `enable-protected-configs` allows.
    pub is_protected: bool,
    /// Its value must not be logged.
    pub is_sensitive: bool,
}

impl Parameter {
    const fn new(name: &'static str, kind: Kind, effect: Effect) -> Self {
        Self {
            name,
            alias: None,
            kind,
            effect,
            about: "",
            is_immutable: false,
            is_hidden: false,
            is_protected: false,
            is_sensitive: false,
        }
    }

    const fn effect_of<T>(cell: &Cell<T>) -> Effect {
        match cell {
            Cell::Stored => Effect::NotYet,
            Cell::Field { .. } => Effect::Effective,
        }
    }

    /// A row of `yes` or `no`.
    pub(super) const fn bool(name: &'static str, default: bool, cell: Cell<bool>) -> Self {
        let effect = Self::effect_of(&cell);
        Self::new(name, Kind::Bool { default, cell }, effect)
    }

    /// A row of a decimal number, its default computed where the machine decides it.
    pub(super) const fn integer(
        name: &'static str,
        default: fn() -> i64,
        bounds: Bounds,
        unit: &'static str,
        cell: Cell<i64>,
    ) -> Self {
        let effect = Self::effect_of(&cell);
        Self::new(name, Kind::Integer { default, bounds, unit, cell }, effect)
    }

    /// A row of permission bits.
    pub(super) const fn octal(
        name: &'static str,
        default: u32,
        maximum: u32,
        cell: Cell<u32>,
    ) -> Self {
        let effect = Self::effect_of(&cell);
        Self::new(name, Kind::Octal { default, maximum, cell }, effect)
    }

    /// A row of bytes.
    pub(super) const fn memory(
        name: &'static str,
        default: u64,
        bounds: Bounds,
        cell: Cell<u64>,
    ) -> Self {
        let effect = Self::effect_of(&cell);
        Self::new(name, Kind::Memory { default, bounds, cell }, effect)
    }

    /// A row of bytes or a percentage, 0 by default.
    pub(super) const fn memory_or_percent(name: &'static str, cell: Cell<MemoryLimit>) -> Self {
        let effect = Self::effect_of(&cell);
        Self::new(name, Kind::MemoryOrPercent { cell }, effect)
    }

    /// A row of one word out of several.
    pub(super) const fn word(
        name: &'static str,
        words: &'static [&'static str],
        default: usize,
        cell: Cell<usize>,
    ) -> Self {
        assert!(default < words.len());
        let effect = Self::effect_of(&cell);
        Self::new(name, Kind::Word { default, words, cell }, effect)
    }

    /// A row of any text.
    pub(super) const fn text(
        name: &'static str,
        default: &'static str,
        cell: Cell<Vec<u8>>,
    ) -> Self {
        let effect = Self::effect_of(&cell);
        Self::new(name, Kind::Text { default, check: |_| Ok(()), cell }, effect)
    }

    /// A row of text that must pass a check.
    pub(super) const fn checked_text(
        name: &'static str,
        default: &'static str,
        check: fn(&[u8]) -> Result<(), Reason>,
        cell: Cell<Vec<u8>>,
    ) -> Self {
        let effect = Self::effect_of(&cell);
        Self::new(name, Kind::Text { default, check, cell }, effect)
    }

    /// A row with a syntax of its own.
    pub(super) const fn special(name: &'static str, effect: Effect, special: Special) -> Self {
        Self::new(name, Kind::Special(special), effect)
    }

    /// Gives it an older name.
    pub(super) const fn alias(mut self, alias: &'static str) -> Self {
        self.alias = Some(alias);
        self
    }

    /// Says what it means.
    pub(super) const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// Forbids setting it while the server runs.
    pub(super) const fn immutable(mut self) -> Self {
        self.is_immutable = true;
        self
    }

    /// Hides it from patterns.
    pub(super) const fn hidden(mut self) -> Self {
        self.is_hidden = true;
        self
    }

    /// Protects it.
    pub(super) const fn protected(mut self) -> Self {
        self.is_protected = true;
        self
    }

    /// Keeps its value out of logs.
    pub(super) const fn sensitive(mut self) -> Self {
        self.is_sensitive = true;
        self
    }

    /// Marks it as without any effect, now and later.
    pub(super) const fn ignored(mut self) -> Self {
        self.effect = Effect::Ignored;
        self
    }

    /// Sets it to its default.
    pub(super) fn reset(&self, config: &mut Config) {
        config.stored.remove(self.name);
        match &self.kind {
            Kind::Bool { default, cell } => self.put(config, cell, *default, |_| Vec::new()),
            Kind::Integer { default, cell, .. } => {
                self.put(config, cell, default(), |_| Vec::new());
            }
            Kind::Octal { default, cell, .. } => self.put(config, cell, *default, |_| Vec::new()),
            Kind::Memory { default, cell, .. } => self.put(config, cell, *default, |_| Vec::new()),
            Kind::MemoryOrPercent { cell } => {
                self.put(config, cell, MemoryLimit::Bytes(0), |_| Vec::new());
            }
            Kind::Word { default, cell, .. } => self.put(config, cell, *default, |_| Vec::new()),
            Kind::Text { default, cell, .. } => {
                self.put(config, cell, default.as_bytes().to_vec(), |_| Vec::new());
            }
            Kind::Special(special) => {
                let words: Vec<Vec<u8>> =
                    special.default.iter().map(|word| word.as_bytes().to_vec()).collect();
                let parsed = (special.parse)(config, &words, Origin::Command);
                debug_assert!(parsed.is_ok(), "the default of {} must be valid", self.name);
            }
        }
        // A stored value is kept only where it differs from the default.
        config.stored.remove(self.name);
    }

    /// Reads the words after its name into `config`.
    ///
    /// Errors are Redis's words. After an error `config` may hold part of a value: callers work on
    /// a copy.
    pub(super) fn assign(
        &self,
        config: &mut Config,
        words: &[Vec<u8>],
        origin: Origin,
    ) -> Result<(), Reason> {
        if let Kind::Special(special) = &self.kind {
            return match (special.arity, words) {
                (Arity::Many, [value]) => (special.parse)(config, &split_at_blanks(value), origin),
                (Arity::One, [] | [_, _, ..]) => Err("wrong number of arguments".into()),
                _ => (special.parse)(config, words, origin),
            };
        }
        let [word] = words else { return Err("wrong number of arguments".into()) };
        match &self.kind {
            Kind::Bool { cell, .. } => {
                let value = match word {
                    yes if yes.eq_ignore_ascii_case(b"yes") => true,
                    no if no.eq_ignore_ascii_case(b"no") => false,
                    _ => return Err("argument must be 'yes' or 'no'".into()),
                };
                self.put(config, cell, value, show_bool);
            }
            Kind::Integer { bounds, cell, .. } => {
                self.put(config, cell, bounds.integer(word)?, show_number);
            }
            Kind::Octal { maximum, cell, .. } => {
                self.put(config, cell, numbers::octal(word, *maximum)?, show_octal);
            }
            Kind::Memory { bounds, cell, .. } => {
                self.put(config, cell, bounds.memory(word)?, show_number);
            }
            Kind::MemoryOrPercent { cell } => {
                self.put(config, cell, numbers::memory_or_percent(word)?, show_limit);
            }
            Kind::Word { words, cell, .. } => {
                let matches = |candidate: &&str| word.eq_ignore_ascii_case(candidate.as_bytes());
                let Some(index) = words.iter().position(matches) else {
                    return Err(one_of(words));
                };
                self.put(config, cell, index, |index| words[index].into());
            }
            Kind::Text { check, cell, .. } => {
                check(word)?;
                self.put(config, cell, word.clone(), |word| word);
            }
            Kind::Special(_) => unreachable!("handled above"),
        }
        Ok(())
    }

    /// Its value, as `CONFIG GET` shows it.
    pub fn show(&self, config: &Config) -> Vec<u8> {
        let stored = |default: Vec<u8>| config.stored.get(self.name).cloned().unwrap_or(default);
        match &self.kind {
            Kind::Bool { default, cell } => match cell {
                Cell::Stored => stored(show_bool(*default)),
                Cell::Field { read, .. } => show_bool(read(config)),
            },
            Kind::Integer { default, cell, .. } => match cell {
                Cell::Stored => stored(show_number(default())),
                Cell::Field { read, .. } => show_number(read(config)),
            },
            Kind::Octal { default, cell, .. } => match cell {
                Cell::Stored => stored(show_octal(*default)),
                Cell::Field { read, .. } => show_octal(read(config)),
            },
            Kind::Memory { default, cell, .. } => match cell {
                Cell::Stored => stored(show_number(*default)),
                Cell::Field { read, .. } => show_number(read(config)),
            },
            Kind::MemoryOrPercent { cell } => match cell {
                Cell::Stored => stored(show_limit(MemoryLimit::Bytes(0))),
                Cell::Field { read, .. } => show_limit(read(config)),
            },
            Kind::Word { default, words, cell } => match cell {
                Cell::Stored => stored(words[*default].into()),
                Cell::Field { read, .. } => words[read(config)].into(),
            },
            Kind::Text { default, cell, .. } => match cell {
                Cell::Stored => stored(default.as_bytes().to_vec()),
                Cell::Field { read, .. } => read(config),
            },
            Kind::Special(special) => (special.show)(config),
        }
    }

    /// Whether `name` is its name or alias, in any case.
    pub fn is_named(&self, name: &[u8]) -> bool {
        let is = |own: &str| own.as_bytes().eq_ignore_ascii_case(name);
        is(self.name) || self.alias.is_some_and(is)
    }

    fn put<T>(&self, config: &mut Config, cell: &Cell<T>, value: T, show: impl Fn(T) -> Vec<u8>) {
        match cell {
            Cell::Field { write, .. } => write(config, value),
            Cell::Stored => {
                config.stored.insert(self.name, show(value));
            }
        }
    }
}

fn show_bool(value: bool) -> Vec<u8> {
    if value { b"yes".to_vec() } else { b"no".to_vec() }
}

fn show_number(value: impl ToString) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn show_octal(value: u32) -> Vec<u8> {
    format!("{value:o}").into_bytes()
}

fn show_limit(value: MemoryLimit) -> Vec<u8> {
    match value {
        MemoryLimit::Bytes(bytes) => show_number(bytes),
        MemoryLimit::Percent(percent) => format!("{percent}%").into_bytes(),
    }
}

/// The complaint about a word that is none of `words`.
pub(super) fn one_of(words: &[&str]) -> Reason {
    format!("argument(s) must be one of the following: {}", words.join(", ")).into()
}

/// Splits at every single blank, as Redis splits one value that stands for several words.
fn split_at_blanks(value: &[u8]) -> Vec<Vec<u8>> {
    if value.is_empty() {
        return Vec::new();
    }
    value.split(|&byte| byte == b' ').map(<[u8]>::to_vec).collect()
}
