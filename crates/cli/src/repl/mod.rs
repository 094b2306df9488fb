//! The prompt: lines from a terminal or a pipe, each a command of the program or of the server.

mod editor;
mod history;
mod lines;
mod prompt;
mod screen;

pub(crate) use prompt::run;
