//! One command and all that answers it.

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use fanfare_client::{ReceiveError, Value};
use fanfare_protocol::RespVersion;

use super::link::{Session, receive_text};
use super::state::is_word;
use super::subscriptions::{Change, Frame};
use crate::failure::Failure;
use crate::format::Format;
use crate::terminal::{self, Event, has_colours, print, print_error};

/// Commands that take longer have their time told.
const SLOW: Duration = Duration::from_millis(500);

/// The line at the bottom of a subscriber's screen; the next thing printed takes its place.
const READING_STATUS: &str =
    "Reading messages... (press Ctrl-C to quit or any key to type command)\r";

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was answered.
    Done,
    /// It was answered with an error.
    Refused,
    /// There is no server, or it went away; told already.
    Lost,
    /// The user did not want to wait.
    Interrupted,
}

/// What was read, or why not.
enum Received {
    Value(Value),
    Lost(String),
    Interrupted,
}

/// What became of one attempt.
enum Attempt {
    Ended(Outcome),
    Lost(String),
}

impl Session {
    /// Runs a command and prints what answers it. If the connection is lost over it, only the next command makes another: this
    /// one may have been run, and a transaction or watched keys went with the connection.
    pub(crate) fn run(&mut self, arguments: &[Vec<u8>]) -> Result<Outcome, Failure> {
        let start = Instant::now();
        let outcome = self.run_untimed(arguments)?;
        let elapsed = start.elapsed();
        if self.printer.is_interactive && elapsed >= SLOW && outcome != Outcome::Lost {
            print(format!("({:.2}s)\n", elapsed.as_secs_f64()).as_bytes())?;
        }
        Ok(outcome)
    }

    /// Runs a command again and again; negative `times` for ever.
    pub(crate) fn repeat(
        &mut self,
        arguments: &[Vec<u8>],
        times: i64,
        interval: Option<Duration>,
    ) -> Result<Outcome, Failure> {
        let mut left = times;
        let mut outcome = Outcome::Done;
        while left != 0 {
            outcome = self.run(arguments)?;
            let is_fatal = outcome == Outcome::Refused && self.printer.fails_on_error;
            if is_fatal || matches!(outcome, Outcome::Lost | Outcome::Interrupted) {
                break;
            }
            if left > 0 {
                left -= 1;
            }
            if let Some(interval) = interval {
                std::thread::sleep(interval);
            }
        }
        Ok(outcome)
    }

    /// Prints a frame that came unasked.
    pub(crate) fn print_unasked(&mut self, value: &Value) -> Result<(), Failure> {
        if let Value::Push(items) | Value::Array(items) = value {
            match Frame::of(items) {
                Some(Frame::Confirmation(change)) => {
                    self.state.subscriptions.confirm(change, items);
                }
                Some(Frame::Message) => {}
                None if matches!(value, Value::Push(_)) => {
                    if self.printer.shows_pushes {
                        self.clear_reading_status()?;
                        print(&self.printer.style.push(items))?;
                    }
                    return Ok(());
                }
                None => {}
            }
        }
        self.print_reply(&[], value)
    }

    /// Prints frames until the connection ends or the user interrupts.
    pub(crate) fn listen(&mut self) -> Result<Outcome, Failure> {
        loop {
            match self.receive()? {
                Received::Value(value) => self.print_unasked(&value)?,
                Received::Interrupted => return Ok(Outcome::Interrupted),
                Received::Lost(reason) => {
                    self.disconnect();
                    print_error(&format!("Error: {reason}"));
                    return Ok(Outcome::Lost);
                }
            }
        }
    }

    /// Values that came already, and what `fill` of the connection reads.
    pub(crate) fn print_arrived(&mut self) -> Result<usize, Failure> {
        let mut printed = 0;
        while let Some(connection) = &mut self.connection {
            match connection.buffered() {
                Ok(Some(value)) => self.print_unasked(&value)?,
                Ok(None) => break,
                Err(error) => {
                    return Err(Failure::Fatal(format!("Error: {}", receive_text(&error))));
                }
            }
            printed += 1;
        }
        Ok(printed)
    }

    /// Reads what the socket has; false when the server closed it.
    pub(crate) fn fill(&mut self) -> bool {
        self.connection.as_mut().is_some_and(|connection| connection.fill().is_ok())
    }

    fn run_untimed(&mut self, arguments: &[Vec<u8>]) -> Result<Outcome, Failure> {
        if self.connection.is_none() && !self.connect() {
            return Ok(Outcome::Lost);
        }
        match self.attempt(arguments)? {
            Attempt::Ended(outcome) => Ok(outcome),
            Attempt::Lost(reason) => {
                self.disconnect();
                if is_word(arguments, 0, "shutdown") {
                    return Ok(Outcome::Done);
                }
                print_error(&format!("Error: {reason}"));
                Ok(Outcome::Lost)
            }
        }
    }

    fn attempt(&mut self, arguments: &[Vec<u8>]) -> Result<Attempt, Failure> {
        let Some(connection) = &mut self.connection else {
            return Ok(Attempt::Ended(Outcome::Lost));
        };
        if let Err(error) = connection.send(arguments) {
            return Ok(Attempt::Lost(receive_text(&error.into())));
        }
        if !self.state.expects_reply(arguments) {
            return Ok(Attempt::Ended(Outcome::Done));
        }
        let change = arguments.first().and_then(|word| Change::named(word));
        let mut confirmations = change.map_or(0, |change| {
            self.state.subscriptions.confirmations(change, arguments.len() - 1)
        });
        if change.is_some_and(Change::adds) && !self.is_subscribed() {
            self.announce_reading()?;
        }
        loop {
            let value = match self.receive()? {
                Received::Value(value) => value,
                Received::Lost(reason) => return Ok(Attempt::Lost(reason)),
                Received::Interrupted => return Ok(Attempt::Ended(Outcome::Interrupted)),
            };
            match self.frame_of(&value, change.is_some()) {
                Some(Frame::Confirmation(confirmed)) => {
                    self.print_unasked(&value)?;
                    if Some(confirmed) == change {
                        confirmations = confirmations.saturating_sub(1);
                        if confirmations == 0 {
                            return Ok(Attempt::Ended(Outcome::Done));
                        }
                    }
                }
                Some(Frame::Message) => self.print_unasked(&value)?,
                None if matches!(value, Value::Push(_)) => self.print_unasked(&value)?,
                None => return Ok(Attempt::Ended(self.take_reply(arguments, &value)?)),
            }
        }
    }

    /// In RESP2 a subscriber's frames are arrays like any reply, told apart by their first word.
    fn frame_of(&self, value: &Value, awaits_confirmation: bool) -> Option<Frame> {
        match value {
            Value::Push(items) => Frame::of(items),
            Value::Array(items)
                if self.state.version == RespVersion::Resp2
                    && (self.is_subscribed() || awaits_confirmation) =>
            {
                Frame::of(items)
            }
            _ => None,
        }
    }

    fn take_reply(&mut self, arguments: &[Vec<u8>], reply: &Value) -> Result<Outcome, Failure> {
        let is_monitor = is_word(arguments, 0, "monitor") && !self.state.in_transaction;
        self.follow(arguments, reply);
        if let (Value::Error(text), true) = (reply, self.printer.fails_on_error) {
            print_error(&String::from_utf8_lossy(text));
            return Ok(Outcome::Refused);
        }
        self.print_reply(arguments, reply)?;
        if reply.as_error().is_some() {
            return Ok(Outcome::Refused);
        }
        if is_monitor { self.listen() } else { Ok(Outcome::Done) }
    }

    fn print_reply(&mut self, arguments: &[Vec<u8>], reply: &Value) -> Result<(), Failure> {
        self.clear_reading_status()?;
        let style = &self.printer.style;
        let is_text = is_text_command(arguments);
        print(&if is_text { style.text_reply(reply) } else { style.reply(reply) })?;
        Ok(())
    }

    /// Says at the bottom of the screen that messages are awaited.
    pub(crate) fn show_reading_status(&mut self) -> Result<(), Failure> {
        if !self.shows_reading_status {
            self.shows_reading_status = true;
            if has_colours() {
                print(format!("\x1b[1;90m{READING_STATUS}\x1b[0m").as_bytes())?;
            } else {
                print(READING_STATUS.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Takes that back.
    pub(crate) fn clear_reading_status(&mut self) -> Result<(), Failure> {
        if self.shows_reading_status {
            self.shows_reading_status = false;
            print(b"\x1b[K")?;
        }
        Ok(())
    }

    /// What is said before the first frames of a subscriber.
    fn announce_reading(&mut self) -> Result<(), Failure> {
        if self.printer.is_interactive {
            self.show_reading_status()
        } else if self.printer.style.format == Format::Tty {
            Ok(print(b"Reading messages... (press Ctrl-C to quit)\n")?)
        } else {
            Ok(())
        }
    }

    fn receive(&mut self) -> Result<Received, Failure> {
        let Some(connection) = &mut self.connection else {
            return Ok(Received::Lost("not connected".to_owned()));
        };
        loop {
            match connection.buffered() {
                Ok(Some(value)) => return Ok(Received::Value(value)),
                Ok(None) => {}
                Err(error) => {
                    return Err(Failure::Fatal(format!("Error: {}", receive_text(&error))));
                }
            }
            if terminal::wait(connection.as_fd(), None, &self.interrupts)? == Event::Interrupt {
                return Ok(Received::Interrupted);
            }
            match connection.fill() {
                Ok(()) | Err(ReceiveError::TimedOut) => {}
                Err(error) => return Ok(Received::Lost(receive_text(&error))),
            }
        }
    }
}

/// Commands whose replies are text for people, also in RESP2 where no type says so.
fn is_text_command(arguments: &[Vec<u8>]) -> bool {
    const TEXTS: &[&[&str]] = &[
        &["info"],
        &["lolwut"],
        &["client", "list"],
        &["client", "info"],
        &["cluster", "info"],
        &["cluster", "nodes"],
        &["debug", "htstats"],
        &["debug", "htstats-key"],
        &["debug", "client-eviction"],
        &["memory", "doctor"],
        &["memory", "malloc-stats"],
        &["latency", "doctor"],
        &["latency", "graph"],
        &["proxy", "info"],
    ];
    let begins_with = |words: &&[&str]| {
        words.iter().enumerate().all(|(index, word)| is_word(arguments, index, word))
    };
    TEXTS.iter().any(begins_with)
}
