//! Subcommands of `DEBUG` that need the server.

use std::time::Duration;

use fanfare_engine::command::{Args, CommandError};

use super::samples::protocol;
use crate::config;
use crate::context::Context;
use crate::host::log;
use crate::reactor::Findings;

/// Longest `DEBUG SLEEP`: a century, which `Duration` can hold whatever the client writes.
const SLEEP_S_MAX: f64 = 3.2e9;

const HELP: &[&str] = &[
    "DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "CHANGE-REPL-ID",
    "    Gives the server another id of its replication history.",
    "DIGEST",
    "    Forty digits that are the same as long as all data is.",
    "DIGEST-VALUE <key> [<key> ...]",
    "    The same of the values of some keys; zeros where there is no key.",
    "ERROR <text>",
    "    Answers with an error of this text.",
    "HTSTATS <database>",
    "    How many keys the tables of a database hold, and for how many they have room.",
    "HTSTATS-KEY <key>",
    "    The same of the hash table of a large set, hash or sorted set.",
    "LISTPACK <key>",
    "    How many elements a listpack has, in how many bytes.",
    "LOG <text>",
    "    Writes the text to the server's log.",
    "OBJECT <key>",
    "    How the value of a key is kept.",
    "PANIC",
    "    Ends the server as a mistake of its own would, with a report in the log.",
    "PROTOCOL <type>",
    "    Answers with a sample of a reply type: string, integer, double, bignum, null, array,",
    "    set, map, attrib, push, verbatim, true, false.",
    "QUICKLIST-PACKED-THRESHOLD <size>",
    "    Accepted for test suites, without effect: the limit for blocks decides alone.",
    "SET-ACTIVE-EXPIRE <0|1>",
    "    Whether keys go when their time has come, without being asked for.",
    "SET-DISABLE-DENY-SCRIPTS <0|1>",
    "    Accepted for test suites; there are no scripts.",
    "SLEEP <seconds>",
    "    Stops the whole server for so long; fractions are allowed.",
    "HELP",
    "    Shows this text.",
];

/// `DEBUG` with a subcommand that needs no data, or with none.
pub(super) fn debug(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let subcommand = args.required()?.to_ascii_uppercase();
    match (subcommand.as_slice(), args.get(0), args.len()) {
        (b"HELP", None, _) => {
            let mut reply = context.reply();
            reply.array(HELP.len());
            HELP.iter().for_each(|line| reply.simple(line));
        }
        (b"PANIC", None, _) => panic!("DEBUG PANIC was called"),
        (b"SLEEP", Some(seconds), 1) => return sleep(context, parse_seconds(seconds)),
        (b"PROTOCOL", Some(kind), 1) => return protocol(context, kind),
        (b"ERROR", Some(text), 1) => context.reply().error(text),
        (b"LOG", Some(text), 1) => {
            log::warning(format_args!("DEBUG LOG: {}", String::from_utf8_lossy(text)));
            context.reply().ok();
        }
        (b"SET-ACTIVE-EXPIRE", Some(number), 1) => {
            context.shared().set_expires_actively(leading_number(number) != 0);
            context.reply().ok();
        }
        (b"SET-DISABLE-DENY-SCRIPTS", Some(_), 1) => context.reply().ok(),
        (b"CHANGE-REPL-ID", None, _) => {
            let renewed = context.shared().process.identity.renew_replication_id();
            renewed.map_err(|error| CommandError::echo(format!("ERR {error}")))?;
            context.reply().ok();
        }
        (b"QUICKLIST-PACKED-THRESHOLD", Some(size), 1) => {
            check_threshold(size)?;
            context.reply().ok();
        }
        _ => {
            let request = args.request();
            return Err(CommandError::unknown_subcommand_or_arity(b"DEBUG", request.arg(1)));
        }
    }
    Ok(())
}

/// An element stands alone in its block or not by the limit for blocks; so the size is only checked.
fn check_threshold(size: &[u8]) -> Result<(), CommandError> {
    const OUT_OF_RANGE: CommandError = CommandError::Text(
        "ERR argument must be a memory value bigger than 1 and smaller than 4gb",
    );
    let bytes = config::memory_bytes(size).ok_or(OUT_OF_RANGE)?;
    if bytes < u64::from(u32::MAX) { Ok(()) } else { Err(OUT_OF_RANGE) }
}

/// As C's `atoi`: what is no number is zero.
fn leading_number(text: &[u8]) -> i64 {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    std::str::from_utf8(&text[..end]).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// As C's `strtod`: what cannot be read is zero.
fn parse_seconds(text: &[u8]) -> Duration {
    let seconds = std::str::from_utf8(text).ok().and_then(|text| text.trim().parse::<f64>().ok());
    let seconds = seconds.filter(|seconds| !seconds.is_nan()).unwrap_or_default();
    Duration::from_secs_f64(seconds.clamp(0.0, SLEEP_S_MAX))
}

fn sleep(context: &mut Context<'_>, duration: Duration) -> Result<(), CommandError> {
    context.visit_reactors(
        move |_| {
            std::thread::sleep(duration);
            Findings::default()
        },
        |context, _| {
            context.reply().ok();
            Ok(())
        },
    )
}
