//! Messages keep their order when four reactors work at once.

use anyhow::Result;
use fanfare_testkit::order::{Plan, run, verify};
use fanfare_testkit::{Product, TestServer};

const PLAN: Plan = Plan {
    seed: 1,
    channels: 3,
    publishers: 4,
    messages: 2000,
    pipeline_max: 1,
    staying: 6,
    passing: 4,
};

fn check(product: Product, plan: Plan) -> Result<()> {
    println!("{plan:?}");
    let server = TestServer::start(product, &["--io-threads", "4"])?;
    let traffic = run(&server, plan)?;
    assert_eq!(
        traffic.published.iter().map(Vec::len).sum::<usize>(),
        plan.publishers * plan.messages
    );
    assert_eq!(traffic.staying.len(), plan.staying);
    verify(&traffic)
}

#[test]
fn waiting_publishers_are_heard_in_order() -> Result<()> {
    check(Product::Fanfare, PLAN)
}

#[test]
fn pipelining_publishers_are_heard_in_order() -> Result<()> {
    check(Product::Fanfare, Plan { seed: 2, messages: 6000, pipeline_max: 64, ..PLAN })
}

#[test]
fn many_subscribers_of_one_channel_hear_one_order() -> Result<()> {
    let plan = Plan { seed: 3, channels: 1, staying: 40, passing: 8, ..PLAN };
    check(Product::Fanfare, Plan { pipeline_max: 8, ..plan })
}

/// What the checker demands is what Redis gives.
#[test]
fn redis_keeps_the_same_order() -> Result<()> {
    check(Product::Redis82, Plan { messages: 500, pipeline_max: 16, ..PLAN })
}
