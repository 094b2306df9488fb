//! Tests of the configuration as a whole.

use std::path::Path;

use super::*;

fn loaded_in(directory: &Path, arguments: &[&str], input: &str) -> Result<Loaded, ConfigError> {
    let arguments: Vec<Vec<u8>> = arguments.iter().map(|word| word.as_bytes().to_vec()).collect();
    let mut surroundings = Surroundings {
        directory: directory.to_owned(),
        input: &mut input.as_bytes(),
        is_command: &|name| ["config", "get", "set", "lolwut"].contains(&name),
    };
    load(&arguments, &mut surroundings)
}

/// Loads `text` as standard input.
fn loaded(text: &str) -> Result<Loaded, ConfigError> {
    loaded_in(Path::new("/"), &["-"], &format!("{text}\n"))
}

fn value(config: &Config, name: &str) -> String {
    match get(config, &[name.as_bytes()]).as_slice() {
        [(_, value)] => String::from_utf8_lossy(value).into_owned(),
        other => format!("{} values", other.len()),
    }
}

/// Each case: lines of a file, then the values that `CONFIG GET` shows.
#[track_caller]
fn check_values(text: &str, expected: &[(&str, &str)]) {
    let loaded = loaded(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    for (name, expected) in expected {
        assert_eq!(value(&loaded.config, name), *expected, "{name} after {text:?}");
    }
}

#[track_caller]
fn check_refusal(text: &str, expected: &str) {
    let reason = match loaded(text) {
        Ok(_) => "accepted".to_owned(),
        Err(ConfigError::Line { reason, .. }) => reason.into_owned(),
        Err(error) => error.to_string(),
    };
    assert_eq!(reason, expected, "{text:?}");
}

#[track_caller]
fn check_set(config: &Config, arguments: &[&str], expected: &str) {
    let arguments: Vec<&[u8]> = arguments.iter().map(|word| word.as_bytes()).collect();
    let message = match set(config, &arguments, ClientOrigin::Local) {
        Ok(_) => "OK".to_owned(),
        Err(error) => String::from_utf8_lossy(&error.message()).into_owned(),
    };
    assert_eq!(message, expected, "{arguments:?}");
}

#[test]
fn names_are_unique_and_in_lower_case() {
    let mut names: Vec<&str> =
        parameters().flat_map(|row| std::iter::once(row.name).chain(row.alias)).collect();
    let count = names.len();
    assert!(names.iter().all(|name| !name.bytes().any(|byte| byte.is_ascii_uppercase())));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(parameters().all(|row| !row.about.is_empty()));
}

#[test]
fn files_are_read_as_redis_reads_them() {
    for (text, expected) in [
        ("", &[("bind", "127.0.0.1 -::1"), ("port", "6379"), ("dir", "/")][..]),
        ("  timeout   3  \r\n# c\n  # d\nTIMEOUT 4\t", &[("timeout", "4")]),
        ("save 1 2\nsave 3 4", &[("save", "1 2 3 4")]),
        ("save 1 2\nsave \"\"", &[("save", "")]),
        ("save 1 2\nsave", &[("save", "")]),
        ("save \"1 2\"", &[("save", "1 2")]),
        ("hz 9999", &[("hz", "500")]),
        ("hz 0", &[("hz", "1")]),
        ("loglevel 'debug'", &[("loglevel", "debug")]),
        ("unixsocketperm 0770", &[("unixsocketperm", "770")]),
        ("bind", &[("bind", "")]),
        ("bind \"\"", &[("bind", "")]),
        ("bind 127.0.0.1\nbind ::1 -10.0.0.1", &[("bind", "::1 -10.0.0.1")]),
        ("bind \"127.0.0.1 ::1\"", &[("bind", "127.0.0.1 ::1")]),
        ("timeout \"\\x33\"", &[("timeout", "3")]),
        ("slave-priority 7", &[("replica-priority", "7"), ("slave-priority", "7")]),
        ("maxmemory 2gb", &[("maxmemory", "2147483648")]),
        ("maxmemory-clients 5%", &[("maxmemory-clients", "5%")]),
        ("dir tmp\ndir ..\ndir .", &[("dir", "/")]),
        (
            "latency-tracking-info-percentiles 50 60.50",
            &[("latency-tracking-info-percentiles", "50 60.5")],
        ),
        (
            "client-output-buffer-limit normal 1 2 3\n\
             client-output-buffer-limit replica 1mb 2gb 3 pubsub 1 2 3",
            &[(
                "client-output-buffer-limit",
                "normal 1 2 3 slave 1048576 2147483648 3 pubsub 1 2 3",
            )],
        ),
        ("lua-replicate-commands yes\nlist-max-ziplist-entries 5", &[("port", "6379")]),
        ("notify-keyspace-events KEA", &[("notify-keyspace-events", "AKE")]),
        ("shutdown-on-sigterm now nosave", &[("shutdown-on-sigterm", "nosave now")]),
    ] {
        check_values(text, expected);
    }
}

#[test]
fn bad_lines_get_the_words_of_redis() {
    let bad_directive = "Bad directive or wrong number of arguments";
    let arity = "wrong number of arguments";
    let integer = "argument couldn't be parsed into an integer";
    let quotes = "Unbalanced quotes in configuration line";
    let memory = "argument must be a memory value";
    for (text, expected) in [
        ("foo bar", bad_directive),
        ("include", bad_directive),
        ("user", bad_directive),
        ("loadmodule", bad_directive),
        ("rename-command GET", bad_directive),
        ("list-max-ziplist-value 1 2", bad_directive),
        ("port", arity),
        ("port 1 2", arity),
        ("hz 10 # comment", arity),
        ("slaveof a", arity),
        ("port abc", integer),
        ("port 0x10", integer),
        ("port 99999999999999999999", integer),
        ("port 70000", "argument must be between 0 and 65535 inclusive"),
        ("databases 0", "argument must be between 1 and 2147483647 inclusive"),
        ("io-threads 500", "argument must be between 1 and 128 inclusive"),
        ("maxclients 0", "argument must be between 1 and 4294967295 inclusive"),
        ("maxclients -1", "argument must be greater or equal to 0"),
        ("unixsocketperm 999", "argument couldn't be parsed as an octal number"),
        ("unixsocketperm 1777", "argument must be between 0 and 777 inclusive"),
        ("unixsocketperm -1", "argument must be greater or equal to 0"),
        ("maxmemory 1zz", memory),
        ("maxmemory -1", memory),
        ("maxmemory-clients 101%", "percentage argument must be less or equal to 100"),
        ("maxmemory-clients -1", "argument must be a memory or percent value"),
        ("daemonize maybe", "argument must be 'yes' or 'no'"),
        ("appendfsync x", "argument(s) must be one of the following: everysec, always, no"),
        ("supervised x", "argument(s) must be one of the following: upstart, systemd, auto, no"),
        ("save 1", "Invalid save parameters"),
        ("save a b", "Invalid save parameters"),
        ("slaveof a b", "Invalid master port"),
        ("port \"12", quotes),
        ("port '12", quotes),
        ("timeout \"3\"4", quotes),
        ("dir /nonexistent", "No such file or directory"),
        ("dir /dev/null", "Not a directory"),
        ("rename-command FOO BAR", "No such command in rename-command"),
        ("rename-command GET SET", "Target command name already exists"),
        ("rename-command GET G\nrename-command GET H", "No such command in rename-command"),
        ("rename-command GET G\nrename-command SET get", "accepted"),
        (
            "client-output-buffer-limit normal 1 2",
            "Wrong number of arguments in buffer limit configuration.",
        ),
        (
            "client-output-buffer-limit foo 1 2 3",
            "Invalid client class specified in buffer limit configuration.",
        ),
        (
            "client-output-buffer-limit normal 1 2 -3",
            "Error in hard, soft or soft_seconds setting in buffer limit configuration.",
        ),
        ("notify-keyspace-events q", "Invalid event class character. Use 'Ag$lshzxeKEtmdn'."),
        ("oom-score-adj-values 1 2", arity),
        ("bind 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "Too many bind addresses specified."),
        (
            "latency-tracking-info-percentiles a",
            "Invalid latency-tracking-info-percentiles parameters",
        ),
        (
            "latency-tracking-info-percentiles 101",
            "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]",
        ),
        ("proc-title-template {foo}", "template format is invalid or contains unknown variables"),
        ("appendfilename a/b", "appendfilename can't be a path, just a filename"),
        ("appenddirname a/b", "appenddirname can't be a path, just a dirname"),
    ] {
        check_refusal(text, expected);
    }
}

#[test]
fn arguments_follow_the_file_and_override_it() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("a.conf"), "port 1\nsave 5 5\n").unwrap();
    let check = |arguments: &[&str], expected: &[(&str, &str)]| {
        let loaded = loaded_in(directory.path(), arguments, "timeout 9").unwrap();
        for (name, expected) in expected {
            assert_eq!(value(&loaded.config, name), *expected, "{name} after {arguments:?}");
        }
        loaded
    };
    let file = check(&["a.conf"], &[("port", "1"), ("save", "5 5")]).file;
    assert_eq!(file, Some(directory.path().canonicalize().unwrap().join("a.conf")));
    assert_eq!(check(&["--port", "2"], &[("port", "2"), ("save", "")]).file, None);
    check(&["a.conf", "--port", "2", "--bind", "a", "b"], &[("port", "2"), ("bind", "a b")]);
    check(&["a.conf", "--save", "6", "6"], &[("save", "5 5 6 6")]);
    check(&["a.conf", "--save", "", "--port", "3"], &[("save", ""), ("port", "3")]);
    check(&["a.conf", "--save", "--port", "3"], &[("save", ""), ("port", "3")]);
    check(&["a.conf", "--save"], &[("save", "")]);
    check(&["--port 4"], &[("port", "4")]);
    check(&["--bind 127.0.0.1 ::1", "--port", "3"], &[("bind", "127.0.0.1 ::1"), ("port", "3")]);
    check(&["-"], &[("timeout", "9")]);
    check(&["a.conf", "--port", "5", "-"], &[("timeout", "9"), ("port", "5")]);
    check(&["a.conf", "--"], &[("port", "1")]);
    check(&["--requirepass", "a \"b\"\n"], &[("requirepass", "a \"b\"\n")]);
}

#[test]
fn errors_name_the_line_as_redis_does() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("a.conf"), "port 1\nsave 5 5\n").unwrap();
    std::fs::write(directory.path().join("b.conf"), "include c*.conf\n").unwrap();
    std::fs::write(directory.path().join("c1.conf"), "\n  foo  bar  \n").unwrap();
    std::fs::write(directory.path().join("d.conf"), "include d.conf\n").unwrap();
    let check = |arguments: &[&str], expected: &str| {
        let error = loaded_in(directory.path(), arguments, "").unwrap_err();
        assert_eq!(String::from_utf8_lossy(&error.text("1.2.3")), expected, "{arguments:?}");
    };
    let fatal = |line: &str| {
        format!(
            "\n*** FATAL CONFIG FILE ERROR (Fanfare 1.2.3) ***\n\
             Reading the configuration file, at line {line}\n"
        )
    };
    let integer = "argument couldn't be parsed into an integer";
    check(&["--port", "abc"], &fatal(&format!("2\n>>> 'port \"abc\"'\n{integer}")));
    check(&["a.conf", "--port", "x\"y"], &fatal(&format!("4\n>>> 'port \"x\\\"y\"'\n{integer}")));
    check(&["a.conf", "--timeout x"], &fatal(&format!("4\n>>> 'timeout x'\n{integer}")));
    check(&["a.conf", "--port"], &fatal("4\n>>> 'port'\nwrong number of arguments"));
    check(
        &["a.conf", "--port", "--loglevel", "debug"],
        &fatal("4\n>>> 'port \"--loglevel\" \"debug\"'\nwrong number of arguments"),
    );
    check(
        &["a.conf", "foo", "bar"],
        &fatal("4\n>>> '\"foo\" \"bar\"'\nBad directive or wrong number of arguments"),
    );
    check(&["b.conf"], &fatal("2\n>>> 'foo  bar'\nBad directive or wrong number of arguments"));
    check(&["d.conf"], &fatal("1\n>>> 'include d.conf'\nToo many nested include directives"));
    let unreadable = |path: &Path, why: &str| {
        format!("Fatal error, can't open config file '{}': {why}\n", path.display())
    };
    let (folder, missing) = (directory.path(), "No such file or directory");
    check(&["none"], &unreadable(&folder.join("none"), missing));
    check(&["./none"], &unreadable(&folder.join("./none"), missing));
    check(&["/../none"], &unreadable(Path::new("/../none"), missing));
    let above = folder.parent().and_then(Path::parent).unwrap_or(Path::new("/"));
    check(&["../../no/ne"], &unreadable(&above.join("no/ne"), missing));
    check(&["."], &unreadable(&folder.join("."), "Is a directory"));
    check(
        &["a.conf", "--include", "none"],
        "Fatal error, can't open config file 'none': No such file or directory\n",
    );
}

#[test]
fn start_notes_name_what_has_no_effect_yet() {
    let notes = |text: &str| loaded(text).unwrap().notes;
    assert_eq!(notes("save \"\"\nappendonly no\nrdbcompression no\nhz 50"), [""; 0]);
    assert_eq!(
        notes("appendonly yes\nmasterauth hidden\nslaveof 10.0.0.1 6379\nsave 1 2\nuser a on"),
        [
            "'save 1 2' has no effect yet",
            "'appendonly yes' has no effect yet",
            "'replicaof 10.0.0.1 6379' has no effect yet",
            "'masterauth' has no effect yet",
            "'user a' has no effect yet",
        ]
    );
}

#[test]
fn get_matches_names_aliases_and_globs_once() {
    let config = Config::default();
    let check = |patterns: &[&str], expected: &[&str]| {
        let patterns: Vec<&[u8]> = patterns.iter().map(|pattern| pattern.as_bytes()).collect();
        let mut names: Vec<String> = get(&config, &patterns)
            .into_iter()
            .map(|(name, _)| String::from_utf8(name).unwrap())
            .collect();
        names.sort_unstable();
        assert_eq!(names, expected, "{patterns:?}");
    };
    check(&["timeout", "time*", "TIMEOUT"], &["timeout"]);
    check(&["TIMEOUT"], &["TIMEOUT"]);
    check(&["*PRIO*"], &["replica-priority", "slave-priority"]);
    check(&["slave-priority"], &["slave-priority"]);
    check(&["watchdog*"], &[]);
    check(&["watchdog-period"], &["watchdog-period"]);
    check(&["timeou[t-t]", "zzz", "["], &["timeout"]);
    check(&["rename-command", "include", "user"], &[]);
    check(&[], &[]);
}

#[test]
fn set_is_all_or_nothing_with_the_words_of_redis() {
    let config = Config::default();
    let failed = |name: &str, reason: &str| {
        format!("ERR CONFIG SET failed (possibly related to argument '{name}') - {reason}")
    };
    let unknown = "ERR Unknown option or number of arguments for CONFIG SET - 'foo'";
    let integer = "argument couldn't be parsed into an integer";
    for (arguments, expected) in [
        (&["maxclients", "100", "timeout"][..], "ERR syntax error".to_owned()),
        (&["foo", "1"], unknown.to_owned()),
        (&["maxclients", "100", "foo", "2"], unknown.to_owned()),
        (&["timeout", "1", "timeout", "2"], failed("timeout", "duplicate parameter")),
        (&["timeout", "1", "TIMEOUT", "x"], failed("TIMEOUT", "duplicate parameter")),
        (&["slave-priority", "1", "replica-priority", "2"], "OK".to_owned()),
        (&["timeout", "5", "port", "abc"], failed("port", integer)),
        (&["TIMEOUT", "x"], failed("timeout", integer)),
        (&["daemonize", "yes", "foo", "x"], failed("daemonize", "can't set immutable config")),
        (&["timeout", "x", "daemonize", "no"], failed("daemonize", "can't set immutable config")),
        (&["dir", "/"], failed("dir", "can't set protected config")),
        (&["save", "3600 1 300"], failed("save", "Invalid save parameters")),
        (&["rename-command", "a b"], unknown.replace("foo", "rename-command")),
    ] {
        check_set(&config, arguments, &expected);
    }
    let open = loaded("enable-protected-configs local").unwrap().config;
    check_set(&open, &["dir", "/"], "OK");
    check_set(&open, &["DIR", "/none"], &failed("dir", "No such file or directory"));
    let remote = set(&open, &[b"dir", b"/"], ClientOrigin::Remote).unwrap_err();
    let protected = failed("dir", "can't set protected config");
    assert_eq!(String::from_utf8_lossy(&remote.message()), protected);
}

#[test]
fn set_says_what_changed() {
    let config = Config::default();
    let arguments: [&[u8]; 8] =
        [b"timeout", b"5", b"port", b"6379", b"SAVE", b"1 2", b"lua-time-limit", b"7"];
    let (changed, changes) = set(&config, &arguments, ClientOrigin::Local).unwrap();
    assert_eq!(changes.names, ["timeout", "save", "busy-reply-threshold"]);
    assert!(changes.contains("save") && !changes.contains("port"));
    assert_eq!((changed.timeout_s, changed.busy_reply_threshold_ms), (5, 7));
    let set_back: [&[u8]; 2] = [b"save", b""];
    let (restored, changes) = set(&changed, &set_back, ClientOrigin::Local).unwrap();
    assert_eq!(changes.names, ["save"]);
    assert_eq!(value(&restored, "save"), "");
}

#[test]
fn debug_output_hides_the_password() {
    let config = loaded("requirepass hunter2").unwrap().config;
    assert!(!format!("{config:?}").contains("hunter2"));
    assert_eq!(config.password.0, b"hunter2");
}

#[test]
fn the_packaged_file_states_the_defaults() {
    let text = include_str!("../../../../packaging/fanfare.conf");
    let Loaded { config, notes, .. } = loaded(text).unwrap();
    assert_eq!(notes, [""; 0]);
    let default = Config { directory: "/".into(), ..Config::default() };
    assert_eq!(config, default);
    // Scripts do not exist yet.
    let without_use = ["busy-reply-threshold"];
    let shown = |name: &str| {
        text.lines().any(|line| line.trim_start_matches("# ").starts_with(&format!("{name} ")))
    };
    let missing: Vec<&str> = parameters()
        .filter(|one| one.effect == Effect::Effective && !one.is_hidden)
        .map(|one| one.name)
        .filter(|name| !shown(name) && !without_use.contains(name))
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn what_config_set_asks_for_in_vain_is_told() {
    let config = loaded("").unwrap().config;
    let arguments = [&b"appendonly"[..], b"yes", b"timeout", b"3"];
    let (new, changes) = set(&config, &arguments, ClientOrigin::Local).unwrap();
    let notes = parameters_without_effect(&new, |name| changes.contains(name));
    assert_eq!(notes, ["'appendonly yes' has no effect yet"]);
}

#[test]
fn no_argument_is_longer_than_lengths_can_say() {
    let mut config = Config::default();
    assert_eq!(config.argument_bytes_max(), 512 << 20);
    config.bulk_bytes_max = 100 << 30;
    assert_eq!(config.argument_bytes_max(), i32::MAX as u64);
}
