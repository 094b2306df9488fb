//! `HELLO` and `AUTH`.

use fanfare_engine::command::{Args, CommandError};
use fanfare_protocol::RespVersion;
use fanfare_stdx::number::parse_i64;

use crate::config::Config;
use crate::context::Context;
use crate::host::version::REDIS_VERSION;
use crate::observe::Counter;

/// The only user there is.
const DEFAULT_USER: &[u8] = b"default";

const NO_PASSWORD_SET: CommandError = CommandError::Text(
    "ERR AUTH <password> called without any password configured for the default user. Are you \
     sure your configuration is correct?",
);
const HELLO_NEEDS_LOGIN: CommandError = CommandError::Text(
    "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO \
     <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP \
     protocol version at the same time",
);
const UNSUPPORTED_VERSION: CommandError =
    CommandError::Text("NOPROTO unsupported protocol version");

/// Whether a connection may run commands before it has logged in.
pub fn initially_authenticated(config: &Config) -> bool {
    config.password.0.is_empty()
}

/// `AUTH [username] password`.
pub(super) fn auth(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let (user, password) = match (args.get(0), args.get(1), args.len()) {
        (Some(password), None, _) => {
            if context.config().password.0.is_empty() {
                return Err(NO_PASSWORD_SET);
            }
            (DEFAULT_USER, password)
        }
        (Some(user), Some(password), 2) => (user, password),
        _ => return Err(CommandError::Syntax),
    };
    log_in(context, user, password)?;
    context.reply().ok();
    Ok(())
}

/// `HELLO [protover [AUTH username password] [SETNAME clientname]]`.
pub(super) fn hello(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let version = match args.next() {
        None => context.version(),
        Some(text) => parse_version(text)?,
    };
    let mut login = None;
    let mut name = None;
    while let Some(option) = args.get(0) {
        let left = args.len() - 1;
        if option.eq_ignore_ascii_case(b"AUTH") && left >= 2 {
            args.next();
            login = args.next().zip(args.next());
        } else if option.eq_ignore_ascii_case(b"SETNAME") && left >= 1 {
            args.next();
            let wanted = args.required()?;
            check_word("Client names", wanted)?;
            name = Some(wanted);
        } else {
            return Err(CommandError::naming("ERR Syntax error in HELLO option '", option, "'"));
        }
    }
    if let Some((user, password)) = login {
        log_in(context, user, password)?;
    }
    let session = &mut context.connection().session;
    if !session.is_authenticated {
        return Err(HELLO_NEEDS_LOGIN);
    }
    if let Some(name) = name {
        session.name = name.into();
    }
    session.version = version;
    introduce(context);
    Ok(())
}

fn parse_version(text: &[u8]) -> Result<RespVersion, CommandError> {
    match parse_i64(text) {
        Some(2) => Ok(RespVersion::Resp2),
        Some(3) => Ok(RespVersion::Resp3),
        Some(_) => Err(UNSUPPORTED_VERSION),
        None => Err(CommandError::Text("ERR Protocol version is not an integer or out of range")),
    }
}

fn log_in(context: &mut Context<'_>, user: &[u8], password: &[u8]) -> Result<(), CommandError> {
    let expected = &context.config().password.0;
    let is_right = expected.is_empty() || is_same_secret(expected, password);
    if user != DEFAULT_USER || !is_right {
        context.reactor.stats().count(Counter::AclDeniedAuth, 1);
        return Err(CommandError::WrongPassword);
    }
    context.connection().session.is_authenticated = true;
    Ok(())
}

/// Compares without stopping at the first difference, so that the time tells nothing but the lengths.
fn is_same_secret(expected: &[u8], given: &[u8]) -> bool {
    let differences = expected.iter().zip(given).fold(0, |seen, (one, other)| seen | (one ^ other));
    expected.len() == given.len() && differences == 0
}

fn introduce(context: &mut Context<'_>) {
    let session = &context.connection().session;
    let (id, version) = (session.id, session.version);
    let mut reply = context.reply();
    reply.map(7);
    for (key, text) in [("server", "redis"), ("version", REDIS_VERSION)] {
        reply.bulk(key.as_bytes());
        reply.bulk(text.as_bytes());
    }
    reply.bulk(b"proto");
    reply.integer(version.number());
    reply.bulk(b"id");
    reply.integer(id as i64);
    for (key, text) in [("mode", "standalone"), ("role", "master")] {
        reply.bulk(key.as_bytes());
        reply.bulk(text.as_bytes());
    }
    reply.bulk(b"modules");
    reply.array(0);
}

/// Refuses what would tear a line of `CLIENT LIST` apart: blanks, and anything that is not printable ASCII.
pub fn check_word(what: &str, word: &[u8]) -> Result<(), CommandError> {
    if word.iter().all(u8::is_ascii_graphic) {
        return Ok(());
    }
    Err(CommandError::echo(format!(
        "ERR {what} cannot contain spaces, newlines or special characters."
    )))
}
