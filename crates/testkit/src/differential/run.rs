//! Plays many sequences on two servers.

use anyhow::{Context, Result};

use super::compare::difference;
use super::generate::{Area, generate};
use super::play::Stage;
use super::sequence::Sequence;
use super::shrink::shrink;
use super::vocabulary::PARAMETERS;
use crate::server::{Product, TestServer};

/// What to play.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// The first sequence's seed; the next ones count up from it.
    pub seed: u64,
    /// How many sequences.
    pub sequences: u64,
}

/// How a run went.
#[derive(Debug)]
pub struct Outcome {
    /// Sequences played.
    pub played: u64,
    /// One text for each sequence that got different replies: seed, minimal steps, difference.
    pub failures: Vec<String>,
}

/// Failures after which a run ends, as more would say the same.
const FAILURES_MAX: usize = 8;

/// Two servers and what is played on them.
struct Pair {
    reference: Product,
    subject: Product,
    stages: Option<(Stage, Stage)>,
    /// The last difference or error seen.
    last: String,
}

/// Plays random sequences of an area first on `reference`, then on `subject`.
pub fn fuzz(reference: Product, subject: Product, area: Area, budget: Budget) -> Result<Outcome> {
    let mut pair = Pair { reference, subject, stages: None, last: String::new() };
    let mut outcome = Outcome { played: 0, failures: Vec::new() };
    for seed in budget.seed..budget.seed + budget.sequences {
        let sequence = generate(area, seed);
        outcome.played += 1;
        // Only what happens twice counts: a reply that one server splits over two rounds does not.
        if !pair.differs(&sequence) || !pair.differs(&sequence) {
            continue;
        }
        let minimal = shrink(&sequence, |candidate| pair.differs(candidate));
        let again = if pair.differs(&minimal) { "" } else { "(now and then only) " };
        let text = &pair.last;
        outcome.failures.push(format!(
            "area {} seed {seed}: {} differs from {}\n{minimal}{again}{text}",
            area.name(),
            subject.name(),
            reference.name()
        ));
        if outcome.failures.len() == FAILURES_MAX {
            break;
        }
    }
    Ok(outcome)
}

impl Pair {
    fn differs(&mut self, sequence: &Sequence) -> bool {
        match self.play(sequence) {
            Ok(None) => return false,
            Ok(Some(difference)) => self.last = difference,
            Err(error) => self.last = format!("{error:#}"),
        }
        true
    }

    /// The difference that a sequence shows. A server that fails is started anew.
    fn play(&mut self, sequence: &Sequence) -> Result<Option<String>> {
        let (reference, subject) = match &mut self.stages {
            Some(stages) => stages,
            None => self.stages.insert((start(self.reference)?, start(self.subject)?)),
        };
        let played =
            reference.play(sequence, None).context("on the reference").and_then(|theirs| {
                let ours = subject.play(sequence, Some(&theirs)).context("on the subject")?;
                Ok(difference(sequence, &theirs, &ours))
            });
        match played {
            Ok(None) => Ok(None),
            Ok(Some(text)) => {
                self.stages = None;
                Ok(Some(text))
            }
            Err(error) => {
                self.stages = None;
                Ok(Some(format!("{error:#}")))
            }
        }
    }
}

/// Starts a server with every parameter that sequences set at a known value.
fn start(product: Product) -> Result<Stage> {
    let mut arguments = Vec::new();
    for (name, value) in PARAMETERS {
        arguments.push(format!("--{name}"));
        arguments.push((*value).to_owned());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Stage::new(TestServer::start(product, &arguments)?)
}
