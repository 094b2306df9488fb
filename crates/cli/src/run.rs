//! From settings to work.

use std::env;
use std::io::{self, Read};
use std::process::ExitCode;

use crate::failure::Failure;
use crate::format::{Format, Style};
use crate::modes::{eval_arguments, load, measure, measure_system, watch};
use crate::options::{Mode, Settings, StdinArgument};
use crate::quote::unquote;
use crate::repl;
use crate::session::{Outcome, Printer, Session};
use crate::terminal::{
    Interrupts, ask_password, print, print_error, stdin_is_terminal, stdout_is_terminal,
};

/// Does what the command line asks for.
pub(crate) fn run(mut settings: Settings) -> Result<ExitCode, Failure> {
    find_password(&mut settings)?;
    let is_prompt = settings.mode == Mode::Command && settings.command.is_empty();
    let is_interactive = is_prompt && stdin_is_terminal();
    let interrupts = if is_interactive { Interrupts::install()? } else { Interrupts::default() };
    let mut printer = printer(&settings, is_interactive);
    // Whoever gives several commands wants to see what becomes of each.
    printer.fails_on_error &= !is_prompt;
    let format = printer.style.format;
    let session = Session::new(&settings, printer, interrupts.clone());
    match settings.mode.clone() {
        Mode::Command if is_prompt => {
            repl::run(session, &settings, interrupts)?;
            Ok(ExitCode::SUCCESS)
        }
        Mode::Command => {
            let Some(arguments) = command_arguments(&settings)? else {
                print(b"Invalid quoted string\n")?;
                return Ok(ExitCode::FAILURE);
            };
            run_command(session, &settings, &arguments)
        }
        Mode::Eval(path) => {
            let arguments = eval_arguments(&path, &settings.command)?;
            run_command(session, &settings, &arguments)
        }
        Mode::Stat => watch(session, &settings).map(|()| ExitCode::SUCCESS),
        Mode::Latency(mode) => {
            measure(session, &settings, mode, format).map(|()| ExitCode::SUCCESS)
        }
        Mode::IntrinsicLatency(seconds) => measure_system(seconds).map(|()| ExitCode::SUCCESS),
        Mode::Pipe => {
            let is_good = load(session, &settings)?;
            Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

/// The password from the terminal, the command line or the environment, in this order.
fn find_password(settings: &mut Settings) -> Result<(), Failure> {
    if settings.ask_password {
        settings.password = Some(ask_password()?);
        return Ok(());
    }
    if settings.password.is_none() {
        settings.password = env::var("REDISCLI_AUTH").ok().filter(|password| !password.is_empty());
    }
    if settings.password_was_shown && settings.auth_warning {
        print_error(
            "Warning: Using a password with '-a' or '-u' option on the command line interface \
             may not be safe.",
        );
    }
    Ok(())
}

fn printer(settings: &Settings, is_interactive: bool) -> Printer {
    let fallback = if stdout_is_terminal() { Format::Tty } else { Format::Raw };
    let format = settings.format.unwrap_or(fallback);
    Printer {
        style: Style {
            format,
            element_delimiter: settings.element_delimiter.clone(),
            reply_delimiter: settings.reply_delimiter.clone(),
        },
        shows_pushes: settings.show_pushes.unwrap_or_else(stdout_is_terminal),
        fails_on_error: settings.fail_on_error,
        is_interactive: is_interactive && format == Format::Tty,
    }
}

/// The command with quotes read and stdin put in; `None` for quotes that do not match.
fn command_arguments(settings: &Settings) -> Result<Option<Vec<Vec<u8>>>, Failure> {
    let mut arguments = settings.command.clone();
    if settings.quoted_input {
        for argument in &mut arguments {
            if !matches!(argument.first(), Some(b'"' | b'\'')) {
                continue;
            }
            let Ok(unquoted) = unquote(argument) else { return Ok(None) };
            *argument = unquoted;
        }
    }
    match &settings.stdin_argument {
        StdinArgument::None => {}
        StdinArgument::Last => arguments.push(read_stdin()?),
        StdinArgument::InPlaceOf(tag) => {
            let Some(place) = arguments.iter_mut().find(|argument| *argument == tag) else {
                let text = "Using -X option but stdin tag not match.";
                return Err(Failure::Fatal(text.to_owned()));
            };
            *place = read_stdin()?;
        }
    }
    Ok(Some(arguments))
}

fn read_stdin() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn run_command(
    mut session: Session,
    settings: &Settings,
    arguments: &[Vec<u8>],
) -> Result<ExitCode, Failure> {
    let mut outcome = session.repeat(arguments, settings.repeat, settings.interval)?;
    if outcome == Outcome::Done && session.is_subscribed() {
        outcome = session.listen()?;
    }
    let is_failure = match outcome {
        Outcome::Lost => true,
        Outcome::Refused => settings.fail_on_error,
        Outcome::Done | Outcome::Interrupted => false,
    };
    Ok(if is_failure { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
