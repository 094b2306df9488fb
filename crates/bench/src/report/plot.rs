//! Plots as inline SVG: lines over linear or logarithmic axes, and bars.

use std::fmt::Write;

use super::metric::Unit;
use super::number::humanize;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 44.0;

/// One line of a plot. Its class decides colour and dashes, so that it is told apart without colour.
pub(crate) struct Series {
    /// Name in the legend.
    pub(crate) name: String,
    /// Points, by rising x.
    pub(crate) points: Vec<(f64, f64)>,
}

/// Labels of an axis: position in the data's own units, and text.
pub(crate) type Ticks = Vec<(f64, String)>;

/// A line plot. X positions are the caller's; y is scaled from 0, or logarithmically.
pub(crate) struct LinePlot {
    /// Below the x axis.
    pub(crate) x_title: &'static str,
    /// Labels of the x axis.
    pub(crate) x_ticks: Ticks,
    /// What y counts.
    pub(crate) y_unit: Unit,
    /// How y is scaled.
    pub(crate) y_scale: Scale,
    /// The lines.
    pub(crate) series: Vec<Series>,
}

/// How an axis is scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    /// From zero.
    Linear,
    /// By powers of ten around the data.
    Logarithmic,
}

/// The range of an axis after scaling.
struct Axis {
    scale: Scale,
    low: f64,
    high: f64,
}

impl Axis {
    fn around(values: impl Iterator<Item = f64> + Clone, scale: Scale) -> Self {
        let high = values.clone().fold(0.0, f64::max);
        match scale {
            Scale::Linear => Self { scale, low: 0.0, high: if high > 0.0 { high } else { 1.0 } },
            Scale::Logarithmic => {
                let low = values.filter(|&value| value > 0.0).fold(high.max(1.0), f64::min);
                let low = low.log10().floor();
                let high = high.max(1.0).log10().ceil().max(low + 1.0);
                Self { scale, low, high }
            }
        }
    }

    /// Where a value lies, from 0 to 1.
    fn position(&self, value: f64) -> f64 {
        let value = match self.scale {
            Scale::Linear => value,
            Scale::Logarithmic => value.max(f64::MIN_POSITIVE).log10(),
        };
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn ticks(&self) -> Vec<f64> {
        match self.scale {
            Scale::Linear => (0..=4).map(|step| self.high * f64::from(step) / 4.0).collect(),
            Scale::Logarithmic => {
                (self.low as i32..=self.high as i32).map(|power| 10f64.powi(power)).collect()
            }
        }
    }
}

/// Draws a line plot as an `<svg>` element.
pub(crate) fn line_plot(plot: &LinePlot) -> String {
    let ys = plot.series.iter().flat_map(|series| series.points.iter().map(|point| point.1));
    let y_axis = Axis::around(ys, plot.y_scale);
    let xs = plot.series.iter().flat_map(|series| series.points.iter().map(|point| point.0));
    let x_ends = plot.x_ticks.iter().map(|tick| tick.0);
    let x_axis = Axis::around(xs.chain(x_ends), Scale::Linear);
    let x = |value: f64| LEFT + x_axis.position(value) * (WIDTH - LEFT - RIGHT);
    let y = |value: f64| HEIGHT - BOTTOM - y_axis.position(value) * (HEIGHT - TOP - BOTTOM);
    let mut svg = open_svg();
    for tick in y_axis.ticks() {
        grid_line(&mut svg, y(tick), &humanize(tick, plot.y_unit));
    }
    for (position, label) in &plot.x_ticks {
        let (x, y) = (x(*position), HEIGHT - BOTTOM + 16.0);
        let _ = write!(svg, r#"<text class="tick" x="{x:.1}" y="{y:.1}">{label}</text>"#);
    }
    let (middle, base) = (LEFT + (WIDTH - LEFT - RIGHT) / 2.0, HEIGHT - 8.0);
    let _ = write!(svg, r#"<text class="tick" x="{middle}" y="{base}">{}</text>"#, plot.x_title);
    for (number, series) in plot.series.iter().enumerate() {
        let points: Vec<String> = series
            .points
            .iter()
            .map(|point| format!("{:.1},{:.1}", x(point.0), y(point.1)))
            .collect();
        let _ = write!(svg, r#"<polyline class="line s{number}" points="{}"/>"#, points.join(" "));
    }
    svg.push_str("</svg>");
    svg.push_str(&legend(&plot.series));
    svg
}

/// Draws one bar per name, with its value beside it.
pub(crate) fn bar_plot(bars: &[(String, f64)], unit: Unit) -> String {
    let bar_height = 26.0;
    let height = bar_height * bars.len() as f64 + 8.0;
    let most = bars.iter().map(|bar| bar.1).fold(f64::MIN_POSITIVE, f64::max);
    let mut svg = format!(
        r#"<svg viewBox="0 0 {WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">"#
    );
    for (number, (name, value)) in bars.iter().enumerate() {
        let top = bar_height * number as f64 + 4.0;
        let width = (value / most * (WIDTH - 340.0)).max(1.0);
        let text = top + 14.0;
        let _ = write!(
            svg,
            r#"<text class="name" x="200" y="{text}">{}</text><rect class="bar s{number}" x="208" y="{top}" width="{width:.1}" height="18"/><text class="value" x="{:.1}" y="{text}">{}</text>"#,
            escape(name),
            214.0 + width,
            humanize(*value, unit),
        );
    }
    svg.push_str("</svg>");
    svg
}

/// Makes text safe inside HTML and SVG.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

fn open_svg() -> String {
    format!(r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" xmlns="http://www.w3.org/2000/svg">"#)
}

fn grid_line(svg: &mut String, y: f64, label: &str) {
    let (right, text, base) = (WIDTH - RIGHT, LEFT - 6.0, y + 4.0);
    let _ = write!(
        svg,
        r#"<line class="grid" x1="{LEFT}" x2="{right}" y1="{y:.1}" y2="{y:.1}"/><text class="label" x="{text}" y="{base:.1}">{label}</text>"#
    );
}

fn legend(series: &[Series]) -> String {
    let mut html = String::from(r#"<p class="legend">"#);
    for (number, series) in series.iter().enumerate() {
        let _ = write!(
            html,
            r#"<svg viewBox="0 0 30 10"><line class="line s{number}" x1="0" x2="30" y1="5" y2="5"/></svg>{} "#,
            escape(&series.name)
        );
    }
    html.push_str("</p>");
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_inside_the_plot() {
        let plot = LinePlot {
            x_title: "x",
            x_ticks: vec![(0.0, "0".to_owned()), (2.0, "2".to_owned())],
            y_unit: Unit::Nanoseconds,
            y_scale: Scale::Logarithmic,
            series: vec![Series {
                name: "a<b".to_owned(),
                points: vec![(0.0, 10.0), (1.0, 100.0), (2.0, 1000.0)],
            }],
        };
        let svg = line_plot(&plot);
        assert!(svg.contains(r#"points="70.0,256.0 347.0,136.0 624.0,16.0""#), "{svg}");
        assert!(svg.contains("a&lt;b"), "names are escaped");
    }
}
