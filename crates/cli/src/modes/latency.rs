//! `--latency`, `--latency-history`, `--latency-dist`: round-trip times of `PING`.

use std::thread;
use std::time::{Duration, Instant};

use fanfare_client::Connection;

use super::spectrum;
use crate::failure::Failure;
use crate::format::Format;
use crate::options::{LatencyMode, Settings};
use crate::session::Session;
use crate::terminal::print;

/// Pause between two samples.
const PAUSE: Duration = Duration::from_millis(10);

/// How long one history line lasts where no interval is given.
const HISTORY_INTERVAL: Duration = Duration::from_secs(15);

/// How long a spectrum, or a measurement that is printed once, lasts where no interval is given.
const INTERVAL: Duration = Duration::from_secs(1);

/// Samples since the start, or since the last line.
#[derive(Clone, Copy, Debug, Default)]
struct Summary {
    min_ms: u64,
    max_ms: u64,
    total_ms: u64,
    samples: u64,
}

impl Summary {
    fn add(&mut self, latency: Duration) {
        let latency_ms = latency.as_millis() as u64;
        self.min_ms = if self.samples == 0 { latency_ms } else { self.min_ms.min(latency_ms) };
        self.max_ms = self.max_ms.max(latency_ms);
        self.total_ms += latency_ms;
        self.samples += 1;
    }

    fn mean_ms(self) -> f64 {
        self.total_ms as f64 / self.samples.max(1) as f64
    }

    fn text(self, format: Format) -> String {
        let Self { min_ms, max_ms, samples, .. } = self;
        let mean_ms = self.mean_ms();
        match format {
            Format::Tty => {
                format!("min: {min_ms}, max: {max_ms}, avg: {mean_ms:.2} ({samples} samples)")
            }
            Format::Csv => format!("{min_ms},{max_ms},{mean_ms:.2},{samples}\n"),
            Format::Raw => format!("{min_ms} {max_ms} {mean_ms:.2} {samples}\n"),
            Format::Json | Format::QuotedJson => format!(
                "{{\"min\": {min_ms}, \"max\": {max_ms}, \"avg\": {mean_ms:.2}, \"count\": {samples}}}\n"
            ),
        }
    }
}

/// Measures until the program is ended, or for one interval where nobody watches.
pub(crate) fn measure(
    session: Session,
    settings: &Settings,
    mode: LatencyMode,
    format: Format,
) -> Result<(), Failure> {
    let mut connection = session.into_connection()?;
    match mode {
        LatencyMode::Distribution => {
            spectrum::watch(settings.interval.unwrap_or(INTERVAL), || sample(&mut connection))
        }
        LatencyMode::Running if format == Format::Tty => show(&mut connection, None),
        LatencyMode::History => {
            let interval = settings.interval.unwrap_or(HISTORY_INTERVAL);
            if format == Format::Tty {
                show(&mut connection, Some(interval))
            } else {
                loop {
                    report(&mut connection, interval, format)?;
                }
            }
        }
        LatencyMode::Running => {
            report(&mut connection, settings.interval.unwrap_or(INTERVAL), format)
        }
    }
}

/// Rewrites one line with each sample; begins a new one after each interval, if there is one.
fn show(connection: &mut Connection, interval: Option<Duration>) -> Result<(), Failure> {
    let mut summary = Summary::default();
    let mut start = Instant::now();
    loop {
        summary.add(sample(connection)?);
        print(format!("\x1b[0G\x1b[2K{}", summary.text(Format::Tty)).as_bytes())?;
        let elapsed = start.elapsed();
        if interval.is_some_and(|interval| elapsed > interval) {
            print(format!(" -- {:.2} seconds range\n", elapsed.as_secs_f64()).as_bytes())?;
            summary = Summary::default();
            start = Instant::now();
        }
        thread::sleep(PAUSE);
    }
}

/// Measures for one interval and prints one line.
fn report(connection: &mut Connection, interval: Duration, format: Format) -> Result<(), Failure> {
    let mut summary = Summary::default();
    let start = Instant::now();
    while start.elapsed() <= interval {
        summary.add(sample(connection)?);
        thread::sleep(PAUSE);
    }
    Ok(print(summary.text(format).as_bytes())?)
}

fn sample(connection: &mut Connection) -> Result<Duration, Failure> {
    let start = Instant::now();
    match connection.call(&["PING"]) {
        Ok(_) => Ok(start.elapsed()),
        Err(error) => Err(Failure::Fatal(format!("\nI/O error: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_printed_in_each_format() {
        let mut summary = Summary::default();
        for latency_ms in [2, 1, 6] {
            summary.add(Duration::from_millis(latency_ms));
        }
        assert_eq!(summary.text(Format::Tty), "min: 1, max: 6, avg: 3.00 (3 samples)");
        assert_eq!(summary.text(Format::Raw), "1 6 3.00 3\n");
        assert_eq!(summary.text(Format::Csv), "1,6,3.00,3\n");
        let json = "{\"min\": 1, \"max\": 6, \"avg\": 3.00, \"count\": 3}\n";
        assert_eq!(summary.text(Format::Json), json);
    }
}
