//! `LATENCY GRAPH`: the samples of an event as bars of text, in the form of Redis.

use std::fmt::Write as _;

use super::Event;

/// Samples side by side; more go on below.
const COLUMNS: usize = 80;

/// Lines of a bar.
const ROWS: usize = 4;

/// Heights within one line, lowest first.
const HEIGHTS: [char; 3] = ['_', 'o', '#'];

/// What fills a bar below its top.
const FILL: char = '|';

const STEPS: u64 = (ROWS * HEIGHTS.len()) as u64;

/// The graph of an event that has samples; `now_s` is the time in seconds since 1970.
pub fn render(name: &str, event: &Event, now_s: u64) -> String {
    let high = event.latencies_ms().max().unwrap_or(0);
    let low = event.latencies_ms().min().unwrap_or(0);
    let worst = event.worst_ms;
    let mut out = format!("{name} - high {high} ms, low {low} ms (all time high {worst} ms)\n");
    out.extend(std::iter::repeat_n('-', COLUMNS));
    out.push('\n');
    let bars: Vec<Bar> = event
        .samples
        .iter()
        .map(|sample| Bar {
            step: step_of(sample.latency_ms - low, high - low),
            label: age_label(now_s.saturating_sub(sample.at_s)),
        })
        .collect();
    for (page, bars) in bars.chunks(COLUMNS).enumerate() {
        if page > 0 {
            out.push('\n');
        }
        render_page(bars, &mut out);
    }
    out
}

struct Bar {
    /// Height above the lowest possible bar, below [`STEPS`].
    step: u64,
    label: String,
}

fn step_of(above_low: u64, range: u64) -> u64 {
    (above_low * STEPS / range.max(1)).min(STEPS - 1)
}

fn render_page(bars: &[Bar], out: &mut String) {
    for row in (0..ROWS).rev() {
        let floor = row * HEIGHTS.len();
        out.extend(bars.iter().map(|bar| match (bar.step as usize).checked_sub(floor) {
            None => ' ',
            Some(height) => HEIGHTS.get(height).copied().unwrap_or(FILL),
        }));
        out.push('\n');
    }
    out.extend(std::iter::repeat_n(' ', bars.len()));
    out.push('\n');
    let longest = bars.iter().map(|bar| bar.label.len()).max().unwrap_or(0);
    for line in 0..longest {
        out.extend(bars.iter().map(|bar| bar.label.chars().nth(line).unwrap_or(' ')));
        out.push('\n');
    }
}

fn age_label(age_s: u64) -> String {
    const UNITS: [(u64, char); 3] = [(24 * 60 * 60, 'd'), (60 * 60, 'h'), (60, 'm')];
    let unit = UNITS.into_iter().find(|(seconds, _)| age_s >= *seconds);
    let (seconds, letter) = unit.unwrap_or((1, 's'));
    let mut label = String::new();
    write!(label, "{}{letter}", age_s / seconds).expect("text is written to memory");
    label
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::latency::Sample;

    fn event(samples: impl IntoIterator<Item = (u64, u64)>) -> Event {
        let samples = samples.into_iter().map(|(at_s, latency_ms)| Sample { at_s, latency_ms });
        let mut event = Event { samples: samples.collect(), worst_ms: 0 };
        event.worst_ms = event.latencies_ms().max().unwrap_or(0);
        event
    }

    /// What Redis 8.2 printed for these samples.
    #[test]
    fn bars_are_those_of_redis() {
        let samples = [(65, 22), (66, 30), (68, 100), (70, 51)];
        let dashes = "-".repeat(80);
        assert_eq!(
            render("command", &event(samples), 70),
            format!(
                "command - high 100 ms, low 22 ms (all time high 100 ms)\n{dashes}\n  # \n  | \n  \
                 |o\n_o||\n    \n5420\nssss\n"
            )
        );
        assert_eq!(
            render("command", &event([(7, 3)]), 7),
            format!(
                "command - high 3 ms, low 3 ms (all time high 3 ms)\n{dashes}\n \n \n \n_\n \n0\ns\n"
            )
        );
    }

    #[test]
    fn many_samples_go_on_below() {
        let graph = render("command", &event((0..82).map(|at_s| (at_s, 2))), 100_000);
        let lines: Vec<&str> = graph.lines().collect();
        assert_eq!(lines[2..5], [" ".repeat(80), " ".repeat(80), " ".repeat(80)]);
        assert_eq!(lines[5], "_".repeat(80));
        assert_eq!((lines[7], lines[8]), ("1".repeat(80).as_str(), "d".repeat(80).as_str()));
        assert_eq!(lines[9..], ["", "  ", "  ", "  ", "__", "  ", "11", "dd"]);
    }
}
