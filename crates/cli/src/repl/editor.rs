//! The line editor: hints in grey, completion of command names.

use std::borrow::Cow;
use std::rc::Rc;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use super::history::LINES_MAX;
use crate::docs::Catalog;
use crate::failure::Failure;
use crate::terminal::columns;

/// What hints and completion are made from.
pub(super) struct Guide {
    pub(super) catalog: Rc<Catalog>,
    pub(super) shows_hints: bool,
    /// Columns that stand before the line.
    pub(super) prompt_columns: usize,
}

impl Helper for Guide {}
impl Validator for Guide {}

impl Highlighter for Guide {
    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("\x1b[0;90;49m{hint}\x1b[0m"))
    }
}

impl Hinter for Guide {
    type Hint = TailHint;

    fn hint(&self, line: &str, position: usize, _context: &Context<'_>) -> Option<TailHint> {
        if !self.shows_hints || position < line.len() {
            return None;
        }
        // What does not fit would push up what is above.
        let room = columns().saturating_sub(self.prompt_columns + line.chars().count() + 1);
        let hint: String = self.catalog.hint(line)?.chars().take(room).collect();
        (!hint.is_empty()).then_some(TailHint(hint))
    }
}

/// A hint that is read, not taken over by a key.
pub(super) struct TailHint(String);

impl rustyline::hint::Hint for TailHint {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Completer for Guide {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok((0, self.catalog.completions(&line[..position])))
    }
}

/// What the user typed.
pub(super) enum Typed {
    Line(String),
    /// Ctrl-C or Ctrl-D.
    End,
}

/// The editor of a terminal.
pub(super) struct LineEditor {
    editor: Editor<Guide, MemHistory>,
}

impl LineEditor {
    pub(super) fn open(guide: Guide, history: Vec<String>) -> Result<Self, Failure> {
        let builder = Config::builder().completion_type(CompletionType::Circular);
        let builder =
            builder.max_history_size(LINES_MAX).map_err(|error| editor_failure(&error))?;
        let config = builder.bracketed_paste(false).build();
        let memory = MemHistory::with_config(&config);
        let mut editor =
            Editor::with_history(config, memory).map_err(|error| editor_failure(&error))?;
        editor.set_helper(Some(guide));
        for line in history {
            editor.add_history_entry(line).map_err(|error| editor_failure(&error))?;
        }
        Ok(Self { editor })
    }

    pub(super) fn read(&mut self, prompt: &str) -> Result<Typed, Failure> {
        if let Some(guide) = self.editor.helper_mut() {
            guide.prompt_columns = prompt.chars().count();
        }
        match self.editor.readline(prompt) {
            Ok(line) => Ok(Typed::Line(line)),
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => Ok(Typed::End),
            Err(error) => Err(editor_failure(&error)),
        }
    }

    pub(super) fn remember(&mut self, line: &str) -> Result<(), Failure> {
        self.editor.add_history_entry(line).map(drop).map_err(|error| editor_failure(&error))
    }

    pub(super) fn guide(&mut self, catalog: Rc<Catalog>, shows_hints: bool) {
        if let Some(guide) = self.editor.helper_mut() {
            guide.catalog = catalog;
            guide.shows_hints = shows_hints;
        }
    }
}

fn editor_failure(error: &ReadlineError) -> Failure {
    Failure::Fatal(format!("Error: {error}"))
}
