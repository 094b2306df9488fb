//! `--stat`: a line of figures about the server again and again.

use std::thread;
use std::time::Duration;

use fanfare_client::Value;

use crate::failure::Failure;
use crate::options::Settings;
use crate::session::Session;
use crate::terminal::print;

/// Time between lines where none is given.
const INTERVAL: Duration = Duration::from_secs(1);

/// Lines under one heading.
const LINES_PER_HEADING: u64 = 20;

const HEADING: &str = "\
------- data ------ --------------------- load -------------------- - child -
keys       mem      clients blocked requests            connections          
";

/// Prints lines until the server goes away; with `-r`, that many.
pub(crate) fn watch(mut session: Session, settings: &Settings) -> Result<(), Failure> {
    if !session.connect() {
        return Err(Failure::Silent);
    }
    let mut requests_before = None;
    let mut line_number = 0;
    while settings.repeat == 1 || settings.repeat < 0 || line_number < settings.repeat as u64 {
        let reply =
            session.ask(&[b"INFO"]).map_err(|error| Failure::Fatal(format!("Error: {error}")))?;
        if let Value::Error(text) = &reply {
            return Err(Failure::Fatal(format!("ERROR: {}", String::from_utf8_lossy(text))));
        }
        let info = String::from_utf8_lossy(reply.as_bytes().unwrap_or_default()).into_owned();
        if line_number % LINES_PER_HEADING == 0 {
            print(HEADING.as_bytes())?;
        }
        line_number += 1;
        let requests = figure(&info, "total_commands_processed");
        print(line(&info, requests - requests_before.unwrap_or(requests)).as_bytes())?;
        requests_before = Some(requests);
        thread::sleep(settings.interval.unwrap_or(INTERVAL));
    }
    Ok(())
}

fn line(info: &str, new_requests: i64) -> String {
    let requests = format!("{} (+{new_requests})", figure(info, "total_commands_processed"));
    let mut line = format!(
        "{:<11}{:<9}{:<8}{:<8}{requests:<20}{:<12}",
        keys(info),
        human_bytes(figure(info, "used_memory")),
        figure(info, "connected_clients"),
        figure(info, "blocked_clients"),
        figure(info, "total_connections_received"),
    );
    let children = [
        ("SAVE", figure(info, "rdb_bgsave_in_progress")),
        ("AOF", figure(info, "aof_rewrite_in_progress")),
        ("SLOTSYNC", figure(info, "slot_migration_in_progress")),
    ];
    for (name, running) in children {
        if running != 0 {
            line.push_str(name);
        }
    }
    line.push('\n');
    line
}

/// A number of `INFO`, 0 where it is missing.
fn figure(info: &str, name: &str) -> i64 {
    let value = |line: &str| line.strip_prefix(name)?.strip_prefix(':')?.trim().parse().ok();
    info.lines().find_map(value).unwrap_or(0)
}

/// The keys of all databases.
fn keys(info: &str) -> i64 {
    let count = |line: &str| {
        let (database, facts) = line.strip_prefix("db")?.split_once(":keys=")?;
        database.parse::<u32>().ok()?;
        facts.split(',').next()?.parse::<i64>().ok()
    };
    info.lines().filter_map(count).sum()
}

fn human_bytes(bytes: i64) -> String {
    const KILO: f64 = 1024.0;
    let bytes_float = bytes as f64;
    if bytes_float < KILO {
        format!("{bytes}B")
    } else if bytes_float < KILO * KILO {
        format!("{:.2}K", bytes_float / KILO)
    } else if bytes_float < KILO * KILO * KILO {
        format!("{:.2}M", bytes_float / KILO / KILO)
    } else {
        format!("{:.2}G", bytes_float / KILO / KILO / KILO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_the_figures_in_columns() {
        let info = "used_memory:1384120\r\nused_memory_peak:1\r\nconnected_clients:1\r\n\
            blocked_clients:0\r\ntotal_commands_processed:7147\r\n\
            total_connections_received:77\r\ndb0:keys=2,expires=0\r\ndb12:keys=1,expires=0\r\n";
        let expected = "3          1.32M    1       0       7147 (+1)           77          \n";
        assert_eq!(line(info, 1), expected);
        let saving = format!("{info}rdb_bgsave_in_progress:1\r\n");
        assert!(line(&saving, 1).ends_with("77          SAVE\n"));
    }

    #[test]
    fn bytes_are_shown_in_the_largest_fitting_unit() {
        let shown = [0, 1023, 1024, 1 << 20, 3 << 30].map(human_bytes);
        assert_eq!(shown, ["0B", "1023B", "1.00K", "1.00M", "3.00G"]);
    }
}
