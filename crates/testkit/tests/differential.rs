//! Random requests get the same replies from Fanfare and from a real server.
//!
//! `FANFARE_FUZZ_SEED` and `FANFARE_FUZZ_SEQUENCES` choose other sequences than the fixed ones.

use anyhow::Result;
use fanfare_testkit::Product;
use fanfare_testkit::differential::{Area, Budget, fuzz};

fn setting(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn check(reference: Product, subject: Product, area: Area) -> Result<()> {
    let budget = Budget {
        seed: setting("FANFARE_FUZZ_SEED", 1),
        sequences: setting("FANFARE_FUZZ_SEQUENCES", 150),
    };
    let outcome = fuzz(reference, subject, area, budget)?;
    println!("{}: the reference did not repeat itself {} times", area.name(), outcome.doubts);
    assert!(outcome.failures.is_empty(), "{}", outcome.failures.join("\n\n"));
    assert_eq!(outcome.played, budget.sequences);
    Ok(())
}

#[test]
fn framing_is_that_of_redis() -> Result<()> {
    check(Product::Redis82, Product::Fanfare, Area::Framing)
}

#[test]
fn publish_subscribe_is_that_of_redis() -> Result<()> {
    check(Product::Redis82, Product::Fanfare, Area::Pubsub)
}

#[test]
fn globs_are_those_of_redis() -> Result<()> {
    check(Product::Redis82, Product::Fanfare, Area::Glob)
}

#[test]
fn config_is_that_of_redis() -> Result<()> {
    check(Product::Redis82, Product::Fanfare, Area::Config)
}

#[test]
fn client_is_that_of_redis() -> Result<()> {
    check(Product::Redis82, Product::Fanfare, Area::Client)
}

/// A fuzzer that finds differences between a server and itself masks too little.
#[test]
fn a_server_equals_itself() -> Result<()> {
    for area in Area::ALL {
        check(Product::Redis82, Product::Redis82, area)?;
    }
    Ok(())
}

/// A fuzzer that finds no difference between 7.0 and 8.2 masks too much: `CLIENT SETINFO` is new.
#[test]
fn versions_differ() -> Result<()> {
    let budget = Budget { seed: 1, sequences: 60 };
    let outcome = fuzz(Product::Redis82, Product::Redis70, Area::Client, budget)?;
    assert!(!outcome.failures.is_empty());
    Ok(())
}
