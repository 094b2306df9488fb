//! Two threads on one keyspace, beside two threads with a keyspace each: what sharing costs.
//!
//! `cargo bench -p fanfare-engine --bench scaling [-- ROUNDS]`
//!
//! Keys are random ones out of a million that are there. Rounds alternate, and the ratio is that of the medians. Figures
//! are for wall time and for processor time.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use fanfare_data::object::new_raw_text;
use fanfare_engine::keyspace::change::EventClasses;
use fanfare_engine::keyspace::{
    Changes, Event, EventClass, Keyspace, Occasion, ReadKeys, Rules, WriteKeys,
};
use fanfare_stdx::random::Random;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const THREADS: usize = 2;
const KEYS: usize = 1_000_000;
/// Commands of a thread in one round.
const COMMANDS: usize = 1_000_000;
const VALUE: &[u8] = &[b'x'; 100];
const SET: Event = Event::new(EventClass::String, "set");

#[derive(Clone, Copy, Debug)]
enum Work {
    Set,
    Get,
    /// A transaction that sets two keys.
    Multi,
}

fn main() {
    let mut arguments = std::env::args().filter_map(|argument| argument.parse::<usize>().ok());
    let rounds = arguments.next().unwrap_or(7);
    let apart: Vec<Keyspace> = (0..THREADS).map(|_| filled(1)).collect();
    let shared = filled(THREADS);
    println!("{THREADS} threads, {KEYS} keys, {} bytes", VALUE.len());
    println!("{:>8}{:>16}{:>16}{:>9}{:>9}", "work", "apart, M/s", "shared, M/s", "ratio", "of CPU");
    for work in [Work::Set, Work::Get, Work::Multi] {
        let (mut apart_rounds, mut shared_rounds) = (Vec::new(), Vec::new());
        for number in 0..rounds {
            apart_rounds.push(round(work, &[&apart[0], &apart[1]], number as u64));
            shared_rounds.push(round(work, &[&shared, &shared], number as u64));
        }
        let [apart_wall, apart_cpu] = medians(&apart_rounds);
        let [shared_wall, shared_cpu] = medians(&shared_rounds);
        println!(
            "{:>8}{:>16.2}{:>16.2}{:>9.2}{:>9.2}",
            format!("{work:?}"),
            apart_wall / 1e6,
            shared_wall / 1e6,
            shared_wall / apart_wall,
            shared_cpu / apart_cpu
        );
    }
}

/// A keyspace for so many threads, with all keys.
fn filled(threads: usize) -> Keyspace {
    let keyspace = Keyspace::new(threads);
    let mut random = Random::from_seed(1);
    (0..KEYS).for_each(|number| set(&keyspace, &key(number), &mut random));
    keyspace
}

/// Commands per second of wall time and of processor time.
fn round(work: Work, keyspaces: &[&Keyspace; THREADS], seed: u64) -> [f64; 2] {
    let start_line = Barrier::new(THREADS + 1);
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..THREADS)
            .map(|number| {
                let (keyspace, start_line) = (keyspaces[number], &start_line);
                scope.spawn(move || {
                    let mut random = Random::from_seed(seed * 2 + number as u64);
                    start_line.wait();
                    let start = cpu_time();
                    (0..COMMANDS).for_each(|_| command(work, keyspace, &mut random));
                    cpu_time().saturating_sub(start)
                })
            })
            .collect();
        start_line.wait();
        let start = Instant::now();
        let cpu: Duration =
            handles.into_iter().map(|handle| handle.join().expect("a thread's time")).sum();
        let commands = (COMMANDS * THREADS) as f64;
        [commands / start.elapsed().as_secs_f64(), commands / cpu.as_secs_f64()]
    })
}

fn command(work: Work, keyspace: &Keyspace, random: &mut Random) {
    let name = key(random.below(KEYS));
    match work {
        Work::Set => set(keyspace, &name, random),
        Work::Get => {
            let locked = keyspace.lock_one(&name);
            let mut keys = ReadKeys::new(locked, occasion(random), Changes::default());
            let length = keys.get(&name).map(|entry| entry.bytes().len());
            assert_eq!(length, Some(VALUE.len()));
        }
        Work::Multi => {
            let names = [name, key(random.below(KEYS))];
            let mut locked = keyspace.lock(names.iter().map(<[u8; 16]>::as_slice));
            let mut changes = Changes::default();
            for name in &names {
                let mut keys = WriteKeys::new(locked, occasion(random), changes);
                keys.set(name, new_raw_text(VALUE));
                keys.changed(name, SET);
                (locked, changes) = keys.into_parts();
            }
        }
    }
}

fn set(keyspace: &Keyspace, name: &[u8], random: &mut Random) {
    let locked = keyspace.lock_one(name);
    let mut keys = WriteKeys::new(locked, occasion(random), Changes::default());
    keys.set(name, new_raw_text(VALUE));
    keys.changed(name, SET);
}

fn occasion(random: &mut Random) -> Occasion {
    Occasion {
        now_ms: 1_795_391_688_000,
        database: 0,
        databases: 16,
        events: EventClasses::NONE,
        random: random.fork(),
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

/// The processor time of this thread.
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The median of each column.
fn medians(rounds: &[[f64; 2]]) -> [f64; 2] {
    [0, 1].map(|column| {
        let mut values: Vec<f64> = rounds.iter().map(|round| round[column]).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    })
}
