//! What is sent to a server before the clock runs.

use anyhow::Result;

use crate::load::RequestTemplate;
use crate::target::Server;

/// Requests of preparation that are sent before their replies are read.
const BATCH: u64 = 1000;

/// Words of a request. `{key}` becomes a key number, `{data}` the value; `;` parts commands that are sent as one request.
pub(super) type Words = &'static [&'static str];

/// Requests that are sent before the clock runs; `{key}` counts them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Prepare {
    /// A request so many times.
    Times(u64, Words),
    /// A request for each key number of the keyspace.
    EachKey(Words),
    /// So many requests for each of those that are measured.
    EachRequest(u64, Words),
}

/// How much there is of what is measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// Keys of the keyspace.
    pub(super) keys: u64,
    /// Requests.
    pub(super) requests: u64,
}

/// Puts there what is needed.
pub(super) fn prepare(
    server: &Server,
    steps: &[Prepare],
    extent: Extent,
    data: &[u8],
) -> Result<()> {
    for step in steps {
        let (times, words) = match *step {
            Prepare::Times(times, words) => (times, words),
            Prepare::EachKey(words) => (extent.keys, words),
            Prepare::EachRequest(times, words) => (extent.requests * times, words),
        };
        let mut template = RequestTemplate::new(&owned(words), data);
        let mut control = server.control()?;
        let mut sent = 0;
        while sent < times {
            let batch = BATCH.min(times - sent);
            let mut requests = Vec::new();
            (sent..sent + batch).for_each(|number| template.append(&mut requests, || number));
            control.send(&requests)?;
            control.expect_replies(batch as usize)?;
            sent += batch;
        }
    }
    Ok(())
}

/// Words as the load takes them.
pub(super) fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}
