//! `slow`: what the server keeps for subscribers that do not read.

use anyhow::{Context, Result};

use super::progress::Progress;
use super::runner::Work;
use crate::load::channel_name;
use crate::options::SlowCommand;
use crate::report::Measurement;
use crate::target::{Control, Server};
use crate::wire;

/// Receive buffer of a subscriber that does not read: what the kernel keeps there, the server need not.
const RECEIVE_BUFFER_BYTES: usize = 4096;
/// Payload sent before replies are read.
const BATCH_BYTES: usize = 256 * 1024;

/// Subscribers that never read, while messages are published to them.
#[derive(Clone, Debug)]
pub(crate) struct Slow {
    pub(crate) subscribers: usize,
    pub(crate) size_bytes: usize,
    pub(crate) published_bytes: u64,
}

impl Slow {
    /// The work of `slow`.
    pub(crate) fn new(command: &SlowCommand) -> Self {
        Self {
            subscribers: command.subscribers,
            size_bytes: command.size.max(1),
            published_bytes: command.bytes,
        }
    }
}

impl Work for Slow {
    fn title(&self) -> String {
        format!(
            "slow: {} subscribers that do not read, {:.1} MB published in messages of {} B",
            self.subscribers,
            self.published_bytes as f64 / 1e6,
            self.size_bytes
        )
    }

    fn options(&self) -> Vec<(&'static str, String)> {
        vec![
            ("subscribers", self.subscribers.to_string()),
            ("size_bytes", self.size_bytes.to_string()),
            ("published_bytes", self.published_bytes.to_string()),
        ]
    }

    fn round(&self, server: &Server, progress: &Progress) -> Result<Measurement> {
        let mut control = server.control()?;
        control
            .call(&["CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 0 0"])
            .context("subscribers that do not read need output buffers without limit")?;
        let channel = channel_name(0);
        let mut subscribers = Vec::with_capacity(self.subscribers);
        for _ in 0..self.subscribers {
            let socket = server.address().connect_with_receive_buffer(RECEIVE_BUFFER_BYTES)?;
            let mut subscriber = server.greet(socket)?;
            subscriber.call(&["SUBSCRIBE", &channel])?;
            subscribers.push(subscriber);
        }
        let before = server.resident_bytes()?;
        let messages = self.published_bytes.div_ceil(self.size_bytes as u64);
        self.publish(&mut control, &channel, messages, progress)?;
        let after = server.resident_bytes()?;
        let published = (messages * self.size_bytes as u64) as f64;
        let growth = after as f64 - before as f64;
        let mut figures = Measurement::default();
        figures.set("messages", messages as f64);
        figures.set("published_bytes", published);
        figures.set("resident_before_bytes", before as f64);
        figures.set("resident_after_bytes", after as f64);
        figures.set("resident_growth_bytes", growth);
        figures.set("growth_per_published", growth / published.max(1.0));
        figures.set("closed_subscribers", self.closed(&mut control, &channel)?);
        Ok(figures)
    }
}

impl Slow {
    fn publish(
        &self,
        control: &mut Control,
        channel: &str,
        messages: u64,
        progress: &Progress,
    ) -> Result<()> {
        let payload = vec![b'x'; self.size_bytes];
        let mut request = Vec::new();
        wire::append_request(&mut request, &[b"PUBLISH", channel.as_bytes(), &payload]);
        let batch = (BATCH_BYTES / request.len()).max(1) as u64;
        let mut sent = 0;
        while sent < messages {
            let now = batch.min(messages - sent);
            control.send(&request.repeat(now as usize))?;
            control.expect_replies(now as usize)?;
            sent += now;
            progress.say(&format!("{sent} of {messages} messages"));
        }
        Ok(())
    }

    /// Subscribers that the server no longer has.
    fn closed(&self, control: &mut Control, channel: &str) -> Result<f64> {
        let reply = control.call(&["PUBLISH", channel, ""])?;
        let text = String::from_utf8_lossy(&reply);
        let left: usize = text.trim_start_matches(':').trim().parse().unwrap_or(0);
        Ok(self.subscribers.saturating_sub(left) as f64)
    }
}
