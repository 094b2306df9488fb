//! Interleaved rounds of the same work on one server or two.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::progress::Progress;
use super::{commands, fanout, fill, idle, limit, slow, suite};
use crate::options::{Options, Scenario, Setup};
use crate::report::{Comparison, Measurement, ServerRounds, print_table, to_json, write_html};
use crate::target::{
    Access, Address, Server, ServerSource, ServerSpec, raise_file_limit, respond, with_cpus,
};

/// Rounds per server when two are compared and nothing else is asked.
const ROUNDS_OF_TWO: usize = 3;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything was measured, and all aims (if there were any) are reached.
    Passed,
    /// An aim of the suite was missed.
    Missed,
}

/// Work that can be done on any server, again and again.
pub(crate) trait Work {
    /// What it is, in one line: a short name, a colon, how much of it.
    fn title(&self) -> String;
    /// The options that decide the work, for reports.
    fn options(&self) -> Vec<(&'static str, String)>;
    /// Does it once.
    fn round(&self, server: &Server, progress: &Progress) -> Result<Measurement>;
}

/// Runs what the command line asks for.
pub(crate) fn run(options: &Options) -> Result<Outcome> {
    raise_file_limit()?;
    match &options.scenario {
        Scenario::Fanout(command) => single(&command.setup, &fanout::Fanout::from_fanout(command)),
        Scenario::Pairs(command) => single(&command.setup, &fanout::Fanout::from_pairs(command)),
        Scenario::Patterns(command) => {
            single(&command.setup, &fanout::Fanout::from_patterns(command))
        }
        Scenario::Idle(command) => single(&command.setup, &idle::Idle::new(command)),
        Scenario::Slow(command) => single(&command.setup, &slow::Slow::new(command)),
        Scenario::Commands(command) => commands::run(command),
        Scenario::Fill(command) => fill::run(command),
        Scenario::Limit(command) => limit::run(command),
        Scenario::Suite(command) => suite::run(command),
        Scenario::Respond(command) => respond(command.port).map(|()| Outcome::Passed),
    }
}

fn single(setup: &Setup, work: &dyn Work) -> Result<Outcome> {
    let comparison = compare(setup, &setup.servers()?, work)?;
    deliver(setup, &[comparison])?;
    Ok(Outcome::Passed)
}

/// Does `work` on each of `servers` in turn, for as many rounds as asked.
pub(crate) fn compare(
    setup: &Setup,
    servers: &[ServerSpec],
    work: &dyn Work,
) -> Result<Comparison> {
    let mut progress = Progress::new(setup.quiet);
    let rounds = setup.rounds_of(servers.len());
    let mut comparison = Comparison {
        title: work.title(),
        options: work.options(),
        servers: servers
            .iter()
            .map(|spec| ServerRounds { label: spec.label.clone(), ..ServerRounds::default() })
            .collect(),
    };
    for round in 0..rounds {
        // Every other round goes backwards, so that a machine growing slower favours nobody.
        let mut order: Vec<usize> = (0..servers.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for position in order {
            let spec = &servers[position];
            progress.begin(&comparison.title, round, rounds, &spec.label);
            let (version, measurement) = with_cpus(setup.load_cpus.as_ref(), || {
                let server = spec.open()?;
                Ok((server.version().to_owned(), work.round(&server, &progress)?))
            })
            .with_context(|| format!("round {} on {}", round + 1, spec.label))?;
            comparison.servers[position].version = version;
            comparison.servers[position].rounds.push(measurement);
        }
    }
    progress.end();
    Ok(comparison)
}

/// Reports comparisons: as tables, and as JSON and a page where asked for.
pub(crate) fn deliver(setup: &Setup, comparisons: &[Comparison]) -> Result<()> {
    let json = match comparisons {
        [only] => to_json(only),
        several => several.iter().map(to_json).collect(),
    };
    let tables: Vec<String> = comparisons.iter().map(print_table).collect();
    write_reports(setup, comparisons, &json, &tables.join("\n"))
}

/// Writes a report wherever it was asked for; `text` is for standard output, unless JSON goes there.
pub(crate) fn write_reports(
    setup: &Setup,
    comparisons: &[Comparison],
    json: &Value,
    text: &str,
) -> Result<()> {
    if let Some(path) = &setup.html {
        fs::write(path, write_html(comparisons))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    match setup.json.as_deref() {
        Some(path) if path == Path::new("-") => show(&format!("{json:#}"))?,
        Some(path) => {
            fs::write(path, format!("{json:#}\n"))
                .with_context(|| format!("cannot write {}", path.display()))?;
            show(text)?;
        }
        None => show(text)?,
    }
    Ok(())
}

/// Writes text to standard output. A reader that has seen enough (`| head`) is no failure.
fn show(text: &str) -> Result<()> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to standard output"),
    }
}

impl Setup {
    /// Rounds per server.
    pub(crate) fn rounds_of(&self, servers: usize) -> usize {
        self.rounds.unwrap_or(if servers > 1 { ROUNDS_OF_TWO } else { 1 }).max(1)
    }

    /// The server to measure, and the one to hold it against if there is one.
    pub(crate) fn servers(&self) -> Result<Vec<ServerSpec>> {
        let mut servers = vec![self.first_server()?];
        if let Some(second) = self.second_server()? {
            servers.push(second);
        }
        if let [first, second] = servers.as_mut_slice()
            && first.label == second.label
        {
            second.label = format!("{} (2)", second.label);
        }
        Ok(servers)
    }

    fn first_server(&self) -> Result<ServerSpec> {
        let source = match (&self.binary, &self.socket) {
            (Some(_), Some(_)) => bail!("give `--binary` or `--socket`, not both"),
            (Some(path), None) => binary(path, &self.server_args),
            (None, Some(path)) => ServerSource::Running(Address::Unix(path.clone())),
            (None, None) => ServerSource::Running(Address::resolve(&self.host, self.port)?),
        };
        Ok(self.spec(source))
    }

    fn second_server(&self) -> Result<Option<ServerSpec>> {
        if let Some(path) = &self.against_binary {
            return Ok(Some(self.spec(binary(path, &self.against_args))));
        }
        let Some(text) = &self.against else {
            return Ok(None);
        };
        let (host, port) = text.rsplit_once(':').context("`--against` takes HOST:PORT")?;
        let port = port.parse().with_context(|| format!("`{port}` is not a port"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        Ok(Some(self.spec(ServerSource::Running(Address::resolve(host, port)?))))
    }

    fn spec(&self, source: ServerSource) -> ServerSpec {
        let label = match &source {
            ServerSource::Running(address) => address.to_string(),
            ServerSource::Binary { path, .. } => {
                path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
            }
        };
        ServerSpec {
            label,
            source,
            cpus: self.server_cpus.clone(),
            access: Access {
                user: self.user.clone(),
                password: self.password.clone(),
                resp3: self.resp3,
            },
        }
    }
}

/// A server that is started with persistence off.
fn binary(path: &Path, arguments: &str) -> ServerSource {
    let ours = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"];
    let arguments = ours.into_iter().chain(arguments.split_ascii_whitespace());
    ServerSource::Binary {
        path: path.to_owned(),
        arguments: arguments.map(str::to_owned).collect(),
    }
}
