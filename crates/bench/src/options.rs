//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{ArgAction, Args, Parser, Subcommand};

use crate::load::Listen;
use crate::scenario::Repetition;
use crate::target::CpuList;

/// Load generator for publish/subscribe on any server that speaks the Redis protocol.
#[derive(Debug, Parser)]
#[command(
    name = "fanfare-benchmark",
    version,
    disable_help_flag = true,
    after_help = "Exit status: 0 done, 1 an error, 2 an aim of `suite` was missed."
)]
pub(crate) struct Options {
    /// What to measure.
    #[command(subcommand)]
    pub(crate) scenario: Scenario,
    /// Print help.
    #[arg(long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
    /// The same; behind a subcommand `-h` is the host, as in redis-benchmark.
    #[arg(short = 'h', action = ArgAction::HelpShort)]
    short_help: Option<bool>,
}

/// One kind of work.
#[derive(Debug, Subcommand)]
pub(crate) enum Scenario {
    /// Publishers and subscribers: deliveries per second, latency, CPU per delivery.
    Fanout(FanoutCommand),
    /// Publishers and subscribers two by two, each pair on its own channel.
    Pairs(PairsCommand),
    /// What PUBLISH costs beside many patterns that do not match.
    Patterns(PatternsCommand),
    /// Resident memory of idle subscribers, each of its own channel.
    Idle(IdleCommand),
    /// Growth of resident memory while subscribers do not read.
    Slow(SlowCommand),
    /// Single commands, as redis-benchmark measures them.
    Commands(CommandsCommand),
    /// Resident memory of many keys.
    Fill(FillCommand),
    /// The bare writer: what a loop costs that only sends prepared bytes.
    Limit(LimitCommand),
    /// The figures of the README, held against a second server.
    Suite(SuiteCommand),
    /// The bare responder, which `suite` starts.
    #[command(hide = true)]
    Respond(RespondCommand),
}

/// Which servers, where the CPUs go, and where the report goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Setup {
    /// Host of a running server.
    #[arg(short = 'h', long, default_value = "127.0.0.1")]
    pub(crate) host: String,
    /// Port of a running server.
    #[arg(short, long, default_value_t = 6379)]
    pub(crate) port: u16,
    /// Unix socket of a running server, instead of host and port.
    #[arg(short, long)]
    pub(crate) socket: Option<PathBuf>,
    /// Start this server on a free port instead, anew for every round, with persistence off.
    #[arg(long)]
    pub(crate) binary: Option<PathBuf>,
    /// Arguments for the server started with `--binary`, such as `--io-threads 1`.
    #[arg(long, allow_hyphen_values = true, default_value = "")]
    pub(crate) server_args: String,
    /// Do the same work on a second running server, in interleaved rounds: HOST:PORT.
    #[arg(long)]
    pub(crate) against: Option<String>,
    /// The same, on a server that is started like `--binary`.
    #[arg(long, conflicts_with = "against")]
    pub(crate) against_binary: Option<PathBuf>,
    /// Arguments for the server started with `--against-binary`.
    #[arg(long, allow_hyphen_values = true, default_value = "")]
    pub(crate) against_args: String,
    /// Password for AUTH, on both servers.
    #[arg(short = 'a', long)]
    pub(crate) password: Option<String>,
    /// User for AUTH; needs a password.
    #[arg(long, requires = "password")]
    pub(crate) user: Option<String>,
    /// Speak RESP3.
    #[arg(short = '3', long)]
    pub(crate) resp3: bool,
    /// Rounds per server; 1 alone and 3 against a second server, unless given.
    #[arg(long)]
    pub(crate) rounds: Option<usize>,
    /// CPUs of servers that are started here, such as `0` or `0-3`.
    #[arg(long)]
    pub(crate) server_cpus: Option<CpuList>,
    /// CPUs of the load.
    #[arg(long)]
    pub(crate) load_cpus: Option<CpuList>,
    /// Threads that carry the load.
    #[arg(long, default_value_t = 1)]
    pub(crate) threads: usize,
    /// Write the report as JSON to a file, or to standard output (`-`) instead of the table.
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
    /// Write the report as one self-contained page with plots.
    #[arg(long)]
    pub(crate) html: Option<PathBuf>,
    /// Show no progress on standard error.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// When a run of messages ends.
#[derive(Args, Clone, Debug)]
pub(crate) struct Length {
    /// Seconds of publishing.
    #[arg(long, default_value = "2", value_parser = seconds)]
    pub(crate) duration: Duration,
    /// Messages to publish, instead of a duration.
    #[arg(short = 'n', long)]
    pub(crate) messages: Option<u64>,
    /// Seconds without a delivery after which missing messages count as lost.
    #[arg(long, default_value = "10", value_parser = seconds)]
    pub(crate) drain_timeout: Duration,
}

/// `fanout`
#[derive(Args, Clone, Debug)]
pub(crate) struct FanoutCommand {
    #[command(flatten)]
    pub(crate) setup: Setup,
    #[command(flatten)]
    pub(crate) length: Length,
    /// Subscribers.
    #[arg(short = 'S', long, default_value_t = 50)]
    pub(crate) subscribers: usize,
    /// Channels, published to in turn.
    #[arg(short = 'C', long, default_value_t = 1, value_parser = channels)]
    pub(crate) channels: usize,
    /// Channels of each subscriber.
    #[arg(long, default_value_t = 1)]
    pub(crate) channels_per_subscriber: usize,
    /// Publishers.
    #[arg(short = 'c', long, default_value_t = 1)]
    pub(crate) publishers: usize,
    /// Bytes of each message.
    #[arg(short = 'd', long, default_value_t = 100)]
    pub(crate) size: usize,
    /// Closed loop: messages sent before waiting for their replies.
    #[arg(short = 'P', long, default_value_t = 1)]
    pub(crate) pipeline: usize,
    /// Open loop: messages per second of all publishers together, sent on time whatever the server does;
    /// latency then counts from the time at which a message was due.
    #[arg(long, conflicts_with = "pipeline", value_parser = rate)]
    pub(crate) rate: Option<f64>,
    /// How subscribers ask for their channels.
    #[arg(long, value_enum, default_value = "channel")]
    pub(crate) by: Listen,
    /// Patterns that match nothing, held by one more connection.
    #[arg(long, default_value_t = 0)]
    pub(crate) idle_patterns: usize,
}

/// `pairs`
#[derive(Args, Clone, Debug)]
pub(crate) struct PairsCommand {
    #[command(flatten)]
    pub(crate) setup: Setup,
    #[command(flatten)]
    pub(crate) length: Length,
    /// Pairs of one publisher and one subscriber.
    #[arg(short = 'c', long, default_value_t = 500, value_parser = channels)]
    pub(crate) pairs: usize,
    /// Bytes of each message.
    #[arg(short = 'd', long, default_value_t = 100)]
    pub(crate) size: usize,
    /// Messages sent before waiting for their replies.
    #[arg(short = 'P', long, default_value_t = 1)]
    pub(crate) pipeline: usize,
}

/// `patterns`
#[derive(Args, Clone, Debug)]
pub(crate) struct PatternsCommand {
    #[command(flatten)]
    pub(crate) setup: Setup,
    #[command(flatten)]
    pub(crate) length: Length,
    /// Patterns that match nothing, held by one connection.
    #[arg(short = 'N', long, default_value_t = 100_000)]
    pub(crate) patterns: usize,
    /// Subscribers of the channel published to.
    #[arg(short = 'S', long, default_value_t = 1)]
    pub(crate) subscribers: usize,
    /// Channels, published to in turn.
    #[arg(short = 'C', long, default_value_t = 1, value_parser = channels)]
    pub(crate) channels: usize,
    /// Bytes of each message.
    #[arg(short = 'd', long, default_value_t = 100)]
    pub(crate) size: usize,
}

/// `idle`
#[derive(Args, Clone, Debug)]
pub(crate) struct IdleCommand {
    #[command(flatten)]
    pub(crate) setup: Setup,
    /// Subscribers, each of its own channel.
    #[arg(short = 'S', long, default_value_t = 5000)]
    pub(crate) subscribers: usize,
    /// Seconds to wait before memory is read, so that servers may give buffers back.
    #[arg(long, default_value = "3", value_parser = seconds)]
    pub(crate) settle: Duration,
}

/// `slow`
#[derive(Args, Clone, Debug)]
pub(crate) struct SlowCommand {
    #[command(flatten)]
    pub(crate) setup: Setup,
    /// Subscribers that do not read.
    #[arg(short = 'S', long, default_value_t = 20)]
    pub(crate) subscribers: usize,
    /// Bytes of each message.
    #[arg(short = 'd', long, default_value_t = 10_000)]
    pub(crate) size: usize,
    /// Payload to publish; takes k, m and g (powers of 1000).
    #[arg(long, default_value = "30m", value_parser = bytes)]
    pub(crate) bytes: u64,
}

/// `commands`
#[derive(Args, Clone, Debug)]
pub(crate) struct CommandsCommand {
    #[command(flatten)]
    pub(crate) setup: Setup,
    /// Tests to run, separated by commas; all if absent.
    #[arg(short, long, value_delimiter = ',')]
    pub(crate) tests: Vec<String>,
    /// Connections.
    #[arg(short = 'c', long, default_value_t = 50, value_parser = at_least_one)]
    pub(crate) clients: usize,
    /// Requests of each test.
    #[arg(short = 'n', long, default_value_t = 100_000, value_parser = at_least_one)]
    pub(crate) requests: usize,
    /// Requests sent before waiting for their replies.
    #[arg(short = 'P', long, default_value_t = 1)]
    pub(crate) pipeline: usize,
    /// Bytes of a value.
    #[arg(short = 'd', long, default_value_t = 3)]
    pub(crate) size: usize,
    /// Keys are drawn from this many; one key if absent.
    #[arg(short = 'r', long)]
    pub(crate) keyspace: Option<u64>,
}

impl CommandsCommand {
    /// How often and by how many clients each test is repeated.
    pub(crate) fn repetition(&self) -> Repetition {
        Repetition {
            clients: self.clients,
            requests: self.requests as u64,
            pipeline: self.pipeline,
            threads: self.setup.threads,
            keyspace: self.keyspace,
            size_bytes: self.size,
        }
    }
}

/// `fill`
#[derive(Args, Clone, Debug)]
pub(crate) struct FillCommand {
    #[command(flatten)]
    pub(crate) setup: Setup,
    /// Kinds of values, separated by commas; all if absent.
    #[arg(short, long, value_delimiter = ',')]
    pub(crate) kinds: Vec<String>,
    /// Keys of each kind.
    #[arg(short = 'n', long, default_value_t = 1_000_000)]
    pub(crate) keys: u64,
    /// Bytes of a string.
    #[arg(short = 'd', long, default_value_t = 100)]
    pub(crate) size: usize,
}

/// `limit`
#[derive(Args, Clone, Debug)]
pub(crate) struct LimitCommand {
    #[command(flatten)]
    pub(crate) setup: Setup,
    /// Sockets that receive.
    #[arg(short = 'S', long, default_value_t = 1000)]
    pub(crate) subscribers: usize,
    /// Bytes of each message; framing is added as a server adds it.
    #[arg(short = 'd', long, default_value_t = 100)]
    pub(crate) size: usize,
    /// Messages in one write.
    #[arg(short = 'k', long, default_value_t = 16)]
    pub(crate) messages_per_write: usize,
    /// Seconds of sending.
    #[arg(long, default_value = "2", value_parser = seconds)]
    pub(crate) duration: Duration,
    /// Writes to each socket that the reader may be behind: 1 waits until all is read, as behind a
    /// publisher that waits; with 0 the writer goes on until the kernel's buffers are full.
    #[arg(short = 'w', long, default_value_t = 1)]
    pub(crate) window: u64,
}

/// `suite`
#[derive(Args, Clone, Debug)]
pub(crate) struct SuiteCommand {
    #[command(flatten)]
    pub(crate) setup: Setup,
    /// Only rows whose name contains this; may be given several times.
    #[arg(long)]
    pub(crate) row: Vec<String>,
    /// Makes every row shorter (0.1) or longer (3).
    #[arg(long, default_value_t = 1.0)]
    pub(crate) scale: f64,
}

/// `respond`
#[derive(Args, Clone, Debug)]
pub(crate) struct RespondCommand {
    /// Port of 127.0.0.1.
    #[arg(short, long)]
    pub(crate) port: u16,
}

fn seconds(text: &str) -> Result<Duration> {
    let number: f64 = text.parse().context("not a number of seconds")?;
    Ok(Duration::try_from_secs_f64(number)?)
}

fn at_least_one(text: &str) -> Result<usize> {
    let number: usize = text.parse().context("not a number")?;
    if number == 0 {
        bail!("give 1 or more");
    }
    Ok(number)
}

fn rate(text: &str) -> Result<f64> {
    let number: f64 = text.parse().context("not a number of messages per second")?;
    if !(number.is_finite() && number > 0.0) {
        bail!("a rate is above 0");
    }
    Ok(number)
}

/// Channel names have six digits.
fn channels(text: &str) -> Result<usize> {
    let number: usize = text.parse().context("not a number")?;
    if !(1..=1_000_000).contains(&number) {
        bail!("give 1 to 1000000");
    }
    Ok(number)
}

fn bytes(text: &str) -> Result<u64> {
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let factor = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        other => bail!("`{other}` is no unit; use k, m or g"),
    };
    let number: u64 = digits.parse().context("not a number of bytes")?;
    number.checked_mul(factor).context("too many bytes")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Options::command().debug_assert();
    }

    #[test]
    fn sizes_take_units() {
        for (text, expected) in
            [("5", 5), ("30m", 30_000_000), ("2KB", 2000), ("1g", 1_000_000_000)]
        {
            assert_eq!(bytes(text).expect(text), expected);
        }
        assert!(bytes("5x").is_err() && bytes("m").is_err());
    }
}
