//! `commands`: single commands, as redis-benchmark measures them.

use anyhow::{Context, Result, bail};

use super::command_table::{COMMAND_TESTS, CommandTest, by_name};
use super::prepare::{Extent, owned, prepare};
use super::progress::{Progress, note};
use super::runner::{Outcome, Work, compare, deliver};
use crate::load::{KeyOrder, RequestPlan, RequestTemplate, run_requests};
use crate::options::CommandsCommand;
use crate::report::Measurement;
use crate::target::{Server, ServerSpec};

/// Clients that repeat one command.
#[derive(Clone, Debug)]
pub(crate) struct Commands {
    test: &'static CommandTest,
    plan: RequestPlan,
}

/// Runs `commands`: a report per test. With no test named, those that a server refuses are left out.
pub(crate) fn run(command: &CommandsCommand) -> Result<Outcome> {
    let servers = command.setup.servers()?;
    let tests = chosen(command)?;
    let mut comparisons = Vec::new();
    for test in tests {
        let work = Commands::new(test, command.repetition());
        if command.tests.is_empty()
            && let Some(refusal) = work.refusal(&servers)?
        {
            note(&format!("{} is left out: {refusal}", test.name));
            continue;
        }
        comparisons.push(compare(&command.setup, &servers, &work)?);
    }
    deliver(&command.setup, &comparisons)?;
    Ok(Outcome::Passed)
}

fn chosen(command: &CommandsCommand) -> Result<Vec<&'static CommandTest>> {
    if command.tests.is_empty() {
        return Ok(COMMAND_TESTS.iter().collect());
    }
    let mut tests = Vec::new();
    for name in &command.tests {
        let name = name.to_lowercase();
        let Some(test) = by_name(&name) else {
            let known: Vec<&str> = COMMAND_TESTS.iter().map(|test| test.name).collect();
            bail!("there is no test `{name}`; known are {}", known.join(", "));
        };
        tests.push(test);
    }
    Ok(tests)
}

/// How often and by how many clients a command is repeated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Repetition {
    pub(crate) clients: usize,
    pub(crate) requests: u64,
    pub(crate) pipeline: usize,
    pub(crate) threads: usize,
    pub(crate) keyspace: Option<u64>,
    pub(crate) size_bytes: usize,
}

impl Commands {
    /// The repetition of a test's request.
    pub(crate) fn new(test: &'static CommandTest, repetition: Repetition) -> Self {
        let plan = RequestPlan {
            clients: repetition.clients,
            requests: repetition.requests,
            pipeline: repetition.pipeline.max(1),
            threads: repetition.threads,
            keyspace: match test.key_order {
                KeyOrder::Drawn => repetition.keyspace,
                KeyOrder::Counted => Some(u64::MAX),
            },
            key_order: test.key_order,
            arguments: owned(test.arguments),
            data: vec![b'x'; repetition.size_bytes],
        };
        Self { test, plan }
    }

    /// The words of the first server that refuses the command.
    fn refusal(&self, servers: &[ServerSpec]) -> Result<Option<String>> {
        for spec in servers {
            let server = spec.open()?;
            if let Err(error) = self.prepare(&server).and_then(|()| self.once(&server)) {
                return Ok(Some(format!("{}: {:#}", spec.label, error)));
            }
        }
        Ok(None)
    }

    /// Puts there what the command needs.
    fn prepare(&self, server: &Server) -> Result<()> {
        let extent = Extent { keys: self.plan.keyspace.unwrap_or(1), requests: self.plan.requests };
        prepare(server, self.test.prepare, extent, &self.plan.data)
    }

    /// Sends the command once, to see that the server takes it.
    fn once(&self, server: &Server) -> Result<()> {
        let mut request = Vec::new();
        let mut template = RequestTemplate::new(&self.plan.arguments, &self.plan.data);
        template.append(&mut request, || 0);
        let mut control = server.control()?;
        control.send(&request)?;
        control
            .expect_replies(template.commands() as usize)
            .with_context(|| format!("`{}` is refused", self.test.name))
    }
}

impl Work for Commands {
    fn title(&self) -> String {
        format!(
            "{}: {} requests, {} clients, pipeline {}, values of {} B",
            self.test.name,
            self.plan.requests,
            self.plan.clients,
            self.plan.pipeline,
            self.plan.data.len()
        )
    }

    fn options(&self) -> Vec<(&'static str, String)> {
        let keyspace = self.plan.keyspace.map_or_else(|| "one key".to_owned(), |n| n.to_string());
        vec![
            ("test", self.test.name.to_owned()),
            ("clients", self.plan.clients.to_string()),
            ("requests", self.plan.requests.to_string()),
            ("pipeline", self.plan.pipeline.to_string()),
            ("size_bytes", self.plan.data.len().to_string()),
            ("keyspace", keyspace),
            ("threads", self.plan.threads.to_string()),
        ]
    }

    fn round(&self, server: &Server, progress: &Progress) -> Result<Measurement> {
        self.prepare(server)?;
        self.once(server)?;
        let result = run_requests(server, &self.plan, |counters, elapsed| {
            progress.counters(counters, elapsed);
        })?;
        let mut figures = Measurement::default();
        figures.samples = result.samples;
        let seconds = result.elapsed.as_secs_f64().max(1e-9);
        let requests = result.requests as f64;
        figures.set("requests", requests);
        figures.set("requests_per_second", requests / seconds);
        figures.set("errors", result.errors as f64);
        figures.set("load_cores", result.load_cpu.as_secs_f64() / seconds);
        if let Some(cpu) = result.server_cpu {
            figures.set("server_cores", cpu.as_secs_f64() / seconds);
            figures.set("server_cpu_ns_per_request", cpu.as_nanos() as f64 / requests.max(1.0));
        }
        if !result.latency.is_empty() {
            let at = |quantile| result.latency.value_at_quantile(quantile) as f64;
            figures.set("latency_mean_ns", result.latency.mean());
            figures.set("latency_p50_ns", at(0.5));
            figures.set("latency_p99_ns", at(0.99));
            figures.set("latency_max_ns", result.latency.max() as f64);
            figures.latency = Some(result.latency);
        }
        Ok(figures)
    }
}
