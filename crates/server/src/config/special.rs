//! Parameters with a syntax of their own.

use std::path::Path;

use fanfare_stdx::double::parse_double;
use fanfare_stdx::number::parse_i64;

use super::numbers::{self, memory_bytes};
use super::parameter::{Arity, Origin, Reason, Special, one_of};
use super::settings::Config;
use super::values::{BindAddress, OutputLimit, OutputLimits};
use crate::host::os_error::os_error_text;

/// Most addresses that `bind` takes.
const BIND_ADDRESSES_MAX: usize = 16;

/// `bind`.
pub(super) const BIND: Special = Special {
    default: &["127.0.0.1", "-::1"],
    syntax: "address, …",
    arity: Arity::Many,
    parse: parse_bind,
    show: show_bind,
    lines: |config| vec![show_bind(config)],
};

fn parse_bind(config: &mut Config, words: &[Vec<u8>], _: Origin) -> Result<(), Reason> {
    if words.len() > BIND_ADDRESSES_MAX {
        return Err("Too many bind addresses specified.".into());
    }
    let address = |word: &Vec<u8>| {
        let text = String::from_utf8_lossy(word);
        match text.strip_prefix('-') {
            Some(host) => BindAddress { host: host.to_owned(), optional: true },
            None => BindAddress { host: text.into_owned(), optional: false },
        }
    };
    // `bind ""` in a file means what `CONFIG SET bind ""` does: no address.
    config.bind = words.iter().filter(|word| !word.is_empty()).map(address).collect();
    Ok(())
}

fn show_bind(config: &Config) -> Vec<u8> {
    let shown = config.bind.iter().map(|address| {
        let mark = if address.optional { "-" } else { "" };
        format!("{mark}{}", address.host)
    });
    shown.collect::<Vec<_>>().join(" ").into_bytes()
}

/// `client-output-buffer-limit`.
pub(super) const OUTPUT_LIMITS: Special = Special {
    default: &[
        "normal",
        "0",
        "0",
        "0",
        "replica",
        "268435456",
        "67108864",
        "60",
        "pubsub",
        "33554432",
        "8388608",
        "60",
    ],
    syntax: "class, hard limit, soft limit, soft seconds, …",
    arity: Arity::Many,
    parse: parse_output_limits,
    show: |config| {
        let shown = OUTPUT_CLASSES.map(|(_, shown, limit)| {
            let OutputLimit { hard_bytes, soft_bytes, soft_s } = limit(&config.output_limits);
            format!("{shown} {hard_bytes} {soft_bytes} {soft_s}")
        });
        shown.join(" ").into_bytes()
    },
    lines: |config| {
        let line = |(name, _, limit): (&str, &str, fn(&OutputLimits) -> OutputLimit)| {
            let OutputLimit { hard_bytes, soft_bytes, soft_s } = limit(&config.output_limits);
            let hard = numbers::memory_text(hard_bytes);
            let soft = numbers::memory_text(soft_bytes);
            format!("{name} {hard} {soft} {soft_s}").into_bytes()
        };
        OUTPUT_CLASSES.map(line).to_vec()
    },
};

/// Name in files, name in `CONFIG GET`, and limit of each class.
type OutputClass = (&'static str, &'static str, fn(&OutputLimits) -> OutputLimit);

const OUTPUT_CLASSES: [OutputClass; 3] = [
    ("normal", "normal", |limits| limits.normal),
    ("replica", "slave", |limits| limits.replica),
    ("pubsub", "pubsub", |limits| limits.pubsub),
];

fn parse_output_limits(config: &mut Config, words: &[Vec<u8>], _: Origin) -> Result<(), Reason> {
    let (groups, rest) = words.as_chunks::<4>();
    if !rest.is_empty() {
        return Err("Wrong number of arguments in buffer limit configuration.".into());
    }
    for [class, hard, soft, seconds] in groups {
        let limits = &mut config.output_limits;
        let target = match class.to_ascii_lowercase().as_slice() {
            b"normal" => &mut limits.normal,
            b"replica" | b"slave" => &mut limits.replica,
            b"pubsub" => &mut limits.pubsub,
            _ => {
                return Err("Invalid client class specified in buffer limit configuration.".into());
            }
        };
        let seconds = parse_i64(seconds).and_then(|seconds| u64::try_from(seconds).ok());
        match (memory_bytes(hard), memory_bytes(soft), seconds) {
            (Some(hard_bytes), Some(soft_bytes), Some(soft_s)) => {
                *target = OutputLimit { hard_bytes, soft_bytes, soft_s };
            }
            _ => {
                return Err("Error in hard, soft or soft_seconds setting in buffer limit \
                            configuration."
                    .into());
            }
        }
    }
    Ok(())
}

/// `latency-tracking-info-percentiles`.
pub(super) const LATENCY_PERCENTILES: Special = Special {
    default: &["50", "99", "99.9"],
    syntax: "percentile, …",
    arity: Arity::Many,
    parse: parse_percentiles,
    show: show_percentiles,
    lines: |config| vec![show_percentiles(config)],
};

fn parse_percentiles(config: &mut Config, words: &[Vec<u8>], _: Origin) -> Result<(), Reason> {
    let mut percentiles = Vec::with_capacity(words.len());
    for word in words {
        let Some(percentile) = parse_double(word) else {
            return Err("Invalid latency-tracking-info-percentiles parameters".into());
        };
        if !(0.0..=100.0).contains(&percentile) {
            return Err("latency-tracking-info-percentiles parameters should sit between \
                        [0.0,100.0]"
                .into());
        }
        percentiles.push(percentile);
    }
    config.latency_percentiles = percentiles;
    Ok(())
}

fn show_percentiles(config: &Config) -> Vec<u8> {
    let shown = config.latency_percentiles.iter().map(|percentile| {
        let text = format!("{percentile:.6}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    });
    shown.collect::<Vec<_>>().join(" ").into_bytes()
}

/// `dir`.
pub(super) const DIRECTORY: Special = Special {
    default: &["."],
    syntax: "path",
    arity: Arity::One,
    parse: parse_directory,
    show: show_directory,
    lines: |config| vec![quoted(&show_directory(config))],
};

fn parse_directory(config: &mut Config, words: &[Vec<u8>], _: Origin) -> Result<(), Reason> {
    use std::os::unix::ffi::OsStrExt as _;
    let path = std::ffi::OsStr::from_bytes(words.first().map_or(b"", Vec::as_slice));
    // A path is relative to the one before it, as Redis changes into each at once.
    if path == "." {
        return Ok(());
    }
    config.directory = enter(&config.directory.join(path))?;
    Ok(())
}

/// The absolute form of a directory that can be entered.
fn enter(path: &Path) -> Result<std::path::PathBuf, Reason> {
    let directory = path.canonicalize().map_err(|error| os_error_text(&error))?;
    match directory.metadata() {
        Ok(metadata) if metadata.is_dir() => Ok(directory),
        Ok(_) => Err("Not a directory".into()),
        Err(error) => Err(os_error_text(&error).into()),
    }
}

fn show_directory(config: &Config) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt as _;
    config.directory.as_os_str().as_bytes().to_vec()
}

/// `save`.
pub(super) const SAVE: Special = Special {
    default: &[],
    syntax: "seconds, changes, …",
    arity: Arity::Many,
    parse: parse_save,
    show: |config| stored(config, "save", b""),
    lines: |config| {
        let shown = stored(config, "save", b"");
        let words: Vec<&[u8]> = shown.split(|&byte| byte == b' ').collect();
        let (pairs, _) = words.as_chunks::<2>();
        if pairs.is_empty() {
            return vec![b"\"\"".to_vec()];
        }
        pairs.iter().map(|pair| pair.join(&b' ')).collect()
    },
};

fn parse_save(config: &mut Config, words: &[Vec<u8>], origin: Origin) -> Result<(), Reason> {
    if matches!(words, [] | [_] if words.concat().is_empty()) {
        config.stored.remove("save");
        return Ok(());
    }
    let (pairs, rest) = words.as_chunks::<2>();
    let is_valid = |[seconds, changes]: &[Vec<u8>; 2]| {
        parse_i64(seconds).is_some_and(|seconds| seconds >= 1)
            && parse_i64(changes).is_some_and(|changes| changes >= 0)
    };
    if !rest.is_empty() || !pairs.iter().all(is_valid) {
        return Err("Invalid save parameters".into());
    }
    let mut points = match origin {
        Origin::File => stored(config, "save", b""),
        Origin::Command => Vec::new(),
    };
    if !points.is_empty() {
        points.push(b' ');
    }
    points.extend(words.join(&b' '));
    config.stored.insert("save", points);
    Ok(())
}

/// `oom-score-adj-values`.
pub(super) const OOM_SCORES: Special = Special {
    default: &["0", "200", "800"],
    syntax: "primary, replica, background child",
    arity: Arity::Many,
    parse: parse_oom_scores,
    show: |config| stored(config, "oom-score-adj-values", b"0 200 800"),
    lines: |config| vec![stored(config, "oom-score-adj-values", b"0 200 800")],
};

fn parse_oom_scores(config: &mut Config, words: &[Vec<u8>], _: Origin) -> Result<(), Reason> {
    if words.len() != 3 {
        return Err("wrong number of arguments".into());
    }
    let is_valid =
        |word: &Vec<u8>| parse_i64(word).is_some_and(|score| (-2000..=2000).contains(&score));
    if !words.iter().all(is_valid) {
        let complaint = "Invalid oom-score-adj-values, elements must be between -2000 and 2000.";
        return Err(complaint.into());
    }
    config.stored.insert("oom-score-adj-values", words.join(&b' '));
    Ok(())
}

const SHUTDOWN_WORDS: [&str; 5] = ["default", "save", "nosave", "now", "force"];

/// `shutdown-on-sigint`.
pub(super) const SHUTDOWN_ON_SIGINT: Special = Special {
    default: &["default"],
    syntax: "default, save, nosave, now, force",
    arity: Arity::Many,
    parse: |config, words, _| parse_shutdown(config, "shutdown-on-sigint", words),
    show: |config| stored(config, "shutdown-on-sigint", b"default"),
    lines: |config| vec![stored(config, "shutdown-on-sigint", b"default")],
};

/// `shutdown-on-sigterm`.
pub(super) const SHUTDOWN_ON_SIGTERM: Special = Special {
    default: &["default"],
    syntax: "default, save, nosave, now, force",
    arity: Arity::Many,
    parse: |config, words, _| parse_shutdown(config, "shutdown-on-sigterm", words),
    show: |config| stored(config, "shutdown-on-sigterm", b"default"),
    lines: |config| vec![stored(config, "shutdown-on-sigterm", b"default")],
};

fn parse_shutdown(
    config: &mut Config,
    name: &'static str,
    words: &[Vec<u8>],
) -> Result<(), Reason> {
    let mut chosen = [false; SHUTDOWN_WORDS.len()];
    for word in words {
        let is = |candidate: &&str| word.eq_ignore_ascii_case(candidate.as_bytes());
        let Some(index) = SHUTDOWN_WORDS.iter().position(is) else {
            return Err(one_of(&SHUTDOWN_WORDS));
        };
        chosen[index] = true;
    }
    if words.is_empty() {
        return Err(one_of(&SHUTDOWN_WORDS));
    }
    if chosen[1] && chosen[2] {
        return Err("shutdown options SAVE and NOSAVE can't be used simultaneously".into());
    }
    let others = SHUTDOWN_WORDS[1..].iter().zip(&chosen[1..]);
    let shown: Vec<&str> =
        others.filter_map(|(word, is_chosen)| is_chosen.then_some(*word)).collect();
    let shown = if shown.is_empty() { "default".to_owned() } else { shown.join(" ") };
    config.stored.insert(name, shown.into_bytes());
    Ok(())
}

/// `replicaof`.
pub(super) const REPLICAOF: Special = Special {
    default: &["no", "one"],
    syntax: "host, port",
    arity: Arity::Many,
    parse: parse_replicaof,
    show: |config| stored(config, "replicaof", b""),
    lines: |config| {
        let primary = stored(config, "replicaof", b"");
        if primary.is_empty() { vec![b"no one".to_vec()] } else { vec![primary] }
    },
};

fn parse_replicaof(config: &mut Config, words: &[Vec<u8>], _: Origin) -> Result<(), Reason> {
    let [host, port] = words else { return Err("wrong number of arguments".into()) };
    if host.eq_ignore_ascii_case(b"no") && port.eq_ignore_ascii_case(b"one") {
        config.stored.remove("replicaof");
        return Ok(());
    }
    if !parse_i64(port).is_some_and(|port| (0..=65535).contains(&port)) {
        return Err("Invalid master port".into());
    }
    config.stored.insert("replicaof", words.join(&b' '));
    Ok(())
}

fn stored(config: &Config, name: &str, default: &[u8]) -> Vec<u8> {
    config.stored.get(name).map_or(default, Vec::as_slice).to_vec()
}

pub(super) fn quoted(text: &[u8]) -> Vec<u8> {
    let mut line = Vec::new();
    fanfare_stdx::words::append_quoted(&mut line, text);
    line
}
