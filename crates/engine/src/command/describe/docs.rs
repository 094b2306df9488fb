//! `COMMAND DOCS`, and the `HELP` of containers.

use fanfare_protocol::Reply;

use super::info::{names, number_pair, text_pair};
use crate::command::Args;
use crate::command::argument::Argument;
use crate::command::row::{DocFlag, Facts};
use crate::command::table::{CommandTable, Entry};
use crate::command::usage::parse_usage;

/// `COMMAND DOCS [name...]`: documentation of these commands; of all when none is named. Unknown names are left out.
pub fn docs<H: Copy>(table: &CommandTable<H>, wanted: Args<'_>, reply: &mut Reply<'_>) {
    let map = reply.deferred();
    let mut length = 0;
    let mut write = |entry: &Entry<H>| {
        page(table, entry, reply);
        length += 1;
    };
    if wanted.is_empty() {
        table.commands().for_each(&mut write);
    } else {
        wanted.filter_map(|name| table.find_name(name)).for_each(&mut write);
    }
    reply.finish_map(map, length);
}

/// The `HELP` of a container: its subcommands with their arguments, and what each does.
pub fn help<H: Copy>(table: &CommandTable<H>, container: &Entry<H>, reply: &mut Reply<'_>) {
    let list = reply.deferred();
    let name = container.row.name;
    reply.simple(&format!("{name} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"));
    let mut lines = 1;
    if container.is_runnable() {
        reply.simple("(no subcommand)");
        reply.simple(&format!("    {}", container.row.summary));
        lines += 2;
    }
    // Redis ends every such text with the line on HELP itself.
    let (itself, others): (Vec<_>, Vec<_>) =
        table.subcommands(container).iter().partition(|entry| entry.row.name == "HELP");
    for entry in others.into_iter().chain(itself) {
        let mut line = entry.row.name.to_owned();
        for argument in arguments(entry.row) {
            line.push(' ');
            line.push_str(&argument.to_string());
        }
        reply.simple(&line);
        reply.simple(&format!("    {}", entry.row.summary));
        lines += 2;
    }
    reply.finish_array(list, lines);
}

/// The argument tree of a row. The table was not built if a usage line could not be read.
fn arguments(row: &Facts) -> Vec<Argument> {
    parse_usage(row.usage).unwrap_or_default()
}

/// A name and the map of what there is to say about it.
fn page<H: Copy>(table: &CommandTable<H>, entry: &Entry<H>, reply: &mut Reply<'_>) {
    let row: &Facts = entry.row;
    reply.bulk(entry.full_name().as_bytes());
    let map = reply.deferred();
    let mut pairs = 3;
    text_pair("summary", row.summary, reply);
    text_pair("since", row.since, reply);
    text_pair("group", row.group.name(), reply);
    if !row.complexity.is_empty() {
        text_pair("complexity", row.complexity, reply);
        pairs += 1;
    }
    pairs += standing(row.doc_flag, reply);
    if !row.history.is_empty() {
        reply.bulk(b"history");
        reply.set(row.history.len());
        for (release, change) in row.history {
            reply.array(2);
            reply.bulk(release.as_bytes());
            reply.bulk(change.as_bytes());
        }
        pairs += 1;
    }
    let arguments = arguments(row);
    if !arguments.is_empty() {
        argument_list(&arguments, reply);
        pairs += 1;
    }
    let subcommands = table.subcommands(entry);
    if !subcommands.is_empty() {
        reply.bulk(b"subcommands");
        reply.map(subcommands.len());
        for subcommand in subcommands {
            page(table, subcommand, reply);
        }
        pairs += 1;
    }
    reply.finish_map(map, pairs);
}

/// Writes what there is to say of a command's standing, and returns how many pairs that took.
fn standing(doc_flag: Option<DocFlag>, reply: &mut Reply<'_>) -> usize {
    let name = match doc_flag {
        None => return 0,
        Some(DocFlag::System) => "syscmd",
        Some(DocFlag::Deprecated { .. }) => "deprecated",
    };
    reply.bulk(b"doc_flags");
    names([name].into_iter(), reply);
    let Some(DocFlag::Deprecated { since, replaced_by }) = doc_flag else { return 1 };
    text_pair("deprecated_since", since, reply);
    text_pair("replaced_by", replaced_by, reply);
    3
}

fn argument_list(arguments: &[Argument], reply: &mut Reply<'_>) {
    reply.bulk(b"arguments");
    reply.array(arguments.len());
    for argument in arguments {
        write_argument(argument, reply);
    }
}

fn write_argument(argument: &Argument, reply: &mut Reply<'_>) {
    let map = reply.deferred();
    let mut pairs = 2;
    text_pair("name", &argument.name, reply);
    text_pair("type", argument.kind.name(), reply);
    if let Some(text) = &argument.display_text {
        text_pair("display_text", text, reply);
        pairs += 1;
    }
    if let Some(number) = argument.key_spec {
        number_pair("key_spec_index", i64::from(number), reply);
        pairs += 1;
    }
    let texts = [
        ("token", &argument.token),
        ("since", &argument.since),
        ("deprecated_since", &argument.deprecated_since),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            text_pair(key, text, reply);
            pairs += 1;
        }
    }
    let flags = [
        (argument.is_optional, "optional"),
        (argument.is_multiple, "multiple"),
        (argument.repeats_token, "multiple_token"),
    ];
    if flags.iter().any(|(is_set, _)| *is_set) {
        reply.bulk(b"flags");
        names(flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, name)| name), reply);
        pairs += 1;
    }
    if !argument.parts.is_empty() {
        argument_list(&argument.parts, reply);
        pairs += 1;
    }
    reply.finish_map(map, pairs);
}
