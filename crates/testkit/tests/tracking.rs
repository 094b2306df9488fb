//! A client that keeps values and drops those it is told of (`CLIENT TRACKING`) never keeps an old one.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use fanfare_protocol::decode::Value;
use fanfare_testkit::connection::encode_request;
use fanfare_testkit::{Connection, Product, TestServer};

const WRITERS: u64 = 3;
const READERS: u64 = 3;
const KEYS: usize = 20;
const WRITES: usize = 3000;
const PIPELINE_MAX: usize = 20;
/// How often a client begins to track while another waits for the lock of the key that is read then.
const BEGINNINGS: usize = 300;
/// Elements of a list that takes some hundred microseconds to search.
const ELEMENTS: usize = 30_000;

fn key(number: usize) -> String {
    format!("key:{number}")
}

fn write(mut connection: Connection, seed: u64) -> Result<()> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut left = WRITES;
    while left > 0 {
        let batch = random.usize(1..=PIPELINE_MAX).min(left);
        for _ in 0..batch {
            connection.request(&["INCR", &key(random.usize(..KEYS))])?;
        }
        for _ in 0..batch {
            ensure!(matches!(connection.read_frame()?.value, Value::Integer(_)), "no number");
        }
        left -= batch;
    }
    Ok(())
}

/// A client that keeps what it reads.
struct Reader {
    connection: Connection,
    kept: HashMap<String, Vec<u8>>,
    asked: VecDeque<String>,
}

impl Reader {
    fn new(mut connection: Connection, options: &[&str]) -> Result<Self> {
        connection.call(&["HELLO", "3"])?;
        let request: Vec<&str> =
            ["CLIENT", "TRACKING", "ON"].into_iter().chain(options.iter().copied()).collect();
        connection.call(&request)?;
        Ok(Self { connection, kept: HashMap::new(), asked: VecDeque::new() })
    }

    fn ask(&mut self, key: String) -> Result<()> {
        self.connection.request(&["GET", &key])?;
        self.asked.push_back(key);
        Ok(())
    }

    /// Reads one reply, and the pushes before it.
    fn hear(&mut self) -> Result<()> {
        loop {
            let frame = self.connection.read_frame()?;
            let Value::Push(items) = &frame.value else {
                let key = self.asked.pop_front().context("a reply to nothing")?;
                if let Some(value) = frame.value.as_bytes() {
                    self.kept.insert(key, value.to_vec());
                }
                return Ok(());
            };
            ensure!(items[0].as_bytes() == Some(b"invalidate".as_slice()), "a push {frame:?}");
            for key in items[1].as_items().context("no keys")? {
                let key = String::from_utf8_lossy(key.as_bytes().context("no key")?);
                self.kept.remove(key.as_ref());
            }
        }
    }

    fn read_until(&mut self, is_over: &AtomicBool, seed: u64) -> Result<()> {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut is_last = false;
        while !is_last {
            is_last = is_over.load(Ordering::Acquire);
            for _ in 0..random.usize(1..=PIPELINE_MAX) {
                let key = key(random.usize(..KEYS));
                if !self.kept.contains_key(&key) {
                    self.ask(key)?;
                }
            }
            // Where all is kept already, this brings the news.
            self.ask("nothing".to_owned())?;
            while !self.asked.is_empty() {
                self.hear()?;
            }
        }
        Ok(())
    }
}

fn check(product: Product, threads: &str, options: &'static [&'static str]) -> Result<()> {
    let server = TestServer::start(product, &["--io-threads", threads])?;
    let is_over = AtomicBool::new(false);
    let kept: Vec<HashMap<String, Vec<u8>>> = thread::scope(|scope| {
        let readers: Result<Vec<_>> = (0..READERS)
            .map(|seed| {
                let mut reader = Reader::new(server.connect()?, options)?;
                let is_over = &is_over;
                Ok(scope.spawn(move || {
                    reader.read_until(is_over, seed)?;
                    Ok(reader.kept)
                }))
            })
            .collect();
        let writers: Result<Vec<_>> = (0..WRITERS)
            .map(|seed| {
                let connection = server.connect()?;
                Ok(scope.spawn(move || write(connection, 100 + seed)))
            })
            .collect();
        for writer in writers? {
            writer.join().expect("a writer")?;
        }
        is_over.store(true, Ordering::Release);
        readers?.into_iter().map(|reader| reader.join().expect("a reader")).collect::<Result<_>>()
    })?;
    let mut control = server.connect()?;
    for (reader, kept) in kept.iter().enumerate() {
        ensure!(!kept.is_empty(), "reader {reader} kept nothing");
        for (key, value) in kept {
            let now = control.call(&["GET", key])?;
            if now.as_bytes() != Some(value) {
                bail!("reader {reader} kept {key} = {}, not {now:?}", value.escape_ascii());
            }
        }
    }
    Ok(())
}

#[test]
fn nothing_old_is_kept_with_one_thread() -> Result<()> {
    check(Product::Fanfare, "1", &[])
}

#[test]
fn nothing_old_is_kept_with_four_threads() -> Result<()> {
    check(Product::Fanfare, "4", &[])
}

#[test]
fn nothing_old_is_kept_with_four_threads_and_prefixes() -> Result<()> {
    check(Product::Fanfare, "4", &["BCAST", "PREFIX", "key:"])
}

/// What is demanded is what Redis gives.
#[test]
fn nothing_old_is_kept_with_redis() -> Result<()> {
    check(Product::Redis82, "1", &[])?;
    check(Product::Redis82, "1", &["BCAST", "PREFIX", "key:"])
}

/// The thread that a client is with.
fn thread_of(connection: &mut Connection) -> Result<String> {
    let reply = connection.call(&["CLIENT", "INFO"])?;
    let line = String::from_utf8_lossy(reply.as_bytes().context("no text")?).into_owned();
    let mut words = line.split(' ').filter_map(|word| word.strip_prefix("io-thread="));
    Ok(words.next().context("no thread")?.to_owned())
}

/// Who has read a value while it tracks hears of the change, though the writer came to the lock before the tracking.
#[test]
fn who_begins_to_track_is_told() -> Result<()> {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let server = TestServer::start(Product::Fanfare, &["--io-threads", "2"])?;
    let (mut writer, mut reader) = (server.connect()?, server.connect()?);
    ensure!(thread_of(&mut writer)? != thread_of(&mut reader)?, "one thread has both");
    let push: Vec<&str> = ["RPUSH", "long"].into_iter().chain(vec!["e"; ELEMENTS]).collect();
    writer.call(&push)?;
    reader.call(&["HELLO", "3"])?;
    let begin: [&[&str]; 5] = [
        &["LPOS", "k", "none"],
        &["LPOS", "k", "none"],
        &["LPOS", "k", "none"],
        &["CLIENT", "TRACKING", "ON"],
        &["LLEN", "k"],
    ];
    let begin: Vec<u8> = begin.into_iter().flat_map(encode_request).collect();
    for round in 0..BEGINNINGS {
        writer.call(&["COPY", "long", "k", "REPLACE"])?;
        reader.send(&begin)?;
        (0..random.u32(..1_000_000)).for_each(|number| {
            std::hint::black_box(number);
        });
        writer.call(&["SET", "k", "x"])?;
        // What it is to hear comes before the reply to its next request.
        reader.request(&["CLIENT", "TRACKING", "OFF"])?;
        let (mut pushes, mut replies) = (0, Vec::new());
        while replies.len() < 6 {
            match reader.read_frame()?.value {
                Value::Push(_) => pushes += 1,
                reply => replies.push(reply),
            }
        }
        let has_read = replies[4] == Value::Integer(ELEMENTS as i64);
        ensure!(!has_read || pushes > 0, "round {round}: nothing was told of the change");
    }
    Ok(())
}
