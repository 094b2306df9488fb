//! The reference of parameters, written from the table.

use std::fmt::Write as _;

use super::parameter::{Effect, Kind, Parameter};
use super::settings::Config;
use super::table;

const INTRODUCTION: &str = "# Configuration parameters

Every directive of Redis 7.0 and 8.2 is known, by its name and its older names, in configuration
files, on the command line (`--name value`) and in `CONFIG GET`. Those marked *no effect yet* are
accepted; a start with another value than the default or one that turns them off says so in the
log. *Fixed* ones cannot be changed by `CONFIG SET`, *protected* ones only as
`enable-protected-configs` allows.

This page is generated from the table of parameters.

| parameter | default | values | meaning |
|---|---|---|---|
";

/// The page `docs/reference/configuration.md`.
pub fn reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    let default = Config::default();
    let mut parameters: Vec<&Parameter> = table::parameters().collect();
    parameters.sort_by_key(|parameter| parameter.name);
    for parameter in parameters {
        let name = match parameter.alias {
            Some(alias) => format!("`{}` (`{alias}`)", parameter.name),
            None => format!("`{}`", parameter.name),
        };
        let line = format!(
            "| {name} | {} | {} | {} |",
            default_text(parameter, &default),
            values(&parameter.kind),
            meaning(parameter)
        );
        page.push_str(&line);
        page.push('\n');
    }
    page
}

fn default_text(parameter: &Parameter, default: &Config) -> String {
    // What depends on the machine must not change the page.
    match parameter.name {
        "io-threads" => return "cores, at most 8".to_owned(),
        "dir" => return "where it is started".to_owned(),
        _ => {}
    }
    let shown = parameter.show(default);
    if shown.is_empty() { String::new() } else { format!("`{}`", String::from_utf8_lossy(&shown)) }
}

fn values(kind: &Kind) -> String {
    match kind {
        Kind::Bool { .. } => "`yes`, `no`".to_owned(),
        Kind::Integer { bounds, unit, .. } => match (bounds.minimum, bounds.maximum) {
            (minimum, maximum) if maximum >= i32::MAX as u64 && minimum >= -1 => {
                format!("{unit}, from {minimum}")
            }
            (_, maximum) if maximum >= i32::MAX as u64 => (*unit).to_owned(),
            (minimum, maximum) => format!("{unit}, {minimum} to {maximum}"),
        },
        Kind::Octal { maximum, .. } => format!("octal, 0 to {maximum:o}"),
        Kind::Memory { bounds, .. } if bounds.minimum > 1 => {
            format!("bytes, from {}", bounds.minimum)
        }
        Kind::Memory { .. } => "bytes".to_owned(),
        Kind::MemoryOrPercent { .. } => "bytes, or a percentage".to_owned(),
        Kind::Word { words, .. } => format!("`{}`", words.join("`, `")),
        Kind::Text { .. } => "text".to_owned(),
        Kind::Special(special) => special.syntax.to_owned(),
    }
}

fn meaning(parameter: &Parameter) -> String {
    let mut text = parameter.about.replace('|', "\\|");
    let effect = match parameter.effect {
        Effect::Effective => None,
        Effect::NotYet => Some("No effect yet."),
        Effect::Ignored => Some("Never has an effect."),
    };
    let marks = [
        effect,
        parameter.is_immutable.then_some("Fixed."),
        parameter.is_protected.then_some("Protected."),
        parameter.is_hidden.then_some("Shown by its whole name only."),
    ];
    for mark in marks.into_iter().flatten() {
        let _ = write!(text, " *{mark}*");
    }
    text
}
