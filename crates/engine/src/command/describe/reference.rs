//! The reference of commands, written from the table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::command::category::Category;
use crate::command::row::{DocFlag, Group};
use crate::command::table::{CommandTable, Entry};
use crate::command::usage::parse_usage;

const INTRODUCTION: &str = "# Commands

Each command answers as in Redis 8.2; [differences.md](../differences.md) lists the exceptions. Names may be
written in any case. `COMMAND DOCS` tells clients what this page tells people.

This page is generated from the table of commands: `cargo xtask generate` writes it.
";

/// The page `docs/reference/commands.md`.
pub fn reference<H: Copy>(table: &CommandTable<H>) -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut groups: BTreeMap<Group, BTreeMap<&str, &Entry<H>>> = BTreeMap::new();
    for command in table.commands() {
        for entry in std::iter::once(command).chain(table.subcommands(command)) {
            groups.entry(command.row.group).or_default().insert(entry.full_name(), entry);
        }
    }
    for (group, entries) in groups {
        append(&mut page, format_args!("\n## {}\n", title(group)));
        for entry in entries.values() {
            append_entry(&mut page, entry);
        }
    }
    page
}

fn title(group: Group) -> &'static str {
    match group {
        Group::PubSub => "Publish/subscribe",
        Group::SortedSet => "Sorted sets",
        Group::HyperLogLog => "HyperLogLog",
        Group::Bitmap => "Bitmaps",
        Group::Cluster => "Cluster",
        Group::Connection => "Connection",
        Group::Generic => "Keys of any type",
        Group::Geo => "Geographic indexes",
        Group::Hash => "Hashes",
        Group::List => "Lists",
        Group::Scripting => "Scripts and functions",
        Group::Server => "Server",
        Group::Set => "Sets",
        Group::Stream => "Streams",
        Group::String => "Strings",
        Group::Transactions => "Transactions",
    }
}

fn append_entry<H: Copy>(page: &mut String, entry: &Entry<H>) {
    let row = entry.row;
    let name = entry.full_name().to_ascii_uppercase().replace('|', " ");
    let arguments = parse_usage(row.usage).unwrap_or_default();
    let words = std::iter::once(name.clone()).chain(arguments.iter().map(ToString::to_string));
    let usage = words.collect::<Vec<_>>().join(" ");
    append(page, format_args!("\n### {name}\n\n"));
    if entry.is_runnable() {
        append(page, format_args!("`{usage}`\n\n"));
    }
    append(page, format_args!("{}\n\n- Since {}", row.summary, row.since));
    if let Some(DocFlag::Deprecated { since, replaced_by }) = row.doc_flag {
        append(page, format_args!("; deprecated since {since} in favour of {replaced_by}"));
    }
    page.push('\n');
    if !row.complexity.is_empty() {
        append(page, format_args!("- Cost: {}\n", row.complexity));
    }
    let flags: Vec<&str> = row.all_flags().names().collect();
    if !flags.is_empty() {
        append(page, format_args!("- Flags: {}\n", flags.join(", ")));
    }
    let categories: Vec<&str> = row.all_categories().iter().map(Category::at_name).collect();
    append(page, format_args!("- Categories: {}\n", categories.join(", ")));
    for (release, change) in row.history {
        append(page, format_args!("- {release}: {change}\n"));
    }
}

fn append(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text).expect("text is written to memory");
}
