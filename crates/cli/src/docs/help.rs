//! The pages of `help`.

use super::catalog::{Catalog, Entry};

/// What a page's line about the group depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Topic {
    Command,
    Group,
}

/// `help` without a topic.
pub(crate) fn summary_of_help() -> String {
    format!(
        "{}
To get help about Redis commands type:
      \"help @<group>\" to get a list of commands in <group>
      \"help <command>\" for help on <command>
      \"help <tab>\" to get a list of possible help topics
      \"quit\" to exit

To set fanfare-cli preferences:
      \":set hints\" enable online hints
      \":set nohints\" disable online hints
Set your preferences in ~/.redisclirc
",
        crate::VERSION_LINE
    )
}

/// The page of a command, of a command with all its subcommands, or of a group (`@pubsub`).
pub(crate) fn help(catalog: &Catalog, words: &[&str]) -> String {
    let mut page = String::new();
    let group = words.first().and_then(|word| word.strip_prefix('@'));
    for entry in catalog.entries() {
        match group {
            Some(group) if entry.group.eq_ignore_ascii_case(group) => {
                push_entry(&mut page, entry, Topic::Group);
            }
            None if entry.begins_with(words) => push_entry(&mut page, entry, Topic::Command),
            _ => {}
        }
    }
    page + "\r\n"
}

fn push_entry(page: &mut String, entry: &Entry, topic: Topic) {
    let (name, syntax) = (&entry.name, entry.syntax());
    page.push_str(&format!("\r\n  \x1b[1m{name}\x1b[0m \x1b[90m{syntax}\x1b[0m\r\n"));
    push_fact(page, "summary", &entry.summary);
    push_fact(page, "since", &entry.since);
    if topic == Topic::Command {
        push_fact(page, "group", &entry.group);
    }
}

fn push_fact(page: &mut String, name: &str, text: &str) {
    page.push_str(&format!("  \x1b[33m{name}:\x1b[0m {text}\r\n"));
}
