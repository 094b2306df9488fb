//! Which CPUs a thread may use, and how many files.

use std::str::FromStr;

use anyhow::{Context, Result, bail};
use rustix::process::{Resource, getrlimit, setrlimit};

/// A list of CPUs as `taskset -c` takes it: `0`, `0,2`, `1-3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CpuList {
    cpus: Vec<usize>,
}

/// CPU numbers from here on are refused: more than the kernel's set holds.
const CPU_MAX: usize = 1024;

impl FromStr for CpuList {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut cpus = Vec::new();
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let number = |text: &str| {
                text.trim().parse::<usize>().with_context(|| format!("`{text}` is not a CPU"))
            };
            let (first, last) = (number(first)?, number(last)?);
            if first > last || last >= CPU_MAX {
                bail!("`{part}` is not a range of CPUs below {CPU_MAX}");
            }
            cpus.extend(first..=last);
        }
        Ok(Self { cpus })
    }
}

/// Runs `work` with the current thread on `cpus`, then gives the thread its CPUs back. Threads and
/// processes that `work` starts inherit the list, which pins a child without code between fork and exec.
#[cfg(target_os = "linux")]
pub(crate) fn with_cpus<T>(cpus: Option<&CpuList>, work: impl FnOnce() -> Result<T>) -> Result<T> {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let Some(list) = cpus else {
        return work();
    };
    let before = sched_getaffinity(None)?;
    let mut set = CpuSet::new();
    for &cpu in &list.cpus {
        set.set(cpu);
    }
    sched_setaffinity(None, &set)
        .with_context(|| format!("cannot run on CPUs {:?}; see `nproc`", list.cpus))?;
    let result = work();
    sched_setaffinity(None, &before)?;
    result
}

/// Pinning is offered on Linux alone: elsewhere the option is refused, not ignored.
#[cfg(not(target_os = "linux"))]
pub(crate) fn with_cpus<T>(cpus: Option<&CpuList>, work: impl FnOnce() -> Result<T>) -> Result<T> {
    if cpus.is_some() {
        bail!("CPUs can be chosen on Linux only; leave the options out");
    }
    work()
}

/// Lets this process, and the servers that it starts, open as many files as the system allows.
pub(crate) fn raise_file_limit() -> Result<()> {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).context("cannot raise the limit of open files")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_lists_are_read_as_taskset_reads_them() {
        let cpus = |text: &str| text.parse::<CpuList>().map(|list| list.cpus).ok();
        assert_eq!(cpus("0"), Some(vec![0]));
        assert_eq!(cpus("0,2-4"), Some(vec![0, 2, 3, 4]));
        for bad in ["", "x", "3-1", "1-", "5000"] {
            assert_eq!(cpus(bad), None, "{bad}");
        }
    }
}
