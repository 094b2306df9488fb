//! The report as JSON.

use serde_json::{Map, Value, json};

use super::measurement::{Comparison, Measurement, ServerRounds};

/// Percentiles listed for every latency distribution.
const PERCENTILES: [f64; 9] = [1.0, 10.0, 25.0, 50.0, 75.0, 90.0, 99.0, 99.9, 99.99];

/// One object: `title`, `options`, `servers` (each with `rounds`, `median`, `latency_percentiles_ns`) and,
/// with two servers, `ratios` of the medians.
pub(crate) fn to_json(comparison: &Comparison) -> Value {
    let options: Map<String, Value> =
        comparison.options.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let mut report = json!({
        "benchmark": concat!("fanfare-benchmark ", env!("CARGO_PKG_VERSION")),
        "title": comparison.title,
        "options": options,
        "servers": comparison.servers.iter().map(|server| server_json(comparison, server)).collect::<Vec<_>>(),
    });
    if comparison.servers.len() == 2 {
        let ratios: Map<String, Value> = comparison
            .metrics()
            .filter_map(|metric| {
                Some((metric.key.to_owned(), json!(comparison.ratio(metric.key)?)))
            })
            .collect();
        report["ratios"] = Value::Object(ratios);
    }
    report
}

fn server_json(comparison: &Comparison, server: &ServerRounds) -> Value {
    let median: Map<String, Value> = comparison
        .metrics()
        .filter_map(|metric| Some((metric.key.to_owned(), json!(server.median(metric.key)?))))
        .collect();
    let rounds: Vec<Value> =
        server.rounds.iter().map(|round| round_json(comparison, round)).collect();
    let mut value = json!({
        "label": server.label,
        "version": server.version,
        "median": median,
        "rounds": rounds,
    });
    if let Some(latency) = server.latency() {
        let percentiles: Map<String, Value> = PERCENTILES
            .iter()
            .map(|&percentile| {
                (percentile.to_string(), json!(latency.value_at_percentile(percentile)))
            })
            .collect();
        value["latency_percentiles_ns"] = Value::Object(percentiles);
    }
    value
}

fn round_json(comparison: &Comparison, round: &Measurement) -> Value {
    comparison
        .metrics()
        .filter_map(|metric| Some((metric.key.to_owned(), json!(round.get(metric.key)?))))
        .collect::<Map<String, Value>>()
        .into()
}
