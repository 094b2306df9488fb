//! Clients that send the same command again and again and wait for its replies.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use mio::{Events, Interest, Poll};

use super::socket::{ReadOutcome, Socket};
use super::{Counters, Latencies, latencies};
use crate::target::{Server, own_cpu_time};
use crate::wire;

/// Bytes asked from the kernel by one read.
const READ_BYTES: usize = 64 * 1024;
/// The longest wait for an event.
const WAIT_MAX: Duration = Duration::from_millis(100);
/// How often the progress is shown.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);
/// Digits of a key number.
const KEY_DIGITS: usize = 12;

/// The work of one command test.
#[derive(Clone, Debug)]
pub(crate) struct RequestPlan {
    /// Connections.
    pub(crate) clients: usize,
    /// Requests of all connections together.
    pub(crate) requests: u64,
    /// Requests sent before waiting for their replies.
    pub(crate) pipeline: usize,
    /// Threads that carry the load.
    pub(crate) threads: usize,
    /// Keys are drawn from this many; one key if absent.
    pub(crate) keyspace: Option<u64>,
    /// The request, with `{key}`, `{data}` and [`NEXT_COMMAND`] as in the table of commands.
    pub(crate) arguments: Vec<String>,
    /// How key numbers are chosen.
    pub(crate) key_order: KeyOrder,
    /// What `{data}` becomes.
    pub(crate) data: Vec<u8>,
}

/// How key numbers are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyOrder {
    /// At random.
    Drawn,
    /// One after the other; by each thread for itself.
    Counted,
}

/// The word between two commands that are sent as one request.
pub(crate) const NEXT_COMMAND: &str = ";";

/// What a run has measured.
#[derive(Debug)]
pub(crate) struct RequestResult {
    /// Requests whose replies, one for each of their commands, were received.
    pub(crate) requests: u64,
    /// Error replies among them.
    pub(crate) errors: u64,
    /// From the first request to the last reply.
    pub(crate) elapsed: Duration,
    /// CPU time of the server.
    pub(crate) server_cpu: Option<Duration>,
    /// CPU time of this process.
    pub(crate) load_cpu: Duration,
    /// From sending a batch to each of its replies, in nanoseconds.
    pub(crate) latency: Latencies,
    /// Requests answered so far: (seconds, count).
    pub(crate) samples: Vec<(f64, u64)>,
}

/// A request whose key numbers are written in place.
#[derive(Clone, Debug)]
pub(crate) struct RequestTemplate {
    bytes: Vec<u8>,
    key_offsets: Vec<usize>,
    /// How many replies it gets.
    commands: u64,
}

impl RequestTemplate {
    /// Fills in `{data}`, and remembers where `{key}` stands.
    pub(crate) fn new(arguments: &[String], data: &[u8]) -> Self {
        let mut template = Self { bytes: Vec::new(), key_offsets: Vec::new(), commands: 0 };
        for command in arguments.split(|argument| argument == NEXT_COMMAND) {
            template.add_command(command, data);
        }
        template
    }

    fn add_command(&mut self, arguments: &[String], data: &[u8]) {
        let zeros = "0".repeat(KEY_DIGITS);
        self.bytes.extend_from_slice(format!("*{}\r\n", arguments.len()).as_bytes());
        for argument in arguments {
            let filled: Vec<u8> = match argument.as_str() {
                "{data}" => data.to_vec(),
                text => text.replace("{key}", &zeros).into_bytes(),
            };
            self.bytes.extend_from_slice(format!("${}\r\n", filled.len()).as_bytes());
            if let Some(offset) = argument.find("{key}") {
                self.key_offsets.push(self.bytes.len() + offset);
            }
            self.bytes.extend_from_slice(&filled);
            self.bytes.extend_from_slice(b"\r\n");
        }
        self.commands += 1;
    }

    /// How many replies it gets.
    pub(crate) fn commands(&self) -> u64 {
        self.commands
    }

    /// Appends the request with key numbers from `draw`.
    pub(crate) fn append(&mut self, output: &mut Vec<u8>, mut draw: impl FnMut() -> u64) {
        for &offset in &self.key_offsets {
            let mut rest = draw();
            for digit in self.bytes[offset..offset + KEY_DIGITS].iter_mut().rev() {
                *digit = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
        }
        output.extend_from_slice(&self.bytes);
    }
}

/// A small generator (xorshift): key numbers need to be spread, not secret.
#[derive(Debug)]
struct KeyNumbers {
    state: u64,
    keyspace: u64,
    order: KeyOrder,
}

impl KeyNumbers {
    fn new(seed: u64, keyspace: Option<u64>, order: KeyOrder) -> Self {
        let state = match order {
            KeyOrder::Drawn => seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            KeyOrder::Counted => 0,
        };
        Self { state, keyspace: keyspace.unwrap_or(1), order }
    }

    fn draw(&mut self) -> u64 {
        if self.order == KeyOrder::Counted {
            self.state += 1;
            return (self.state - 1) % self.keyspace.max(1);
        }
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state % self.keyspace.max(1)
    }
}

#[derive(Debug)]
struct Client {
    socket: Socket,
    output: Vec<u8>,
    written: usize,
    /// Replies still to come for the batch sent.
    waiting: u64,
    sent_at: Instant,
    /// The beginning of a reply whose rest has not come.
    partial: Vec<u8>,
}

struct ClientThread {
    clients: Vec<Client>,
    queue: Poll,
    template: RequestTemplate,
    keys: KeyNumbers,
    pipeline: u64,
    replies: u64,
    errors: u64,
    latency: Latencies,
}

struct Shared {
    counters: Counters,
    /// Requests not yet taken by any connection.
    left: AtomicI64,
}

/// Runs `plan` against `server`. `progress` is called now and then with the counters and the time so far.
pub(crate) fn run_requests(
    server: &Server,
    plan: &RequestPlan,
    mut progress: impl FnMut(&Counters, Duration),
) -> Result<RequestResult> {
    let threads = connect(server, plan)?;
    let shared = Arc::new(Shared {
        counters: Counters::default(),
        left: AtomicI64::new(i64::try_from(plan.requests).context("too many requests")?),
    });
    let cpu_before = server.cpu_time()?;
    let load_before = own_cpu_time();
    let start = Instant::now();
    let (sender, results) = mpsc::channel();
    for thread in threads {
        let (sender, shared) = (sender.clone(), Arc::clone(&shared));
        thread::Builder::new().name("clients".to_owned()).spawn(move || {
            // The receiver is gone only after another thread has failed.
            let _ = sender.send(thread.run(&shared));
        })?;
    }
    drop(sender);
    let commands = RequestTemplate::new(&plan.arguments, &plan.data).commands();
    let mut total = RequestResult {
        requests: 0,
        errors: 0,
        elapsed: Duration::ZERO,
        server_cpu: None,
        load_cpu: Duration::ZERO,
        latency: latencies(),
        samples: vec![(0.0, 0)],
    };
    loop {
        match results.recv_timeout(PROGRESS_INTERVAL) {
            Ok(result) => {
                let thread: ClientThread = result?;
                total.requests += thread.replies / commands;
                total.errors += thread.errors;
                total.latency += &thread.latency;
                total.elapsed = start.elapsed();
            }
            Err(RecvTimeoutError::Timeout) => {
                let received = shared.counters.received.load(Ordering::Relaxed) / commands;
                total.samples.push((start.elapsed().as_secs_f64(), received));
                progress(&shared.counters, start.elapsed());
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    total.samples.push((total.elapsed.as_secs_f64(), total.requests));
    let cpu_after = server.cpu_time()?;
    total.server_cpu =
        cpu_after.zip(cpu_before).map(|(after, before)| after.saturating_sub(before));
    total.load_cpu = own_cpu_time().saturating_sub(load_before);
    Ok(total)
}

fn connect(server: &Server, plan: &RequestPlan) -> Result<Vec<ClientThread>> {
    let template = RequestTemplate::new(&plan.arguments, &plan.data);
    let mut threads = Vec::new();
    for number in 0..plan.threads.clamp(1, plan.clients.max(1)) {
        let queue = Poll::new()?;
        let mut clients = Vec::new();
        for _ in (number..plan.clients.max(1)).step_by(plan.threads.max(1)) {
            let socket = Socket::new(server.control()?.into_socket()?)?;
            let interest = Interest::READABLE | Interest::WRITABLE;
            socket.register(queue.registry(), clients.len(), interest)?;
            clients.push(Client {
                socket,
                output: Vec::new(),
                written: 0,
                waiting: 0,
                sent_at: Instant::now(),
                partial: Vec::new(),
            });
        }
        threads.push(ClientThread {
            clients,
            queue,
            template: template.clone(),
            keys: KeyNumbers::new(number as u64 + 1, plan.keyspace, plan.key_order),
            pipeline: plan.pipeline as u64,
            replies: 0,
            errors: 0,
            latency: latencies(),
        });
    }
    Ok(threads)
}

impl ClientThread {
    fn run(mut self, shared: &Shared) -> Result<Self> {
        let mut scratch = vec![0; READ_BYTES];
        let mut events = Events::with_capacity(1024);
        let mut busy = 0;
        for position in 0..self.clients.len() {
            busy += usize::from(self.next_batch(position, shared)?);
        }
        while busy > 0 {
            if let Err(error) = self.queue.poll(&mut events, Some(WAIT_MAX))
                && error.kind() != std::io::ErrorKind::Interrupted
            {
                return Err(error.into());
            }
            for event in &events {
                let position = event.token().0;
                self.clients[position].flush()?;
                if self.clients[position].waiting == 0 {
                    continue;
                }
                self.read(position, &mut scratch, shared)?;
                if self.clients[position].waiting == 0 && !self.next_batch(position, shared)? {
                    busy -= 1;
                }
            }
        }
        Ok(self)
    }

    /// Sends a client's next requests; false if there are none left.
    fn next_batch(&mut self, position: usize, shared: &Shared) -> Result<bool> {
        let wanted = self.pipeline as i64;
        let before = shared.left.fetch_sub(wanted, Ordering::Relaxed);
        let requests = before.clamp(0, wanted) as u64;
        if requests == 0 {
            return Ok(false);
        }
        let client = &mut self.clients[position];
        for _ in 0..requests {
            self.template.append(&mut client.output, || self.keys.draw());
        }
        client.waiting = requests * self.template.commands();
        client.sent_at = Instant::now();
        shared.counters.sent.fetch_add(requests, Ordering::Relaxed);
        client.flush()?;
        Ok(true)
    }

    fn read(&mut self, position: usize, scratch: &mut [u8], shared: &Shared) -> Result<()> {
        let client = &mut self.clients[position];
        loop {
            let bytes = match client.socket.read(scratch)? {
                ReadOutcome::Bytes(bytes) => bytes,
                ReadOutcome::Empty => return Ok(()),
                ReadOutcome::Closed => bail!("the server closed the connection of a client"),
            };
            let (replies, errors) = client.take_replies(&scratch[..bytes])?;
            let waited = client.sent_at.elapsed().as_nanos() as u64;
            self.latency.saturating_record_n(waited, replies);
            self.replies += replies;
            self.errors += errors;
            shared.counters.received.fetch_add(replies, Ordering::Relaxed);
            if bytes < scratch.len() {
                return Ok(());
            }
        }
    }
}

impl Client {
    fn flush(&mut self) -> Result<()> {
        while self.written < self.output.len() {
            match self.socket.write(&self.output[self.written..])? {
                0 => return Ok(()),
                bytes => self.written += bytes,
            }
        }
        self.output.clear();
        self.written = 0;
        Ok(())
    }

    /// Counts the replies that `input` completes, and the errors among them.
    fn take_replies(&mut self, input: &[u8]) -> Result<(u64, u64)> {
        self.partial.extend_from_slice(input);
        let (mut replies, mut errors, mut consumed) = (0, 0, 0);
        while let Some(bytes) = wire::reply_bytes(&self.partial[consumed..])? {
            errors += u64::from(matches!(self.partial[consumed], b'-' | b'!'));
            consumed += bytes;
            replies += 1;
        }
        self.partial.drain(..consumed);
        self.waiting =
            self.waiting.checked_sub(replies).context("the server sent replies unasked")?;
        Ok((replies, errors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_carry_the_drawn_key_and_the_data() {
        let arguments = ["SET".to_owned(), "key:{key}".to_owned(), "{data}".to_owned()];
        let mut template = RequestTemplate::new(&arguments, b"abc");
        let mut output = Vec::new();
        template.append(&mut output, || 4711);
        let expected = "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000004711\r\n$3\r\nabc\r\n";
        assert_eq!(String::from_utf8_lossy(&output), expected);
    }

    #[test]
    fn several_commands_make_one_request() {
        let arguments = ["MULTI", ";", "INCR", "a{key}", ";", "EXEC"].map(str::to_owned);
        let mut template = RequestTemplate::new(&arguments, b"");
        let mut output = Vec::new();
        template.append(&mut output, || 5);
        let expected =
            "*1\r\n$5\r\nMULTI\r\n*2\r\n$4\r\nINCR\r\n$13\r\na000000000005\r\n*1\r\n$4\r\nEXEC\r\n";
        assert_eq!(String::from_utf8_lossy(&output), expected);
        assert_eq!(template.commands(), 3);
    }

    #[test]
    fn counted_key_numbers_come_in_order() {
        let mut keys = KeyNumbers::new(3, Some(3), KeyOrder::Counted);
        let drawn: Vec<u64> = (0..5).map(|_| keys.draw()).collect();
        assert_eq!(drawn, [0, 1, 2, 0, 1]);
    }

    #[test]
    fn key_numbers_stay_in_the_keyspace_and_vary() {
        let mut keys = KeyNumbers::new(1, Some(10), KeyOrder::Drawn);
        let drawn: Vec<u64> = (0..1000).map(|_| keys.draw()).collect();
        assert!(drawn.iter().all(|&key| key < 10));
        assert!((0..10).all(|key| drawn.contains(&key)), "every key appears in 1000 draws");
    }
}
