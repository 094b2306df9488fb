//! The report as one page that needs nothing else: style and plots are inside.

use std::fmt::Write;

use super::measurement::{Comparison, ServerRounds};
use super::metric::{Better, Metric, Unit};
use super::number::humanize;
use super::plot::{LinePlot, Scale, Series, bar_plot, escape, line_plot};

/// Figures that get a bar plot when a run has them.
const BARS: [&str; 8] = [
    "deliveries_per_second",
    "requests_per_second",
    "server_cpu_ns_per_delivery",
    "server_cpu_ns_per_publish",
    "server_cpu_ns_per_request",
    "sender_cpu_ns_per_delivery",
    "resident_bytes_per_subscriber",
    "growth_per_published",
];

/// Percentiles along the x axis of the latency plot: one step for each nine.
const NINES: [(f64, &str); 5] =
    [(0.0, "0"), (1.0, "90 %"), (2.0, "99 %"), (3.0, "99.9 %"), (4.0, "99.99 %")];
/// Points per step of the latency plot.
const POINTS_PER_NINE: u32 = 20;

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --faint: #8b949e;
  --s0: #0969da; --s1: #bc4c00; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #0d1117; --s0: #58a6ff; --s1: #f0883e; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
td, th { padding: .2rem .8rem; text-align: right; border-bottom: 1px solid #8884; }
td:first-child, th:first-child { text-align: left; }
svg { width: 100%; max-width: 40rem; display: block; }
svg text { font-size: 12px; fill: var(--ink); }
.tick { text-anchor: middle; } .label, .name { text-anchor: end; }
.grid { stroke: var(--faint); stroke-width: .5; }
.line { fill: none; stroke-width: 2; }
.line.s0 { stroke: var(--s0); } .line.s1 { stroke: var(--s1); stroke-dasharray: 6 3; }
.bar.s0 { fill: var(--s0); } .bar.s1 { fill: var(--s1); }
.legend svg { width: 30px; height: 10px; display: inline; margin: 0 .4rem 0 1rem; }
";

/// The whole page; several comparisons follow one another.
pub(crate) fn write_html(comparisons: &[Comparison]) -> String {
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <title>fanfare-benchmark</title><style>{STYLE}</style></head><body>\n\
         <h1>fanfare-benchmark</h1>\n"
    );
    for comparison in comparisons {
        section(&mut html, comparison);
    }
    html.push_str("</body></html>\n");
    html
}

fn section(html: &mut String, comparison: &Comparison) {
    let _ = writeln!(html, "<section><h2>{}</h2>", escape(&comparison.title));
    figures(html, comparison);
    for key in BARS {
        bars(html, comparison, Metric::by_key(key));
    }
    latency_plot(html, comparison);
    progress_plot(html, comparison);
    let _ = write!(html, "<details><summary>Options</summary><table>");
    for (name, value) in &comparison.options {
        let _ = write!(html, "<tr><td>{name}</td><td>{}</td></tr>", escape(value));
    }
    html.push_str("</table></details></section>\n");
}

fn figures(html: &mut String, comparison: &Comparison) {
    html.push_str("<table><tr><th>median</th>");
    for server in &comparison.servers {
        let _ = write!(html, "<th>{} [{}]</th>", escape(&server.label), escape(&server.version));
    }
    if comparison.servers.len() == 2 {
        html.push_str("<th>ratio</th>");
    }
    html.push_str("</tr>\n");
    for metric in comparison.metrics() {
        let _ = write!(html, "<tr><td>{}</td>", metric.title);
        for server in &comparison.servers {
            let text = server.median(metric.key).map(|value| humanize(value, metric.unit));
            let _ = write!(html, "<td>{}</td>", text.unwrap_or_default());
        }
        if comparison.servers.len() == 2 {
            let ratio = comparison.ratio(metric.key).filter(|_| metric.better != Better::Neither);
            let text = ratio.map(|ratio| humanize(ratio, Unit::Factor)).unwrap_or_default();
            let _ = write!(html, "<td>{text}</td>");
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</table>\n");
}

fn bars(html: &mut String, comparison: &Comparison, metric: &Metric) {
    let values: Vec<(String, f64)> = comparison
        .servers
        .iter()
        .filter_map(|server| Some((server.label.clone(), server.median(metric.key)?)))
        .collect();
    if values.len() > 1 {
        let _ = writeln!(html, "<h3>{}</h3>{}", metric.title, bar_plot(&values, metric.unit));
    }
}

fn latency_plot(html: &mut String, comparison: &Comparison) {
    let series: Vec<Series> = comparison.servers.iter().filter_map(latency_series).collect();
    if series.is_empty() {
        return;
    }
    let plot = LinePlot {
        x_title: "share of messages delivered within",
        x_ticks: NINES.iter().map(|(position, text)| (*position, (*text).to_owned())).collect(),
        y_unit: Unit::Nanoseconds,
        y_scale: Scale::Logarithmic,
        series,
    };
    let _ = writeln!(html, "<h3>Latency</h3>{}", line_plot(&plot));
}

fn latency_series(server: &ServerRounds) -> Option<Series> {
    let latency = server.latency()?;
    let steps = (NINES.len() as u32 - 1) * POINTS_PER_NINE;
    let points = (0..=steps).map(|step| {
        let nines = f64::from(step) / f64::from(POINTS_PER_NINE);
        let quantile = 1.0 - 10f64.powf(-nines);
        (nines, latency.value_at_quantile(quantile) as f64)
    });
    Some(Series { name: server.label.clone(), points: points.collect() })
}

/// Events over time, of each server's middle round.
fn progress_plot(html: &mut String, comparison: &Comparison) {
    let series: Vec<Series> = comparison
        .servers
        .iter()
        .filter_map(|server| {
            let round = server.rounds.get(server.rounds.len() / 2)?;
            let points = round.samples.iter().map(|&(seconds, count)| (seconds, count as f64));
            Some(Series { name: server.label.clone(), points: points.collect() })
        })
        .filter(|series| series.points.len() > 2)
        .collect();
    let longest =
        series.iter().flat_map(|series| &series.points).map(|point| point.0).fold(0.0, f64::max);
    if series.is_empty() || longest <= 0.0 {
        return;
    }
    let x_ticks =
        (0..=4).map(|step| longest * f64::from(step) / 4.0).map(|at| (at, format!("{at:.1} s")));
    let plot = LinePlot {
        x_title: "time",
        x_ticks: x_ticks.collect(),
        y_unit: Unit::Count,
        y_scale: Scale::Linear,
        series,
    };
    let _ = writeln!(html, "<h3>Progress</h3>{}", line_plot(&plot));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bar_names_a_metric() {
        use crate::report::metric::METRICS;
        for key in BARS {
            assert!(METRICS.iter().any(|metric| metric.key == key), "{key}");
        }
    }

    #[test]
    fn the_page_refers_to_nothing_outside() {
        let html = write_html(&[Comparison::default()]);
        let outside = html.replace("http://www.w3.org/2000/svg", "");
        assert!(!outside.contains("http"), "{html}");
        assert!(!outside.contains("src="), "{html}");
    }
}
