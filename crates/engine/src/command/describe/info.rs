//! `COMMAND` and `COMMAND INFO`.

use fanfare_protocol::Reply;

use crate::command::Args;
use crate::command::category::Category;
use crate::command::keys::{Begin, Find, KeyFlag, KeySpec};
use crate::command::row::Facts;
use crate::command::table::{CommandTable, Entry};

/// `COMMAND`: the facts of all commands.
pub fn all<H: Copy>(table: &CommandTable<H>, reply: &mut Reply<'_>) {
    reply.array(table.commands().count());
    for entry in table.commands() {
        facts(table, entry, reply);
    }
}

/// `COMMAND INFO [name...]`: the facts of these commands, null for those unknown; of all when none is named.
pub fn info<H: Copy>(table: &CommandTable<H>, names: Args<'_>, reply: &mut Reply<'_>) {
    if names.is_empty() {
        return all(table, reply);
    }
    reply.array(names.len());
    for name in names {
        match table.find_name(name) {
            Some(entry) => facts(table, entry, reply),
            None => reply.null(),
        }
    }
}

fn facts<H: Copy>(table: &CommandTable<H>, entry: &Entry<H>, reply: &mut Reply<'_>) {
    let row: &Facts = entry.row;
    reply.array(10);
    reply.bulk(entry.full_name().as_bytes());
    reply.integer(row.arity.number());
    names(row.all_flags().names(), reply);
    let (first, last, step) = row.keys.legacy_range();
    reply.integer(first);
    reply.integer(last);
    reply.integer(step);
    names(row.all_categories().iter().map(Category::at_name), reply);
    reply.set(row.tips.len());
    for tip in row.tips {
        reply.bulk(tip.as_bytes());
    }
    reply.set(row.keys.specs().len());
    for spec in row.keys.specs() {
        key_spec(spec, reply);
    }
    let subcommands = table.subcommands(entry);
    reply.set(subcommands.len());
    for subcommand in subcommands {
        facts(table, subcommand, reply);
    }
}

/// A set of simple strings.
pub(super) fn names(names: impl Iterator<Item = &'static str>, reply: &mut Reply<'_>) {
    let set = reply.deferred();
    let mut length = 0;
    for name in names {
        reply.simple(name);
        length += 1;
    }
    reply.finish_set(set, length);
}

fn key_spec(spec: &KeySpec, reply: &mut Reply<'_>) {
    reply.map(3 + usize::from(!spec.notes.is_empty()));
    if !spec.notes.is_empty() {
        text_pair("notes", spec.notes, reply);
    }
    reply.bulk(b"flags");
    names(spec.flags.iter().map(KeyFlag::name), reply);
    reply.bulk(b"begin_search");
    begin(spec.begin, reply);
    reply.bulk(b"find_keys");
    find(spec.find, reply);
}

fn begin(begin: Begin, reply: &mut Reply<'_>) {
    match begin {
        Begin::Index(index) => {
            method("index", 1, reply);
            number_pair("index", i64::from(index), reply);
        }
        Begin::Keyword { word, from } => {
            method("keyword", 2, reply);
            text_pair("keyword", word, reply);
            number_pair("startfrom", i64::from(from), reply);
        }
        Begin::Unknown | Begin::Untold { .. } => method("unknown", 0, reply),
    }
}

fn find(find: Find, reply: &mut Reply<'_>) {
    match find {
        Find::Range { last, step, limit } => {
            method("range", 3, reply);
            number_pair("lastkey", i64::from(last), reply);
            number_pair("keystep", i64::from(step), reply);
            number_pair("limit", i64::from(limit), reply);
        }
        Find::Counted { count_at, first, step } => {
            method("keynum", 3, reply);
            number_pair("keynumidx", i64::from(count_at), reply);
            number_pair("firstkey", i64::from(first), reply);
            number_pair("keystep", i64::from(step), reply);
        }
        Find::Unknown | Find::Untold => method("unknown", 0, reply),
    }
}

/// Begins a map of a method's name and its particulars, which the caller writes.
fn method(name: &str, particulars: usize, reply: &mut Reply<'_>) {
    reply.map(2);
    text_pair("type", name, reply);
    reply.bulk(b"spec");
    reply.map(particulars);
}

pub(super) fn text_pair(key: &str, value: &str, reply: &mut Reply<'_>) {
    reply.bulk(key.as_bytes());
    reply.bulk(value.as_bytes());
}

pub(super) fn number_pair(key: &str, value: i64, reply: &mut Reply<'_>) {
    reply.bulk(key.as_bytes());
    reply.integer(value);
}
