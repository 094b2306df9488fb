//! Glob patterns over bytes, with exactly the language of Redis.
//!
//! `*` stands for any run of bytes, `?` for one byte, `[abc]`, `[a-z]` and `[^abc]` for one byte of
//! a class, and `\x` for the byte `x` itself. The odd corners are Redis's own and were found by
//! asking real servers (7.0, 8.2 and Valkey 8.1 agree on all of them):
//!
//! - the empty text matches the empty pattern alone, not even `*`;
//! - `]` always closes a class, even as its first byte, so `[]` matches nothing and `[^]` anything;
//! - a class that is never closed ends with the pattern: `[a` is `[a]`, `[^` is `?`;
//! - a reversed range is turned round, and a range may end in `]`: `[a-]` is an unclosed class from
//!   `]` to `a`;
//! - a backslash at the very end stands for itself, in a class too;
//! - a pattern with more than [`RUNS_MAX`] runs of `*` that have something after them matches
//!   nothing.
//!
//! A match takes at most pattern × text steps and no recursion, whatever the pattern.

#[cfg(test)]
mod tests;

/// Runs of `*` that a pattern may hold and still match; a run at the very end is not counted.
pub const RUNS_MAX: usize = 1000;

/// Whether letters in different case are equal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Matters,
    Ignored,
}

impl Case {
    fn fold(self, byte: u8) -> u8 {
        match self {
            Case::Matters => byte,
            Case::Ignored => byte.to_ascii_lowercase(),
        }
    }
}

/// One element of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// This byte.
    Byte(u8),
    /// Any one byte.
    AnyByte,
    /// Any number of any bytes; neighbouring stars are one token.
    AnyRun,
    /// One byte that the class holds.
    Class(Class<'a>),
}

impl Token<'_> {
    /// Whether the token can stand for this one byte, letters in different case being different. A
    /// run is no single byte and accepts none.
    pub fn accepts(self, byte: u8) -> bool {
        self.takes(byte, Case::Matters)
    }

    fn takes(self, byte: u8, case: Case) -> bool {
        match self {
            Token::Byte(wanted) => case.fold(wanted) == case.fold(byte),
            Token::AnyByte => true,
            Token::AnyRun => false,
            Token::Class(class) => class.holds(byte, case),
        }
    }
}

/// A set of bytes as written between brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class<'a> {
    negated: bool,
    /// What stands between the brackets, without a leading `^`.
    body: &'a [u8],
}

impl Class<'_> {
    /// Whether `byte` belongs to the class, letters in different case being different.
    pub fn contains(self, byte: u8) -> bool {
        self.holds(byte, Case::Matters)
    }

    /// The bytes of the class as a set of 256 bits, the lowest bit of the first word for byte 0.
    pub fn bits(self) -> [u64; 4] {
        let mut words = [0; 4];
        let mut rest = self.body;
        while let Some((item, after)) = split_item(rest) {
            let (low, high) = match item {
                Item::Escaped(byte) | Item::Single(byte) => (byte, byte),
                Item::Range { low, high } => (low, high),
            };
            for byte in low..=high {
                words[usize::from(byte / 64)] |= 1u64 << (byte % 64);
            }
            rest = after;
        }
        if self.negated { words.map(|word| !word) } else { words }
    }

    fn holds(self, byte: u8, case: Case) -> bool {
        let mut rest = self.body;
        let mut found = false;
        while let Some((item, after)) = split_item(rest) {
            found |= item.holds(byte, case);
            rest = after;
        }
        found != self.negated
    }
}

/// One item of a class.
#[derive(Clone, Copy)]
enum Item {
    Escaped(u8),
    Single(u8),
    Range { low: u8, high: u8 },
}

impl Item {
    fn holds(self, byte: u8, case: Case) -> bool {
        match self {
            // Redis compares an escaped byte of a class as it is, even where case is ignored.
            Item::Escaped(wanted) => wanted == byte,
            Item::Single(wanted) => case.fold(wanted) == case.fold(byte),
            // The ends were ordered before they are folded, so `[a-Z]` is empty where case is
            // ignored.
            Item::Range { low, high } => {
                (case.fold(low)..=case.fold(high)).contains(&case.fold(byte))
            }
        }
    }
}

/// Takes the first item off the inside of a class; nothing at its end.
fn split_item(body: &[u8]) -> Option<(Item, &[u8])> {
    match *body {
        [b'\\', byte, ref after @ ..] => Some((Item::Escaped(byte), after)),
        [b']', ..] | [] => None,
        [first, b'-', last, ref after @ ..] => {
            Some((Item::Range { low: first.min(last), high: first.max(last) }, after))
        }
        [byte, ref after @ ..] => Some((Item::Single(byte), after)),
    }
}

/// The tokens of a pattern, in order. A clone of it marks a place to come back to.
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    rest: &'a [u8],
}

/// Splits a pattern into tokens. Every byte string is a pattern.
pub fn tokens(pattern: &[u8]) -> Tokens<'_> {
    Tokens { rest: pattern }
}

impl<'a> Tokens<'a> {
    /// The part of the pattern that was not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Reads a class whose `[` was read already.
    fn class(&mut self) -> Class<'a> {
        let negated = self.rest.first() == Some(&b'^');
        let body = &self.rest[usize::from(negated)..];
        let mut after = body;
        while let Some((_, next)) = split_item(after) {
            after = next;
        }
        let body = &body[..body.len() - after.len()];
        self.rest = after.strip_prefix(b"]").unwrap_or(after);
        Class { negated, body }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let (&first, after) = self.rest.split_first()?;
        self.rest = after;
        Some(match first {
            b'*' => {
                while let [b'*', after @ ..] = self.rest {
                    self.rest = after;
                }
                Token::AnyRun
            }
            b'?' => Token::AnyByte,
            b'[' => Token::Class(self.class()),
            b'\\' => match after {
                [escaped, after @ ..] => {
                    self.rest = after;
                    Token::Byte(*escaped)
                }
                [] => Token::Byte(b'\\'),
            },
            byte => Token::Byte(byte),
        })
    }
}

/// Whether all of `text` matches `pattern`. Costs at most pattern × text steps.
///
/// ```
/// use fanfare_stdx::glob;
///
/// assert!(glob::matches(b"user:*:[a-f]?", b"user:1000:b7"));
/// assert!(!glob::matches(b"user:*", b"order:1"));
/// ```
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    run(pattern, text, Case::Matters)
}

/// As [`matches`], but ASCII letters in different case are equal, save for an escaped letter in a
/// class, which Redis compares as it is.
pub fn matches_ignoring_case(pattern: &[u8], text: &[u8]) -> bool {
    run(pattern, text, Case::Ignored)
}

/// Matches greedily; after a mismatch only the latest `*` has to take one byte more, because
/// whatever an earlier one could gain, the latest can gain as well.
fn run(pattern: &[u8], text: &[u8], case: Case) -> bool {
    if text.is_empty() {
        return pattern.is_empty();
    }
    let mut tokens = tokens(pattern);
    let mut position = 0;
    let mut runs = 0;
    let mut retry = None;
    loop {
        match tokens.next() {
            None if position == text.len() => return true,
            Some(Token::AnyRun) => {
                if tokens.rest().is_empty() {
                    return true;
                }
                runs += 1;
                if runs > RUNS_MAX {
                    return false;
                }
                retry = Some((tokens.clone(), position));
                continue;
            }
            Some(token) if position < text.len() && token.takes(text[position], case) => {
                position += 1;
                continue;
            }
            // The text ended first: a longer run would only end it sooner.
            Some(_) if position == text.len() => return false,
            _ => {}
        }
        let Some((resume, start)) = &mut retry else { return false };
        *start += 1;
        position = *start;
        tokens = resume.clone();
    }
}
