//! The table on standard output.

use super::measurement::{Comparison, ServerRounds};
use super::metric::{Better, Metric};
use super::number::humanize;

/// The table of a comparison, as text: a line per figure, medians and their spread over the rounds.
pub(crate) fn print_table(comparison: &Comparison) -> String {
    let mut rows = vec![header(comparison)];
    for metric in comparison.metrics() {
        let mut row = vec![metric.title.to_owned()];
        row.extend(comparison.servers.iter().map(|server| cell(server, metric)));
        if comparison.servers.len() == 2 {
            row.push(ratio_cell(comparison, metric));
        }
        rows.push(row);
    }
    let columns = rows[0].len();
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = format!("{}\n\n", comparison.title);
    for row in &rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let padding = " ".repeat(widths[column] - cell.chars().count());
            // Names to the left, figures to the right.
            if column == 0 {
                line.push_str(&format!("{cell}{padding}"));
            } else {
                line.push_str(&format!("  {padding}{cell}"));
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn header(comparison: &Comparison) -> Vec<String> {
    let rounds = comparison.servers.iter().map(|server| server.rounds.len()).max().unwrap_or(0);
    let mut row = vec![format!("median of {rounds} rounds (least - most)")];
    row.extend(
        comparison.servers.iter().map(|server| format!("{} [{}]", server.label, server.version)),
    );
    if comparison.servers.len() == 2 {
        row.push("ratio".to_owned());
    }
    row
}

fn cell(server: &ServerRounds, metric: &Metric) -> String {
    let values = server.values(metric.key);
    let Some(median) = server.median(metric.key) else {
        return "-".to_owned();
    };
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let median = humanize(median, metric.unit);
    if values.len() < 2 || least >= most {
        return median;
    }
    format!("{median} ({} - {})", humanize(least, metric.unit), humanize(most, metric.unit))
}

fn ratio_cell(comparison: &Comparison, metric: &Metric) -> String {
    match comparison.ratio(metric.key) {
        Some(ratio) if metric.better != Better::Neither => {
            format!("{} ×", humanize(ratio, super::metric::Unit::Factor))
        }
        _ => String::new(),
    }
}
