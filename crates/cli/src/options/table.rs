//! The table of options.

use std::ffi::OsString;
use std::num::{IntErrorKind, ParseIntError};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::time::Duration;

use fanfare_client::ServerUri;
use fanfare_protocol::RespVersion;

use super::parse::OptionError;
use super::settings::{LatencyMode, Mode, Settings, StdinArgument};
use crate::format::Format;

/// One option.
pub(super) struct Flag {
    /// All its names.
    pub(super) names: &'static [&'static str],
    /// What help calls its value; without one it takes none.
    pub(super) value: Option<&'static str>,
    /// Lines of help.
    pub(super) help: &'static [&'static str],
    /// What it does; the value is empty where it takes none.
    pub(super) apply: fn(&mut Settings, Vec<u8>) -> Result<(), OptionError>,
}

const fn flag(
    names: &'static [&'static str],
    value: Option<&'static str>,
    help: &'static [&'static str],
    apply: fn(&mut Settings, Vec<u8>) -> Result<(), OptionError>,
) -> Flag {
    Flag { names, value, help, apply }
}

/// Every option but `--help` and `--version`, in the order of help.
#[rustfmt::skip]
pub(super) const FLAGS: &[Flag] = &[
    flag(&["-h"], Some("<hostname>"), &["Host of the server (default: 127.0.0.1)."],
        |settings, value| { settings.host = text(value); Ok(()) }),
    flag(&["-p"], Some("<port>"), &["Port of the server (default: 6379)."], port),
    flag(&["-s"], Some("<socket>"), &["Unix socket of the server, in place of host and port."],
        |settings, value| { settings.socket = Some(path(value)); Ok(()) }),
    flag(&["-t"], Some("<timeout>"), &["Seconds to wait for a connection, decimals allowed.",
        "Without it, or with 0, as long as the system waits."],
        |settings, value| { settings.connect_timeout = seconds(&value); Ok(()) }),
    flag(&["-a", "--pass"], Some("<password>"), &["Password. Other users of this machine can see it while the",
        "command runs: the variable REDISCLI_AUTH is safer",
        "(where both are given, this option counts)."],
        |settings, value| {
            settings.password = Some(text(value));
            settings.password_was_shown = true;
            Ok(())
        }),
    flag(&["--user"], Some("<username>"), &["User that the password belongs to (default: default)."],
        |settings, value| { settings.user = Some(text(value)); Ok(()) }),
    flag(&["--askpass"], None, &["Ask for the password on the terminal, without showing it.",
        "-a and REDISCLI_AUTH do not count then."],
        |settings, _| { settings.ask_password = true; Ok(()) }),
    flag(&["-u"], Some("<uri>"), &["Server as redis://user:password@host:port/database;",
        "every part may be left out."], uri),
    flag(&["-r"], Some("<repeat>"), &["Run the command this many times; -1: for ever."],
        |settings, value| { settings.repeat = leading_integer(&value); Ok(()) }),
    flag(&["-i"], Some("<interval>"), &["Seconds between the runs of -r, and the interval of --stat",
        "and the --latency options; decimals allowed."],
        |settings, value| { settings.interval = seconds(&value); Ok(()) }),
    flag(&["-n"], Some("<db>"), &["Database number."],
        |settings, value| { settings.database = database(&value); Ok(()) }),
    flag(&["-2"], None, &["Speak RESP2."], |settings, _| version(settings, RespVersion::Resp2)),
    flag(&["-3"], None, &["Speak RESP3."], |settings, _| version(settings, RespVersion::Resp3)),
    flag(&["-x"], None, &["Take the last argument from stdin."],
        |settings, _| stdin_argument(settings, StdinArgument::Last)),
    flag(&["-X"], Some("<tag>"), &["Take the argument that equals <tag> from stdin."],
        |settings, value| stdin_argument(settings, StdinArgument::InPlaceOf(value))),
    flag(&["-d"], Some("<delimiter>"), &["What separates the elements of a raw reply (default: \\n)."],
        |settings, value| { settings.element_delimiter = value; Ok(()) }),
    flag(&["-D"], Some("<delimiter>"), &["What ends each raw reply (default: \\n)."],
        |settings, value| { settings.reply_delimiter = value; Ok(()) }),
    flag(&["-e"], None, &["Exit with status 1 when a command fails; its error goes to stderr."],
        |settings, _| { settings.fail_on_error = true; Ok(()) }),
    flag(&["--raw"], None, &["Print the bytes of replies alone (default where stdout is no",
        "terminal)."], |settings, _| format(settings, Format::Raw)),
    flag(&["--no-raw"], None, &["Print replies for people, wherever stdout goes."],
        |settings, _| format(settings, Format::Tty)),
    flag(&["--quoted-input"], None, &["Read the command's arguments as quoted strings."],
        |settings, _| { settings.quoted_input = true; Ok(()) }),
    flag(&["--csv"], None, &["Print replies as CSV."], |settings, _| format(settings, Format::Csv)),
    flag(&["--json"], None, &["Print replies as JSON (with RESP3, unless -2 is given)."],
        |settings, _| format(settings, Format::Json)),
    flag(&["--quoted-json"], None, &["As --json, with strings in printable ASCII."],
        |settings, _| format(settings, Format::QuotedJson)),
    flag(&["--show-pushes"], Some("<yn>"), &["Print RESP3 pushes that are no messages: yes or no",
        "(default: yes on a terminal)."], show_pushes),
    flag(&["--stat"], None, &["Print a line of figures about the server each second:",
        "keys, memory, clients, requests, connections."],
        |settings, _| { settings.mode = Mode::Stat; Ok(()) }),
    flag(&["--latency"], None, &["Measure round-trip times and show them while they come. With",
        "--raw, --csv or --json, or where stdout is no terminal, measure",
        "for one second (-i changes it), print one line and exit."],
        |settings, _| { settings.mode = Mode::Latency(LatencyMode::Running); Ok(()) }),
    flag(&["--latency-history"], None, &["As --latency, with a new line every 15 seconds (-i changes",
        "it)."],
        |settings, _| { settings.mode = Mode::Latency(LatencyMode::History); Ok(()) }),
    flag(&["--latency-dist"], None, &["Show round-trip times as a spectrum of 256 colours, with a",
        "new line every second (-i changes it)."],
        |settings, _| { settings.mode = Mode::Latency(LatencyMode::Distribution); Ok(()) }),
    flag(&["--intrinsic-latency"], Some("<sec>"), &["Measure for <sec> seconds how long the system keeps a busy",
        "process waiting. Needs no server."],
        |settings, value| {
            settings.mode = Mode::IntrinsicLatency(leading_integer(&value).max(0) as u64);
            Ok(())
        }),
    flag(&["--pipe"], None, &["Send protocol from stdin to the server and count the replies."],
        |settings, _| { settings.mode = Mode::Pipe; Ok(()) }),
    flag(&["--pipe-timeout"], Some("<n>"), &["In --pipe, give up when all is sent and no reply comes for <n>",
        "seconds (default: 30; 0 waits for ever)."],
        |settings, value| { settings.pipe_timeout = seconds(&value); Ok(()) }),
    flag(&["--eval"], Some("<file>"), &["Send the script in <file> with EVAL. Keys follow, then a comma,",
        "then arguments."],
        |settings, value| { settings.mode = Mode::Eval(path(value)); Ok(()) }),
    flag(&["--verbose"], None, &["Say on stderr where connections are made."],
        |settings, _| { settings.verbose = true; Ok(()) }),
    flag(&["--no-auth-warning"], None, &["Do not warn about a password on the command line."],
        |settings, _| { settings.auth_warning = false; Ok(()) }),
];

/// Column at which help texts begin.
const HELP_COLUMN: usize = 21;

/// The text of `--help`.
pub(crate) fn usage() -> String {
    let mut out = format!("{}\n\n{USAGE}", crate::VERSION_LINE);
    for flag in FLAGS {
        push_help(&mut out, &names(flag), flag.help);
    }
    push_help(&mut out, "--help, -?", &["Print this and exit."]);
    push_help(&mut out, "--version, -v", &["Print the version and exit."]);
    out + EXAMPLES
}

fn names(flag: &Flag) -> String {
    let mut names = flag.names.join(", ");
    if let Some(value) = flag.value {
        names = format!("{names} {value}");
    }
    names
}

fn push_help(out: &mut String, names: &str, help: &[&str]) {
    let mut lead = format!("  {names}");
    if lead.len() >= HELP_COLUMN {
        out.push_str(&lead);
        out.push('\n');
        lead.clear();
    }
    for line in help {
        out.push_str(&format!("{lead:HELP_COLUMN$}{line}\n"));
        lead.clear();
    }
}

const USAGE: &str = "Usage: fanfare-cli [OPTIONS] [cmd [arg [arg ...]]]\n";

const EXAMPLES: &str = "
Examples:
  fanfare-cli subscribe news
  fanfare-cli publish news 'Hello'
  fanfare-cli -u redis://user:password@localhost:6379/0 ping
  fanfare-cli -x set page < index.html
  fanfare-cli -r 100 -i 1 info | grep used_memory_human:
  fanfare-cli --quoted-input set '\"null-\\x00-separated\"' value
  fanfare-cli --eval script.lua key1 key2 , arg1 arg2

Without a command there is a prompt: type \"help\" in it to see what it can do.
";

fn text(value: Vec<u8>) -> String {
    String::from_utf8_lossy(&value).into_owned()
}

fn path(value: Vec<u8>) -> PathBuf {
    PathBuf::from(OsString::from_vec(value))
}

/// The integer a text begins with, 0 without one, as C's `atoi` reads it.
fn leading_integer(value: &[u8]) -> i64 {
    let value = value.trim_ascii_start();
    let sign = usize::from(matches!(value.first(), Some(b'-' | b'+')));
    let digits = value[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = str::from_utf8(&value[..sign + digits]).unwrap_or_default();
    number.parse().unwrap_or_else(|error: ParseIntError| match error.kind() {
        IntErrorKind::PosOverflow => i64::MAX,
        IntErrorKind::NegOverflow => i64::MIN,
        _ => 0,
    })
}

/// A duration in seconds; `None` for 0 and for what is no duration.
fn seconds(value: &[u8]) -> Option<Duration> {
    let seconds = str::from_utf8(value).ok()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().filter(|duration| !duration.is_zero())
}

/// A database, its number cut off to 32 bits; whether there is such a one is for the server to say.
fn database(value: &[u8]) -> i32 {
    leading_integer(value) as i32
}

fn port(settings: &mut Settings, value: Vec<u8>) -> Result<(), OptionError> {
    settings.port = u16::try_from(leading_integer(&value)).map_err(|_| OptionError::Port)?;
    Ok(())
}

fn uri(settings: &mut Settings, value: Vec<u8>) -> Result<(), OptionError> {
    let uri = ServerUri::parse(&text(value))?;
    if let Some(host) = uri.host {
        settings.host = host;
    }
    if let Some(port) = uri.port {
        settings.port = port;
    }
    if let Some(database) = uri.database {
        settings.database = database;
    }
    if uri.password.is_some() {
        settings.user = uri.user;
        settings.password = uri.password;
        settings.password_was_shown = true;
    }
    Ok(())
}

fn version(settings: &mut Settings, version: RespVersion) -> Result<(), OptionError> {
    if settings.version.is_some_and(|other| other != version) {
        return Err(OptionError::BothVersions);
    }
    settings.version = Some(version);
    Ok(())
}

fn stdin_argument(settings: &mut Settings, argument: StdinArgument) -> Result<(), OptionError> {
    let is_other_kind = match (&settings.stdin_argument, &argument) {
        (StdinArgument::None, _) => false,
        (before, now) => std::mem::discriminant(before) != std::mem::discriminant(now),
    };
    if is_other_kind {
        return Err(OptionError::BothStdinArguments);
    }
    settings.stdin_argument = argument;
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "rows of the table share one signature")]
fn format(settings: &mut Settings, format: Format) -> Result<(), OptionError> {
    settings.format = Some(format);
    Ok(())
}

fn show_pushes(settings: &mut Settings, value: Vec<u8>) -> Result<(), OptionError> {
    settings.show_pushes = match value.first().map(u8::to_ascii_lowercase) {
        Some(b'y') => Some(true),
        Some(b'n') => Some(false),
        _ => return Err(OptionError::ShowPushes(text(value))),
    };
    Ok(())
}
