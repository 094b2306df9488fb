//! `DEBUG`: what tests of clients and of the server need.

use std::time::Duration;

use fanfare_engine::command::{Args, CommandError};
use fanfare_protocol::{Reply, RespVersion};

use crate::context::Context;
use crate::host::log;
use crate::reactor::Findings;

/// Longest `DEBUG SLEEP`: a century, which `Duration` can hold whatever the client writes.
const SLEEP_S_MAX: f64 = 3.2e9;

const HELP: &[&str] = &[
    "DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "ERROR <text>",
    "    Answers with an error of this text.",
    "LOG <text>",
    "    Writes the text to the server's log.",
    "PANIC",
    "    Ends the server as a mistake of its own would, with a report in the log.",
    "PROTOCOL <type>",
    "    Answers with a sample of a reply type: string, integer, double, bignum, null, array,",
    "    set, map, attrib, push, verbatim, true, false.",
    "SET-ACTIVE-EXPIRE <0|1>",
    "    Whether keys go when their time has come, without being asked for.",
    "SET-DISABLE-DENY-SCRIPTS <0|1>",
    "    Accepted for test suites; there are no scripts.",
    "SLEEP <seconds>",
    "    Stops the whole server for so long; fractions are allowed.",
    "HELP",
    "    Shows this text.",
];

pub(super) fn debug(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let subcommand = args.required()?.to_ascii_uppercase();
    match (subcommand.as_slice(), args.get(0), args.len()) {
        (b"HELP", None, _) => {
            let mut reply = context.reply();
            reply.array(HELP.len());
            HELP.iter().for_each(|line| reply.simple(line));
        }
        (b"PANIC", None, _) => panic!("DEBUG PANIC was called"),
        (b"SLEEP", Some(seconds), 1) => sleep(context, parse_seconds(seconds)),
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
        _ => {
            let request = args.request();
            return Err(CommandError::unknown_subcommand_or_arity(b"DEBUG", request.arg(1)));
        }
    }
    Ok(())
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

fn sleep(context: &mut Context<'_>, duration: Duration) {
    context.visit_reactors(
        move |_| {
            std::thread::sleep(duration);
            Findings::default()
        },
        |context, _| context.reply().ok(),
    );
}

fn protocol(context: &mut Context<'_>, kind: &[u8]) -> Result<(), CommandError> {
    const UNKNOWN: CommandError = CommandError::Text(
        "ERR Wrong protocol type name. Please use one of the following: \
         string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false",
    );
    let kind = kind.to_ascii_lowercase();
    let mut reply = context.reply();
    let is_resp3 = reply.version() == RespVersion::Resp3;
    match kind.as_slice() {
        b"string" => reply.bulk(b"Hello World"),
        b"integer" => reply.integer(12345),
        b"double" => reply.double_text("3.141"),
        b"bignum" if is_resp3 => reply.raw(b"(1234567999999999999999999999999999999\r\n"),
        b"bignum" => reply.bulk(b"1234567999999999999999999999999999999"),
        b"null" => reply.null(),
        b"array" => {
            reply.array(3);
            (0..3).for_each(|number| reply.integer(number));
        }
        b"set" => {
            reply.set(3);
            (0..3).for_each(|number| reply.integer(number));
        }
        b"map" => {
            reply.map(3);
            for number in 0..3 {
                reply.integer(number);
                reply.boolean(number == 1);
            }
        }
        b"attrib" => attribute(&mut reply),
        b"push" if is_resp3 => {
            // The reply comes first, and the push behind it.
            reply.bulk(b"Some real reply following the push reply");
            reply.push(2);
            reply.bulk(b"server-cpu-usage");
            reply.integer(42);
        }
        b"push" => return Err(CommandError::Text("ERR RESP2 is not supported by this command")),
        b"verbatim" => reply.verbatim(*b"txt", b"This is a verbatim\nstring"),
        b"true" => reply.boolean(true),
        b"false" => reply.boolean(false),
        _ => return Err(UNKNOWN),
    }
    Ok(())
}

fn attribute(reply: &mut Reply<'_>) {
    if reply.version() == RespVersion::Resp3 {
        reply.raw(b"|1\r\n");
        reply.bulk(b"key-popularity");
        reply.array(2);
        reply.bulk(b"key:123");
        reply.integer(90);
    }
    reply.bulk(b"Some real reply following the attribute");
}
