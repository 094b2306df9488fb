//! Reads a page into its sessions.

use anyhow::{Context, Result, bail, ensure};

use super::notation::{Expected, parse_expected};

/// What separates a session's own directives from the words before them.
const OWN_SERVER: &str = "with";

/// Words that narrow where a session or a line runs.
const CONDITIONS: [&str; 10] =
    ["resp2", "resp3", "7.0", "8.2", "8.4", "8.6", "8.8", "fanfare", "redis", "apart"];

/// One page.
#[derive(Debug)]
pub struct Page {
    /// The file's name without its ending.
    pub name: String,
    /// Its sessions, from first to last.
    pub sessions: Vec<Session>,
}

/// One fenced block.
#[derive(Debug)]
pub struct Session {
    /// The line of the fence, from 1.
    pub line: usize,
    /// All must hold for the session to run; see [`super`].
    pub conditions: Vec<String>,
    /// Directives of a server of its own; empty for the page's common one.
    pub arguments: Vec<String>,
    /// What happens.
    pub steps: Vec<Step>,
}

/// One line of a session.
#[derive(Debug)]
pub struct Step {
    /// The line in the page, from 1.
    pub line: usize,
    /// All must hold for the line to count.
    pub conditions: Vec<String>,
    /// The connection's name; may be empty.
    pub connection: String,
    /// What it does.
    pub action: Action,
}

/// What a line does.
#[derive(Debug)]
pub enum Action {
    /// Sends a request, words still to be filled in.
    Request(String),
    /// Sends one quoted string as it is.
    Bytes(String),
    /// Ends the connection from our side.
    Close,
    /// The server has ended the connection.
    ExpectClosed,
    /// The connection waits in a blocking command.
    ExpectWaiting,
    /// A reply or a push.
    Expect(Expected),
}

impl Page {
    /// Reads a page's text.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let mut sessions = Vec::new();
        let mut lines = text.lines().enumerate();
        while let Some((index, line)) = lines.next() {
            let Some(info) = line.strip_prefix("```session") else { continue };
            let mut session = parse_fence(index + 1, info).with_context(|| at(name, index))?;
            let mut logical: Vec<(usize, String)> = Vec::new();
            loop {
                let (index, line) = lines.next().with_context(|| at(name, index) + ": no end")?;
                match (line, logical.last_mut()) {
                    ("```", _) => break,
                    ("", _) => {}
                    (line, Some((_, last))) if line.starts_with(' ') => last.push_str(line),
                    (line, _) => logical.push((index, line.to_owned())),
                }
            }
            for (index, line) in logical {
                session.steps.push(parse_step(index + 1, &line).with_context(|| at(name, index))?);
            }
            ensure!(!session.steps.is_empty(), "{}: an empty session", at(name, index));
            sessions.push(session);
        }
        ensure!(!sessions.is_empty(), "page {name} holds no session");
        Ok(Self { name: name.to_owned(), sessions })
    }
}

fn at(page: &str, index: usize) -> String {
    format!("{page}.md:{}", index + 1)
}

fn parse_fence(line: usize, info: &str) -> Result<Session> {
    let mut words = info.split_whitespace().map(str::to_owned);
    let conditions = words.by_ref().take_while(|word| word != OWN_SERVER).collect();
    check_conditions(&conditions)?;
    let arguments = words.map(|word| if word == "''" { String::new() } else { word }).collect();
    Ok(Session { line, conditions, arguments, steps: Vec::new() })
}

fn parse_step(line: usize, text: &str) -> Result<Step> {
    let (conditions, text) = match text.strip_prefix('[') {
        Some(rest) => rest.split_once("] ").context("no end of the conditions")?,
        None => ("", text),
    };
    let conditions = conditions.split_whitespace().map(str::to_owned).collect();
    check_conditions(&conditions)?;
    let marker = text.find(['<', '>']).context("neither a request nor a reply")?;
    let (connection, rest) = text.split_at(marker);
    ensure!(
        connection.chars().all(|letter| letter.is_ascii_alphanumeric()),
        "{connection:?} is no name for a connection"
    );
    let action = if let Some(bytes) = rest.strip_prefix(">>") {
        Action::Bytes(bytes.trim().to_owned())
    } else if let Some(request) = rest.strip_prefix('>') {
        match request.trim() {
            "(close)" => Action::Close,
            request => Action::Request(request.to_owned()),
        }
    } else {
        match rest[1..].trim() {
            "(closed)" => Action::ExpectClosed,
            "(waits)" => Action::ExpectWaiting,
            expected => Action::Expect(parse_expected(expected)?),
        }
    };
    Ok(Step { line, conditions, connection: connection.to_owned(), action })
}

fn check_conditions(conditions: &Vec<String>) -> Result<()> {
    for condition in conditions {
        if !CONDITIONS.contains(&condition.as_str()) {
            bail!("unknown condition {condition:?}: only {CONDITIONS:?}");
        }
    }
    Ok(())
}
