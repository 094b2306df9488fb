//! Sections of `INFO`: which there are, which were asked for, and their text.

use std::fmt::{self, Write as _};

use super::metric::Metric;
use super::rows_activity::{DEBUG, STATS};
use super::rows_memory::MEMORY;
use super::rows_persistence::PERSISTENCE;
use super::rows_server::{CLIENTS, CLUSTER, CPU, REPLICATION, SERVER};
use super::{Facts, lists};

/// A section.
pub struct Section {
    /// Names by which it is asked for.
    names: &'static [&'static str],
    /// The title it is printed under.
    pub title: &'static str,
    given: Given,
    parts: &'static [Part],
}

/// When a section is printed without being named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Given {
    /// Always.
    ByDefault,
    /// With `all` and `everything`.
    WithAll,
    /// Never.
    WhenNamed,
}

enum Part {
    Fields(&'static [Metric]),
    Lines(fn(&Facts<'_>, &mut String) -> fmt::Result),
}

use Given::{ByDefault, WhenNamed, WithAll};
use Part::{Fields, Lines};

/// All sections, in the order in which they are printed.
pub const SECTIONS: &[Section] = &[
    section(&["server"], "Server", ByDefault, &[Fields(SERVER), Lines(lists::listeners)]),
    section(&["clients"], "Clients", ByDefault, &[Fields(CLIENTS)]),
    section(&["memory"], "Memory", ByDefault, &[Fields(MEMORY)]),
    section(&["persistence"], "Persistence", ByDefault, &[Fields(PERSISTENCE)]),
    section(&["threads"], "Threads", ByDefault, &[Lines(lists::threads)]),
    section(&["stats"], "Stats", ByDefault, &[Fields(STATS)]),
    section(&["replication"], "Replication", ByDefault, &[Fields(REPLICATION)]),
    section(&["cpu"], "CPU", ByDefault, &[Fields(CPU)]),
    section(&["modules", "module_list"], "Modules", ByDefault, &[]),
    section(&["commandstats"], "Commandstats", WithAll, &[Lines(lists::commands)]),
    section(&["errorstats"], "Errorstats", ByDefault, &[Lines(lists::errors)]),
    section(&["latencystats"], "Latencystats", WithAll, &[Lines(lists::latencies)]),
    section(&["cluster"], "Cluster", ByDefault, &[Fields(CLUSTER)]),
    section(&["keyspace"], "Keyspace", ByDefault, &[Lines(lists::databases)]),
    section(&["keysizes"], "Keysizes", ByDefault, &[]),
    section(&["debug"], "Debug", WhenNamed, &[Fields(DEBUG)]),
];

const _: () = assert!(SECTIONS.len() <= u32::BITS as usize);

const fn section(
    names: &'static [&'static str],
    title: &'static str,
    given: Given,
    parts: &'static [Part],
) -> Section {
    Section { names, title, given, parts }
}

/// The sections that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// One bit for each of [`SECTIONS`].
    bits: u32,
}

impl Selection {
    /// The sections of these names, in any case; unknown names select nothing, no name selects the default.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut selection = Self { bits: 0 };
        let mut is_empty = true;
        for name in names {
            is_empty = false;
            selection.add(name);
        }
        if is_empty {
            selection.add(b"default");
        }
        selection
    }

    fn add(&mut self, name: &[u8]) {
        let is = |word: &str| name.eq_ignore_ascii_case(word.as_bytes());
        for (index, section) in SECTIONS.iter().enumerate() {
            let is_given = match section.given {
                ByDefault => is("default") || is("all") || is("everything"),
                WithAll => is("all") || is("everything"),
                WhenNamed => false,
            };
            if is_given || section.names.iter().any(|name| is(name)) {
                self.bits |= 1 << index;
            }
        }
    }
}

/// The text of the selected sections.
pub fn write(selection: Selection, facts: &Facts<'_>) -> String {
    let mut out = String::new();
    for (index, section) in SECTIONS.iter().enumerate() {
        if selection.bits & 1 << index != 0 {
            if !out.is_empty() {
                out.push_str("\r\n");
            }
            section.write(facts, &mut out).expect("text is written to memory");
        }
    }
    out
}

impl Section {
    fn write(&self, facts: &Facts<'_>, out: &mut String) -> fmt::Result {
        write!(out, "# {}\r\n", self.title)?;
        for part in self.parts {
            match part {
                Fields(metrics) => {
                    for metric in *metrics {
                        write!(out, "{}:{}\r\n", metric.name, (metric.value)(facts))?;
                    }
                }
                Lines(lines) => lines(facts, out)?,
            }
        }
        Ok(())
    }
}
