//! What single insertions cost while a keyspace grows, what its keys take, and what it costs to expire them.
//!
//! `cargo bench -p fanfare-engine --bench growth [-- KEYS]`
//!
//! Figures are of the processor time of the thread; the most expensive insertions are those that make a page, split a
//! segment or double a directory, or that first touch new memory. Bytes are those that the allocator has handed out.

use std::time::Duration;

use fanfare_data::object::new_raw_text;
use fanfare_engine::keyspace::change::EventClasses;
use fanfare_engine::keyspace::{Changes, Keyspace, Occasion, Rules, WriteKeys};
use fanfare_stdx::random::Random;
use tikv_jemalloc_ctl::{background_thread, epoch, stats};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const VALUE: &[u8] = &[b'x'; 100];
const NOW_MS: i64 = 1_795_391_688_000;
/// Times to live are below this, or all the same.
const LIFETIME_MS: usize = 3_600_000;

fn main() {
    // As in the server, memory goes back to the system from a thread of the allocator.
    background_thread::write(true).expect("jemalloc is the allocator");
    let mut arguments = std::env::args().filter_map(|argument| argument.parse::<usize>().ok());
    let keys = arguments.next().unwrap_or(8_000_000);
    for reactors in [1, 2] {
        let keyspace = Keyspace::new(reactors);
        println!("{keys} keys of 16 bytes with values of 100, {} shards", keyspace.shards());
        let before = allocated_bytes();
        let mut random = Random::from_seed(5);
        fill(&keyspace, keys, "insertions", |_| None);
        let taken = allocated_bytes() - before;
        println!("  a key takes {:.1} bytes", taken as f64 / keys as f64);
        fill(&keyspace, keys, "new expiries at random", |_| {
            Some(NOW_MS + 1 + random.below(LIFETIME_MS) as i64)
        });
        let with_expiries = allocated_bytes() - before;
        println!("  with an expiry {:.1} bytes", with_expiries as f64 / keys as f64);
        fill(&keyspace, keys, "other expiries, all the same", |_| Some(NOW_MS + 1));
        expire(&keyspace, keys);
    }
}

/// Sets all keys, and tells what the single commands cost.
fn fill(
    keyspace: &Keyspace,
    keys: usize,
    what: &str,
    mut expiry_ms: impl FnMut(usize) -> Option<i64>,
) {
    let mut costs = Costs::default();
    for number in 0..keys {
        let name = key(number);
        let expiry_ms = expiry_ms(number);
        costs.of(|| {
            let locked = keyspace.lock_one(&name);
            let mut keys = WriteKeys::new(locked, occasion(NOW_MS), Changes::default());
            keys.set_expiring(&name, new_raw_text(VALUE), expiry_ms);
        });
    }
    costs.tell(what);
}

/// Expires all keys, step by step.
fn expire(keyspace: &Keyspace, keys: usize) {
    let mut costs = Costs::default();
    let mut expired = 0;
    for shard in 0..keyspace.shards() as u16 {
        let mut is_done = false;
        while !is_done {
            costs.of(|| {
                let locked = keyspace.lock_shard(shard);
                let mut view = WriteKeys::new(locked, occasion(NOW_MS + 1), Changes::default());
                let step = view.expire_some(shard);
                (is_done, expired) = (step.is_done, expired + step.expired);
            });
        }
    }
    assert_eq!(expired, keys);
    costs.tell("steps of expiry");
    println!("  a key {:.0} ns", costs.total.as_nanos() as f64 / keys as f64);
}

/// What single actions cost.
#[derive(Default)]
struct Costs {
    count: u32,
    total: Duration,
    worst: Duration,
    above_100_us: u32,
    above_1_ms: u32,
}

impl Costs {
    fn of(&mut self, act: impl FnOnce()) {
        let start = cpu_time();
        act();
        let cost = cpu_time().saturating_sub(start);
        self.count += 1;
        self.total += cost;
        self.worst = self.worst.max(cost);
        self.above_100_us += u32::from(cost > Duration::from_micros(100));
        self.above_1_ms += u32::from(cost > Duration::from_millis(1));
    }

    fn tell(&self, what: &str) {
        let Self { count, total, worst, above_100_us, above_1_ms } = self;
        println!(
            "  {count} {what}: {} ns each, the clock included; worst {worst:?}, {above_100_us} above 100 us, \
             {above_1_ms} above 1 ms",
            total.as_nanos() / u128::from((*count).max(1))
        );
    }
}

fn occasion(now_ms: i64) -> Occasion {
    Occasion {
        now_ms,
        database: 0,
        databases: 16,
        events: EventClasses::NONE,
        random: Random::from_seed(1),
        rules: Rules::default(),
        is_tracked: false,
    }
}

fn key(number: usize) -> [u8; 16] {
    let mut name = *b"key:000000000000";
    let digits = format!("{number:012}");
    name[4..].copy_from_slice(digits.as_bytes());
    name
}

fn allocated_bytes() -> usize {
    // The allocator computes its figures only when its epoch advances.
    let _stale = epoch::advance();
    stats::allocated::read().unwrap_or(0)
}

/// The processor time of this thread.
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
