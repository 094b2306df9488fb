//! `limit`: the bare writer. A loop that only sends prepared bytes to local sockets is the least that any
//! server must pay per delivery, so it is the yardstick for the rest.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use mio::{Events, Interest, Poll};

use super::progress::Progress;
use super::runner::{Outcome, deliver};
use crate::load::{FrameScanner, FrameShape, ReadOutcome, Socket, channel_name};
use crate::options::{LimitCommand, Setup};
use crate::report::{Comparison, Measurement, ServerRounds};
use crate::target::{own_cpu_time, own_thread_cpu_time, with_cpus};
use crate::wire;

/// Bytes asked from the kernel by one read.
const READ_BYTES: usize = 128 * 1024;
/// How long the writer sleeps when the reader is too far behind.
const NAP: Duration = Duration::from_micros(20);
/// How long the reader waits for bytes before it looks whether the writer has ended.
const WAIT_MAX: Duration = Duration::from_millis(10);

/// A writer and its sockets.
#[derive(Clone, Debug)]
pub(crate) struct Limit {
    pub(crate) subscribers: usize,
    pub(crate) size_bytes: usize,
    pub(crate) messages_per_write: usize,
    pub(crate) duration: Duration,
    /// Writes to each socket that the reader may be behind; 0 is without bound.
    pub(crate) window: u64,
}

/// Runs `limit`.
pub(crate) fn run(command: &LimitCommand) -> Result<Outcome> {
    let limit = Limit {
        subscribers: command.subscribers.max(1),
        size_bytes: command.size,
        messages_per_write: command.messages_per_write.max(1),
        duration: command.duration,
        window: command.window,
    };
    let comparison = limit.compare(&command.setup)?;
    deliver(&command.setup, &[comparison])?;
    Ok(Outcome::Passed)
}

impl Limit {
    /// All rounds, as a comparison with one side.
    pub(crate) fn compare(&self, setup: &Setup) -> Result<Comparison> {
        let mut progress = Progress::new(setup.quiet);
        let rounds = setup.rounds_of(1);
        let mut writer = ServerRounds {
            label: "bare writer".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rounds: Vec::new(),
        };
        for round in 0..rounds {
            progress.begin(&self.title(), round, rounds, &writer.label);
            writer.rounds.push(self.round(setup)?);
        }
        progress.end();
        Ok(Comparison { title: self.title(), options: self.options(), servers: vec![writer] })
    }

    fn title(&self) -> String {
        format!(
            "bare writer: {} sockets, {} messages of {} B per write",
            self.subscribers, self.messages_per_write, self.size_bytes
        )
    }

    fn options(&self) -> Vec<(&'static str, String)> {
        vec![
            ("subscribers", self.subscribers.to_string()),
            ("size_bytes", self.size_bytes.to_string()),
            ("messages_per_write", self.messages_per_write.to_string()),
            ("duration_seconds", self.duration.as_secs_f64().to_string()),
            ("window", self.window.to_string()),
        ]
    }

    /// Sends for the asked time, the writer on the server's CPUs and the reader on the load's.
    pub(crate) fn round(&self, setup: &Setup) -> Result<Measurement> {
        let (senders, receivers) = connect(self.subscribers)?;
        let shape = self.frame_shape();
        let written = Arc::new(AtomicU64::new(0));
        let received = Arc::new(AtomicU64::new(0));
        let ended = Arc::new(AtomicBool::new(false));
        let process_before = own_cpu_time();
        let start = Instant::now();
        let reader = {
            let (written, ended) = (Arc::clone(&written), Arc::clone(&ended));
            let received = Arc::clone(&received);
            with_cpus(setup.load_cpus.as_ref(), || {
                Ok(thread::Builder::new()
                    .name("reader".to_owned())
                    .spawn(move || read_all(&receivers, shape, &written, &received, &ended))?)
            })?
        };
        let writer = with_cpus(setup.server_cpus.as_ref(), || {
            let (plan, written) = (self.clone(), Arc::clone(&written));
            let writer = thread::Builder::new()
                .name("writer".to_owned())
                .spawn(move || plan.write_for(senders, &written, &received))?;
            writer.join().map_err(|_| anyhow!("the writer panicked"))?
        });
        ended.store(true, Ordering::Release);
        let (received, reads) = reader.join().map_err(|_| anyhow!("the reader panicked"))??;
        let (cpu, _sockets) = writer?;
        let seconds = start.elapsed().as_secs_f64();
        let reader_cpu = own_cpu_time().saturating_sub(process_before + cpu);
        let mut figures = Measurement::default();
        figures.set("deliveries", received as f64);
        figures.set("deliveries_per_second", received as f64 / seconds);
        figures.set("messages_per_read", received as f64 / (reads as f64).max(1.0));
        figures
            .set("sender_cpu_ns_per_delivery", cpu.as_nanos() as f64 / (received as f64).max(1.0));
        figures.set("server_cores", cpu.as_secs_f64() / seconds);
        figures.set("load_cores", reader_cpu.as_secs_f64() / seconds);
        Ok(figures)
    }

    /// The frame that a subscriber of a fan-out run would get.
    fn frame(&self) -> Vec<u8> {
        let mut frame = Vec::new();
        let channel = channel_name(0);
        wire::append_request(
            &mut frame,
            &[b"message", channel.as_bytes(), &vec![b'x'; self.size_bytes]],
        );
        frame
    }

    fn frame_shape(&self) -> FrameShape {
        FrameShape::new(&["message".to_owned(), channel_name(0)], self.size_bytes)
    }

    /// The writer: nothing but writes. Returns its CPU time, and the sockets, still open.
    fn write_for(
        &self,
        mut senders: Vec<TcpStream>,
        written: &AtomicU64,
        received: &AtomicU64,
    ) -> Result<(Duration, Vec<TcpStream>)> {
        let prepared = self.frame().repeat(self.messages_per_write);
        let deadline = Instant::now() + self.duration;
        let before = own_thread_cpu_time();
        let pass_messages = (senders.len() * self.messages_per_write) as u64;
        while Instant::now() < deadline {
            let behind = written.load(Ordering::Relaxed) - received.load(Ordering::Acquire);
            if self.window > 0 && behind > (self.window - 1) * pass_messages {
                thread::sleep(NAP);
                continue;
            }
            for sender in &mut senders {
                sender.write_all(&prepared).context("the bare writer cannot send")?;
            }
            written.fetch_add(pass_messages, Ordering::Release);
        }
        Ok((own_thread_cpu_time().saturating_sub(before), senders))
    }
}

fn connect(pairs: usize) -> Result<(Vec<TcpStream>, Vec<Socket>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let mut senders = Vec::with_capacity(pairs);
    let mut receivers = Vec::with_capacity(pairs);
    for _ in 0..pairs {
        receivers.push(Socket::new(TcpStream::connect(address)?.into())?);
        let (sender, _) = listener.accept()?;
        sender.set_nodelay(true)?;
        senders.push(sender);
    }
    Ok((senders, receivers))
}

/// The reader: counts until all that was written is here.
fn read_all(
    receivers: &[Socket],
    shape: FrameShape,
    written: &AtomicU64,
    total: &AtomicU64,
    ended: &AtomicBool,
) -> Result<(u64, u64)> {
    let mut queue = Poll::new()?;
    for (token, receiver) in receivers.iter().enumerate() {
        receiver.register(queue.registry(), token, Interest::READABLE)?;
    }
    let mut scanners: Vec<FrameScanner> = Vec::new();
    scanners.resize_with(receivers.len(), FrameScanner::default);
    let mut events = Events::with_capacity(1024);
    let mut scratch = vec![0; READ_BYTES];
    let (mut received, mut reads) = (0, 0);
    loop {
        if let Err(error) = queue.poll(&mut events, Some(WAIT_MAX))
            && error.kind() != std::io::ErrorKind::Interrupted
        {
            return Err(error.into());
        }
        for event in &events {
            let position = event.token().0;
            while let ReadOutcome::Bytes(bytes) = receivers[position].read(&mut scratch)? {
                reads += 1;
                received += scanners[position].scan(shape, &scratch[..bytes], |_| {})?;
                if bytes < scratch.len() {
                    break;
                }
            }
        }
        total.store(received, Ordering::Release);
        if ended.load(Ordering::Acquire) && received >= written.load(Ordering::Acquire) {
            return Ok((received, reads));
        }
    }
}
