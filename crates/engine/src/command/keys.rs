//! Where a command's keys are, and what it does to them.

use fanfare_protocol::request::Request;
use fanfare_stdx::number::parse_i64;

/// What a command does to a key, or what an argument that looks like one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum KeyFlag {
    /// Reads and changes the value.
    ReadWrite,
    /// Reads the value.
    ReadOnly,
    /// Replaces the value whatever it was.
    Overwrite,
    /// Removes the key.
    Remove,
    /// Gives the value, or what depends on it, to the client.
    Access,
    /// Changes what is stored.
    Update,
    /// Adds and changes nothing that was there.
    Insert,
    /// Deletes content.
    Delete,
    /// No key, but routed as one (a shard channel).
    NotKey,
    /// The specification may miss keys.
    Incomplete,
    /// The flags depend on the arguments.
    VariableFlags,
}

impl KeyFlag {
    const ALL: [KeyFlag; 11] = [
        KeyFlag::ReadWrite,
        KeyFlag::ReadOnly,
        KeyFlag::Overwrite,
        KeyFlag::Remove,
        KeyFlag::Access,
        KeyFlag::Update,
        KeyFlag::Insert,
        KeyFlag::Delete,
        KeyFlag::NotKey,
        KeyFlag::Incomplete,
        KeyFlag::VariableFlags,
    ];

    /// The name that `COMMAND INFO` shows.
    pub const fn name(self) -> &'static str {
        match self {
            KeyFlag::ReadWrite => "RW",
            KeyFlag::ReadOnly => "RO",
            KeyFlag::Overwrite => "OW",
            KeyFlag::Remove => "RM",
            KeyFlag::Access => "access",
            KeyFlag::Update => "update",
            KeyFlag::Insert => "insert",
            KeyFlag::Delete => "delete",
            KeyFlag::NotKey => "not_key",
            KeyFlag::Incomplete => "incomplete",
            KeyFlag::VariableFlags => "variable_flags",
        }
    }
}

/// A set of [`KeyFlag`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyFlags(u16);

impl KeyFlags {
    /// The set of these flags.
    pub const fn of(flags: &[KeyFlag]) -> Self {
        let mut bits = 0;
        let mut index = 0;
        while index < flags.len() {
            bits |= 1 << flags[index] as u8;
            index += 1;
        }
        Self(bits)
    }

    /// Whether the flag is in the set.
    pub const fn has(self, flag: KeyFlag) -> bool {
        self.0 & 1 << flag as u8 != 0
    }

    /// The members.
    pub fn iter(self) -> impl Iterator<Item = KeyFlag> {
        KeyFlag::ALL.into_iter().filter(move |&flag| self.has(flag))
    }
}

/// How to find the first key of a specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// At this argument; the command's name is argument 0.
    Index(u8),
    /// Behind this word, looked for from an argument on; from the end backwards if negative.
    Keyword {
        /// The word, in capitals.
        word: &'static str,
        /// Where to start looking.
        from: i8,
    },
    /// Cannot be said.
    Unknown,
    /// Behind the last such word. Clients are told that it cannot be said.
    Untold {
        /// The word, in capitals.
        word: &'static str,
        /// Where to start looking.
        from: u8,
    },
}

/// How to walk from the first key to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Find {
    /// Every `step`th argument up to the last.
    Range {
        /// Last key, counted from the first; negative counts from the end of the request.
        last: i8,
        /// Arguments from one key to the next.
        step: u8,
        /// With `last` -1: stop after the 1/`limit`th part of what is left; 0 and 1 mean all.
        limit: u8,
    },
    /// The request says how many keys there are.
    Counted {
        /// Where the number is, counted from the beginning found.
        count_at: u8,
        /// Where the first key is, counted likewise.
        first: u8,
        /// Arguments from one key to the next.
        step: u8,
    },
    /// Cannot be said.
    Unknown,
    /// It is one. Clients are told that it cannot be said.
    Untold,
}

/// One place of a request where keys are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeySpec {
    /// What is done to these keys.
    pub flags: KeyFlags,
    /// Where they begin.
    pub begin: Begin,
    /// How they go on.
    pub find: Find,
    /// A remark for people; empty for none.
    pub notes: &'static str,
}

impl KeySpec {
    /// One key at this argument.
    pub const fn at(index: u8, flags: &[KeyFlag]) -> Self {
        Self::range(index, Find::Range { last: 0, step: 1, limit: 0 }, flags)
    }

    /// A key at this argument, and every argument behind it.
    pub const fn from(index: u8, flags: &[KeyFlag]) -> Self {
        Self::range(index, Find::Range { last: -1, step: 1, limit: 0 }, flags)
    }

    const fn range(index: u8, find: Find, flags: &[KeyFlag]) -> Self {
        Self { flags: KeyFlags::of(flags), begin: Begin::Index(index), find, notes: "" }
    }
}

/// A key that was found in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyAt {
    /// Which argument it is.
    pub index: usize,
    /// What is done to it.
    pub flags: KeyFlags,
}

/// The arguments contradict the specification: no such keyword, a count that is no number or too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeysError;

/// All key specifications of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys(&'static [KeySpec]);

impl Keys {
    /// The command takes no keys.
    pub const NONE: Self = Self(&[]);

    /// Keys in all these places.
    pub const fn of(specs: &'static [KeySpec]) -> Self {
        Self(specs)
    }

    /// The specifications, in the order in which `COMMAND INFO` shows them.
    pub fn specs(self) -> &'static [KeySpec] {
        self.0
    }

    /// Whether the command takes keys; arguments that are merely routed as keys do not count.
    pub fn has_keys(self) -> bool {
        self.0.iter().any(|spec| !spec.flags.has(KeyFlag::NotKey))
    }

    /// Whether keys cannot be told from a fixed first position, last position and step alone.
    pub fn are_movable(self) -> bool {
        self.0.iter().any(|spec| {
            let is_plain = matches!(spec.begin, Begin::Index(_))
                && matches!(spec.find, Find::Range { limit: 0 | 1, .. });
            !is_plain || spec.flags.has(KeyFlag::Incomplete)
        })
    }

    /// First key, last key (counted from the end if negative) and step in the old form of `COMMAND INFO`;
    /// zeros where that form cannot say it.
    pub fn legacy_range(self) -> (i64, i64, i64) {
        let ranges = self.0.iter().filter_map(|spec| match (spec.begin, spec.find) {
            (Begin::Index(first), Find::Range { last, step, .. }) => {
                let (first, last) = (i64::from(first), i64::from(last));
                Some((first, if last < 0 { last } else { first + last }, i64::from(step)))
            }
            _ => None,
        });
        // Ranges of single steps are shown as one; any other shows only the first.
        let joined = ranges.reduce(|(first, last, step), next| {
            if step != 1 || next.2 != 1 || last < 0 {
                return (first, last, step);
            }
            (first.min(next.0), if next.1 < 0 { next.1 } else { last.max(next.1) }, 1)
        });
        joined.unwrap_or((0, 0, 0))
    }

    /// Which argument is the key, if there is always one and at the same place: so it is of nearly all requests.
    #[inline]
    pub fn only_index(self) -> Option<usize> {
        match self.0 {
            [
                KeySpec {
                    flags,
                    begin: Begin::Index(index),
                    find: Find::Range { last: 0, .. },
                    ..
                },
            ] if !flags.has(KeyFlag::NotKey) => Some(usize::from(*index)),
            _ => None,
        }
    }

    /// Appends the keys of a request to `found`, specification by specification.
    pub fn find(self, request: Request<'_>, found: &mut Vec<KeyAt>) -> Result<(), KeysError> {
        if let Some(index) = self.only_index().filter(|&index| index < request.len()) {
            found.push(KeyAt { index, flags: self.0[0].flags });
            return Ok(());
        }
        for spec in self.0 {
            if !spec.flags.has(KeyFlag::NotKey) {
                spec.find_in(request, found)?;
            }
        }
        Ok(())
    }
}

impl KeySpec {
    fn is_of_one_key(&self) -> bool {
        matches!(self.find, Find::Range { last: 0, .. })
    }

    fn find_in(&self, request: Request<'_>, found: &mut Vec<KeyAt>) -> Result<(), KeysError> {
        let begin = match self.begin {
            Begin::Index(index) => usize::from(index),
            Begin::Keyword { word, from } => match position_behind(request, word, from) {
                // Where one key is missing behind it, the command says so, when it has looked at the others.
                Some(position) if position == request.len() && self.is_of_one_key() => {
                    return Ok(());
                }
                Some(position) => position,
                None => return Ok(()),
            },
            Begin::Untold { word, from } => match position_behind_last(request, word, from) {
                Some(position) => position,
                None => return Ok(()),
            },
            // Such keys are told by nobody but the command, when it runs.
            Begin::Unknown => return Ok(()),
        };
        let (first, last, step) = match self.find {
            Find::Range { last, step, limit } => {
                let end = request.len();
                let last = match last {
                    0.. => begin + usize::from(last.unsigned_abs()),
                    -1 if limit > 1 => {
                        begin + (end.saturating_sub(begin) / usize::from(limit)).saturating_sub(1)
                    }
                    _ => end.saturating_sub(usize::from(last.unsigned_abs())),
                };
                (begin, last, step)
            }
            Find::Counted { count_at, first, step } => {
                let count_index = begin + usize::from(count_at);
                if count_index >= request.len() {
                    return Err(KeysError);
                }
                let count = parse_i64(request.arg(count_index)).ok_or(KeysError)?;
                let Ok(count) = usize::try_from(count) else { return Err(KeysError) };
                if count == 0 {
                    return Ok(());
                }
                let first = begin + usize::from(first);
                let span = (count - 1).checked_mul(usize::from(step)).ok_or(KeysError)?;
                (first, first.checked_add(span).ok_or(KeysError)?, step)
            }
            Find::Untold => (begin, begin, 1),
            Find::Unknown => return Err(KeysError),
        };
        if last >= request.len() {
            return Err(KeysError);
        }
        let indexes = (first..=last).step_by(usize::from(step.max(1)));
        found.extend(indexes.map(|index| KeyAt { index, flags: self.flags }));
        Ok(())
    }
}

/// The argument behind the first such word. (Not in line: its preparations would be made for every request.)
#[inline(never)]
fn position_behind(request: Request<'_>, word: &str, from: i8) -> Option<usize> {
    let is_word = |&index: &usize| request.arg(index).eq_ignore_ascii_case(word.as_bytes());
    let distance = usize::from(from.unsigned_abs());
    let found = if from >= 0 {
        (distance..request.len()).find(is_word)
    } else {
        (1..=request.len().checked_sub(distance)?).rev().find(is_word)
    };
    found.map(|index| index + 1)
}

/// The argument behind the last such word that has one behind it.
#[inline(never)]
fn position_behind_last(request: Request<'_>, word: &str, from: u8) -> Option<usize> {
    let is_word = |&index: &usize| request.arg(index).eq_ignore_ascii_case(word.as_bytes());
    let found = (usize::from(from)..request.len().saturating_sub(1)).rev().find(is_word);
    found.map(|index| index + 1)
}

const _: () = {
    let mut index = 0;
    while index < KeyFlag::ALL.len() {
        assert!(KeyFlag::ALL[index] as usize == index, "ALL is in the order of bits");
        index += 1;
    }
};
