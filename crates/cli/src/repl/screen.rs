//! The subscriber's screen: messages as they come, until a key asks for the prompt.

use std::os::fd::AsFd;

use crate::failure::Failure;
use crate::session::Session;
use crate::terminal::{Event, Interrupts, Keyboard, print, print_error, wait};

/// Why the screen was left.
pub(super) enum Left {
    /// A key was pressed; it is still to be read.
    Key,
    /// Ctrl-C, or the server went away.
    Closed,
    /// Nothing is subscribed any more.
    Unsubscribed,
}

/// Shows messages until a key is pressed or the connection ends.
pub(super) fn read_messages(
    session: &mut Session,
    interrupts: &Interrupts,
) -> Result<Left, Failure> {
    let keyboard = Keyboard::open()?;
    loop {
        session.print_arrived()?;
        if !session.is_subscribed() {
            return Ok(Left::Unsubscribed);
        }
        session.show_reading_status()?;
        let Some(connection) = session.connection() else { return Ok(Left::Closed) };
        let event = wait(connection.as_fd(), Some(&keyboard), interrupts)?;
        session.clear_reading_status()?;
        match event {
            Event::Server if session.fill() => {}
            Event::Server => {
                session.disconnect();
                print_error("Error: Server closed the connection");
                return Ok(Left::Closed);
            }
            Event::Key => return Ok(Left::Key),
            Event::Interrupt => {
                print(b"Closing current connection. Ready to reconnect to Redis server... \n")?;
                session.disconnect();
                return Ok(Left::Closed);
            }
        }
    }
}
