use fanfare_engine::command::{Arity, Command, CommandTable, Keys, command};
use fanfare_engine::keyspace::Interest;

#[path = "tests_fields.rs"]
mod fields;

use super::*;
use crate::host::cpu::CpuFigures;
use crate::host::identity::Identity;
use crate::host::memory::{MemoryFigures, Peak};
use crate::observe::rates::Rates;
use crate::observe::{CallOutcome, Counter, ExceededTimes, Gauge, Stats};
use crate::tracking::TrackingCounts;

const ROWS: &[Command<()>] = &[
    command("get", Arity::Exactly(1), Keys::NONE, ()),
    command("set", Arity::Exactly(1), Keys::NONE, ()),
    command("ping", Arity::Exactly(1), Keys::NONE, ()),
];

fn with_facts<T>(use_facts: impl FnOnce(&Facts<'_>) -> T) -> T {
    let table = CommandTable::new(&[ROWS]).unwrap();
    let ids = [0, 1, 2].map(|index| table.entries()[index].id);
    let stats = Stats::new(2, table.ids());
    stats.reactor(1).count(Counter::ReadsProcessed, 4);
    stats.reactor(0).count(Counter::ReadsProcessed, 3);
    stats.reactor(0).raise(Gauge::ConnectedClients, 2);
    stats.reactor(0).record_call(ids[0], 2000, CallOutcome::Done);
    stats.reactor(1).record_call(ids[0], 3000, CallOutcome::Failed);
    stats.reactor(1).record_error(b"ERR no");
    stats.reactor(1).record_rejection(ids[1]);
    let facts = Facts {
        lazyfree_pending: 0,
        exceeded: ExceededTimes::default(),
        identity: &Identity::collect().unwrap(),
        settings: Settings {
            port: 7382,
            percentiles: vec![50.0, 99.0, 99.9],
            maxmemory_policy: "noeviction".into(),
            supervisor: "no",
            ..Settings::default()
        },
        listeners: &["name=tcp,bind=127.0.0.1,port=7382".to_owned()],
        now_us: 1_795_390_379_734_837,
        totals: stats.totals(),
        rates: Rates { input_bytes: 1536.0, ..Rates::default() },
        memory: MemoryFigures { allocated_bytes: 1500, active_bytes: 3000, ..Default::default() },
        output_bytes: 70,
        memory_peak: Peak { bytes: 3000, at_s: 7 },
        startup_bytes: 1000,
        histogram_bytes: 0,
        cpu: CpuFigures::default(),
        tracking: TrackingCounts::default(),
        pubsub: PubSubFacts { channels: 1, patterns: 2, shard_channels: 3 },
        commands: &[("get", ids[0]), ("set", ids[1]), ("ping", ids[2])],
        histogram: &|id| stats.histogram(id),
        databases: &[DatabaseFacts { index: 3, keys: 2, ..DatabaseFacts::default() }],
        interest: Interest::default(),
    };
    use_facts(&facts)
}

fn info(names: &[&str]) -> String {
    with_facts(|facts| write(Selection::of(names.iter().map(|name| name.as_bytes())), facts))
}

fn titles(names: &[&str]) -> Vec<String> {
    let text = info(names);
    let titles = text.lines().filter_map(|line| line.strip_prefix("# "));
    titles.map(str::to_owned).collect()
}

#[test]
fn every_field_of_redis_is_there_in_its_order() {
    let text = info(&["everything", "debug"]);
    let mut sections = text.split("\r\n\r\n");
    for (title, names) in fields::FIELDS {
        let section = sections.next().unwrap();
        let mut lines = section.lines();
        assert_eq!(lines.next().unwrap(), format!("# {title}"));
        if matches!(*title, "Threads" | "Commandstats" | "Errorstats" | "Latencystats" | "Keyspace")
        {
            continue;
        }
        let ours: Vec<&str> = lines
            .map(|line| line.split_once(':').unwrap().0)
            .filter(|name| *name != "fanfare_version" && !name.starts_with("listener"))
            .collect();
        assert_eq!(ours.join(" "), *names, "{title}");
    }
    assert_eq!(sections.next(), None);
}

#[test]
fn sections_are_chosen_by_name() {
    let default = titles(&[]);
    assert_eq!(
        default.join(" "),
        "Server Clients Memory Persistence Threads Stats Replication CPU Modules Errorstats \
         Cluster Keyspace Keysizes"
    );
    assert_eq!(titles(&["default", "foo"]), default);
    let all = titles(&["all"]);
    assert_eq!(all.len(), default.len() + 2);
    assert_eq!(titles(&["EVERYTHING", "cpu"]), all);
    assert_eq!(titles(&["cpu", "foo", "Server", "cpu"]), ["Server", "CPU"]);
    assert_eq!(titles(&["debug"]), ["Debug"]);
    assert_eq!(info(&["foo"]), "");
    assert_eq!(
        info(&["cluster", "module_list"]),
        "# Modules\r\n\r\n# Cluster\r\ncluster_enabled:0\r\n"
    );
}

#[test]
fn lists_have_the_form_of_redis() {
    let text = info(&["commandstats", "errorstats", "latencystats", "keyspace", "threads"]);
    assert_eq!(
        text,
        "# Threads\r\nio_thread_0:clients=2,reads=3,writes=0\r\n\
         io_thread_1:clients=0,reads=4,writes=0\r\n\r\n\
         # Commandstats\r\n\
         cmdstat_get:calls=2,usec=5,usec_per_call=2.50,rejected_calls=0,failed_calls=1\r\n\
         cmdstat_set:calls=0,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=0\r\n\r\n\
         # Errorstats\r\nerrorstat_ERR:count=1\r\n\r\n\
         # Latencystats\r\n\
         latency_percentiles_usec_get:p50=2.007,p99=3.007,p99.9=3.007\r\n\r\n\
         # Keyspace\r\ndb3:keys=2,expires=0,avg_ttl=0,subexpiry=0\r\n"
    );
}

#[test]
fn values_follow_from_the_facts() {
    let text = info(&["all"]);
    for line in [
        "redis_version:8.2.0",
        "tcp_port:7382",
        "server_time_usec:1795390379734837",
        "lru_clock:228267",
        "io_threads_active:1",
        "listener0:name=tcp,bind=127.0.0.1,port=7382",
        "connected_clients:2",
        "used_memory_human:1.46K",
        "used_memory_peak_perc:50.00%",
        "used_memory_dataset:472",
        "used_memory_dataset_perc:94.40%",
        "allocator_frag_ratio:2.00",
        "allocator_frag_bytes:1500",
        "mem_fragmentation_bytes:-1500",
        "maxmemory_policy:noeviction",
        "instantaneous_input_kbps:1.50",
        "pubsub_patterns:2",
        "total_reads_processed:7",
        "io_threaded_reads_processed:4",
        "total_error_replies:1",
        "role:master",
        "used_cpu_sys:0.000000",
    ] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} is not in\n{text}");
    }
}
