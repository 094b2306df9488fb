//! The notation of usage lines, and the argument tree that `COMMAND DOCS` shows.
//!
//! | notation | means |
//! |---|---|
//! | `word` | an argument; a string unless it says more |
//! | `WORD` | a literal word; it belongs to the `word`, `<…>` or `(…)` behind it, or stands alone |
//! | `[…]` | may be left out; several things in it form a block |
//! | `<a \| b>`, `[a \| b]` | one of these |
//! | `(a b)` | these together |
//! | `=`, `~`, `*`, `$` behind `name=` | a literal sign, shown by its name |
//! | `name=` before any of these | what it is called, where that is not the word itself |
//! | `:integer` | the type: `integer`, `double`, `pattern`, `unix-time`, `key` (`key1` names the second key specification, as `pattern1` does) |
//! | `='text'` | the text shown in place of the name |
//! | `@1.2.3`, `!1.2.3` | since, and deprecated since, this release |
//! | `...` | may be repeated, with its literal word if that is inside the brackets that it follows |
//!
//! Example: `channel... [LIMIT (offset:integer count:integer)] mode=[WRITE | ALL]@6.2.0`.

use super::argument::{Argument, ArgumentKind};

/// Why a usage line cannot be read, and where (in bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageError {
    /// What is wrong.
    pub problem: &'static str,
    /// Where.
    pub at: usize,
}

/// Reads a usage line in the notation of this module.
pub fn parse_usage(usage: &str) -> Result<Vec<Argument>, UsageError> {
    let mut parser = Parser { text: usage, at: 0 };
    let arguments = parser.sequence()?;
    if parser.at < usage.len() {
        return Err(parser.error("unexpected character"));
    }
    Ok(arguments)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    /// Items up to a closing bracket, a bar, or the end.
    fn sequence(&mut self) -> Result<Vec<Argument>, UsageError> {
        let mut arguments = Vec::<Argument>::new();
        let mut token = None;
        loop {
            self.skip_spaces();
            let next = self.peek();
            if matches!(next, None | Some(b']' | b'>' | b')' | b'|')) {
                arguments.extend(token.take());
                return Ok(arguments);
            }
            let item = self.item()?;
            match token.take() {
                Some(word) if item.kind == ArgumentKind::PureToken || item.is_optional => {
                    arguments.push(word);
                    token = Some(item);
                }
                Some(word) => arguments.push(with_token(item, word)),
                None => token = Some(item),
            }
            // Only a literal word waits for what is behind it, and only outside of brackets.
            let waits = |item: &Argument| item.kind == ArgumentKind::PureToken && !item.is_optional;
            if !token.as_ref().is_some_and(waits) {
                arguments.extend(token.take());
            }
        }
    }

    fn item(&mut self) -> Result<Argument, UsageError> {
        let label = self.label();
        let mut argument = match self.peek() {
            Some(b'[') => self.group(b']').map(|group| Argument { is_optional: true, ..group })?,
            Some(b'<') => self.group(b'>')?,
            Some(b'(') => self.group(b')')?,
            Some(b'=' | b'~' | b'*' | b'$') if label.is_some() => self.sign(label),
            _ => self.word()?,
        };
        if let Some(label) = label {
            argument.name = label.to_owned();
        }
        self.annotations(&mut argument)?;
        Ok(argument)
    }

    /// `name=`, unless what follows is a display text.
    fn label(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !is_word_char(c))?;
        let is_label = end > 0 && rest[end..].starts_with('=') && !rest[end..].starts_with("='");
        if !is_label {
            return None;
        }
        self.at += end + 1;
        Some(&rest[..end])
    }

    fn group(&mut self, close: u8) -> Result<Argument, UsageError> {
        self.at += 1;
        let mut alternatives = Vec::new();
        loop {
            alternatives.push(self.sequence()?);
            match self.peek() {
                Some(b'|') => self.at += 1,
                Some(byte) if byte == close => break,
                _ => return Err(self.error("bracket left open")),
            }
        }
        self.at += 1;
        if alternatives.iter().any(Vec::is_empty) {
            return Err(self.error("empty alternative"));
        }
        let is_choice = alternatives.len() > 1 || close == b'>';
        if is_choice {
            let parts = alternatives.into_iter().map(one_argument).collect();
            return Ok(group_of(ArgumentKind::OneOf, parts));
        }
        let parts = alternatives.swap_remove(0);
        Ok(if close == b')' { group_of(ArgumentKind::Block, parts) } else { one_argument(parts) })
    }

    fn word(&mut self) -> Result<Argument, UsageError> {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| !is_word_char(c)).unwrap_or(rest.len());
        if length == 0 {
            return Err(self.error("unexpected character"));
        }
        self.at += length;
        let word = &rest[..length];
        let is_token = !word.contains(|c: char| c.is_ascii_lowercase());
        let name = word.to_ascii_lowercase();
        let kind = if is_token { ArgumentKind::PureToken } else { ArgumentKind::String };
        Ok(Argument {
            display_text: Some(name.clone()),
            token: is_token.then(|| word.to_owned()),
            ..Argument::named(name, kind)
        })
    }

    /// A literal sign.
    fn sign(&mut self, label: Option<&str>) -> Argument {
        let sign = &self.text[self.at..=self.at];
        self.at += 1;
        Argument {
            display_text: label.map(str::to_owned),
            token: Some(sign.to_owned()),
            ..Argument::named(String::new(), ArgumentKind::PureToken)
        }
    }

    fn annotations(&mut self, argument: &mut Argument) -> Result<(), UsageError> {
        loop {
            if self.take("...") {
                argument.is_multiple = true;
                argument.repeats_token = argument.is_optional && argument.token.is_some();
            } else if self.take(":") {
                let kind = self.value();
                self.set_kind(argument, kind)?;
            } else if self.take("='") {
                let rest = &self.text[self.at..];
                let Some(end) = rest.find('\'') else { return Err(self.error("quote left open")) };
                argument.display_text = Some(rest[..end].to_owned());
                self.at += end + 1;
            } else if self.take("@") {
                argument.since = Some(self.release().to_owned());
            } else if self.take("!") {
                argument.deprecated_since = Some(self.release().to_owned());
            } else {
                return Ok(());
            }
        }
    }

    fn set_kind(&self, argument: &mut Argument, kind: &str) -> Result<(), UsageError> {
        argument.kind = match kind {
            "integer" => ArgumentKind::Integer,
            "double" => ArgumentKind::Double,
            "pattern" => ArgumentKind::Pattern,
            "unix-time" => ArgumentKind::UnixTime,
            _ => {
                let (kind, number) = if let Some(number) = kind.strip_prefix("key") {
                    (ArgumentKind::Key, number)
                } else if let Some(number) = kind.strip_prefix("pattern") {
                    (ArgumentKind::Pattern, number)
                } else {
                    return Err(self.error("unknown type"));
                };
                argument.key_spec = Some(number.parse().unwrap_or(0));
                kind
            }
        };
        Ok(())
    }

    fn value(&mut self) -> &'a str {
        self.run(is_word_char)
    }

    fn release(&mut self) -> &'a str {
        // The dots of a repetition mark are not part of a release.
        let release = self.run(|c| c.is_ascii_digit() || c == '.');
        let trimmed = release.trim_end_matches('.');
        self.at -= release.len() - trimmed.len();
        trimmed
    }

    fn run(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn take(&mut self, mark: &str) -> bool {
        let is_next = self.text[self.at..].starts_with(mark);
        if is_next {
            self.at += mark.len();
        }
        is_next
    }

    fn skip_spaces(&mut self) {
        self.run(|c| c == ' ');
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn error(&self, problem: &'static str) -> UsageError {
        UsageError { problem, at: self.at }
    }
}

fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

fn group_of(kind: ArgumentKind, parts: Vec<Argument>) -> Argument {
    Argument { parts, ..Argument::named(String::new(), kind) }
}

fn one_argument(mut arguments: Vec<Argument>) -> Argument {
    if arguments.len() == 1 {
        arguments.swap_remove(0)
    } else {
        group_of(ArgumentKind::Block, arguments)
    }
}

fn with_token(mut argument: Argument, token: Argument) -> Argument {
    if argument.name.is_empty() {
        argument.name = token.name;
    }
    argument.token = token.token;
    argument
}
