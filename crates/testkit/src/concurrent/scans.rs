//! Scans while others add and remove: what stays is given, and nothing that never was.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use fanfare_protocol::decode::Value;
use fastrand::Rng;

use super::{joined, on_threads};
use crate::connection::{Connection, encode_request};
use crate::server::TestServer;

/// What is scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the things that Redis scans")]
pub enum Kind {
    Keys,
    Hash,
    Set,
    SortedSet,
}

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Where random choices begin.
    pub seed: u64,
    /// What is scanned.
    pub kind: Kind,
    /// Elements that stay.
    pub staying: usize,
    /// Elements that come and go in waves.
    pub passing: usize,
    /// Clients that scan.
    pub scanners: usize,
    /// Scans of each.
    pub scans: usize,
}

/// The key whose elements are scanned.
const KEY: &str = "scanned";

/// Elements added or removed in one go.
const WAVE: usize = 200;

/// Plays a plan. Gives how many elements the scans gave.
pub fn run(server: &TestServer, plan: Plan) -> Result<usize> {
    let mut control = server.connect()?;
    control.call(&["FLUSHALL"])?;
    change(&mut control, plan.kind, true, &names("stays", 0..plan.staying))?;
    let scanners_left = AtomicUsize::new(plan.scanners);
    thread::scope(|scope| {
        let writer = scope.spawn(|| come_and_go(server, plan, &scanners_left));
        let given = on_threads(plan.scanners, |number| {
            let result = scan_often(server, plan, number);
            scanners_left.fetch_sub(1, Ordering::Release);
            result
        });
        joined(writer)?;
        Ok(given?.into_iter().sum())
    })
}

fn names(prefix: &str, range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| format!("{prefix}:{number}")).collect()
}

/// Adds or removes elements.
fn change(connection: &mut Connection, kind: Kind, is_added: bool, names: &[String]) -> Result<()> {
    let mut bytes = Vec::new();
    for name in names {
        let words = match (kind, is_added) {
            (Kind::Keys, true) => vec!["SET", name, "x"],
            (Kind::Keys, false) => vec!["DEL", name],
            (Kind::Hash, true) => vec!["HSET", KEY, name, "x"],
            (Kind::Hash, false) => vec!["HDEL", KEY, name],
            (Kind::Set, true) => vec!["SADD", KEY, name],
            (Kind::Set, false) => vec!["SREM", KEY, name],
            (Kind::SortedSet, true) => vec!["ZADD", KEY, "1", name],
            (Kind::SortedSet, false) => vec!["ZREM", KEY, name],
        };
        bytes.extend(encode_request(&words));
    }
    connection.send(&bytes)?;
    for _ in names {
        let reply = connection.read_frame()?.value;
        ensure!(!matches!(reply, Value::Error(_)), "a change was refused: {reply:?}");
    }
    Ok(())
}

/// Grows and shrinks what is scanned, over and over.
fn come_and_go(server: &TestServer, plan: Plan, scanners_left: &AtomicUsize) -> Result<()> {
    let mut connection = server.connect()?;
    loop {
        for is_added in [true, false] {
            for start in (0..plan.passing).step_by(WAVE) {
                if scanners_left.load(Ordering::Acquire) == 0 {
                    return Ok(());
                }
                let wave = names("passes", start..(start + WAVE).min(plan.passing));
                change(&mut connection, plan.kind, is_added, &wave)?;
            }
        }
    }
}

fn scan_often(server: &TestServer, plan: Plan, number: usize) -> Result<usize> {
    let mut random = Rng::with_seed(plan.seed * 1000 + number as u64);
    let mut connection = server.connect()?;
    let mut given = 0;
    for _ in 0..plan.scans {
        let mut seen = HashSet::new();
        let mut cursor = "0".to_owned();
        let mut steps = 0;
        loop {
            let count = random.usize(1..200).to_string();
            let (next, elements) = step(&mut connection, plan.kind, &cursor, &count)?;
            for element in elements {
                given += 1;
                check_name(&element, plan)?;
                seen.insert(element);
            }
            steps += 1;
            // With at least one element a step, a scan that goes on for ever is found out.
            ensure!(steps <= 100 * (plan.staying + plan.passing), "a scan does not end");
            if next == "0" {
                break;
            }
            cursor = next;
        }
        for name in names("stays", 0..plan.staying) {
            ensure!(seen.contains(&name), "a scan in {steps} steps left out {name}");
        }
    }
    Ok(given)
}

/// One step: the next cursor and the names that it gave.
fn step(
    connection: &mut Connection,
    kind: Kind,
    cursor: &str,
    count: &str,
) -> Result<(String, Vec<String>)> {
    let words = match kind {
        Kind::Keys => vec!["SCAN", cursor, "COUNT", count],
        Kind::Hash => vec!["HSCAN", KEY, cursor, "COUNT", count],
        Kind::Set => vec!["SSCAN", KEY, cursor, "COUNT", count],
        Kind::SortedSet => vec!["ZSCAN", KEY, cursor, "COUNT", count],
    };
    let reply = connection.call(&words)?;
    let Some([next, elements]) = reply.as_items() else { bail!("{words:?}: {reply:?}") };
    let text = |value: &Value| {
        let bytes = value.as_bytes().context("no text")?;
        Ok::<_, anyhow::Error>(String::from_utf8_lossy(bytes).into_owned())
    };
    let has_values = matches!(kind, Kind::Hash | Kind::SortedSet);
    let elements = elements.as_items().context("no elements")?;
    let names = elements.iter().step_by(if has_values { 2 } else { 1 }).map(text);
    Ok((text(next)?, names.collect::<Result<_>>()?))
}

fn check_name(name: &str, plan: Plan) -> Result<()> {
    let is_known = match name.split_once(':') {
        Some(("stays", number)) => number.parse::<usize>().is_ok_and(|n| n < plan.staying),
        Some(("passes", number)) => number.parse::<usize>().is_ok_and(|n| n < plan.passing),
        _ => false,
    };
    ensure!(is_known, "a scan gave {name}, which never was there");
    Ok(())
}
