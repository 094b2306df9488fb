//! Compares two servers on random requests for as long as one likes.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Parser;
use fanfare_testkit::Product;
use fanfare_testkit::differential::{Area, Budget, fuzz};

/// Sends the same random requests to two servers and compares their replies.
#[derive(Parser)]
struct Arguments {
    /// The server that is right: fanfare, redis-7.0, redis-8.2 or valkey-8.1.
    #[arg(long, default_value = "redis-8.2")]
    reference: String,
    /// The server that is tested.
    #[arg(long, default_value = "fanfare")]
    subject: String,
    /// Only this area: framing, pubsub, glob, config or client.
    #[arg(long)]
    area: Option<String>,
    /// The first sequence's seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Sequences per area.
    #[arg(long, default_value_t = 1000)]
    sequences: u64,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let product =
        |name: &str| Product::from_name(name).with_context(|| format!("no server {name}"));
    let (reference, subject) = (product(&arguments.reference)?, product(&arguments.subject)?);
    let budget = Budget { seed: arguments.seed, sequences: arguments.sequences };
    let named = |area: &&Area| arguments.area.as_ref().is_none_or(|name| name == area.name());
    let areas: Vec<Area> = Area::ALL.iter().filter(named).copied().collect();
    if areas.is_empty() {
        bail!("no area {}", arguments.area.unwrap_or_default());
    }
    let mut failures = 0;
    for area in areas {
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
        failures += outcome.failures.len();
    }
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
