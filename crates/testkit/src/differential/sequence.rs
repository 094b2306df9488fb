//! What is played: steps on a few connections.

use std::fmt;

use fanfare_protocol::RespVersion;

/// The steps of one play.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// What each connection speaks at first; the index is the connection's number.
    pub connections: Vec<RespVersion>,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// Something that one connection does.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which connection.
    pub connection: usize,
    /// What it does.
    pub action: Action,
}

/// What a connection does.
#[derive(Clone, Debug)]
pub enum Action {
    /// Sends a request, in pieces of this many bytes (0: in one).
    Request {
        /// Name and arguments.
        words: Vec<Word>,
        /// Bytes sent at a time.
        piece_bytes: usize,
    },
    /// Sends bytes as they are.
    Bytes(Vec<u8>),
    /// Ends the connection.
    Close,
}

/// A word of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// These bytes.
    Bytes(Vec<u8>),
    /// What `CLIENT ID` says on a connection.
    IdOf(usize),
    /// The address of a connection's near end.
    AddressOf(usize),
}

impl Word {
    /// A word of text.
    pub fn text(text: &str) -> Self {
        Self::Bytes(text.as_bytes().to_vec())
    }

    fn is(&self, text: &str) -> bool {
        matches!(self, Self::Bytes(bytes) if bytes.eq_ignore_ascii_case(text.as_bytes()))
    }
}

impl Action {
    /// Whether this is a request whose first words are these, in any case.
    pub fn begins_with(&self, text: &[&str]) -> bool {
        let Self::Request { words, .. } = self else { return false };
        words.len() >= text.len() && words.iter().zip(text).all(|(word, text)| word.is(text))
    }
}

/// In the notation of the spec pages.
impl fmt::Display for Sequence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, version) in self.connections.iter().enumerate() {
            writeln!(out, "  connection {number} speaks RESP{}", version.number())?;
        }
        for step in &self.steps {
            writeln!(out, "  {step}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.connection)?;
        match &self.action {
            Action::Bytes(bytes) => write!(out, ">> \"{}\"", bytes.escape_ascii()),
            Action::Close => write!(out, "> (close)"),
            Action::Request { words, piece_bytes } => {
                write!(out, ">")?;
                for word in words {
                    match word {
                        Word::Bytes(bytes) => write!(out, " \"{}\"", bytes.escape_ascii())?,
                        Word::IdOf(number) => write!(out, " (id of {number})")?,
                        Word::AddressOf(number) => write!(out, " (address of {number})")?,
                    }
                }
                if *piece_bytes > 0 {
                    write!(out, "   (sent {piece_bytes} bytes at a time)")?;
                }
                Ok(())
            }
        }
    }
}
