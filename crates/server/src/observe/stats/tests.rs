use std::sync::atomic::{AtomicBool, Ordering};

use fanfare_engine::command::{Arity, Command, CommandId, CommandTable, Keys, command};

use super::reactor::ERROR_CODES_MAX;
use super::*;

const ROWS: &[Command<()>] = &[
    command("GET", Arity::Exactly(1), Keys::NONE, ()),
    command("SET", Arity::Exactly(1), Keys::NONE, ()),
];

fn ids() -> [CommandId; 2] {
    let table = CommandTable::new(&[ROWS]).unwrap();
    [table.entries()[0].id, table.entries()[1].id]
}

#[test]
fn sums_are_over_all_reactors_and_reset_forgets_counts_alone() {
    let [get, set] = ids();
    let stats = Stats::new(2, 2);
    let (one, other) = (stats.reactor(0), stats.reactor(1));
    one.count(Counter::NetInputBytes, 10);
    other.count(Counter::NetInputBytes, 5);
    one.raise(Gauge::PubSubClients, 3);
    other.lower(Gauge::PubSubClients, 1);
    one.set_peak(Peak::InputBufferBytes, 7);
    other.set_peak(Peak::InputBufferBytes, 9);
    one.record_call(get, 2000, CallOutcome::Done);
    other.record_call(get, 3000, CallOutcome::Failed);
    other.record_rejection(set);
    let totals = stats.totals();
    assert_eq!(totals.counter(Counter::NetInputBytes), 15);
    assert_eq!(totals.gauge(Gauge::PubSubClients), 2);
    assert_eq!(totals.peak(Peak::InputBufferBytes), 9);
    let expected = CommandTotal { calls: 2, duration_ns: 5000, rejected: 0, failed: 1 };
    assert_eq!(totals.commands[get.index()], expected);
    assert_eq!(totals.commands[set.index()].rejected, 1);
    assert_eq!(stats.histogram(get).unwrap().total(), 2);
    assert_eq!(stats.histogram(set), None);

    stats.reset();
    other.count(Counter::NetInputBytes, 1);
    one.record_call(get, 9000, CallOutcome::Done);
    let totals = stats.totals();
    assert_eq!(totals.counter(Counter::NetInputBytes), 1);
    assert_eq!(stats.counter_since_start(Counter::NetInputBytes), 16);
    assert_eq!(totals.gauge(Gauge::PubSubClients), 2);
    let expected = CommandTotal { calls: 1, duration_ns: 9000, rejected: 0, failed: 0 };
    assert_eq!(totals.commands[get.index()], expected);
    assert_eq!(stats.histogram(get).unwrap().cumulative_us(), [(16, 1)]);
}

#[test]
fn histograms_are_kept_only_while_wanted() {
    let [get, _] = ids();
    let stats = Stats::new(1, 2);
    stats.set_histograms(HistogramSetting::Skip);
    stats.reactor(0).record_call(get, 1000, CallOutcome::Done);
    assert_eq!(stats.histogram(get), None);
    stats.set_histograms(HistogramSetting::Keep);
    stats.reactor(0).record_call(get, 1000, CallOutcome::Done);
    assert_eq!(stats.histogram(get).unwrap().total(), 1);
}

#[test]
fn errors_are_counted_by_their_first_word_up_to_a_limit() {
    let stats = Stats::new(2, 0);
    stats.reactor(0).record_error(b"WRONGPASS no");
    stats.reactor(1).record_error(b"WRONGPASS no");
    stats.reactor(1).record_error(b"wordless");
    let totals = stats.totals();
    let errors: Vec<_> = totals.errors.iter().map(|(code, count)| (&**code, *count)).collect();
    assert_eq!(errors, [("ERR", 1), ("WRONGPASS", 2)]);
    assert_eq!(totals.counter(Counter::ErrorReplies), 3);
    stats.reset();
    for number in 0..ERROR_CODES_MAX + 2 {
        stats.reactor(0).record_error(format!("E{number} x").as_bytes());
    }
    let errors = stats.totals().errors;
    assert_eq!(errors.len(), ERROR_CODES_MAX + 1);
    assert_eq!(errors["ERRORSTATS_OVERFLOW"], 2);
}

#[test]
fn sums_stay_whole_while_another_thread_resets_them() {
    const ROUNDS: usize = 20_000;
    /// Below what a difference that wrapped would be.
    const MANY: u64 = 1 << 60;
    let [get, _] = ids();
    let (stats, is_over) = (Stats::new(1, 2), AtomicBool::new(false));
    let until_over = |work: &dyn Fn()| {
        while !is_over.load(Ordering::Relaxed) {
            work();
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            until_over(&|| {
                stats.reactor(0).count(Counter::NetInputBytes, 1);
                stats.reactor(0).record_call(get, 1000, CallOutcome::Done);
            });
        });
        scope.spawn(|| until_over(&|| stats.reset()));
        let _ends = EndsWhenDropped(&is_over);
        for _ in 0..ROUNDS {
            assert!(stats.totals().counter(Counter::NetInputBytes) < MANY);
            assert!(stats.histogram(get).is_none_or(|one| one.total() < MANY));
        }
    });
}

/// Ends the other threads of a test, also where it fails.
struct EndsWhenDropped<'a>(&'a AtomicBool);

impl Drop for EndsWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
