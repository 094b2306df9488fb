//! The arguments of one request, read one after the other.

use fanfare_protocol::request::Request;
use fanfare_stdx::number::parse_i64;

use super::error::CommandError;

/// A cursor over the arguments of a request. It stands behind the command's name, and behind the
/// subcommand's where there is one; what it has passed it does not see again, except through
/// [`request`](Self::request).
///
/// The getters give Redis's words for what is wrong. It is also an iterator of what is left.
#[derive(Clone)]
pub struct Args<'a> {
    request: Request<'a>,
    position: usize,
}

impl<'a> Args<'a> {
    /// A cursor that stands behind the first `names` arguments (1, or 2 for a subcommand).
    pub fn new(request: Request<'a>, names: usize) -> Self {
        Self { request, position: names.min(request.len()) }
    }

    /// The whole request, names included.
    pub fn request(&self) -> Request<'a> {
        self.request
    }

    /// How many arguments are left.
    pub fn len(&self) -> usize {
        self.request.len() - self.position
    }

    /// Whether no argument is left.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The argument at `index`, counted from where the cursor stands; the cursor stays.
    pub fn get(&self, index: usize) -> Option<&'a [u8]> {
        (index < self.len()).then(|| self.request.arg(self.position + index))
    }

    /// The next argument; a syntax error when there is none.
    pub fn required(&mut self) -> Result<&'a [u8], CommandError> {
        self.next().ok_or(CommandError::Syntax)
    }

    /// The next argument as an integer.
    pub fn integer(&mut self) -> Result<i64, CommandError> {
        parse_i64(self.required()?).ok_or(CommandError::NotAnInteger)
    }

    /// Passes the next argument if it is this word, in any case.
    pub fn take_word(&mut self, word: &str) -> bool {
        let is_next = self.get(0).is_some_and(|arg| arg.eq_ignore_ascii_case(word.as_bytes()));
        if is_next {
            self.position += 1;
        }
        is_next
    }

    /// A syntax error if any argument is left.
    pub fn finish(&self) -> Result<(), CommandError> {
        if self.is_empty() { Ok(()) } else { Err(CommandError::Syntax) }
    }
}

impl<'a> Iterator for Args<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let arg = self.get(0)?;
        self.position += 1;
        Some(arg)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len(), Some(self.len()))
    }
}
