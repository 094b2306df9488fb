//! What runs instead of a command: figures, measurements, bulk loading, scripts.

mod intrinsic;
mod latency;
mod pipe;
mod script;
mod spectrum;
mod stat;

pub(crate) use intrinsic::measure_system;
pub(crate) use latency::measure;
pub(crate) use pipe::load;
pub(crate) use script::eval_arguments;
pub(crate) use stat::watch;
