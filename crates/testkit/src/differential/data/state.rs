//! What a sequence has left behind: look-ups counted, and type, encoding, expiry and content of every key.

use anyhow::Result;

use super::catalog::Catalog;
use super::play::{Batch, Replies, Side, exchange};
use super::words;
use crate::differential::sequence::Sequence;

/// Databases that sequences reach.
const DATABASES: &[&str] = &["0", "1"];

/// Requests about the state, and what each server replied.
#[derive(Debug)]
pub struct State {
    /// The requests' words.
    pub requests: Vec<Vec<String>>,
    /// For each server, the replies.
    pub replies: Vec<Replies>,
}

/// Asks every server what its keys hold.
pub fn examine(sides: &mut [Side], sequence: &Sequence, catalog: &Catalog) -> Result<State> {
    let mut state = State { requests: Vec::new(), replies: vec![Replies::default(); sides.len()] };
    let keys = words::all_keys();
    state.ask(sides, overview(sequence, &keys))?;
    let mut details = Vec::new();
    // The replies to the overview, behind those of `RESET` and `INFO`.
    let mut place = 2;
    for database in databases(sequence) {
        details.push(request(&["SELECT", database]));
        place += 1;
        for key in &keys {
            // The reference's word is taken; where the subject's differs, that is the difference.
            let reply = String::from_utf8_lossy(state.replies[0].get(place));
            details.extend(of_key(key, reply.trim_matches(['+', '\r', '\n']), catalog));
            place += 1;
        }
        place += 1;
    }
    state.ask(sides, details)?;
    Ok(state)
}

impl State {
    /// Sends requests and keeps them with their replies.
    fn ask(&mut self, sides: &mut [Side], requests: Vec<Vec<String>>) -> Result<()> {
        let mut batch = Batch::new(0);
        for request in &requests {
            batch.push(request);
        }
        exchange(sides, &batch, &mut self.replies)?;
        self.requests.extend(requests);
        Ok(())
    }
}

/// The databases that a sequence may have put something into.
fn databases(sequence: &Sequence) -> &'static [&'static str] {
    let reaches = |name: &str| sequence.steps.iter().any(|step| step.action.begins_with(&[name]));
    let is_several = ["MOVE", "COPY", "SELECT", "SWAPDB"].into_iter().any(reaches);
    if is_several { DATABASES } else { &DATABASES[..1] }
}

fn request(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// Look-ups so far, types of all keys and how many there are.
fn overview(sequence: &Sequence, keys: &[String]) -> Vec<Vec<String>> {
    // What another thread has counted may take a moment to be seen. And Redis now and then takes a good
    // number for a bad one, after which `SORT` looks nothing up.
    let sorts = ["SORT", "SORT_RO"]
        .iter()
        .any(|name| sequence.steps.iter().any(|step| step.action.begins_with(&[name])));
    let counts = sequence.connections.len() == 1 && !sorts;
    let section = if counts { "stats" } else { "server" };
    let mut requests = vec![request(&["RESET"]), request(&["INFO", section])];
    for database in databases(sequence) {
        requests.push(request(&["SELECT", database]));
        requests.extend(keys.iter().map(|key| request(&["TYPE", key])));
        // Counted once every key has been looked at: what has expired may stay until then.
        requests.push(request(&["DBSIZE"]));
    }
    requests
}

/// What to ask about a key of a type.
fn of_key(key: &str, kind: &str, catalog: &Catalog) -> Vec<Vec<String>> {
    let mut requests = Vec::new();
    let mut ask = |name: &str, words: &[&str]| {
        if catalog.has(name) {
            requests.push(request(words));
        }
    };
    if kind != "none" {
        ask("pttl", &["PTTL", key]);
        ask("object|encoding", &["OBJECT", "ENCODING", key]);
    }
    match kind {
        "string" => ask("get", &["GET", key]),
        "list" => ask("lrange", &["LRANGE", key, "0", "-1"]),
        "set" => ask("smembers", &["SMEMBERS", key]),
        "zset" => ask("zrange", &["ZRANGE", key, "0", "-1", "WITHSCORES"]),
        "stream" => {
            ask("xrange", &["XRANGE", key, "-", "+"]);
            ask("xinfo|stream", &["XINFO", "STREAM", key, "FULL", "COUNT", "0"]);
        }
        "hash" => {
            ask("hgetall", &["HGETALL", key]);
            let count = words::MEMBERS.len().to_string();
            let fields = [&["HPTTL", key, "FIELDS", &count], words::MEMBERS].concat();
            ask("hpttl", &fields);
        }
        _ => {}
    }
    requests
}
