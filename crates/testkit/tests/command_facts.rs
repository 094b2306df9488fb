//! What `COMMAND INFO` and `COMMAND DOCS` say of each of our commands is what Redis 8.2 says, but for summaries,
//! which are our own words, and for the order within sets.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use fanfare_protocol::decode::Value;
use fanfare_testkit::{Connection, Product, TestServer};

/// Where the subcommands stand in an entry of `COMMAND INFO`.
const SUBCOMMANDS: usize = 9;

/// Releases behind the one that ours is held against. What they brought is known from documentation alone.
const LATER_RELEASES: [&str; 3] = ["8.4.0", "8.6.0", "8.8.0"];

/// What a server says of its commands, by name; subcommands stand beside their containers.
#[derive(Default)]
struct Facts {
    info: BTreeMap<String, Value>,
    docs: BTreeMap<String, Value>,
}

impl Facts {
    fn of(product: Product) -> Result<Self> {
        let server = TestServer::start(product, &[])?;
        let mut connection = server.connect()?;
        connection.call(&["HELLO", "3"])?;
        let mut facts = Self::default();
        facts.add_all_info(connection.call(&["COMMAND"])?)?;
        facts.add_all_docs(connection.call(&["COMMAND", "DOCS"])?)?;
        check_plain_form(&mut connection)?;
        Ok(facts)
    }

    fn add_all_info(&mut self, entries: Value) -> Result<()> {
        let (Value::Array(entries) | Value::Set(entries)) = entries else {
            bail!("not a list of commands: {entries:?}");
        };
        for entry in entries {
            let Value::Array(mut fields) = entry else { bail!("not an entry: {entry:?}") };
            let subcommands = fields.remove(SUBCOMMANDS);
            self.info.insert(text(&fields[0])?, sorted(Value::Array(fields)));
            self.add_all_info(subcommands)?;
        }
        Ok(())
    }

    fn add_all_docs(&mut self, pages: Value) -> Result<()> {
        let Value::Map(pages) = pages else { bail!("not a map of pages: {pages:?}") };
        for (name, page) in pages {
            let Value::Map(fields) = page else { bail!("not a page: {page:?}") };
            let mut kept = Vec::new();
            for (key, value) in fields {
                match text(&key)?.as_str() {
                    "summary" => kept.push((key, Value::Null)),
                    "subcommands" => self.add_all_docs(value)?,
                    _ => kept.push((key, value)),
                }
            }
            self.docs.insert(text(&name)?, sorted(Value::Map(kept)));
        }
        Ok(())
    }
}

/// In RESP2 the same is said with arrays.
fn check_plain_form(connection: &mut Connection) -> Result<()> {
    connection.call(&["HELLO", "2"])?;
    let Value::Array(entries) = connection.call(&["COMMAND", "INFO", "publish", "no-such"])? else {
        bail!("not a list of commands");
    };
    let Value::Array(fields) = &entries[0] else { bail!("not an entry: {:?}", entries[0]) };
    assert!(matches!(&fields[2], Value::Array(flags) if flags.len() == 4), "{fields:?}");
    assert_eq!(entries[1], Value::Null);
    Ok(())
}

fn text(value: &Value) -> Result<String> {
    let bytes = value.as_bytes().with_context(|| format!("not a text: {value:?}"))?;
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

/// The value with the members of sets in one order.
fn sorted(value: Value) -> Value {
    let all = |values: Vec<Value>| values.into_iter().map(sorted).collect::<Vec<_>>();
    match value {
        Value::Array(values) => Value::Array(all(values)),
        Value::Set(values) => {
            let mut values = all(values);
            values.sort_by_key(|value| format!("{value:?}"));
            Value::Set(values)
        }
        Value::Map(pairs) => {
            Value::Map(pairs.into_iter().map(|(key, value)| (key, sorted(value))).collect())
        }
        other => other,
    }
}

/// A text field of a page or of an argument.
fn field(value: &Value, name: &str) -> Option<String> {
    let Value::Map(pairs) = value else { return None };
    let mut found = pairs.iter().filter(|(key, _)| key.as_bytes() == Some(name.as_bytes()));
    text(&found.next()?.1).ok()
}

/// The page without arguments and history of [`LATER_RELEASES`].
fn without_later(value: Value) -> Value {
    let is_later = |value: &Value| {
        let release = match value {
            Value::Array(items) | Value::Set(items) => {
                items.first().and_then(|first| text(first).ok())
            }
            other => field(other, "since"),
        };
        release.is_some_and(|release| LATER_RELEASES.contains(&release.as_str()))
    };
    let kept = |values: Vec<Value>| {
        values.into_iter().filter(|value| !is_later(value)).map(without_later).collect()
    };
    match value {
        Value::Array(values) => Value::Array(kept(values)),
        Value::Set(values) => Value::Set(kept(values)),
        Value::Map(pairs) => {
            let pairs = pairs.into_iter().map(|(key, value)| (key, without_later(value)));
            // A command without history has no such field.
            Value::Map(pairs.filter(|(_, value)| *value != Value::Set(Vec::new())).collect())
        }
        other => other,
    }
}

#[test]
fn every_command_has_the_facts_of_redis() -> Result<()> {
    let ours = Facts::of(Product::Fanfare)?;
    let theirs = Facts::of(Product::Redis82)?;
    assert!(ours.info.len() > 70, "{}", ours.info.len());
    let is_later = |name: &String| {
        let since = ours.docs.get(name).and_then(|page| field(page, "since"));
        since.is_some_and(|since| LATER_RELEASES.contains(&since.as_str()))
    };
    for (name, info) in ours.info.iter().filter(|(name, _)| !is_later(name)) {
        assert_eq!(Some(info), theirs.info.get(name), "COMMAND INFO {name}");
    }
    assert_eq!(ours.docs.len(), ours.info.len());
    for (name, page) in ours.docs.iter().filter(|(name, _)| !is_later(name)) {
        let page = &without_later(page.clone());
        assert_eq!(Some(page), theirs.docs.get(name), "COMMAND DOCS {name}");
    }
    Ok(())
}
