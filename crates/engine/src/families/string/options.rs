//! The options of commands that set strings or their expiry.

use fanfare_stdx::number::parse_i64;

use super::compare::{self, CompareWord, Comparison};
use crate::command::{Args, CommandError};
use crate::families::expiry::{TimeUnit, invalid_time};

/// What must hold for a key to be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition<'a> {
    /// There is no such key.
    Absent,
    /// There is one.
    Present,
    /// What it holds is, or is not, this.
    Compared(Comparison<'a>),
}

/// What becomes of a key's expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expiry {
    /// It goes.
    None,
    /// It stays.
    Keep,
    /// It is this, in milliseconds of Unix time.
    At(i64),
}

/// The options that say what becomes of an expiry. Times are not read yet: other errors come before theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ExpiryOption<'a> {
    Keep,
    Persist,
    Time(TimeUnit, &'a [u8]),
}

/// An option's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Nx,
    Xx,
    Get,
    KeepTtl,
    Persist,
    Time(TimeUnit),
    Compare(CompareWord),
}

const WORDS: [(&str, Word); 9] = [
    ("EX", Word::Time(TimeUnit::Seconds)),
    ("PX", Word::Time(TimeUnit::Milliseconds)),
    ("NX", Word::Nx),
    ("XX", Word::Xx),
    ("GET", Word::Get),
    ("KEEPTTL", Word::KeepTtl),
    ("EXAT", Word::Time(TimeUnit::UnixSeconds)),
    ("PXAT", Word::Time(TimeUnit::UnixMilliseconds)),
    ("PERSIST", Word::Persist),
];

/// The options that were given.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Options<'a> {
    /// When to set the key.
    pub(super) condition: Option<Condition<'a>>,
    /// Whether the reply is the old value.
    pub(super) gives_old: bool,
    expiry: Option<ExpiryOption<'a>>,
}

impl<'a> Options<'a> {
    /// Reads all arguments that are left as options; a syntax error for a word that the command does not take, or that
    /// contradicts another. (One may stand twice; the last counts.)
    pub(super) fn read(mut args: Args<'a>, takes: fn(Word) -> bool) -> Result<Self, CommandError> {
        let mut options = Self::default();
        while let Some(arg) = args.next() {
            match word_of(arg).filter(|&word| takes(word)).ok_or(CommandError::Syntax)? {
                Word::Nx => options.set_condition(Condition::Absent)?,
                Word::Xx => options.set_condition(Condition::Present)?,
                Word::Get => options.gives_old = true,
                Word::KeepTtl => options.set_expiry(ExpiryOption::Keep)?,
                Word::Persist => options.set_expiry(ExpiryOption::Persist)?,
                Word::Time(unit) => {
                    options.set_expiry(ExpiryOption::Time(unit, args.required()?))?;
                }
                Word::Compare(word) => options.compare(word, args.required()?)?,
            }
        }
        Ok(options)
    }

    /// Whether the expiry is to go.
    pub(super) fn persists(&self) -> bool {
        self.expiry == Some(ExpiryOption::Persist)
    }

    /// What becomes of the expiry; an error if the time is none. `command` is in lower case.
    pub(super) fn expiry(&self, command: &str, now_ms: i64) -> Result<Expiry, CommandError> {
        match self.expiry {
            None | Some(ExpiryOption::Persist) => Ok(Expiry::None),
            Some(ExpiryOption::Keep) => Ok(Expiry::Keep),
            Some(ExpiryOption::Time(unit, text)) => {
                Ok(Expiry::At(time_ms(command, unit, text, now_ms)?))
            }
        }
    }

    /// Unlike others, a comparison must not stand twice.
    fn compare(&mut self, word: CompareWord, with: &'a [u8]) -> Result<(), CommandError> {
        if self.condition.is_some() {
            return Err(CommandError::Syntax);
        }
        self.condition = Some(Condition::Compared(Comparison::new(word, with)?));
        Ok(())
    }

    fn set_condition(&mut self, condition: Condition<'a>) -> Result<(), CommandError> {
        if self.condition.is_some_and(|other| other != condition) {
            return Err(CommandError::Syntax);
        }
        self.condition = Some(condition);
        Ok(())
    }

    fn set_expiry(&mut self, expiry: ExpiryOption<'a>) -> Result<(), CommandError> {
        let is_same = |other: &ExpiryOption<'_>| match (*other, expiry) {
            (ExpiryOption::Time(unit, _), ExpiryOption::Time(other_unit, _)) => unit == other_unit,
            (option, other_option) => option == other_option,
        };
        if !self.expiry.iter().all(is_same) {
            return Err(CommandError::Syntax);
        }
        self.expiry = Some(expiry);
        Ok(())
    }
}

fn word_of(arg: &[u8]) -> Option<Word> {
    let is = |text: &str| arg.eq_ignore_ascii_case(text.as_bytes());
    let plain = WORDS.iter().find(|(text, _)| is(text)).map(|&(_, word)| word);
    let compare = || compare::WORDS.iter().find(|(text, _)| is(text));
    plain.or_else(|| compare().map(|&(_, word)| Word::Compare(word)))
}

/// A time that must be positive, in milliseconds of Unix time.
pub(super) fn time_ms(
    command: &str,
    unit: TimeUnit,
    text: &[u8],
    now_ms: i64,
) -> Result<i64, CommandError> {
    let number = parse_i64(text).ok_or(CommandError::NotAnInteger)?;
    let time_ms = unit.unix_ms(number, now_ms).filter(|_| number > 0);
    time_ms.ok_or_else(|| invalid_time(command))
}
