//! The loop of the prompt.

use std::env;
use std::fs;
use std::io::{self, BufRead};
use std::path::PathBuf;
use std::rc::Rc;

use super::editor::{Guide, LineEditor, Typed};
use super::history::{History, is_secret};
use super::lines::Line;
use super::screen::{Left, read_messages};
use crate::docs::{Catalog, help, summary_of_help};
use crate::failure::Failure;
use crate::options::Settings;
use crate::session::{Outcome, Session};
use crate::terminal::{Interrupts, print, stdin_is_terminal};

/// Longest line that is read from a pipe, in bytes.
const LINE_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// What happens after a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    GoOn,
    Quit,
}

/// The prompt and what it remembers.
struct Prompt<'a> {
    session: Session,
    settings: &'a Settings,
    interrupts: Interrupts,
    /// None until the server was asked.
    catalog: Option<Rc<Catalog>>,
    shows_hints: bool,
}

/// Reads lines from stdin until there are no more.
pub(crate) fn run(
    session: Session,
    settings: &Settings,
    interrupts: Interrupts,
) -> Result<(), Failure> {
    let mut prompt = Prompt { session, settings, interrupts, catalog: None, shows_hints: true };
    prompt.session.connect();
    if stdin_is_terminal() { prompt.run_terminal() } else { prompt.run_pipe() }
}

impl Prompt<'_> {
    fn run_terminal(&mut self) -> Result<(), Failure> {
        self.read_preferences()?;
        let history = History::from_environment();
        let catalog = self.catalog();
        let guide = Guide { catalog, shows_hints: self.shows_hints, prompt_columns: 0 };
        let mut editor = LineEditor::open(guide, history.load())?;
        loop {
            if self.session.is_subscribed() {
                match read_messages(&mut self.session, &self.interrupts)? {
                    Left::Key | Left::Unsubscribed => {}
                    Left::Closed => drop(self.session.connect()),
                }
            }
            let prompt = self.session.prompt();
            let typed = self.interrupts.ending_program(|| editor.read(&prompt))?;
            let Typed::Line(text) = typed else { return Ok(()) };
            let line = Line::read(text.as_bytes());
            if !is_secret_line(&line) && !text.trim().is_empty() {
                editor.remember(&text)?;
                history.append(&text);
            }
            if self.take(line)? == Next::Quit {
                return Ok(());
            }
            let shows_hints = self.shows_hints;
            let catalog = self.catalog();
            editor.guide(catalog, shows_hints);
        }
    }

    fn run_pipe(&mut self) -> Result<(), Failure> {
        let mut stdin = io::Read::take(io::stdin().lock(), LINE_BYTES_MAX);
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            stdin.set_limit(LINE_BYTES_MAX);
            if stdin.read_until(b'\n', &mut bytes)? == 0 {
                break;
            }
            let line = Line::read(&bytes);
            if self.take(line)? == Next::Quit {
                return Ok(());
            }
        }
        // What was subscribed is read on, as long as the server has something to say.
        if self.session.is_subscribed() {
            self.session.listen()?;
        }
        Ok(())
    }

    fn take(&mut self, line: Line) -> Result<Next, Failure> {
        match line {
            Line::Empty => {}
            Line::Unbalanced => print(b"Invalid argument(s)\n")?,
            Line::BadRepeat => {
                print(b"Invalid fanfare-cli repeat command option value.\n")?;
            }
            Line::Quit => return Ok(Next::Quit),
            Line::Clear => print(b"\x1b[H\x1b[2J")?,
            Line::Help(words) => self.print_help(&words)?,
            Line::Preference(words) => self.set_preference(&words)?,
            Line::Connect { host, port } => {
                self.session.set_target(host, port);
                self.session.connect();
            }
            Line::Command { arguments, times } => self.run_command(&arguments, times)?,
        }
        Ok(Next::GoOn)
    }

    fn run_command(&mut self, arguments: &[Vec<u8>], times: i64) -> Result<(), Failure> {
        match self.session.repeat(arguments, times, self.settings.interval)? {
            Outcome::Interrupted => {
                // A reply may still be on its way: only a new connection is in step.
                self.session.connect();
            }
            Outcome::Done | Outcome::Refused | Outcome::Lost => {}
        }
        Ok(())
    }

    fn print_help(&mut self, words: &[String]) -> Result<(), Failure> {
        if words.is_empty() {
            return Ok(print(summary_of_help().as_bytes())?);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let page = help(&self.catalog(), &words);
        Ok(print(page.as_bytes())?)
    }

    fn set_preference(&mut self, words: &[String]) -> Result<(), Failure> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            [":set", "hints"] => self.shows_hints = true,
            [":set", "nohints"] => self.shows_hints = false,
            [":set", other, ..] => {
                print(format!("unknown fanfare-cli preference '{other}'\n").as_bytes())?;
            }
            [other, ..] => {
                print(format!("unknown fanfare-cli internal command '{other}'\n").as_bytes())?;
            }
            [] => {}
        }
        Ok(())
    }

    /// `$REDISCLI_RCFILE`, or `.redisclirc` in the home folder: one preference a line.
    fn read_preferences(&mut self) -> Result<(), Failure> {
        let path = match env::var_os("REDISCLI_RCFILE").filter(|path| !path.is_empty()) {
            Some(path) => Some(PathBuf::from(path)),
            None => env::home_dir().map(|home| home.join(".redisclirc")),
        };
        let Some(Ok(text)) = path.map(fs::read_to_string) else { return Ok(()) };
        for line in text.lines() {
            if let Line::Preference(words) = Line::read(line.as_bytes()) {
                self.set_preference(&words)?;
            }
        }
        Ok(())
    }

    /// What the server says about its commands; asked once, when nothing else is going on.
    fn catalog(&mut self) -> Rc<Catalog> {
        if let Some(catalog) = &self.catalog {
            return Rc::clone(catalog);
        }
        if !self.session.is_connected() || self.session.is_busy() {
            return Rc::default();
        }
        // Without a description there are no hints; the server is not asked again.
        let reply = self.session.ask(&[b"COMMAND", b"DOCS"]);
        let catalog = Rc::new(reply.map(Catalog::read).unwrap_or_default());
        Rc::clone(self.catalog.insert(catalog))
    }
}

fn is_secret_line(line: &Line) -> bool {
    match line {
        Line::Command { arguments, .. } => is_secret(arguments),
        _ => false,
    }
}
