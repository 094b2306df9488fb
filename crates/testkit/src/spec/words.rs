//! The words of a request: quotes, captured values and repetitions.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use fanfare_stdx::words::split_words;

/// What a session has captured, by name.
pub(super) type Captures = HashMap<String, String>;

/// What to do with `$name` when nothing was captured under that name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// Raw bytes may hold a dollar sign of the protocol.
    Kept,
    /// In a request it is a mistake of the page.
    Refused,
}

/// The words of a request line.
pub(super) fn request_words(
    line: &str,
    captures: &Captures,
    unknown: Unknown,
) -> Result<Vec<Vec<u8>>> {
    let line = fill_in(line, captures, unknown)?;
    split_words(line.as_bytes()).with_context(|| format!("quotes do not balance: {line}"))
}

/// Whether a request line holds a `$name`.
pub(super) fn has_names(line: &str) -> bool {
    line.split('$').skip(1).any(|part| part.starts_with(|c: char| c.is_ascii_lowercase()))
}

/// Replaces `$name` and `$(text*times)`.
fn fill_in(line: &str, captures: &Captures, unknown: Unknown) -> Result<String> {
    let mut filled = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('$') {
        filled.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(repetition) = rest.strip_prefix('(') {
            let (inside, after) = repetition.split_once(')').context("no end of $(")?;
            let (text, times) = inside.rsplit_once('*').context("no * in $(")?;
            filled.push_str(&text.repeat(times.parse()?));
            rest = after;
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
        if end == 0 {
            filled.push('$');
            continue;
        }
        match captures.get(&rest[..end]) {
            Some(value) => filled.push_str(value),
            None if unknown == Unknown::Kept => {
                filled.push_str(&line[line.len() - rest.len() - 1..][..=end]);
            }
            None => bail!("nothing was captured as {:?}", &rest[..end]),
        }
        rest = &rest[end..];
    }
    filled.push_str(rest);
    Ok(filled)
}
