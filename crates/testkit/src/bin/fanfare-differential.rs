//! Compares two servers on random requests for as long as one likes.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Parser;
use fanfare_testkit::Product;
use fanfare_testkit::differential::data::Family;
use fanfare_testkit::differential::{Area, Budget, data, fuzz};

/// Sends the same random requests to two servers and compares their replies.
#[derive(Parser)]
struct Arguments {
    /// The server that is right: fanfare, redis-7.0, redis-8.2 or valkey-8.1.
    #[arg(long, default_value = "redis-8.2")]
    reference: String,
    /// The server that is tested.
    #[arg(long, default_value = "fanfare")]
    subject: String,
    /// Only this area (framing, pubsub, glob, config or client) or this group of commands on data
    /// (generic, string, …, or mixed).
    #[arg(long)]
    area: Option<String>,
    /// The first sequence's seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Sequences per area.
    #[arg(long, default_value_t = 1000)]
    sequences: u64,
    /// Requests per group of commands on data.
    #[arg(long, default_value_t = 100_000)]
    commands: u64,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let product =
        |name: &str| Product::from_name(name).with_context(|| format!("no server {name}"));
    let (reference, subject) = (product(&arguments.reference)?, product(&arguments.subject)?);
    let is_named = |name: &str| arguments.area.as_ref().is_none_or(|wanted| wanted == name);
    let areas: Vec<Area> = Area::ALL.into_iter().filter(|area| is_named(area.name())).collect();
    let families: Vec<Family> =
        Family::ALL.into_iter().filter(|family| is_named(family.name())).collect();
    if areas.is_empty() && families.is_empty() {
        bail!("no area {}", arguments.area.unwrap_or_default());
    }
    let mut failures = 0;
    for area in areas {
        failures += play_area(reference, subject, area, &arguments)?;
    }
    for family in families {
        failures += play_family(reference, subject, family, &arguments)?;
    }
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn play_area(
    reference: Product,
    subject: Product,
    area: Area,
    arguments: &Arguments,
) -> Result<usize> {
    let budget = Budget { seed: arguments.seed, sequences: arguments.sequences };
    let outcome = fuzz(reference, subject, area, budget)?;
    for failure in &outcome.failures {
        println!("{failure}\n");
    }
    println!(
        "{}: {} played, {} differ, {} plays of a reference that did not repeat itself",
        area.name(),
        outcome.played,
        outcome.failures.len(),
        outcome.doubts
    );
    Ok(outcome.failures.len())
}

fn play_family(
    reference: Product,
    subject: Product,
    family: Family,
    arguments: &Arguments,
) -> Result<usize> {
    let start = Instant::now();
    let outcome = data::fuzz(reference, subject, family, arguments.seed, arguments.commands)?;
    for failure in &outcome.failures {
        println!("{failure}\n");
    }
    println!(
        "{}: {} sequences, {} commands, {:.0}% errors, {:.0} a second; {} differ, {} plays of a \
         reference that did not repeat itself",
        family.name(),
        outcome.sequences,
        outcome.commands,
        100.0 * outcome.errors as f64 / outcome.commands.max(1) as f64,
        outcome.commands as f64 / start.elapsed().as_secs_f64(),
        outcome.failures.len(),
        outcome.doubts
    );
    Ok(outcome.failures.len())
}
