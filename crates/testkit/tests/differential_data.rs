//! Random commands on data get the same replies from Fanfare and from a real server, and leave the
//! same data behind.
//!
//! `FANFARE_FUZZ_SEED` and `FANFARE_FUZZ_COMMANDS` choose other sequences than the fixed ones.

use anyhow::{Context, Result};
use fanfare_testkit::differential::data::catalog::Catalog;
use fanfare_testkit::differential::data::make::Maker;
use fanfare_testkit::differential::data::{Family, Outcome, fuzz};
use fanfare_testkit::{Product, TestServer};

/// Commands per family in a usual run.
const COMMANDS: u64 = 30_000;

/// Most commands are to do something, as errors alone build no data.
const ERROR_PERCENT_MAX: u64 = 40;

fn setting(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn play(subject: Product, family: Family, commands: u64) -> Result<Outcome> {
    let seed = setting("FANFARE_FUZZ_SEED", 1);
    let outcome = fuzz(Product::Redis82, subject, family, seed, commands)?;
    println!(
        "{}: {} commands, {} errors; the reference did not repeat itself {} times",
        family.name(),
        outcome.commands,
        outcome.errors,
        outcome.doubts
    );
    assert!(outcome.failures.is_empty(), "{}", outcome.failures.join("\n\n"));
    Ok(outcome)
}

fn check(family: Family) -> Result<()> {
    let commands = setting("FANFARE_FUZZ_COMMANDS", COMMANDS);
    let outcome = play(Product::Fanfare, family, commands)?;
    // A family that Fanfare does not have yet plays nothing.
    assert!(outcome.commands == 0 || outcome.commands >= commands);
    assert!(outcome.errors * 100 <= outcome.commands * ERROR_PERCENT_MAX);
    Ok(())
}

#[test]
fn generic_commands_are_those_of_redis() -> Result<()> {
    check(Family::Generic)
}

#[test]
fn strings_are_those_of_redis() -> Result<()> {
    check(Family::String)
}

#[test]
fn bitmaps_are_those_of_redis() -> Result<()> {
    check(Family::Bitmap)
}

#[test]
fn hyperloglogs_are_those_of_redis() -> Result<()> {
    check(Family::Hyperloglog)
}

#[test]
fn places_are_those_of_redis() -> Result<()> {
    check(Family::Geo)
}

#[test]
fn lists_are_those_of_redis() -> Result<()> {
    check(Family::List)
}

#[test]
fn hashes_are_those_of_redis() -> Result<()> {
    check(Family::Hash)
}

#[test]
fn sets_are_those_of_redis() -> Result<()> {
    check(Family::Set)
}

#[test]
fn sorted_sets_are_those_of_redis() -> Result<()> {
    check(Family::SortedSet)
}

#[test]
fn streams_are_those_of_redis() -> Result<()> {
    check(Family::Stream)
}

#[test]
fn mixtures_and_transactions_are_those_of_redis() -> Result<()> {
    check(Family::Mixed)
}

/// A fuzzer that finds differences between a server and itself masks too little.
#[test]
fn a_server_equals_itself() -> Result<()> {
    for family in Family::ALL {
        play(Product::Redis82, family, COMMANDS / 10)?;
    }
    Ok(())
}

/// A fuzzer that finds no difference between 7.0 and 8.2 masks too much: small sets are kept
/// differently.
#[test]
fn versions_differ() -> Result<()> {
    let outcome = fuzz(Product::Redis82, Product::Redis70, Family::Set, 1, COMMANDS)?;
    assert!(!outcome.failures.is_empty());
    Ok(())
}

/// Servers list their commands in any order.
#[test]
fn a_seed_stands_for_the_same_requests_with_every_reference() -> Result<()> {
    let subject = TestServer::start(Product::Fanfare, &[])?;
    let sequence = || -> Result<_> {
        let reference = TestServer::start(Product::Redis82, &[])?;
        let catalog = Catalog::read(&mut reference.connect()?, &mut subject.connect()?)?;
        let maker = Maker::new(Family::Mixed, &catalog).context("nothing to play")?;
        Ok(maker.sequence(1).to_string())
    };
    assert_eq!(sequence()?, sequence()?);
    Ok(())
}
