//! Many clients at once on four reactors never see what must not be seen.
//!
//! Each check also runs against a real server, which proves that it demands what Redis gives.

use anyhow::Result;
use fanfare_testkit::concurrent::{consumers, history, scans, transfers, updates};
use fanfare_testkit::{Product, TestServer};

const BOTH: [Product; 2] = [Product::Redis82, Product::Fanfare];

fn start(product: Product) -> Result<TestServer> {
    // More threads would not run Redis's commands, only wait for each other.
    let threads = if product == Product::Fanfare { "4" } else { "1" };
    TestServer::start(product, &["--io-threads", threads])
}

fn check_transfers(kind: transfers::Kind) -> Result<()> {
    for product in BOTH {
        let plan =
            transfers::Plan { seed: 1, kind, keys: 12, movers: 6, moves: 1000, observers: 3 };
        println!("{}: {plan:?}", product.name());
        let counted = transfers::run(&start(product)?, plan)?;
        assert!(counted >= plan.observers);
    }
    Ok(())
}

#[test]
fn amounts_that_move_keep_their_sum() -> Result<()> {
    check_transfers(transfers::Kind::Amounts)
}

#[test]
fn elements_that_move_are_in_one_list() -> Result<()> {
    check_transfers(transfers::Kind::Elements)
}

#[test]
fn members_that_move_are_in_one_set() -> Result<()> {
    check_transfers(transfers::Kind::Members)
}

#[test]
fn keys_that_move_are_in_one_place() -> Result<()> {
    check_transfers(transfers::Kind::Names)
}

#[test]
fn watched_keys_lose_no_update() -> Result<()> {
    for product in BOTH {
        for keys in [1, 3] {
            let plan = updates::Plan { clients: 6, steps: 300, keys };
            println!("{}: {plan:?}", product.name());
            updates::run(&start(product)?, plan)?;
        }
    }
    Ok(())
}

#[test]
fn single_keys_are_linearizable() -> Result<()> {
    for product in BOTH {
        for (seed, keys) in [(1, 1), (2, 3), (3, 20)] {
            let plan = history::Plan { seed, clients: 8, operations: 600, keys };
            println!("{}: {plan:?}", product.name());
            assert_eq!(history::check(&start(product)?, plan)?, plan.clients * plan.operations);
        }
    }
    Ok(())
}

fn check_scans(kind: scans::Kind) -> Result<()> {
    for product in BOTH {
        let plan =
            scans::Plan { seed: 1, kind, staying: 500, passing: 20_000, scanners: 3, scans: 4 };
        println!("{}: {plan:?}", product.name());
        let given = scans::run(&start(product)?, plan)?;
        assert!(given >= plan.scanners * plan.scans * plan.staying);
    }
    Ok(())
}

#[test]
fn scans_give_every_key_that_stays() -> Result<()> {
    check_scans(scans::Kind::Keys)
}

#[test]
fn scans_give_every_field_that_stays() -> Result<()> {
    check_scans(scans::Kind::Hash)
}

#[test]
fn scans_give_every_member_that_stays() -> Result<()> {
    check_scans(scans::Kind::Set)
}

#[test]
fn scans_give_every_scored_member_that_stays() -> Result<()> {
    check_scans(scans::Kind::SortedSet)
}

fn check_consumers(is_moving: bool) -> Result<()> {
    for product in BOTH {
        let plan = consumers::Plan {
            seed: 1,
            is_moving,
            lists: 5,
            producers: 4,
            elements: 2000,
            consumers: 12,
            kills: 100,
        };
        println!("{}: {plan:?}", product.name());
        let kills = consumers::run(&start(product)?, plan)?;
        println!("{kills} killed");
    }
    Ok(())
}

#[test]
fn waiting_clients_are_given_each_element_once() -> Result<()> {
    check_consumers(false)
}

#[test]
fn waiting_clients_move_each_element_once() -> Result<()> {
    check_consumers(true)
}
