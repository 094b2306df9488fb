//! How pages write replies.
//!
//! | written | means |
//! |---|---|
//! | `+OK`, `-ERR text` | a simple string, an error: up to the end of the line, or `+"…"` inside aggregates |
//! | `7`, `"text"` | an integer, a bulk string with `\n \r \t \" \\ \xHH` |
//! | `nil`, `nil-array` | RESP3's null; in RESP2 the null string, the null array |
//! | `[a, b]`, `{k: v}`, `set […]`, `push […]` | aggregates; RESP2 sends arrays |
//! | `paired {k: v}` | a map; RESP2 sends an array of arrays of two |
//! | `true`, `double 1.5`, `big 12`, `verbatim "…"` | RESP2 sends an integer or a bulk string |
//! | `unordered […]`, `unordered {…}` | the elements in any order |
//! | `...` | last in an aggregate: any further elements |
//! | `<int>`, `<bulk>`, `<double>`, `<array>`, `<any>` | a mask: anything of the type |
//! | `<int:id>`, `<bulk:name>` | the same, and captured |
//! | `<left 1000>` | seconds that were 1000 when they began to run down, less than a hundred of them ago |
//! | `like "…"`, `+like "…"`, `-like "…"`, `verbatim like "…"` | text with `*` for anything and `{name}` to capture a word |

use std::fmt;

use anyhow::{Context, Result, bail, ensure};

/// A reply as a page expects it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A simple string.
    Simple(Text),
    /// An error line.
    Error(Text),
    /// An integer.
    Integer(i64),
    /// A string.
    Bulk(Text),
    /// Text with a format.
    Verbatim(Text),
    /// A null.
    Nil,
    /// A null where an array could have been.
    NilArray,
    /// A truth value.
    Boolean(bool),
    /// A floating-point number, as written.
    Double(String),
    /// An integer of any size.
    Big(String),
    /// An array, a set or a push.
    List(ListKind, List<Expected>),
    /// A map.
    Map(List<(Expected, Expected)>),
    /// A map whose pairs RESP2 sends as arrays of two.
    Paired(List<(Expected, Expected)>),
    /// Anything of a type, kept under a name if there is one.
    Mask(Mask, Option<String>),
}

/// The types of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// `*`
    Array,
    /// `~`
    Set,
    /// `>`
    Push,
}

/// The elements of an aggregate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T> {
    /// What is written.
    pub items: Vec<T>,
    /// Whether further elements may follow (`...`).
    pub open: bool,
    /// Whether the order is left open.
    pub unordered: bool,
}

/// The types that a mask can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// An integer.
    Integer,
    /// A bulk string.
    Bulk,
    /// A floating-point number.
    Double,
    /// An array of anything.
    Array,
    /// This number of seconds, less what may have passed since it was set.
    Left(i64),
    /// Whatever comes.
    Any,
}

/// Text as it must be, or with wildcards.
#[derive(Clone, PartialEq, Eq)]
pub enum Text {
    /// These bytes.
    Exactly(Vec<u8>),
    /// These parts one after the other.
    Like(Vec<Part>),
}

/// A part of a text with wildcards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// These bytes.
    Literal(Vec<u8>),
    /// `*`
    Anything,
    /// `{name}`: a run of bytes without blanks, captured.
    Word(String),
}

/// As failures show it.
impl fmt::Debug for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(bytes) => write!(out, "\"{}\"", bytes.escape_ascii()),
            Self::Like(parts) => {
                out.write_str("like \"")?;
                for part in parts {
                    match part {
                        Part::Literal(bytes) => write!(out, "{}", bytes.escape_ascii())?,
                        Part::Anything => out.write_str("*")?,
                        Part::Word(name) => write!(out, "{{{name}}}")?,
                    }
                }
                out.write_str("\"")
            }
        }
    }
}

/// Reads one expected reply, which must fill the whole line.
pub fn parse_expected(text: &str) -> Result<Expected> {
    if let Some(expected) = whole_line(text) {
        return Ok(expected);
    }
    let mut parser = Parser { text: text.as_bytes(), at: 0 };
    let expected = parser.value()?;
    parser.skip_blanks();
    ensure!(parser.at == text.len(), "{:?} follows the reply", &text[parser.at..]);
    Ok(expected)
}

/// `+OK` and `-ERR …` without quotes run to the end of the line.
fn whole_line(text: &str) -> Option<Expected> {
    let rest = &text[1..];
    let quoted = rest.starts_with('"') || rest.starts_with("like ");
    match text.as_bytes().first()? {
        b'+' if !quoted => Some(Expected::Simple(Text::Exactly(rest.into()))),
        b'-' if !quoted && !rest.starts_with(|letter: char| letter.is_ascii_digit()) => {
            Some(Expected::Error(Text::Exactly(rest.into())))
        }
        _ => None,
    }
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn value(&mut self) -> Result<Expected> {
        self.skip_blanks();
        let first = *self.text.get(self.at).context("a reply is missing")?;
        match first {
            b'[' => Ok(Expected::List(ListKind::Array, self.list()?)),
            b'{' => Ok(Expected::Map(self.map()?)),
            b'"' => Ok(Expected::Bulk(Text::Exactly(self.quoted()?))),
            b'<' => self.mask(),
            b'+' => {
                self.at += 1;
                Ok(Expected::Simple(self.text()?))
            }
            b'-' if !self.text.get(self.at + 1).is_some_and(u8::is_ascii_digit) => {
                self.at += 1;
                Ok(Expected::Error(self.text()?))
            }
            b'-' | b'0'..=b'9' => Ok(Expected::Integer(self.word().parse()?)),
            _ => self.named(),
        }
    }

    /// A value that begins with a word.
    fn named(&mut self) -> Result<Expected> {
        let start = self.at;
        let word = self.word();
        Ok(match word.as_str() {
            "nil" => Expected::Nil,
            "nil-array" => Expected::NilArray,
            "true" => Expected::Boolean(true),
            "false" => Expected::Boolean(false),
            "double" => Expected::Double(self.next_word()),
            "big" => Expected::Big(self.next_word()),
            "verbatim" => Expected::Verbatim(self.text()?),
            "like" => {
                self.at = start;
                Expected::Bulk(self.text()?)
            }
            "set" => Expected::List(ListKind::Set, self.list()?),
            "push" => Expected::List(ListKind::Push, self.list()?),
            "paired" => Expected::Paired(self.map()?),
            "unordered" => match self.value()? {
                Expected::List(kind, list) => {
                    Expected::List(kind, List { unordered: true, ..list })
                }
                Expected::Map(list) => Expected::Map(List { unordered: true, ..list }),
                Expected::Paired(list) => Expected::Paired(List { unordered: true, ..list }),
                other => bail!("{other:?} has no order"),
            },
            _ => bail!("unknown reply {word:?}"),
        })
    }

    fn list(&mut self) -> Result<List<Expected>> {
        self.elements(b'[', b']', Self::value)
    }

    fn map(&mut self) -> Result<List<(Expected, Expected)>> {
        self.elements(b'{', b'}', |parser| {
            let key = parser.value()?;
            parser.expect(b':')?;
            Ok((key, parser.value()?))
        })
    }

    fn elements<T>(
        &mut self,
        opening: u8,
        closing: u8,
        element: impl Fn(&mut Self) -> Result<T>,
    ) -> Result<List<T>> {
        self.expect(opening)?;
        let mut list = List { items: Vec::new(), open: false, unordered: false };
        loop {
            self.skip_blanks();
            if self.text[self.at..].starts_with(b"...") {
                self.at += 3;
                list.open = true;
                self.expect(closing)?;
                return Ok(list);
            }
            if self.text.get(self.at) == Some(&closing) {
                self.at += 1;
                return Ok(list);
            }
            list.items.push(element(self)?);
            self.skip_blanks();
            match self.text.get(self.at) {
                Some(b',') => self.at += 1,
                Some(byte) if *byte == closing => {}
                _ => bail!("a comma or {:?} is missing at {}", closing as char, self.at),
            }
        }
    }

    fn mask(&mut self) -> Result<Expected> {
        let end = self.text[self.at..].iter().position(|&byte| byte == b'>');
        let end = self.at + end.context("no end of the mask")?;
        let inside = String::from_utf8_lossy(&self.text[self.at + 1..end]).into_owned();
        self.at = end + 1;
        let (kind, name) = match inside.split_once(':') {
            Some((kind, name)) => (kind, Some(name.to_owned())),
            None => (inside.as_str(), None),
        };
        let mask = match kind {
            "int" => Mask::Integer,
            "bulk" => Mask::Bulk,
            "double" => Mask::Double,
            "array" => Mask::Array,
            "any" => Mask::Any,
            _ => {
                let seconds = kind.strip_prefix("left ").and_then(|text| text.parse().ok());
                Mask::Left(seconds.with_context(|| format!("unknown mask {kind:?}"))?)
            }
        };
        Ok(Expected::Mask(mask, name))
    }

    /// `"…"` or `like "…"`.
    fn text(&mut self) -> Result<Text> {
        self.skip_blanks();
        if self.text[self.at..].starts_with(b"like ") {
            self.at += b"like ".len();
            self.skip_blanks();
            return wildcards(&self.quoted()?);
        }
        Ok(Text::Exactly(self.quoted()?))
    }

    fn quoted(&mut self) -> Result<Vec<u8>> {
        let start = self.at;
        self.expect(b'"')?;
        loop {
            match self.text.get(self.at).context("no end of a string")? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        let words = fanfare_stdx::words::split_words(&self.text[start..self.at]);
        words.and_then(|mut words| words.pop()).context("a string has bad escapes")
    }

    fn next_word(&mut self) -> String {
        self.skip_blanks();
        self.word()
    }

    fn word(&mut self) -> String {
        let rest = &self.text[self.at..];
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-+.".contains(byte);
        let length = rest.iter().take_while(|byte| is_part(byte)).count();
        self.at += length;
        String::from_utf8_lossy(&rest[..length]).into_owned()
    }

    fn expect(&mut self, byte: u8) -> Result<()> {
        self.skip_blanks();
        ensure!(
            self.text.get(self.at) == Some(&byte),
            "{:?} is missing before {:?}",
            byte as char,
            String::from_utf8_lossy(&self.text[self.at..])
        );
        self.at += 1;
        Ok(())
    }

    fn skip_blanks(&mut self) {
        let blanks = self.text[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace());
        self.at += blanks.count();
    }
}

/// Splits text at its wildcards. `\*` is a star, written `"\\*"` inside the quotes.
fn wildcards(text: &[u8]) -> Result<Text> {
    let mut parts = Vec::new();
    let mut literal = Vec::new();
    let mut rest = text;
    loop {
        let (part, after) = match rest {
            [] => break,
            [b'\\', escaped @ (b'*' | b'{' | b'\\'), after @ ..] => {
                literal.push(*escaped);
                rest = after;
                continue;
            }
            [b'*', after @ ..] => (Part::Anything, after),
            [b'{', after @ ..] => {
                let end = after.iter().position(|&byte| byte == b'}').context("no end of {")?;
                let name = String::from_utf8_lossy(&after[..end]).into_owned();
                (Part::Word(name), &after[end + 1..])
            }
            [byte, after @ ..] => {
                literal.push(*byte);
                rest = after;
                continue;
            }
        };
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        parts.push(part);
        rest = after;
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(Text::Like(parts))
}
