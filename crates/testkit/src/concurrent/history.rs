//! Records what clients did to single keys, and looks for an order that explains it.
//!
//! A history is linearizable if its operations can be put in one order that keeps to time (what was
//! replied before another was sent comes first) and in which every reply is right. The search goes from
//! one operation to the next through all states that are possible, each remembered once.

use std::collections::HashSet;
use std::time::Instant;

use anyhow::{Result, bail, ensure};
use fanfare_protocol::decode::Value;
use fastrand::Rng;

use super::{integer, on_threads};
use crate::server::TestServer;

/// What a client asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the commands")]
pub enum Action {
    Set(i64),
    Get,
    GetSet(i64),
    GetDel,
    Del,
    Incr,
}

/// One operation on a key.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// When it was sent, in nanoseconds.
    pub sent: u64,
    /// When its reply had come.
    pub done: u64,
    /// What was asked for.
    pub action: Action,
    /// What was replied: a value, a number, or nothing.
    pub reply: Option<i64>,
}

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Where random choices begin.
    pub seed: u64,
    /// Clients.
    pub clients: usize,
    /// Operations of each.
    pub operations: usize,
    /// Keys.
    pub keys: usize,
}

/// Plays a plan and gives each key's history.
pub fn record(server: &TestServer, plan: Plan) -> Result<Vec<Vec<Operation>>> {
    server.connect()?.call(&["FLUSHALL"])?;
    let start = Instant::now();
    let clients = on_threads(plan.clients, |number| client(server, plan, number, start))?;
    let mut histories = vec![Vec::new(); plan.keys];
    for (key, operation) in clients.into_iter().flatten() {
        histories[key].push(operation);
    }
    Ok(histories)
}

fn client(
    server: &TestServer,
    plan: Plan,
    number: usize,
    start: Instant,
) -> Result<Vec<(usize, Operation)>> {
    let mut random = Rng::with_seed(plan.seed * 1000 + number as u64);
    let mut connection = server.connect()?;
    let now = || start.elapsed().as_nanos() as u64;
    let mut operations = Vec::new();
    for step in 0..plan.operations {
        let key_number = random.usize(0..plan.keys);
        let key = format!("register:{key_number}");
        // No value is written twice, so that a value tells who wrote it.
        let value = (number * plan.operations + step) as i64 * 1000;
        let action = match random.u32(0..12) {
            0..=2 => Action::Set(value),
            3..=6 => Action::Get,
            7 => Action::GetSet(value),
            8 => Action::GetDel,
            9 => Action::Del,
            _ => Action::Incr,
        };
        let text = value.to_string();
        let words: Vec<&str> = match action {
            Action::Set(_) => vec!["SET", &key, &text],
            Action::Get => vec!["GET", &key],
            Action::GetSet(_) => vec!["SET", &key, &text, "GET"],
            Action::GetDel => vec!["GETDEL", &key],
            Action::Del => vec!["DEL", &key],
            Action::Incr => vec!["INCR", &key],
        };
        let sent = now();
        let reply = connection.call(&words)?;
        let done = now();
        let reply = match reply {
            Value::Simple(_) | Value::Null => None,
            Value::Error(text) => bail!("{words:?}: {}", text.escape_ascii()),
            reply => Some(integer(&reply)?),
        };
        operations.push((key_number, Operation { sent, done, action, reply }));
    }
    Ok(operations)
}

/// A point of the search: which operations have been put in order, and what the key then holds.
#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    /// All before this one are.
    first: usize,
    /// Later ones that are, ascending.
    later: Vec<usize>,
    value: Option<i64>,
}

/// Looks for an order that explains a history of one key, which begins without a value.
pub fn verify(history: &[Operation]) -> Result<()> {
    let mut operations = history.to_vec();
    operations.sort_by_key(|operation| operation.sent);
    let mut states = HashSet::from([State { first: 0, later: Vec::new(), value: None }]);
    for placed in 0..operations.len() {
        let mut next = HashSet::new();
        for state in &states {
            extend(&operations, state, &mut next);
        }
        if next.is_empty() {
            let first = states.iter().map(|state| state.first).max().unwrap_or(0);
            let near = &operations[first.saturating_sub(2)..(first + 10).min(operations.len())];
            bail!("no order explains what follows {placed} operations: {near:#?}");
        }
        states = next;
    }
    Ok(())
}

/// All states that one more operation leads to.
fn extend(operations: &[Operation], state: &State, next: &mut HashSet<State>) {
    let is_placed = |index: usize| index < state.first || state.later.binary_search(&index).is_ok();
    let open = || (state.first..operations.len()).filter(|&index| !is_placed(index));
    // Nothing may come before what was done before it was sent.
    let mut earliest_done = u64::MAX;
    for index in open() {
        if operations[index].sent > earliest_done {
            break;
        }
        earliest_done = earliest_done.min(operations[index].done);
    }
    for index in open() {
        let operation = &operations[index];
        if operation.sent > earliest_done {
            break;
        }
        let (value, reply) = apply(operation.action, state.value);
        if reply != operation.reply {
            continue;
        }
        let mut reached = State { value, ..state.clone() };
        let place = reached.later.partition_point(|&other| other < index);
        reached.later.insert(place, index);
        let whole = (reached.first..).zip(&reached.later).take_while(|(a, b)| a == *b).count();
        reached.later.drain(..whole);
        reached.first += whole;
        next.insert(reached);
    }
}

/// What a key that held `value` holds afterwards, and the reply.
fn apply(action: Action, value: Option<i64>) -> (Option<i64>, Option<i64>) {
    match action {
        Action::Set(new) => (Some(new), None),
        Action::Get => (value, value),
        Action::GetSet(new) => (Some(new), value),
        Action::GetDel => (None, value),
        Action::Del => (None, Some(i64::from(value.is_some()))),
        Action::Incr => {
            let new = value.unwrap_or(0) + 1;
            (Some(new), Some(new))
        }
    }
}

/// Checks the history of every key. Gives how many operations there were.
pub fn check(server: &TestServer, plan: Plan) -> Result<usize> {
    let histories = record(server, plan)?;
    histories.iter().try_for_each(|history| verify(history))?;
    let count = histories.iter().map(Vec::len).sum();
    ensure!(count == plan.clients * plan.operations, "operations are missing");
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(sent: u64, done: u64, action: Action, reply: Option<i64>) -> Operation {
        Operation { sent, done, action, reply }
    }

    #[test]
    fn overlapping_operations_come_in_either_order() {
        let old_then_new = [
            operation(0, 10, Action::Set(1), None),
            operation(1, 2, Action::Get, None),
            operation(3, 4, Action::Get, Some(1)),
            operation(11, 12, Action::Incr, Some(2)),
            operation(13, 14, Action::GetDel, Some(2)),
            operation(15, 16, Action::Del, Some(0)),
        ];
        assert!(verify(&old_then_new).is_ok());
    }

    #[test]
    fn a_value_that_comes_and_goes_is_noticed() {
        let new_then_old = [
            operation(0, 10, Action::Set(1), None),
            operation(1, 2, Action::Get, Some(1)),
            operation(3, 4, Action::Get, None),
        ];
        assert!(verify(&new_then_old).is_err());
    }

    #[test]
    fn lost_and_doubled_updates_are_noticed() {
        let lost = [operation(0, 5, Action::Incr, Some(1)), operation(1, 6, Action::Incr, Some(1))];
        assert!(verify(&lost).is_err());
        let late =
            [operation(0, 1, Action::Set(1), None), operation(2, 3, Action::GetSet(2), None)];
        assert!(verify(&late).is_err());
        let twice = [
            operation(0, 1, Action::Set(1), None),
            operation(2, 9, Action::GetDel, Some(1)),
            operation(3, 8, Action::GetDel, Some(1)),
        ];
        assert!(verify(&twice).is_err());
    }
}
