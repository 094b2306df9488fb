//! The pattern index with 100,000 patterns: time of a match, an insertion and a removal, and memory
//! for each pattern, beside trying every pattern.
//!
//! `cargo bench -p fanfare-pubsub --bench patterns [-- PATTERNS]`

use std::hint::black_box;
use std::time::{Duration, Instant};

use fanfare_pubsub::pattern::PatternIndex;
use fanfare_stdx::glob;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Makes the pattern of a number.
type Shape = (&'static str, fn(usize) -> String);

const SHAPES: [Shape; 5] = [
    ("user:N:*", |n| format!("user:{n}:*")),
    ("*:room:N", |n| format!("*:room:{n}")),
    ("user:*:room:N", |n| format!("user:*:room:{n}")),
    ("*:N:*", |n| format!("*:{n}:*")),
    ("u[a-s]er:?:N*", |n| format!("u[a-s]er:?:{n}*")),
];

/// Channels that are matched in turn.
const CHANNELS: usize = 1000;
/// Matches for a figure.
const MATCHES: usize = 200_000;
/// Scans of all patterns for a figure.
const SCANS: usize = 20;

fn main() {
    let argument = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let count: usize = argument.unwrap_or(100_000);
    println!("{count} patterns; nanoseconds and bytes, the pattern's text included");
    println!(
        "{:<16}{:>10}{:>14}{:>10}{:>10}{:>10}{:>10}",
        "shape", "match", "scan", "found", "insert", "remove", "memory"
    );
    for (name, pattern) in SHAPES {
        measure(name, &(0..count).map(pattern).collect::<Vec<_>>());
    }
    let mixed = (0..count).map(|n| SHAPES[n % SHAPES.len()].1(n / SHAPES.len()));
    measure("all in turn", &mixed.collect::<Vec<_>>());
    // Two patterns of each tenant share a long beginning with each other and with no one else.
    let tenant =
        |n: usize| (n as u128 / 2 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    let pairs = (0..count).map(|n| format!("{:032x}:{}:*", tenant(n), ["orders", "users"][n % 2]));
    measure("tenants' pairs", &pairs.collect::<Vec<_>>());
}

fn measure(name: &str, patterns: &[String]) {
    let before = allocated_bytes();
    let mut index = PatternIndex::default();
    let insert = time(|| {
        for pattern in patterns {
            index.insert(pattern.as_bytes());
        }
    });
    let memory = (allocated_bytes() - before) / patterns.len();

    let channels: Vec<String> = (0..CHANNELS)
        .map(|n| n * 7919 % patterns.len())
        .map(|n| format!("user:{n}:room:{n}"))
        .collect();
    let mut found = Vec::new();
    let mut total = 0;
    let matches = time(|| {
        for channel in channels.iter().cycle().take(MATCHES) {
            found.clear();
            index.matches(black_box(channel.as_bytes()), &mut found);
            total += found.len();
        }
    });
    let scan = time(|| {
        for channel in channels.iter().take(SCANS) {
            let matching = patterns
                .iter()
                .filter(|pattern| glob::matches(pattern.as_bytes(), channel.as_bytes()));
            black_box(matching.count());
        }
    });
    let remove = time(|| {
        for pattern in patterns {
            index.remove(pattern.as_bytes());
        }
    });
    assert!(index.is_empty());
    println!(
        "{name:<16}{:>10}{:>14}{:>10.2}{:>10}{:>10}{memory:>10}",
        matches.as_nanos() / MATCHES as u128,
        scan.as_nanos() / SCANS as u128,
        total as f64 / MATCHES as f64,
        insert.as_nanos() / patterns.len() as u128,
        remove.as_nanos() / patterns.len() as u128,
    );
}

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// What the process has from its allocator, slack of size classes included.
fn allocated_bytes() -> usize {
    tikv_jemalloc_ctl::epoch::advance().expect("jemalloc is the allocator");
    tikv_jemalloc_ctl::stats::allocated::read().expect("jemalloc is the allocator")
}
