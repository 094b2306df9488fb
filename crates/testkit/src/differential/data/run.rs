//! Plays many sequences on two servers and compares them.

use anyhow::Result;

use super::catalog::Catalog;
use super::compare::{difference, state_difference};
use super::make::{Family, Maker, settled};
use super::play::{Side, play};
use super::state::examine;
use crate::differential::sequence::Sequence;
use crate::differential::shrink::shrink;
use crate::server::{Product, TestServer};

/// How a run went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Sequences played.
    pub sequences: u64,
    /// Requests in them.
    pub commands: u64,
    /// Requests that the reference answered with an error.
    pub errors: u64,
    /// How often the reference did not say the same twice, and was played once more.
    pub doubts: u64,
    /// One text for each sequence that got different replies: seed, minimal steps, difference.
    pub failures: Vec<String>,
}

/// Failures after which a run ends, as more would say the same.
const FAILURES_MAX: usize = 8;

/// Plays of one sequence at most, when the reference does not say the same twice.
const PLAYS_MAX: u64 = 5;

/// Plays sequences about a family, seeds counting up from `seed`, until `commands` requests have been
/// sent. Does nothing when the subject has none of the family's commands.
pub fn fuzz(
    reference: Product,
    subject: Product,
    family: Family,
    seed: u64,
    commands: u64,
) -> Result<Outcome> {
    let mut pair = Pair::start(reference, subject)?;
    let catalog = {
        let mut ours = pair.sides[1].server().connect()?;
        Catalog::read(&mut pair.sides[0].server().connect()?, &mut ours)?
    };
    let mut outcome = Outcome::default();
    let Some(maker) = Maker::new(family, &catalog) else { return Ok(outcome) };
    let mut seed = seed;
    while outcome.commands < commands && outcome.failures.len() < FAILURES_MAX {
        let sequence = maker.sequence(seed);
        let differs = pair.differs(&sequence, &catalog)?;
        outcome.sequences += 1;
        outcome.commands += sequence.steps.len() as u64;
        outcome.errors += pair.errors;
        if differs {
            outcome.failures.push(pair.explain(&sequence, &catalog, family, seed)?);
        }
        seed += 1;
    }
    outcome.doubts = pair.doubts;
    Ok(outcome)
}

/// Two servers and what they said last.
struct Pair {
    products: [Product; 2],
    sides: Vec<Side>,
    /// The last difference seen.
    last: String,
    /// Errors among the last replies of the reference.
    errors: u64,
    doubts: u64,
}

impl Pair {
    fn start(reference: Product, subject: Product) -> Result<Self> {
        let products = [reference, subject];
        let mut pair =
            Self { products, sides: Vec::new(), last: String::new(), errors: 0, doubts: 0 };
        pair.restart()?;
        Ok(pair)
    }

    fn restart(&mut self) -> Result<()> {
        self.sides.clear();
        for product in self.products {
            self.sides.push(start(product)?);
        }
        Ok(())
    }

    /// Whether the subject differs from a reference that says the same twice.
    fn differs(&mut self, sequence: &Sequence, catalog: &Catalog) -> Result<bool> {
        let sequence = settled(sequence);
        for _ in 0..PLAYS_MAX {
            match self.play(&sequence, catalog) {
                Ok(None) => return Ok(false),
                Ok(Some(text)) => self.last = text,
                Err(error) => {
                    self.last = format!("{error:#}");
                    self.restart()?;
                    return Ok(true);
                }
            }
            // Another server of the reference's kind has other orders and other chances.
            let mut twins = vec![start(self.products[0])?, start(self.products[0])?];
            if compare(&mut twins, &sequence, catalog)?.0.is_none() {
                return Ok(true);
            }
            self.doubts += 1;
        }
        self.last = format!("the reference differed from itself {PLAYS_MAX} times; {}", self.last);
        Ok(true)
    }

    fn play(&mut self, sequence: &Sequence, catalog: &Catalog) -> Result<Option<String>> {
        let (found, errors) = compare(&mut self.sides, sequence, catalog)?;
        self.errors = errors;
        Ok(found)
    }

    /// The shortest sequence found that still differs, and how.
    fn explain(
        &mut self,
        sequence: &Sequence,
        catalog: &Catalog,
        family: Family,
        seed: u64,
    ) -> Result<String> {
        let first = self.last.clone();
        let mut problem = None;
        let minimal = shrink(sequence, |candidate| match self.differs(candidate, catalog) {
            Ok(differs) => differs,
            Err(error) => {
                problem = Some(error);
                false
            }
        });
        if let Some(error) = problem {
            return Err(error);
        }
        let again = if self.differs(&minimal, catalog)? { "" } else { "(now and then only) " };
        let last = if again.is_empty() { &self.last } else { &first };
        Ok(format!(
            "family {} seed {seed}: {} differs from {}\n{minimal}{again}{last}",
            family.name(),
            self.products[1].name(),
            self.products[0].name()
        ))
    }
}

/// Starts a server whose timeouts are looked at often.
fn start(product: Product) -> Result<Side> {
    let options = ["--hz", "500", "--stream-node-max-bytes", "0"];
    Ok(Side::new(TestServer::start(product, &options)?))
}

/// Plays a sequence on two servers. Gives the first difference and the errors of the first server.
fn compare(
    sides: &mut [Side],
    sequence: &Sequence,
    catalog: &Catalog,
) -> Result<(Option<String>, u64)> {
    let replies = play(sides, sequence)?;
    let errors = replies[0].errors();
    if !replies[0].equals(&replies[1])
        && let Some(text) = difference(sequence, catalog, &replies[0], &replies[1])
    {
        return Ok((Some(text), errors));
    }
    let state = examine(sides, sequence, catalog)?;
    Ok((state_difference(sequence, catalog, &state), errors))
}
