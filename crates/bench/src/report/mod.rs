//! What rounds of work have measured, and the forms in which it is shown.

mod html;
mod json;
mod measurement;
mod metric;
mod number;
mod plot;
mod table;

pub(crate) use html::write_html;
pub(crate) use json::to_json;
pub(crate) use measurement::{Comparison, Measurement, ServerRounds};
pub(crate) use metric::{Better, Metric, Unit};
pub(crate) use number::humanize;
pub(crate) use table::print_table;
