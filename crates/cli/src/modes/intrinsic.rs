//! `--intrinsic-latency`: how long the system keeps a busy process waiting.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::terminal::print;

/// Work between two looks at the clock: far below the waits that matter.
const WORK_STEPS: u64 = 64;

/// Works and measures for some seconds; says each new maximum and a summary.
pub(crate) fn measure_system(seconds: u64) -> Result<(), Failure> {
    let duration = Duration::from_secs(seconds);
    let start = Instant::now();
    let mut runs = 0_u64;
    let mut longest = Duration::ZERO;
    let mut now = start;
    while now - start < duration {
        let before = now;
        work();
        now = Instant::now();
        runs += 1;
        let latency = now - before;
        if latency.as_micros() > longest.as_micros() {
            longest = latency;
            let micros = longest.as_micros();
            print(format!("Max latency so far: {micros} microseconds.\n").as_bytes())?;
        }
    }
    let mean_micros = (now - start).as_secs_f64() * 1e6 / runs.max(1) as f64;
    let summary = format!(
        "\n{runs} total runs (avg latency: {mean_micros:.4} microseconds / {:.2} nanoseconds per run).\n\
         Worst run took {:.0}x longer than the average latency.\n",
        mean_micros * 1000.0,
        longest.as_micros() as f64 / mean_micros.max(f64::MIN_POSITIVE),
    );
    Ok(print(summary.as_bytes())?)
}

fn work() {
    let mut sum = 0_u64;
    for step in 0..WORK_STEPS {
        sum = black_box(sum.wrapping_mul(31).wrapping_add(step));
    }
}
