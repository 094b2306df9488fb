//! Things move between keys while observers count them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Result, ensure};
use fanfare_protocol::decode::Value;
use fastrand::Rng;

use super::{integer, joined, transaction};
use crate::connection::Connection;
use crate::server::TestServer;

/// What moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Amounts between counters, by `DECRBY` and `INCRBY` in a transaction.
    Amounts,
    /// Elements between lists, by `LMOVE`.
    Elements,
    /// Members between sets, by `SMOVE`.
    Members,
    /// Keys themselves, by `RENAMENX`.
    Names,
}

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Where random choices begin.
    pub seed: u64,
    /// What moves.
    pub kind: Kind,
    /// Keys that things move between.
    pub keys: usize,
    /// Clients that move things.
    pub movers: usize,
    /// Moves of each.
    pub moves: usize,
    /// Clients that count.
    pub observers: usize,
}

/// What there is at first of everything, per key.
const INITIAL: i64 = 20;

/// Plays a plan. Gives how often things were counted.
pub fn run(server: &TestServer, plan: Plan) -> Result<usize> {
    let mut control = server.connect()?;
    let total = fill(&mut control, plan)?;
    let movers_left = AtomicUsize::new(plan.movers);
    let counted = thread::scope(|scope| {
        let observers: Vec<_> = (0..plan.observers)
            .map(|_| scope.spawn(|| observe(server, plan, total, &movers_left)))
            .collect();
        let movers: Vec<_> = (0..plan.movers)
            .map(|number| {
                let movers_left = &movers_left;
                scope.spawn(move || {
                    let result = move_about(server, plan, number);
                    movers_left.fetch_sub(1, Ordering::Release);
                    result
                })
            })
            .collect();
        for mover in movers {
            joined(mover)?;
        }
        observers.into_iter().map(joined).sum::<Result<usize>>()
    })?;
    ensure!(count(&mut control, plan)? == total, "something is lost at the end");
    Ok(counted)
}

fn key(number: usize) -> String {
    format!("place:{number}")
}

/// Puts everything in its place and gives how much it is.
fn fill(control: &mut Connection, plan: Plan) -> Result<i64> {
    control.call(&["FLUSHALL"])?;
    for number in 0..plan.keys {
        let key = key(number);
        let things = (0..INITIAL).map(|thing| format!("{number}-{thing}"));
        let mut words = match plan.kind {
            Kind::Amounts => vec!["SET".to_owned(), key, INITIAL.to_string()],
            Kind::Elements => vec!["RPUSH".to_owned(), key],
            Kind::Members => vec!["SADD".to_owned(), key],
            // Every other place is free.
            Kind::Names if number % 2 == 0 => vec!["SET".to_owned(), key, "x".to_owned()],
            Kind::Names => continue,
        };
        if matches!(plan.kind, Kind::Elements | Kind::Members) {
            words.extend(things);
        }
        let reply = control.call(&words)?;
        ensure!(!matches!(reply, Value::Error(_)), "{words:?}: {reply:?}");
    }
    count(control, plan)
}

/// Counts everything at one moment.
fn count(connection: &mut Connection, plan: Plan) -> Result<i64> {
    let keys = (0..plan.keys).map(key);
    let of_key = |name: &str, key: String| vec![name.to_owned(), key];
    let requests: Vec<Vec<String>> = match plan.kind {
        Kind::Amounts => keys.map(|key| of_key("GET", key)).collect(),
        Kind::Elements => keys.map(|key| of_key("LLEN", key)).collect(),
        Kind::Members => keys.map(|key| of_key("SCARD", key)).collect(),
        Kind::Names => keys.map(|key| of_key("EXISTS", key)).collect(),
    };
    let reply = transaction(connection, &requests)?;
    reply.as_items().unwrap_or_default().iter().map(integer).sum()
}

/// Counts everything in one command, for those that have one.
fn count_at_once(connection: &mut Connection, plan: Plan) -> Result<Option<i64>> {
    let name = match plan.kind {
        Kind::Amounts => "MGET",
        Kind::Names => "EXISTS",
        Kind::Members => "SUNION",
        Kind::Elements => return Ok(None),
    };
    let words: Vec<String> = [name.to_owned()].into_iter().chain((0..plan.keys).map(key)).collect();
    let reply = connection.call(&words)?;
    Ok(Some(match (plan.kind, reply.as_items()) {
        (Kind::Amounts, Some(items)) => items.iter().map(integer).sum::<Result<i64>>()?,
        (_, Some(items)) => items.len() as i64,
        _ => integer(&reply)?,
    }))
}

fn observe(
    server: &TestServer,
    plan: Plan,
    total: i64,
    movers_left: &AtomicUsize,
) -> Result<usize> {
    let mut connection = server.connect()?;
    let mut counted = 0;
    loop {
        let is_last = movers_left.load(Ordering::Acquire) == 0;
        let seen = count(&mut connection, plan)?;
        ensure!(seen == total, "a transaction counted {seen} instead of {total}");
        if let Some(seen) = count_at_once(&mut connection, plan)? {
            ensure!(seen == total, "a command counted {seen} instead of {total}");
        }
        if plan.kind == Kind::Names {
            let seen = integer(&connection.call(&["DBSIZE"])?)?;
            ensure!(seen == total, "there were {seen} keys instead of {total}");
        }
        counted += 1;
        if is_last {
            return Ok(counted);
        }
    }
}

fn move_about(server: &TestServer, plan: Plan, number: usize) -> Result<()> {
    let mut random = Rng::with_seed(plan.seed * 1000 + number as u64);
    let mut connection = server.connect()?;
    for _ in 0..plan.moves {
        // Both directions at once are what could lock each other out.
        let from = key(random.usize(0..plan.keys));
        let to = key(random.usize(0..plan.keys));
        let amount = random.u32(1..10).to_string();
        let side = |random: &mut Rng| if random.bool() { "LEFT" } else { "RIGHT" };
        let reply = match plan.kind {
            Kind::Amounts => transaction(
                &mut connection,
                &[vec!["DECRBY", &from, &amount], vec!["INCRBY", &to, &amount]],
            )?,
            Kind::Elements => {
                let (out, into) = (side(&mut random), side(&mut random));
                connection.call(&["LMOVE", &from, &to, out, into])?
            }
            Kind::Members => {
                let owner = random.usize(0..plan.keys);
                let member = format!("{owner}-{}", random.i64(0..INITIAL));
                connection.call(&["SMOVE", &from, &to, &member])?
            }
            Kind::Names => connection.call(&["RENAMENX", &from, &to])?,
        };
        let is_missing = |text: &[u8]| plan.kind == Kind::Names && text == b"ERR no such key";
        if let Value::Error(text) = &reply {
            ensure!(is_missing(text), "a move was refused: {reply:?}");
        }
    }
    Ok(())
}
