//! What commands there are, as the reference itself tells.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use fanfare_protocol::decode::Value;

use crate::connection::Connection;

/// Groups of commands that work on keys.
const GROUPS: &[&str] = &[
    "generic",
    "string",
    "bitmap",
    "hyperloglog",
    "geo",
    "list",
    "hash",
    "set",
    "sorted-set",
    "stream",
];

/// Commands left out: they need a second server, ask about memory or waiting, or never answer the
/// same twice. The texts of `HELP` are our own.
const LEFT_OUT: &[&str] = &[
    "dump",
    "migrate",
    "object|freq",
    "object|help",
    "object|idletime",
    "object|refcount",
    "pfdebug",
    "pfselftest",
    "wait",
    "waitaof",
    "xgroup|help",
    "xinfo|help",
];

/// How the order or the content of a reply is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Every server says the same.
    Exact,
    /// The same elements, in any order.
    AnyOrder,
    /// Something of the same shape.
    Shape,
}

/// One argument, or a group of them.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its type: `key`, `integer`, `oneof`, ….
    pub kind: String,
    /// The word before it.
    pub token: Option<String>,
    /// It may be left out.
    pub is_optional: bool,
    /// It may be repeated.
    pub is_multiple: bool,
    /// Each repetition has the word before it.
    pub repeats_token: bool,
    /// What a group consists of.
    pub parts: Vec<Node>,
}

/// One command or subcommand.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Its name: one word, or two.
    pub words: Vec<String>,
    /// The group of commands.
    pub group: String,
    /// Its arguments.
    pub arguments: Vec<Node>,
    /// Whether it may change keys.
    pub is_write: bool,
    /// Whether it may add data.
    pub is_growing: bool,
    /// Whether it may wait.
    pub is_blocking: bool,
    /// What its reply is bound to.
    pub promise: Promise,
}

/// The commands that both servers have.
#[derive(Debug, Default)]
pub struct Catalog {
    /// In the order of their names.
    pub shapes: Vec<Shape>,
    promises: BTreeMap<String, Promise>,
}

impl Catalog {
    /// Asks the reference what there is, and the subject what it has.
    pub fn read(reference: &mut Connection, subject: &mut Connection) -> Result<Self> {
        let known = names(&docs(subject)?)?;
        let mut facts = BTreeMap::new();
        let reply = reference.call(&["COMMAND"])?;
        for row in items(&reply)? {
            note_facts(row, &mut facts)?;
        }
        let mut shapes = Vec::new();
        for (name, entry) in &docs(reference)? {
            let group = text(field(entry, "group").context("no group")?);
            if GROUPS.contains(&group.as_str()) {
                collect(name, entry, &group, &facts, &mut shapes)?;
            }
        }
        shapes.retain(|shape| {
            let name = shape.words.join("|");
            known.contains(&name) && !LEFT_OUT.contains(&name.as_str())
        });
        // Servers have no order of their own, and a seed is to stand for the same requests every time.
        shapes.sort_by(|left, right| left.words.cmp(&right.words));
        let promises = shapes.iter().map(|shape| (shape.words.join("|"), shape.promise)).collect();
        Ok(Self { shapes, promises })
    }

    /// Whether both servers have a command or subcommand, its words in lower case joined by `|`.
    pub fn has(&self, name: &str) -> bool {
        self.promises.contains_key(name)
    }

    /// What the reply of a command is bound to, its name in lower case.
    pub fn promise(&self, name: &str) -> Promise {
        self.promises.get(name).copied().unwrap_or(Promise::Exact)
    }

    /// The commands of a group.
    pub fn of_group(&self, group: &str) -> Vec<&Shape> {
        self.shapes.iter().filter(|shape| shape.group == group).collect()
    }
}

/// Flags and promise of a command.
type Facts = BTreeMap<String, (BTreeSet<String>, Promise)>;

fn note_facts(row: &Value, facts: &mut Facts) -> Result<()> {
    let row = items(row)?;
    ensure!(row.len() >= 10, "a row of COMMAND has {} elements", row.len());
    let flags = items(&row[2])?.iter().map(text).collect();
    let tips: Vec<String> = items(&row[7])?.iter().map(text).collect();
    let has = |tip: &str| tips.iter().any(|known| known == tip);
    let promise = if has("nondeterministic_output") {
        Promise::Shape
    } else if has("nondeterministic_output_order") {
        Promise::AnyOrder
    } else {
        Promise::Exact
    };
    facts.insert(text(&row[0]), (flags, promise));
    for subcommand in items(&row[9])? {
        note_facts(subcommand, facts)?;
    }
    Ok(())
}

fn collect(
    name: &str,
    entry: &Value,
    group: &str,
    facts: &Facts,
    shapes: &mut Vec<Shape>,
) -> Result<()> {
    if let Some(subcommands) = field(entry, "subcommands") {
        for (name, entry) in pairs(subcommands)? {
            collect(&text(&name), &entry, group, facts, shapes)?;
        }
        return Ok(());
    }
    let (flags, promise) = facts.get(name).with_context(|| format!("COMMAND lacks {name}"))?;
    let arguments = match field(entry, "arguments") {
        Some(list) => items(list)?.iter().map(node).collect::<Result<_>>()?,
        None => Vec::new(),
    };
    shapes.push(Shape {
        words: name.split('|').map(str::to_owned).collect(),
        group: group.to_owned(),
        arguments,
        is_write: flags.contains("write"),
        is_growing: flags.contains("denyoom"),
        is_blocking: flags.contains("blocking"),
        promise: *promise,
    });
    Ok(())
}

fn node(value: &Value) -> Result<Node> {
    let flags: Vec<String> = match field(value, "flags") {
        Some(list) => items(list)?.iter().map(text).collect(),
        None => Vec::new(),
    };
    let has = |flag: &str| flags.iter().any(|known| known == flag);
    let parts = match field(value, "arguments") {
        Some(list) => items(list)?.iter().map(node).collect::<Result<_>>()?,
        None => Vec::new(),
    };
    Ok(Node {
        name: text(field(value, "name").context("an argument without a name")?),
        kind: text(field(value, "type").context("an argument without a type")?),
        token: field(value, "token").map(text),
        is_optional: has("optional"),
        is_multiple: has("multiple"),
        repeats_token: has("multiple_token"),
        parts,
    })
}

/// The entries of `COMMAND DOCS`.
fn docs(connection: &mut Connection) -> Result<Vec<(String, Value)>> {
    let reply = connection.call(&["COMMAND", "DOCS"])?;
    Ok(pairs(&reply)?.into_iter().map(|(name, entry)| (text(&name), entry)).collect())
}

/// The names of commands and subcommands.
fn names(docs: &[(String, Value)]) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for (name, entry) in docs {
        names.insert(name.clone());
        if let Some(subcommands) = field(entry, "subcommands") {
            names.extend(pairs(subcommands)?.iter().map(|(name, _)| text(name)));
        }
    }
    Ok(names)
}

fn field<'a>(entry: &'a Value, name: &str) -> Option<&'a Value> {
    if let Value::Map(pairs) = entry {
        return pairs.iter().find(|(key, _)| text(key) == name).map(|(_, value)| value);
    }
    let items = entry.as_items()?;
    items.chunks_exact(2).find(|pair| text(&pair[0]) == name).map(|pair| &pair[1])
}

fn pairs(value: &Value) -> Result<Vec<(Value, Value)>> {
    value.clone().into_pairs().with_context(|| format!("{value:?} is no map"))
}

fn items(value: &Value) -> Result<&[Value]> {
    match value.as_items() {
        Some(items) => Ok(items),
        None => bail!("{value:?} is no array"),
    }
}

fn text(value: &Value) -> String {
    String::from_utf8_lossy(value.as_bytes().unwrap_or_default()).into_owned()
}
