//! Publishers and subscribers at work at the same time.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use fanfare_protocol::decode::Value;
use fastrand::Rng;

use crate::connection::{Connection, encode_request};
use crate::server::TestServer;

/// The text of the last message of each channel.
const END: &[u8] = b"end";

/// How often a subscriber that waits for a message looks whether the publishers are done.
const LOOK_UP: Duration = Duration::from_millis(20);

/// How much happens.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Chooses channels, batches and stays.
    pub seed: u64,
    /// Channels, named `c0`, `c1`, ….
    pub channels: usize,
    /// Connections that publish.
    pub publishers: usize,
    /// Messages of each publisher.
    pub messages: usize,
    /// Requests that a publisher sends before it waits, at most.
    pub pipeline_max: usize,
    /// Connections that stay subscribed to every channel; every second one by a pattern.
    pub staying: usize,
    /// Connections that subscribe and unsubscribe all the time.
    pub passing: usize,
}

/// A message: its publisher and its number there.
pub type Message = (usize, usize);

/// When a message was sent and when its reply came, on the counter that all publishers share.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// Which channel.
    pub channel: usize,
    /// Before it was sent.
    pub sent: u64,
    /// After the reply.
    pub answered: u64,
}

/// What a subscriber received, in order, with the channel of each message.
pub type Received = Vec<(usize, Message)>;

/// What happened.
#[derive(Debug)]
pub struct Traffic {
    /// For each publisher, its messages.
    pub published: Vec<Vec<Stamp>>,
    /// What subscribers that stayed received.
    pub staying: Vec<Received>,
    /// What others received during each of their stays, on one channel each.
    pub passing: Vec<Received>,
}

/// Lets everybody work against a server.
pub fn run(server: &TestServer, plan: Plan) -> Result<Traffic> {
    let counter = AtomicU64::new(0);
    let done = AtomicBool::new(false);
    let mut staying = Vec::new();
    for number in 0..plan.staying {
        staying.push(subscribe_to_all(server, plan, number % 2 == 1)?);
    }
    let (counter, done) = (&counter, &done);
    thread::scope(|scope| {
        let staying: Vec<_> = staying
            .into_iter()
            .map(|peer| scope.spawn(move || stay(peer, plan.channels)))
            .collect();
        let passing: Vec<_> =
            (0..plan.passing).map(|n| scope.spawn(move || pass(server, plan, n, done))).collect();
        let publishers: Vec<_> = (0..plan.publishers)
            .map(|number| scope.spawn(move || publish(server, plan, number, counter)))
            .collect();
        let published = publishers.into_iter().map(join).collect::<Result<Vec<_>>>();
        done.store(true, Ordering::Release);
        let ended = end_channels(server, plan.channels);
        let passing = passing.into_iter().map(join).collect::<Result<Vec<_>>>();
        ended?;
        let staying = staying.into_iter().map(join).collect::<Result<Vec<_>>>();
        let passing = passing?.into_iter().flatten().collect();
        Ok(Traffic { published: published?, staying: staying?, passing })
    })
}

fn join<T>(handle: thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    handle.join().map_err(|_| anyhow!("a thread panicked"))?
}

fn publish(
    server: &TestServer,
    plan: Plan,
    number: usize,
    counter: &AtomicU64,
) -> Result<Vec<Stamp>> {
    let mut random = Rng::with_seed(plan.seed ^ (number as u64 + 1));
    let mut connection = server.connect()?;
    let mut stamps: Vec<Stamp> = Vec::new();
    while stamps.len() < plan.messages {
        let batch = random.usize(1..=plan.pipeline_max).min(plan.messages - stamps.len());
        let first = stamps.len();
        let mut bytes = Vec::new();
        for index in first..first + batch {
            let channel = random.usize(0..plan.channels);
            let words = ["PUBLISH".to_owned(), format!("c{channel}"), format!("{number}:{index}")];
            bytes.extend(encode_request(&words));
            let sent = counter.fetch_add(1, Ordering::SeqCst);
            stamps.push(Stamp { channel, sent, answered: 0 });
        }
        connection.send(&bytes)?;
        for stamp in &mut stamps[first..] {
            let reply = connection.read_frame()?.value;
            let receivers =
                reply.as_integer().with_context(|| format!("PUBLISH says {reply:?}"))?;
            ensure!(receivers >= plan.staying as i64, "only {receivers} receivers");
            stamp.answered = counter.fetch_add(1, Ordering::SeqCst);
        }
    }
    Ok(stamps)
}

fn end_channels(server: &TestServer, channels: usize) -> Result<()> {
    let mut connection = server.connect()?;
    for channel in 0..channels {
        connection.call(&[&b"PUBLISH"[..], format!("c{channel}").as_bytes(), END])?;
    }
    Ok(())
}

fn subscribe_to_all(server: &TestServer, plan: Plan, by_pattern: bool) -> Result<Connection> {
    let mut connection = server.connect()?;
    let mut words = vec!["SUBSCRIBE".to_owned()];
    if by_pattern {
        words = vec!["PSUBSCRIBE".to_owned(), "c?*".to_owned()];
    } else {
        words.extend((0..plan.channels).map(|channel| format!("c{channel}")));
    }
    connection.request(&words)?;
    for _ in 1..words.len() {
        connection.read_frame()?;
    }
    Ok(connection)
}

/// Receives until every channel has ended.
fn stay(mut connection: Connection, channels: usize) -> Result<Received> {
    let mut received = Received::new();
    let mut ended = 0;
    while ended < channels {
        match message_of(&connection.read_frame()?.value)? {
            Some(message) => received.push(message),
            None => ended += 1,
        }
    }
    Ok(received)
}

/// Subscribes and unsubscribes until the publishers are done.
fn pass(
    server: &TestServer,
    plan: Plan,
    number: usize,
    done: &AtomicBool,
) -> Result<Vec<Received>> {
    let mut random = Rng::with_seed(plan.seed ^ (number as u64 + 1000));
    let mut stays = Vec::new();
    let mut connection = server.connect()?;
    while !done.load(Ordering::Acquire) {
        if random.u32(0..8) == 0 {
            connection = server.connect()?;
        }
        let channel = format!("c{}", random.usize(0..plan.channels));
        connection.call(&["SUBSCRIBE", &channel])?;
        let mut received = Received::new();
        let wanted = random.usize(0..60);
        while received.len() < wanted && !done.load(Ordering::Acquire) {
            if let Some(frame) = connection.frame_before(Instant::now() + LOOK_UP)? {
                received.extend(message_of(&frame.value)?);
            }
        }
        connection.request(&["UNSUBSCRIBE", &channel])?;
        loop {
            let value = connection.read_frame()?.value;
            if is_kind(&value, b"unsubscribe") {
                break;
            }
            received.extend(message_of(&value)?);
        }
        stays.push(received);
    }
    Ok(stays)
}

fn is_kind(value: &Value, kind: &[u8]) -> bool {
    let first = value.as_items().and_then(<[Value]>::first);
    first.and_then(Value::as_bytes) == Some(kind)
}

/// Channel and message of a frame; `None` for the last message of a channel.
fn message_of(value: &Value) -> Result<Option<(usize, Message)>> {
    let items = value.as_items().unwrap_or_default();
    let texts: Vec<&[u8]> = items.iter().filter_map(Value::as_bytes).collect();
    let ([b"message", channel, text] | [b"pmessage", _, channel, text]) = texts[..] else {
        bail!("expected a message, received {value:?}")
    };
    if text == END {
        return Ok(None);
    }
    let channel = std::str::from_utf8(&channel[1..])?.parse()?;
    let (publisher, index) =
        std::str::from_utf8(text)?.split_once(':').context("no message of ours")?;
    Ok(Some((channel, (publisher.parse()?, index.parse()?))))
}
