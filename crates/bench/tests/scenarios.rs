//! Every subcommand, run small against a real `redis-server`: the counts must be exact and the report must
//! have its shape. No figure of speed is asserted.

#![expect(clippy::float_cmp, reason = "counts are exact in floating point")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use fanfare_testkit::{Product, TestServer};
use serde_json::Value;

fn benchmark(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fanfare-benchmark"))
        .args(arguments)
        .output()
        .expect("the program starts")
}

fn redis() -> String {
    let program = Product::Redis70.program().expect("redis-server is installed");
    program.to_str().expect("a path in UTF-8").to_owned()
}

/// Runs a subcommand on a server that it starts itself, and returns its JSON.
fn report(arguments: &[&str]) -> Value {
    let redis = redis();
    let mut all = arguments.to_vec();
    all.extend(["--binary", redis.as_str(), "--json", "-", "--quiet"]);
    json_of(&benchmark(&all))
}

fn json_of(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"))
}

/// A figure of the first server.
fn figure(report: &Value, key: &str) -> f64 {
    let value = &report["servers"][0]["median"][key];
    value.as_f64().unwrap_or_else(|| panic!("{key} in {report:#}"))
}

#[test]
fn fanout_delivers_every_message_to_every_subscriber() {
    let report = report(&["fanout", "-S", "20", "-c", "2", "-P", "4", "-n", "1000", "-d", "50"]);
    assert_eq!(figure(&report, "messages"), 1000.0);
    assert_eq!(figure(&report, "deliveries"), 20_000.0);
    assert_eq!(figure(&report, "receivers_per_publish"), 20.0);
    assert_eq!(figure(&report, "lost"), 0.0);
    assert_eq!(figure(&report, "closed_subscribers"), 0.0);
    assert!(figure(&report, "latency_p50_ns") <= figure(&report, "latency_p99_ns"));
    assert!(figure(&report, "messages_per_read") >= 1.0);
    assert!(figure(&report, "server_cpu_ns_per_delivery") > 0.0);
    assert_eq!(report["options"]["subscribers"], "20");
    assert_eq!(report["servers"][0]["rounds"].as_array().map(Vec::len), Some(1));
}

#[test]
fn fanout_counts_the_same_with_several_channels_threads_and_ways_to_listen() {
    for by in ["channel", "pattern", "shard"] {
        for resp3 in [false, true] {
            let mut arguments = vec!["fanout", "-S", "9", "-C", "3", "-c", "2", "--threads", "2"];
            arguments.extend(["--channels-per-subscriber", "2", "-n", "300", "--by", by]);
            if resp3 {
                arguments.push("-3");
            }
            let report = report(&arguments);
            // Each of 3 channels gets 100 messages and has 6 of the 9 subscribers.
            assert_eq!(figure(&report, "deliveries"), 1800.0, "by {by}, resp3 {resp3}");
            assert_eq!(figure(&report, "lost"), 0.0, "by {by}, resp3 {resp3}");
        }
    }
}

#[test]
fn open_loop_sends_every_due_message() {
    let report = report(&[
        "fanout",
        "-S",
        "5",
        "-c",
        "3",
        "--rate",
        "2000",
        "--duration",
        "0.25",
        "-d",
        "8",
    ]);
    assert_eq!(figure(&report, "messages"), 500.0);
    assert_eq!(figure(&report, "deliveries"), 2500.0);
    assert!(report["servers"][0]["latency_percentiles_ns"]["99.9"].as_u64() > Some(0));
}

#[test]
fn payloads_too_short_for_a_time_stamp_are_counted_without_latency() {
    for size in ["0", "7"] {
        let report = report(&["fanout", "-S", "3", "-n", "100", "-d", size]);
        assert_eq!(figure(&report, "deliveries"), 300.0);
        assert!(report["servers"][0]["latency_percentiles_ns"].is_null());
    }
}

#[test]
fn pairs_keep_to_themselves() {
    let report = report(&["pairs", "-c", "10", "-n", "1000"]);
    assert_eq!(figure(&report, "deliveries"), 1000.0);
    assert_eq!(figure(&report, "receivers_per_publish"), 1.0);
}

#[test]
fn patterns_match_nothing() {
    let report = report(&["patterns", "-N", "1200", "-n", "50", "-S", "2"]);
    assert_eq!(figure(&report, "receivers_per_publish"), 2.0);
    assert_eq!(figure(&report, "deliveries"), 100.0);
    assert!(figure(&report, "server_cpu_ns_per_publish") > 0.0);
}

#[test]
fn idle_reads_the_memory_of_subscribers() {
    let report = report(&["idle", "-S", "300", "--settle", "0"]);
    let before = figure(&report, "resident_before_bytes");
    let after = figure(&report, "resident_after_bytes");
    let each = figure(&report, "resident_bytes_per_subscriber");
    // The report's text rounds the last digit.
    assert!((each - (after - before) / 300.0).abs() < 1e-6, "{each}");
}

#[test]
fn slow_subscribers_stay_connected_and_make_the_server_grow() {
    let report = report(&["slow", "-S", "3", "-d", "1000", "--bytes", "6m"]);
    assert_eq!(figure(&report, "messages"), 6000.0);
    assert_eq!(figure(&report, "closed_subscribers"), 0.0);
    assert!(figure(&report, "resident_growth_bytes") > 0.0);
}

#[test]
fn commands_send_as_many_requests_as_asked() {
    let report = report(&[
        "commands",
        "-t",
        "set,GET,lrange_100",
        "-n",
        "1003",
        "-P",
        "4",
        "-c",
        "5",
        "-r",
        "100",
        "--threads",
        "2",
    ]);
    let tests = report.as_array().expect("a report per test");
    assert_eq!(tests.len(), 3);
    for test in tests {
        assert_eq!(figure(test, "requests"), 1003.0);
        assert_eq!(figure(test, "errors"), 0.0);
        assert!(figure(test, "server_cpu_ns_per_request") > 0.0);
    }
}

#[test]
fn entries_are_acknowledged_that_were_delivered() {
    let server = TestServer::start(Product::Redis70, &[]).expect("redis-server starts");
    let port = server.address().port().to_string();
    let arguments = ["commands", "-t", "xreadgroup_10_xack", "-n", "100", "-c", "1", "-P", "16"];
    let output = benchmark(&[&arguments[..], &["-q", "-p", &port, "--json", "-"]].concat());
    let report = json_of(&output);
    let report = report.as_array().map_or(&report, |reports| &reports[0]);
    assert_eq!((figure(report, "requests"), figure(report, "errors")), (100.0, 0.0));
    let mut connection = server.connect().expect("it listens");
    let pending = connection.call(&["XPENDING", "queue", "group"]).expect("a summary");
    // What was tried once before the clock ran is acknowledged in place of the last ten.
    let count = pending.as_items().and_then(|items| items[0].as_integer());
    assert!(count.is_some_and(|count| (0..=20).contains(&count)), "{pending:?}");
}

#[test]
fn memory_is_measured_for_entries_and_for_what_is_pending() {
    let report = report(&["fill", "-k", "stream_entry,stream_event,stream_pending", "-n", "1000"]);
    let requests: Vec<f64> = report
        .as_array()
        .expect("a report per kind")
        .iter()
        .map(|report| figure(report, "requests") + 1e6 * figure(report, "errors"))
        .collect();
    assert_eq!(requests, [1000.0, 1000.0, 100.0]);
}

#[test]
fn a_server_is_found_by_a_relative_path() {
    let redis = redis();
    let path = Path::new(&redis);
    let relative = Path::new(".").join(path.file_name().expect("a name"));
    let output = Command::new(env!("CARGO_BIN_EXE_fanfare-benchmark"))
        .args(["fill", "-q", "-k", "string,hash", "-n", "100", "--json", "-", "--binary"])
        .arg(relative)
        .current_dir(path.parent().expect("a folder"))
        .output()
        .expect("the program starts");
    for report in json_of(&output).as_array().expect("a report per kind") {
        assert_eq!((figure(report, "requests"), figure(report, "errors")), (100.0, 0.0));
    }
}

#[test]
fn an_unknown_test_is_refused_with_the_known_ones() {
    let redis = redis();
    let output = benchmark(&["commands", "-t", "nothing", "--binary", redis.as_str()]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("there is no test `nothing`; known are ping, echo"), "{errors}");
}

#[test]
fn limit_reads_what_it_writes() {
    let output =
        benchmark(&["limit", "-S", "10", "-k", "4", "--duration", "0.1", "--json", "-", "--quiet"]);
    let report = json_of(&output);
    assert!(figure(&report, "deliveries") > 0.0);
    assert_eq!(figure(&report, "deliveries") % 40.0, 0.0);
    assert!(figure(&report, "sender_cpu_ns_per_delivery") > 0.0);
}

#[test]
fn two_servers_are_compared_by_ratios_of_medians() {
    let redis = redis();
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("report.html");
    let page_name = page.to_str().expect("a path in UTF-8");
    let arguments = [
        "fanout",
        "-S",
        "5",
        "-n",
        "200",
        "--against-binary",
        redis.as_str(),
        "--rounds",
        "2",
        "--html",
        page_name,
    ];
    let report = report(&arguments);
    assert_eq!(report["ratios"]["deliveries"], 1.0);
    assert_eq!(report["servers"][1]["label"], "redis-server (2)");
    assert_eq!(report["servers"][1]["rounds"].as_array().map(Vec::len), Some(2));
    assert_is_self_contained(&page);
}

fn assert_is_self_contained(page: &Path) {
    let html = fs::read_to_string(page).expect("the page is written");
    assert!(html.contains("<svg"), "{html}");
    let outside = html.replace("http://www.w3.org/2000/svg", "");
    assert!(!outside.contains("http") && !outside.contains("src="), "{html}");
}

#[test]
fn a_running_server_is_measured_by_its_address() {
    let server = TestServer::start(Product::Redis70, &["--requirepass", "secret"]).expect("starts");
    let port = server.address().port().to_string();
    let output = benchmark(&[
        "fanout", "-p", &port, "-a", "secret", "-S", "2", "-n", "10", "--json", "-", "--quiet",
    ]);
    let report = json_of(&output);
    assert_eq!(figure(&report, "deliveries"), 20.0);
    assert!(figure(&report, "server_cpu_ns_per_delivery") > 0.0, "found by INFO's process_id");
}

#[test]
fn a_server_that_refuses_is_an_error_with_its_words() {
    let server = TestServer::start(Product::Redis70, &["--requirepass", "secret"]).expect("starts");
    let port = server.address().port().to_string();
    let output = benchmark(&["fanout", "-p", &port, "-n", "10", "--quiet"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("NOAUTH Authentication required."), "{errors}");
}

#[test]
fn the_suite_prints_the_readme_table_and_says_when_an_aim_is_missed() {
    let redis = redis();
    let output = benchmark(&[
        "suite",
        "--binary",
        redis.as_str(),
        "--against-binary",
        redis.as_str(),
        "--rounds",
        "1",
        "--scale",
        "0.05",
        "--row",
        "pipeline 64",
        "--quiet",
    ]);
    let table = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    // One server cannot need half of its own CPU.
    assert_eq!(output.status.code(), Some(2), "{table}{errors}");
    let rows = table.lines().filter(|line| line.contains("pipeline 64, 100 subscribers"));
    assert_eq!(rows.count(), 2, "against the server and against the bare writer: {table}");
    assert!(table.contains("**missed**"), "{table}");
}

#[test]
fn the_suite_holds_commands_against_the_bare_responder_without_an_aim() {
    let redis = redis();
    let mut arguments = vec!["suite", "--binary", &redis, "--against-binary", &redis, "--quiet"];
    arguments.extend(["--rounds", "1", "--scale", "0.02", "--json", "-"]);
    arguments.extend(["--row", "INCR, pipeline 16", "--row", "SET, pipeline 1"]);
    let output = benchmark(&arguments);
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let list = |key: &str| report[key].as_array().expect("a list").clone();
    let bare = |name: &str| {
        let found = list("verdicts")
            .into_iter()
            .find(|verdict| verdict["row"] == name && verdict["against"] == "bare responder");
        found.unwrap_or_else(|| panic!("{name} in {report:#}"))
    };
    for name in ["INCR, pipeline 16", "SET, pipeline 1"] {
        assert!(bare(name)["against_figure"].as_f64() > Some(0.0), "{report:#}");
        assert!(bare(name)["bound"].is_null(), "{report:#}");
    }
    for comparison in list("comparisons") {
        let asked = comparison["options"]["requests"].as_str().and_then(|text| text.parse().ok());
        assert_eq!(Some(figure(&comparison, "requests")), asked, "{comparison:#}");
        assert_eq!(figure(&comparison, "errors"), 0.0, "{comparison:#}");
    }
}
