//! The words of wire errors.

use std::borrow::Cow;
use std::fmt::Write as _;

use fanfare_protocol::Reply;
use fanfare_protocol::request::Request;

/// Longest part of a client's words that an error repeats, in bytes.
const ECHO_BYTES_MAX: usize = 128;

/// Why a command was not run, or what it found wrong, in Redis's exact words.
///
/// What several commands can say has a variant; what one command alone says stands there, as [`Self::Text`].
/// Only errors that repeat the client's words allocate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandError {
    /// The arguments make no sense.
    Syntax,
    /// A number was expected.
    NotAnInteger,
    /// A number that need not be an integer was expected.
    NotAFloat,
    /// A number of zero or more was expected.
    NotPositive,
    /// The key holds a value of another type.
    WrongType,
    /// Too few or too many arguments.
    WrongArity {
        /// The container's name, for a subcommand.
        container: Option<&'static str>,
        /// The command's name.
        name: &'static str,
    },
    /// The client has not authenticated.
    AuthenticationRequired,
    /// No such user, wrong password, or a user that is switched off.
    WrongPassword,
    /// Any other error, code word included.
    Text(&'static str),
    /// An error that repeats what the client sent, code word included.
    Echo(Box<[u8]>),
}

impl CommandError {
    /// A number whose sign says how it is meant has no opposite.
    pub const NO_OPPOSITE: Self = Self::Text(
        "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
    );

    /// No command of this name.
    #[cold]
    pub fn unknown_command(request: Request<'_>) -> Self {
        let mut text = b"ERR unknown command '".to_vec();
        text.extend_from_slice(shown(request.arg(0), ECHO_BYTES_MAX));
        text.extend_from_slice(b"', with args beginning with: ");
        let args_start = text.len();
        for arg in request.iter().skip(1) {
            let used = text.len() - args_start;
            if used >= ECHO_BYTES_MAX {
                break;
            }
            text.push(b'\'');
            text.extend_from_slice(shown(arg, ECHO_BYTES_MAX - used));
            text.extend_from_slice(b"' ");
        }
        Self::Echo(text.into())
    }

    /// The container has no subcommand of this name. Both names are shown as the client wrote them, but for
    /// the container's capitals.
    #[cold]
    pub fn unknown_subcommand(container: &[u8], name: &[u8]) -> Self {
        Self::try_help("unknown subcommand", container, name)
    }

    /// As [`unknown_subcommand`](Self::unknown_subcommand), from a command that finds its subcommands itself.
    #[cold]
    pub fn unknown_subcommand_or_arity(container: &[u8], name: &[u8]) -> Self {
        Self::try_help("unknown subcommand or wrong number of arguments for", container, name)
    }

    /// An error with text made for the occasion, code word included.
    #[cold]
    pub fn echo(text: impl Into<Vec<u8>>) -> Self {
        Self::Echo(text.into().into())
    }

    /// An error that repeats a client's word between two parts of text.
    #[cold]
    pub fn naming(before: &str, word: &[u8], after: &str) -> Self {
        Self::echo([before.as_bytes(), until_zero(word), after.as_bytes()].concat())
    }

    fn try_help(what: &str, container: &[u8], name: &[u8]) -> Self {
        let mut text = format!("ERR {what} '").into_bytes();
        text.extend_from_slice(shown(name, ECHO_BYTES_MAX));
        text.extend_from_slice(b"'. Try ");
        text.extend(shown(container, ECHO_BYTES_MAX).to_ascii_uppercase());
        text.extend_from_slice(b" HELP.");
        Self::Echo(text.into())
    }

    /// The error line without its leading `-`; line breaks in it are the writer's to replace.
    pub fn text(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(match self {
            Self::Syntax => b"ERR syntax error",
            Self::NotAnInteger => b"ERR value is not an integer or out of range",
            Self::NotAFloat => b"ERR value is not a valid float",
            Self::NotPositive => b"ERR value is out of range, must be positive",
            Self::WrongType => b"WRONGTYPE Operation against a key holding the wrong kind of value",
            Self::AuthenticationRequired => b"NOAUTH Authentication required.",
            Self::WrongPassword => b"WRONGPASS invalid username-password pair or user is disabled.",
            Self::Text(text) => text.as_bytes(),
            Self::Echo(text) => text,
            Self::WrongArity { container, name } => {
                return Cow::Owned(wrong_arity(*container, name).into_bytes());
            }
        })
    }

    /// Writes the error.
    pub fn write(&self, reply: &mut Reply<'_>) {
        reply.error(&self.text());
    }
}

fn wrong_arity(container: Option<&str>, name: &str) -> String {
    let mut text = "ERR wrong number of arguments for '".to_owned();
    if let Some(container) = container {
        let _ = write!(text, "{}|", container.to_ascii_lowercase());
    }
    let _ = write!(text, "{}' command", name.to_ascii_lowercase());
    text
}

/// What Redis shows of a client's words: as C's `%.*s` does, nothing from a zero byte on.
fn shown(bytes: &[u8], bytes_max: usize) -> &[u8] {
    until_zero(&bytes[..bytes.len().min(bytes_max)])
}

/// What C takes for the text: the bytes before the first zero byte.
pub fn until_zero(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    &bytes[..end]
}
