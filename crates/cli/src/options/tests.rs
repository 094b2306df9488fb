use std::collections::HashSet;
use std::time::Duration;

use fanfare_client::{Address, UriError};
use fanfare_protocol::RespVersion;

use super::parse::OptionError;
use super::table::FLAGS;
use super::*;
use crate::format::Format;

fn arguments(line: &str) -> Vec<Vec<u8>> {
    line.split_whitespace().map(|part| part.as_bytes().to_vec()).collect()
}

fn settings(line: &str) -> Settings {
    match parse(arguments(line)) {
        Ok(Request::Run(settings)) => *settings,
        other => panic!("{line}: {other:?}"),
    }
}

fn check_error(line: &str, expected: OptionError) {
    assert_eq!(parse(arguments(line)).unwrap_err(), expected, "{line}");
}

#[test]
fn options_end_where_the_command_begins() {
    let settings = settings("-h example.org -p 7000 -n 3 set -a b");
    assert_eq!(settings.address(), Address::tcp("example.org", 7000));
    assert_eq!(settings.database, 3);
    assert_eq!(settings.command, arguments("set -a b"));
    assert_eq!(settings.password, None);
}

#[test]
fn h_asks_for_help_only_where_it_stands_last() {
    assert!(matches!(parse(arguments("-h")), Ok(Request::Help)));
    assert!(matches!(parse(arguments("-p 1 -h")), Ok(Request::Help)));
    assert!(matches!(parse(arguments("-h --help")), Ok(Request::Run(_))));
    assert!(matches!(parse(arguments("-?")), Ok(Request::Help)));
    assert!(matches!(parse(arguments("-p 1 --version")), Ok(Request::Version)));
}

#[test]
fn values_are_read_as_redis_cli_reads_them() {
    let set = settings("-r 12x -i 0.5 -3 --csv --show-pushes No --pipe-timeout 0 -X tag");
    assert_eq!((set.repeat, set.interval), (12, Some(Duration::from_millis(500))));
    assert_eq!(set.version, Some(RespVersion::Resp3));
    assert_eq!((set.format, set.show_pushes), (Some(Format::Csv), Some(false)));
    assert_eq!(set.pipe_timeout, None);
    assert_eq!(set.stdin_argument, StdinArgument::InPlaceOf(b"tag".to_vec()));
    assert_eq!(settings("-i x").interval, None);
    assert_eq!(settings("-r x").repeat, 0);
    assert_eq!(settings("-r -1").repeat, -1);
    for (text, database) in [
        ("-1", -1),
        ("3x", 3),
        ("x", 0),
        ("4294967297", 1),
        ("99999999999", 1_215_752_191),
        ("99999999999999999999", -1),
        ("-99999999999999999999", 0),
    ] {
        assert_eq!(settings(&format!("-n {text}")).database, database, "{text}");
    }
    assert_eq!(settings("--latency-history").mode, Mode::Latency(LatencyMode::History));
}

#[test]
fn uris_set_all_they_name() {
    let all = settings("-h a -u redis://u:p@b:1/2");
    assert_eq!(all.address(), Address::tcp("b", 1));
    assert_eq!((all.user.as_deref(), all.password.as_deref()), (Some("u"), Some("p")));
    assert_eq!((all.database, all.password_was_shown), (2, true));
    let some = settings("-n 4 -u redis://");
    assert_eq!((some.host.as_str(), some.database), ("127.0.0.1", 4));
}

#[test]
fn bad_options_are_named() {
    check_error("--foo", OptionError::Unrecognized("--foo".into()));
    check_error("-", OptionError::Unrecognized("-".into()));
    check_error("-n 1 -p", OptionError::Unrecognized("-p".into()));
    check_error("-p 65536", OptionError::Port);
    check_error("-2 -3", OptionError::BothVersions);
    check_error("-x -X t", OptionError::BothStdinArguments);
    check_error("--show-pushes maybe", OptionError::ShowPushes("maybe".into()));
    check_error("-u http://h", OptionError::Uri(UriError::Scheme));
}

#[test]
fn every_option_is_in_help_once_and_fits_the_terminal() {
    let usage = usage();
    let mut seen = HashSet::new();
    for flag in FLAGS {
        assert!(!flag.help.is_empty());
        for name in flag.names {
            assert!(seen.insert(*name), "{name} twice");
            assert!(usage.contains(name), "{name}");
        }
    }
    for line in usage.lines() {
        assert!(line.len() <= 90, "{line}");
    }
}
