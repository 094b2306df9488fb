//! `suite`: the publish/subscribe figures that the project holds itself to, beside a second server.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::progress::note;
use super::runner::{Outcome, compare, write_reports};
use super::suite_rows::{Aim, Held, Row, RowWork, rows};
use crate::options::{Setup, SuiteCommand};
use crate::report::{Better, Comparison, Metric, Unit, humanize, to_json};
use crate::target::ServerSpec;

/// Rounds per server and row unless given.
const SUITE_ROUNDS: usize = 5;

/// One aim of a row, measured.
#[derive(Debug)]
struct Verdict {
    row: &'static str,
    metric: &'static Metric,
    /// Ours, and what it is held against.
    figures: [f64; 2],
    against: String,
    bound: Option<f64>,
    /// Ours divided by the other.
    ratio: f64,
}

impl Verdict {
    fn passed(&self) -> bool {
        self.bound.is_none_or(|bound| match self.metric.better {
            Better::Higher => self.ratio >= bound,
            Better::Lower | Better::Neither => self.ratio <= bound,
        })
    }

    /// The aim and whether it is reached, in words.
    fn aim(&self) -> [String; 2] {
        let Some(bound) = self.bound else {
            return Default::default();
        };
        let sign = if self.metric.better == Better::Higher { '≥' } else { '≤' };
        let outcome = if self.passed() { "reached" } else { "**missed**" };
        [format!("{sign} {bound}"), outcome.to_owned()]
    }
}

/// Runs all rows, prints the table of the README, and says whether all aims are reached.
pub(crate) fn run(command: &SuiteCommand) -> Result<Outcome> {
    let mut setup = command.setup.clone();
    setup.rounds = Some(setup.rounds.unwrap_or(SUITE_ROUNDS));
    let servers = setup.servers()?;
    if servers.len() < 2 {
        bail!("the suite holds one server against another; give `--against-binary` or `--against`");
    }
    let mut chosen = rows(command.scale, setup.threads);
    // The README shows names of commands in backticks.
    let wanted: Vec<String> = command.row.iter().map(|part| part.replace('`', "")).collect();
    if let Some(unknown) = wanted.iter().find(|part| chosen.iter().all(|row| !row.has(part))) {
        let names: Vec<&str> = chosen.iter().map(|row| row.name).collect();
        bail!("no row has {unknown:?} in its name; there are:\n{}", names.join("\n"));
    }
    chosen.retain(|row| wanted.is_empty() || wanted.iter().any(|part| row.has(part)));
    let mut comparisons = Vec::new();
    let mut verdicts = Vec::new();
    for row in &chosen {
        if !setup.quiet {
            note(row.name);
        }
        let measured = measure(&setup, &servers, row)?;
        verdicts.extend(judge(row, &measured));
        comparisons.extend(measured.comparisons());
    }
    let table = markdown(&servers, &comparisons, &verdicts);
    let json = json!({
        "verdicts": verdicts.iter().map(verdict_json).collect::<Vec<_>>(),
        "comparisons": comparisons.iter().map(to_json).collect::<Vec<_>>(),
    });
    write_reports(&setup, &comparisons, &json, &table)?;
    let passed = verdicts.iter().all(Verdict::passed);
    Ok(if passed { Outcome::Passed } else { Outcome::Missed })
}

/// A row's comparison, and the yardsticks that its other aims need.
struct Measured {
    main: Comparison,
    yardstick: Option<Comparison>,
}

impl Measured {
    fn comparisons(self) -> impl Iterator<Item = Comparison> {
        std::iter::once(self.main).chain(self.yardstick)
    }
}

fn measure(setup: &Setup, servers: &[ServerSpec], row: &Row) -> Result<Measured> {
    let main = compare(setup, servers, row.work.as_ref())?;
    let yardstick = match &row.yardstick {
        Some(RowWork::Limit(limit)) => Some(limit.compare(setup)?),
        Some(RowWork::Responder) => {
            let responder = ServerSpec::responder(setup.server_cpus.clone())?;
            Some(compare(setup, &[responder], row.work.as_ref())?)
        }
        Some(RowWork::Ours(work)) => Some(compare(setup, &servers[..1], work.as_ref())?),
        None => None,
    };
    Ok(Measured { main, yardstick })
}

fn judge(row: &Row, measured: &Measured) -> Vec<Verdict> {
    row.aims.iter().filter_map(|aim| verdict(row, aim, measured)).collect()
}

/// `None` if a server does not give the figure, as a remote one does not give its CPU.
fn verdict(row: &Row, aim: &Aim, measured: &Measured) -> Option<Verdict> {
    let [ours, other] = measured.main.servers.as_slice() else {
        return None;
    };
    let our_figure = ours.median(aim.metric)?;
    let (against, figure) = match aim.held {
        Held::AgainstServer => (other.label.clone(), other.median(aim.metric)?),
        Held::AgainstYardstick { metric, name } => {
            (name.to_owned(), measured.yardstick.as_ref()?.servers[0].median(metric)?)
        }
        Held::Alone => ("1".to_owned(), 1.0),
    };
    Some(Verdict {
        row: row.name,
        metric: Metric::by_key(aim.metric),
        figures: [our_figure, figure],
        against,
        bound: aim.bound,
        ratio: our_figure / figure,
    })
}

/// The table of the README.
fn markdown(servers: &[ServerSpec], comparisons: &[Comparison], verdicts: &[Verdict]) -> String {
    let versions: Vec<String> = comparisons
        .first()
        .map(|comparison| comparison.servers.iter().map(|server| server.version.clone()).collect())
        .unwrap_or_default();
    let mut text = String::new();
    let _ = writeln!(
        text,
        "| work | figure | {} | held against | | ratio | aim | |\n|---|---|---:|---|---:|---:|---:|---|",
        servers[0].label
    );
    for verdict in verdicts {
        let unit = verdict.metric.unit;
        let other = match verdict.against.as_str() {
            "1" => String::new(),
            _ => humanize(verdict.figures[1], unit),
        };
        let [aim, outcome] = verdict.aim();
        let against = if verdict.against == "1" { "" } else { verdict.against.as_str() };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {against} | {other} | {} | {aim} | {outcome} |",
            verdict.row,
            verdict.metric.title,
            humanize(verdict.figures[0], unit),
            humanize(verdict.ratio, Unit::Factor),
        );
    }
    let _ = writeln!(text, "\nMedians; {}.", versions.join(" and "));
    text
}

fn verdict_json(verdict: &Verdict) -> Value {
    json!({
        "row": verdict.row,
        "metric": verdict.metric.key,
        "figure": verdict.figures[0],
        "against": verdict.against,
        "against_figure": verdict.figures[1],
        "ratio": verdict.ratio,
        "bound": verdict.bound,
        "passed": verdict.passed(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(key: &str, ratio: f64, bound: f64) -> Verdict {
        Verdict {
            row: "row",
            metric: Metric::by_key(key),
            figures: [ratio, 1.0],
            against: "other".to_owned(),
            bound: Some(bound),
            ratio,
        }
    }

    #[test]
    fn an_aim_looks_the_way_its_figure_improves() {
        assert!(verdict("server_cpu_ns_per_delivery", 0.2, 0.25).passed());
        assert!(!verdict("server_cpu_ns_per_delivery", 0.3, 0.25).passed());
        assert!(verdict("deliveries_per_second", 25.0, 20.0).passed());
        assert!(!verdict("deliveries_per_second", 19.0, 20.0).passed());
    }

    #[test]
    fn without_an_aim_nothing_is_missed_or_said() {
        let verdict = Verdict { bound: None, ..verdict("server_cpu_ns_per_request", 1e9, 1.0) };
        assert!(verdict.passed());
        assert_eq!(verdict.aim(), ["", ""]);
    }
}
