//! Clients that wait for the next entry of a stream, again and again.

use anyhow::{Context, Result};

use super::progress::Progress;
use super::runner::Work;
use crate::report::Measurement;
use crate::target::{Control, Server};
use crate::wire::append_request;

/// Clients that wait for a stream; each entry goes to all of them at once.
#[derive(Clone, Debug)]
pub(crate) struct Readers {
    pub(crate) clients: usize,
    pub(crate) entries: u64,
    pub(crate) size_bytes: usize,
}

impl Work for Readers {
    fn title(&self) -> String {
        format!(
            "{} clients wait for a stream: {} entries of {} B",
            self.clients, self.entries, self.size_bytes
        )
    }

    fn options(&self) -> Vec<(&'static str, String)> {
        vec![
            ("clients", self.clients.to_string()),
            ("entries", self.entries.to_string()),
            ("size_bytes", self.size_bytes.to_string()),
        ]
    }

    fn round(&self, server: &Server, progress: &Progress) -> Result<Measurement> {
        let mut readers = Vec::with_capacity(self.clients);
        for _ in 0..self.clients {
            let mut reader = server.control()?;
            // It has been accepted before the next one comes.
            reader.call(&["PING"])?;
            readers.push(reader);
        }
        let mut writer = server.control()?;
        let (mut read, mut add) = (Vec::new(), Vec::new());
        append_request(&mut read, &[b"XREAD", b"BLOCK", b"0", b"STREAMS", b"stream", b"$"]);
        let data = vec![b'x'; self.size_bytes];
        append_request(&mut add, &[b"XADD", b"stream", b"*", b"field", &data]);
        let before = server.cpu_time()?;
        for entry in 0..self.entries {
            for reader in &mut readers {
                reader.send(&read)?;
            }
            self.await_blocked(&mut writer)?;
            writer.send(&add)?;
            writer.expect_replies(1)?;
            for reader in &mut readers {
                reader.expect_replies(1)?;
            }
            progress.say(&format!("{entry} entries"));
        }
        let after = server.cpu_time()?;
        let deliveries = (self.entries * self.clients as u64) as f64;
        let mut figures = Measurement::default();
        figures.set("deliveries", deliveries);
        if let Some((before, after)) = before.zip(after) {
            let cpu_ns = after.saturating_sub(before).as_nanos() as f64;
            figures.set("server_cpu_ns_per_delivery", cpu_ns / deliveries.max(1.0));
        }
        Ok(figures)
    }
}

impl Readers {
    /// Asks until all readers wait.
    fn await_blocked(&self, control: &mut Control) -> Result<()> {
        loop {
            let blocked = control.info("clients", "blocked_clients")?;
            if blocked.context("the server does not say who waits")? == self.clients.to_string() {
                return Ok(());
            }
        }
    }
}
