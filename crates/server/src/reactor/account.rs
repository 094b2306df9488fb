//! Counts what the reactor does, and notes what took long.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use fanfare_engine::command::{CommandError, CommandId, Facts, Flag};
use fanfare_protocol::Request;

use super::core::{ConnectionKey, Reactor};
use super::mail::Mail;
use crate::config;
use crate::observe::latency::{COMMAND, FAST_COMMAND, Sample};
use crate::observe::monitor::{Occasion, append_line};
use crate::observe::rates::SAMPLE_INTERVAL_MS;
use crate::observe::slow_log::shortened_args;
use crate::observe::{CallOutcome, Counter, Peak, ReactorStats, Secrets, SlowRequest};

/// What is called.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) id: CommandId,
    pub(super) row: &'static Facts,
    pub(super) request: Request<'a>,
}

impl Reactor {
    /// What this reactor counts.
    pub fn stats(&self) -> &ReactorStats {
        self.shared.observed.stats.reactor(usize::from(self.id.0))
    }

    /// Counts a command that has run; notes it if it was slow; shows it to monitors.
    pub(super) fn account(
        &self,
        key: ConnectionKey,
        call: Call<'_>,
        duration_ns: u64,
        outcome: CallOutcome,
    ) {
        self.stats().record_call(call.id, duration_ns, outcome);
        let micros = duration_ns / 1000;
        let threshold = self.config.slowlog_threshold_us;
        if threshold >= 0 && micros >= threshold as u64 && !call.row.has(Flag::SkipSlowlog) {
            self.note_slow(key, call, micros);
        }
        let threshold_ms = self.config.latency_threshold_ms;
        if threshold_ms > 0 && micros / 1000 >= threshold_ms {
            let sample = Sample { at_s: now_us() / 1_000_000, latency_ms: micros / 1000 };
            let event = if call.row.has(Flag::Fast) { FAST_COMMAND } else { COMMAND };
            self.shared.observed.latency.lock().add(event, sample);
        }
        let is_shown = !call.row.has(Flag::SkipMonitor) && !call.row.has(Flag::Admin);
        if self.shared.monitors.load(Ordering::Relaxed) > 0 && is_shown {
            self.show_to_monitors(key, call);
        }
    }

    /// Counts an error reply; `rejected` is the command that was not run for it.
    #[cold]
    pub(super) fn account_error(&self, error: &CommandError, rejected: Option<CommandId>) {
        self.stats().record_error(&error.text());
        if let Some(id) = rejected {
            self.stats().record_rejection(id);
        }
    }

    /// Counts an error reply to a connection's last command, which was counted as done when it began to wait.
    #[cold]
    pub(super) fn account_late_error(&self, key: ConnectionKey, text: &[u8]) {
        self.stats().record_error(text);
        if let Some(id) = self.connections[key as usize].session.last_command {
            self.stats().record_failure(id);
        }
    }

    /// Counts a turn of the loop that began, after its wait, at `began`.
    pub(super) fn account_turn(&self, began: Instant) {
        let micros = began.elapsed().as_micros() as u64;
        self.stats().count(Counter::LoopCycles, 1);
        self.stats().count(Counter::LoopDurationUs, micros);
    }

    /// Takes samples for rates, if this is the reactor that does and enough time has passed.
    pub(super) fn sample(&mut self) {
        if self.id.0 == 0 && self.now() >= self.next_sample_at {
            self.next_sample_at = self.now() + Duration::from_millis(SAMPLE_INTERVAL_MS);
            let uptime = self.now().duration_since(self.shared.started_at);
            self.shared.observed.sample(uptime.as_micros() as u64);
        }
    }

    /// Notes the largest buffers that any client of this reactor has now.
    pub(super) fn note_largest_buffers(&self) {
        let (mut input, mut output) = (0, 0);
        for (_, connection) in self.connections() {
            input = input.max(connection.input.as_ref().map_or(0, |input| input.memory_bytes()));
            output = output.max(connection.output.pending_bytes());
        }
        self.stats().set_peak(Peak::InputBufferBytes, input as u64);
        self.stats().set_peak(Peak::OutputBufferBytes, output as u64);
    }

    #[cold]
    fn note_slow(&self, key: ConnectionKey, call: Call<'_>, duration_us: u64) {
        let connection = &self.connections[key as usize];
        let slow = SlowRequest {
            at_s: now_us() / 1_000_000,
            duration_us,
            args: shortened_args(call.request, &self.secrets(call)),
            address: connection.peer.to_string(),
            name: connection.session.name.clone(),
        };
        let entries_max = usize::try_from(self.config.slowlog_entries_max).unwrap_or(usize::MAX);
        self.shared.observed.slow_log.lock().add(slow, entries_max);
    }

    #[cold]
    fn show_to_monitors(&self, key: ConnectionKey, call: Call<'_>) {
        let connection = &self.connections[key as usize];
        let occasion = Occasion {
            now_us: now_us(),
            database: connection.session.database,
            peer: &connection.peer,
        };
        let mut line = Vec::new();
        append_line(&mut line, occasion, call.request, &self.secrets(call));
        let line: Arc<[u8]> = line.into();
        self.shared.send_to_all(|| Mail::Monitored(Arc::clone(&line)));
    }

    fn secrets(&self, call: Call<'_>) -> Secrets {
        let name = self.shared.commands.entry(call.id).full_name();
        let is_sensitive = |name: &[u8]| config::find(name).is_some_and(|one| one.is_sensitive);
        Secrets::of(name, call.request, is_sensitive)
    }
}

fn now_us() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros() as u64
}
