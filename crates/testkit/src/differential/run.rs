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
    /// How often the reference did not say the same twice, and was played once more.
    pub doubts: u64,
    /// One text for each sequence that got different replies: seed, minimal steps, difference.
    pub failures: Vec<String>,
}

/// Failures after which a run ends, as more would say the same.
const FAILURES_MAX: usize = 8;

/// Plays of one sequence at most, when the reference does not say the same twice.
const PLAYS_MAX: u64 = 5;

/// Two servers and what is played on them.
struct Pair {
    reference: Product,
    subject: Product,
    stages: Option<(Stage, Stage)>,
    /// The last difference or error seen.
    last: String,
    /// How often the reference did not say the same twice.
    doubts: u64,
}

/// Plays random sequences of an area first on `reference`, then on `subject`.
pub fn fuzz(reference: Product, subject: Product, area: Area, budget: Budget) -> Result<Outcome> {
    let mut pair = Pair { reference, subject, stages: None, last: String::new(), doubts: 0 };
    let mut outcome = Outcome { played: 0, doubts: 0, failures: Vec::new() };
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
    outcome.doubts = pair.doubts;
    Ok(outcome)
}

impl Pair {
    /// Whether the subject differs from a reference that says the same twice.
    fn differs(&mut self, sequence: &Sequence) -> bool {
        for _ in 0..PLAYS_MAX {
            match self.play(sequence) {
                Ok(Verdict::Same) => return false,
                Ok(Verdict::Different(text)) => {
                    self.last = text;
                    return true;
                }
                Ok(Verdict::Doubtful(text)) => {
                    self.doubts += 1;
                    self.last =
                        format!("the reference differed from itself {PLAYS_MAX} times: {text}");
                }
                Err(error) => {
                    self.last = format!("{error:#}");
                    return true;
                }
            }
        }
        true
    }

    /// What playing a sequence on both says. Servers that differ or fail are started anew.
    fn play(&mut self, sequence: &Sequence) -> Result<Verdict> {
        let (mut reference, mut subject) = match self.stages.take() {
            Some(stages) => stages,
            None => self.start()?,
        };
        let theirs = reference.play(sequence, None).context("on the reference")?;
        let ours = subject.play(sequence, Some(&theirs)).context("on the subject")?;
        let Some(text) = difference(sequence, &theirs, &ours) else {
            self.stages = Some((reference, subject));
            return Ok(Verdict::Same);
        };
        let mut again = Stage::on_one_processor(start(self.reference)?)?;
        let repeated = again.play(sequence, None).context("on the reference, repeated")?;
        Ok(match difference(sequence, &theirs, &repeated) {
            None => Verdict::Different(text),
            Some(doubt) => Verdict::Doubtful(doubt),
        })
    }

    fn start(&self) -> Result<(Stage, Stage)> {
        let reference = Stage::on_one_processor(start(self.reference)?)?;
        Ok((reference, Stage::new(start(self.subject)?)?))
    }
}

/// What playing a sequence on both servers says.
enum Verdict {
    Same,
    /// The subject differs, and the reference does not differ from itself.
    Different(String),
    /// The reference differs from itself, which proves nothing.
    Doubtful(String),
}

/// Starts a server with every parameter that sequences set at a known value.
fn start(product: Product) -> Result<TestServer> {
    let mut arguments = Vec::new();
    for (name, value) in PARAMETERS {
        arguments.push(format!("--{name}"));
        arguments.push((*value).to_owned());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    TestServer::start(product, &arguments)
}
