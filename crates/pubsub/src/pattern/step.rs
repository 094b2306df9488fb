//! The steps of a pattern: its tokens in a form that is equal whenever they accept the same bytes.

use fanfare_stdx::glob::{self, Token, Tokens};

/// A set of bytes, as [`glob::Class::bits`] gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ByteSet([u64; 4]);

impl ByteSet {
    pub(super) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte / 64)] >> (byte % 64) & 1 == 1
    }
}

/// One step of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Byte(u8),
    AnyByte,
    AnyRun,
    Class(ByteSet),
}

impl Step {
    fn of(token: Token<'_>) -> Self {
        match token {
            Token::Byte(byte) => Step::Byte(byte),
            Token::AnyByte => Step::AnyByte,
            Token::AnyRun => Step::AnyRun,
            Token::Class(class) => Step::Class(ByteSet(class.bits())),
        }
    }
}

/// Reads the steps of a pattern one after the other and knows how much of it was read.
#[derive(Clone)]
pub(super) struct Steps<'a> {
    length: usize,
    taken: usize,
    tokens: Tokens<'a>,
}

impl<'a> Steps<'a> {
    pub(super) fn of(pattern: &'a [u8]) -> Self {
        Self { length: pattern.len(), taken: 0, tokens: glob::tokens(pattern) }
    }

    /// How many bytes of the pattern the steps so far took.
    pub(super) fn offset(&self) -> usize {
        self.length - self.tokens.rest().len()
    }

    /// How many steps were read.
    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// Takes the next step if it is this byte; whether it was.
    pub(super) fn take_byte(&mut self, byte: u8) -> bool {
        let mut ahead = self.clone();
        let takes = ahead.next() == Some(Step::Byte(byte));
        if takes {
            *self = ahead;
        }
        takes
    }
}

impl Iterator for Steps<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let token = self.tokens.next()?;
        self.taken += 1;
        Some(Step::of(token))
    }
}

/// How many bytes the first `count` steps of a pattern take.
pub(super) fn offset_after(pattern: &[u8], count: usize) -> usize {
    let mut tokens = glob::tokens(pattern);
    tokens.by_ref().take(count).for_each(drop);
    pattern.len() - tokens.rest().len()
}

/// Whether a pattern has more stars than a glob may have to match anything.
pub(super) fn is_hopeless(pattern: &[u8]) -> bool {
    let mut tokens = glob::tokens(pattern);
    let mut runs = 0;
    while let Some(token) = tokens.next() {
        runs += usize::from(token == Token::AnyRun && !tokens.rest().is_empty());
    }
    runs > glob::RUNS_MAX
}
