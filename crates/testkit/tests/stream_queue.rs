//! A queue on a stream loses nothing, whichever consumers die.
//!
//! `FANFARE_SOAK_SECONDS` lets producers go on for that long.

use std::time::Duration;

use anyhow::Result;
use fanfare_testkit::concurrent::queue::{Plan, run};
use fanfare_testkit::{Product, TestServer};

fn check(product: Product) -> Result<()> {
    let seconds = std::env::var("FANFARE_SOAK_SECONDS").ok().and_then(|text| text.parse().ok());
    let plan = Plan {
        seed: 1,
        producers: 8,
        entries: 500,
        duration: Duration::from_secs(seconds.unwrap_or(0)),
        groups: 3,
        consumers: 8,
        batches_per_death: 20,
    };
    println!("{}: {plan:?}", product.name());
    let threads = if product == Product::Fanfare { "4" } else { "1" };
    let tally = run(&TestServer::start(product, &["--io-threads", threads])?, plan)?;
    println!("{tally:?}");
    assert!(tally.entries >= plan.producers * plan.entries);
    assert_eq!(tally.acknowledged, tally.entries * plan.groups);
    assert!(tally.deaths > 0);
    Ok(())
}

#[test]
fn groups_of_redis_acknowledge_every_entry() -> Result<()> {
    check(Product::Redis82)
}
#[test]
fn groups_acknowledge_every_entry() -> Result<()> {
    check(Product::Fanfare)
}
