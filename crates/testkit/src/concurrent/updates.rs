//! Clients count up a key that they watch, and no step may be lost.

use anyhow::{Context, Result, ensure};
use fanfare_protocol::decode::Value;

use super::{integer, on_threads, transaction};
use crate::server::TestServer;

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Clients.
    pub clients: usize,
    /// Steps of each.
    pub steps: usize,
    /// Keys that each step counts up together.
    pub keys: usize,
}

/// Attempts at one step at most: with so many, somebody else would have come to an end long ago.
const ATTEMPTS_MAX: usize = 100_000;

/// Plays a plan. Gives how many attempts failed because somebody else was faster.
pub fn run(server: &TestServer, plan: Plan) -> Result<usize> {
    let keys: Vec<String> = (0..plan.keys).map(|number| format!("count:{number}")).collect();
    let mut control = server.connect()?;
    control.call(&["FLUSHALL"])?;
    let failed = on_threads(plan.clients, |_| client(server, plan, &keys))?;
    for key in &keys {
        let reached = integer(&control.call(&["GET", key])?)?;
        let expected = (plan.clients * plan.steps) as i64;
        ensure!(reached == expected, "{key} is {reached} after {expected} steps");
    }
    Ok(failed.iter().sum())
}

fn client(server: &TestServer, plan: Plan, keys: &[String]) -> Result<usize> {
    let mut connection = server.connect()?;
    let mut failed = 0;
    for _ in 0..plan.steps {
        let mut attempts = 0;
        loop {
            attempts += 1;
            ensure!(attempts <= ATTEMPTS_MAX, "nobody else was done, yet every attempt failed");
            let mut watch = vec!["WATCH".to_owned()];
            watch.extend_from_slice(keys);
            connection.call(&watch)?;
            let mut requests = Vec::new();
            for key in keys {
                let value = connection.call(&["GET", key])?;
                let value = if value.is_null() { 0 } else { integer(&value)? };
                requests.push(vec!["SET".to_owned(), key.clone(), (value + 1).to_string()]);
            }
            match transaction(&mut connection, &requests)? {
                Value::NullArray | Value::Null => failed += 1,
                reply => {
                    let items = reply.as_items().context("EXEC gives no array")?;
                    ensure!(items.len() == keys.len(), "EXEC gives {reply:?}");
                    break;
                }
            }
        }
    }
    Ok(failed)
}
