//! Reads the command line.

use fanfare_client::UriError;

use super::settings::Settings;
use super::table::FLAGS;

/// Why a command line cannot be used; all end the program with status 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OptionError {
    #[error("Unrecognized option or bad number of args for: '{0}'")]
    Unrecognized(String),
    #[error("Invalid server port.")]
    Port,
    #[error("Options -2 and -3 are mutually exclusive.")]
    BothVersions,
    #[error("Options -x and -X are mutually exclusive.")]
    BothStdinArguments,
    #[error("Unknown --show-pushes value '{0}' (valid: '[y]es', '[n]o')")]
    ShowPushes(String),
    #[error(transparent)]
    Uri(#[from] UriError),
}

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Request {
    /// The help text.
    Help,
    /// The version.
    Version,
    /// To work with these settings.
    Run(Box<Settings>),
}

/// Reads arguments, the program's name left out. The first that does not begin with `-` begins
/// the command.
pub(crate) fn parse(arguments: Vec<Vec<u8>>) -> Result<Request, OptionError> {
    let mut settings = Settings::default();
    let mut arguments = arguments.into_iter().peekable();
    while let Some(name) = arguments.next_if(|argument| argument.first() == Some(&b'-')) {
        let is_last = arguments.peek().is_none();
        match &name[..] {
            b"--help" | b"-?" => return Ok(Request::Help),
            b"-h" if is_last => return Ok(Request::Help),
            b"--version" | b"-v" => return Ok(Request::Version),
            _ => {}
        }
        let unrecognized =
            || OptionError::Unrecognized(String::from_utf8_lossy(&name).into_owned());
        let known = |flag_name: &&str| flag_name.as_bytes() == name;
        let flag =
            FLAGS.iter().find(|flag| flag.names.iter().any(known)).ok_or_else(unrecognized)?;
        let value = match flag.value {
            Some(_) => arguments.next().ok_or_else(unrecognized)?,
            None => Vec::new(),
        };
        (flag.apply)(&mut settings, value)?;
    }
    settings.command = arguments.collect();
    Ok(Request::Run(Box::new(settings)))
}
