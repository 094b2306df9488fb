//! The servers under test: where they are, how they are started, what they cost.

mod address;
mod control;
mod cpus;
mod process;
mod responder;
mod server;

pub(crate) use address::Address;
pub(crate) use control::Control;
pub(crate) use cpus::{CpuList, raise_file_limit, with_cpus};
pub(crate) use process::{own_cpu_time, own_thread_cpu_time};
pub(crate) use responder::respond;
pub(crate) use server::{Access, Server, ServerSource, ServerSpec};
