//! `idle`: what a subscriber costs that only waits.

use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::progress::Progress;
use super::runner::Work;
use crate::options::IdleCommand;
use crate::report::Measurement;
use crate::target::{Control, Server};

/// Connections that are being set up at once: fewer than any server's accept backlog.
const SETUP_BATCH: usize = 64;

/// Subscribers that wait, each on its own channel.
#[derive(Clone, Debug)]
pub(crate) struct Idle {
    pub(crate) subscribers: usize,
    pub(crate) settle: Duration,
}

impl Idle {
    /// The work of `idle`.
    pub(crate) fn new(command: &IdleCommand) -> Self {
        Self { subscribers: command.subscribers.max(1), settle: command.settle }
    }
}

impl Work for Idle {
    fn title(&self) -> String {
        format!("idle: {} subscribers, each of its own channel", self.subscribers)
    }

    fn options(&self) -> Vec<(&'static str, String)> {
        vec![
            ("subscribers", self.subscribers.to_string()),
            ("settle_seconds", self.settle.as_secs_f64().to_string()),
        ]
    }

    fn round(&self, server: &Server, progress: &Progress) -> Result<Measurement> {
        let before = server.resident_bytes()?;
        let mut connected = Vec::with_capacity(self.subscribers);
        while connected.len() < self.subscribers {
            let first = connected.len();
            let last = (first + SETUP_BATCH).min(self.subscribers);
            for index in first..last {
                connected.push(subscribe(server, index)?);
            }
            for control in &mut connected[first..] {
                control.expect_replies(1)?;
            }
            progress.say(&format!("{} subscribers", connected.len()));
        }
        thread::sleep(self.settle);
        let after = server.resident_bytes()?;
        let mut figures = Measurement::default();
        figures.set("resident_before_bytes", before as f64);
        figures.set("resident_after_bytes", after as f64);
        figures.set(
            "resident_bytes_per_subscriber",
            (after as f64 - before as f64) / self.subscribers as f64,
        );
        Ok(figures)
    }
}

/// Connects and asks for a channel; the confirmation is read later.
fn subscribe(server: &Server, index: usize) -> Result<Control> {
    let mut control = server.control()?;
    let channel = format!("idle:{index}");
    let mut request = Vec::new();
    crate::wire::append_request(&mut request, &[b"SUBSCRIBE", channel.as_bytes()]);
    control.send(&request)?;
    Ok(control)
}
