//! All commands that a server describes.

use fanfare_client::Value;

use super::argument::{Argument, joined, text};
use super::hint;

/// One command or subcommand.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// In capitals, a subcommand after its command: `CLIENT LIST`.
    pub(super) name: String,
    pub(super) summary: String,
    pub(super) since: String,
    pub(super) group: String,
    pub(super) arguments: Vec<Argument>,
}

impl Entry {
    /// The arguments as help shows them.
    pub(super) fn syntax(&self) -> String {
        joined(&self.arguments, " ")
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.name.split(' ')
    }

    /// Whether the name begins with these words, in any case.
    pub(super) fn begins_with(&self, words: &[&str]) -> bool {
        words.len() <= self.words().count()
            && self.words().zip(words).all(|(own, word)| own.eq_ignore_ascii_case(word))
    }
}

/// All commands, sorted by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    entries: Vec<Entry>,
}

impl Catalog {
    /// Reads the reply of `COMMAND DOCS`; what cannot be read is left out.
    pub(crate) fn read(reply: Value) -> Self {
        let mut entries = Vec::new();
        for (name, facts) in reply.into_pairs().unwrap_or_default() {
            if let Some(name) = text(&name) {
                push_entries(&mut entries, name.to_uppercase(), facts);
            }
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Self { entries }
    }

    /// Commands and subcommands.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What may still be typed after a line, to be shown behind the cursor.
    pub(crate) fn hint(&self, line: &str) -> Option<String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let has_blank = line.ends_with(char::is_whitespace);
        let (entry, length) = self.longest_match(&words)?;
        let mut arguments = &words[length..];
        // The last word is still being typed.
        if let (false, Some((_, complete))) = (has_blank, arguments.split_last()) {
            arguments = complete;
        }
        let hint = hint::remaining(&entry.arguments, arguments)?;
        if hint.is_empty() {
            return None;
        }
        Some(if has_blank { hint } else { format!(" {hint}") })
    }

    /// What a line that is still being typed may become.
    pub(crate) fn completions(&self, line: &str) -> Vec<String> {
        let (lead, typed) = match split_help(line) {
            Some((lead, typed)) => (lead, typed),
            None => ("", line),
        };
        if typed.is_empty() && lead.is_empty() {
            return Vec::new();
        }
        let mut names: Vec<String> = self.entries.iter().map(|entry| entry.name.clone()).collect();
        if !lead.is_empty() {
            names.extend(self.groups().into_iter().map(|group| format!("@{group}")));
        }
        let matches = |name: &String| {
            name.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed))
        };
        names.into_iter().filter(matches).map(|name| format!("{lead}{name}")).collect()
    }

    fn groups(&self) -> Vec<String> {
        let mut groups: Vec<String> =
            self.entries.iter().map(|entry| entry.group.clone()).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// The command or subcommand that words begin with, and how many of them name it.
    fn longest_match(&self, words: &[&str]) -> Option<(&Entry, usize)> {
        let length_max = words.len().min(2);
        (1..=length_max).rev().find_map(|length| {
            let named = |entry: &&Entry| {
                entry.begins_with(&words[..length]) && entry.words().count() == length
            };
            self.entries.iter().find(named).map(|entry| (entry, length))
        })
    }
}

/// `help ` as typed, and what follows.
fn split_help(line: &str) -> Option<(&str, &str)> {
    let lead = line.get(..5)?;
    lead.eq_ignore_ascii_case("help ").then(|| (lead, &line[5..]))
}

/// A command and its subcommands.
fn push_entries(entries: &mut Vec<Entry>, name: String, facts: Value) {
    let mut entry = Entry {
        name,
        summary: String::new(),
        since: String::new(),
        group: String::new(),
        arguments: Vec::new(),
    };
    let mut inner = Vec::new();
    for (key, value) in facts.into_pairs().unwrap_or_default() {
        let said = text(&value);
        match key.as_bytes() {
            Some(b"summary") => entry.summary = said.unwrap_or_default(),
            Some(b"since") => entry.since = said.unwrap_or_default(),
            Some(b"group") => entry.group = said.unwrap_or_default(),
            Some(b"arguments") => entry.arguments = Argument::read_list(value),
            Some(b"subcommands") => inner = value.into_pairs().unwrap_or_default(),
            _ => {}
        }
    }
    for (subname, subfacts) in inner {
        // A subcommand is called `client|list`; subcommands have none of their own.
        if let (Some(subname), false) = (text(&subname), entry.name.contains(' ')) {
            let subname = subname.rsplit('|').next().unwrap_or_default().to_uppercase();
            push_entries(entries, format!("{} {subname}", entry.name), subfacts);
        }
    }
    entries.push(entry);
}
