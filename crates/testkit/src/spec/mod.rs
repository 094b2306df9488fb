//! Spec pages: prose about a command with sessions in it that any server can be held against.
//!
//! A session is a fenced block marked `session`. Words after the mark narrow where it runs:
//! `resp2`, `resp3`, `7.0`, `8.2` (and later), `8.4`, `8.6`, `8.8` (and later), `fanfare`, `redis`, `apart` (where requests
//! are not sent together); and `with --name value …` starts a server of its own with those directives. Each line is one step; several connections have names:
//!
//! ```text
//! a> SUBSCRIBE news                    a request of connection `a`
//! a< push ["subscribe", "news", 1]     what it receives next
//! > PUBLISH news hi                    the connection without a name
//! < 1
//! >> "PING\r\n"                        bytes as they are
//! > (close)                            ends the connection
//! < (closed)                           the server has ended it
//! a< (waits)                           it is in a blocking command by now
//! [resp3] a> PING                      a line for RESP3 only; the words of blocks apply
//! ```
//!
//! A line that begins with a blank continues the one before. Expected replies are written as RESP3
//! says them, and RESP2's form follows from the type; see [`notation`] for the types and the masks.
//! Requests know Redis's quotes, `$name` for something captured before, and `$(x*9)` for `xxxxxxxxx`.
//!
//! In RESP3 every connection first says `HELLO 3`, and `HELLO` and `RESET` in a session change what
//! the connection is taken to speak. At the end of a session nothing may be left unread.

pub mod matching;
pub mod notation;
pub mod page;
pub mod run;
#[cfg(test)]
mod tests;
mod words;

pub use page::Page;
pub use run::{Sending, Setting, run_page};
