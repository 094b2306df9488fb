//! What a typed line asks for. Pure.

use std::num::IntErrorKind;

use crate::quote::split;

/// What a line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing.
    Empty,
    /// Quotes do not match.
    Unbalanced,
    /// `0 PING`, `-1 PING`.
    BadRepeat,
    /// To end the program.
    Quit,
    /// To clear the screen.
    Clear,
    /// A page of help.
    Help(Vec<String>),
    /// `:set hints` and the like.
    Preference(Vec<String>),
    /// Another server.
    Connect { host: String, port: u16 },
    /// A command of the server, to be run this many times.
    Command { arguments: Vec<Vec<u8>>, times: i64 },
}

impl Line {
    pub(super) fn read(line: &[u8]) -> Self {
        let Ok(mut arguments) = split(line) else { return Self::Unbalanced };
        if arguments.is_empty() {
            return Self::Empty;
        }
        let texts: Vec<String> = arguments
            .iter()
            .map(|argument| String::from_utf8_lossy(argument).into_owned())
            .collect();
        match texts[0].to_ascii_lowercase().as_str() {
            "quit" | "exit" => Self::Quit,
            "clear" if texts.len() == 1 => Self::Clear,
            "help" | "?" => Self::Help(texts[1..].to_vec()),
            "connect" if texts.len() == 3 => {
                Self::Connect { host: texts[1].clone(), port: texts[2].parse().unwrap_or_default() }
            }
            _ if texts[0].starts_with(':') => Self::Preference(texts),
            _ if texts.len() == 1 => Self::Command { arguments, times: 1 },
            _ => match texts[0].parse::<i64>().map_err(|error| *error.kind()) {
                Ok(..=0) | Err(IntErrorKind::PosOverflow | IntErrorKind::NegOverflow) => {
                    Self::BadRepeat
                }
                Ok(times) => Self::Command { arguments: arguments.split_off(1), times },
                Err(_) => Self::Command { arguments, times: 1 },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(words: &[&str], times: i64) -> Line {
        Line::Command {
            arguments: words.iter().map(|word| word.as_bytes().into()).collect(),
            times,
        }
    }

    #[test]
    fn lines_are_told_apart() {
        let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        for (line, expected) in [
            ("  ", Line::Empty),
            ("get \"a", Line::Unbalanced),
            ("QUIT", Line::Quit),
            ("exit", Line::Quit),
            ("clear", Line::Clear),
            ("clear x", command(&["clear", "x"], 1)),
            ("help", Line::Help(vec![])),
            ("? @pubsub", Line::Help(texts(&["@pubsub"]))),
            (":set hints", Line::Preference(texts(&[":set", "hints"]))),
            ("connect h 7", Line::Connect { host: "h".into(), port: 7 }),
            ("connect h", command(&["connect", "h"], 1)),
            ("5 ping", command(&["ping"], 5)),
            ("5", command(&["5"], 1)),
            ("0 ping", Line::BadRepeat),
            ("-1 ping", Line::BadRepeat),
            ("99999999999999999999 ping", Line::BadRepeat),
            ("99999999999999999999", command(&["99999999999999999999"], 1)),
            ("5x ping", command(&["5x", "ping"], 1)),
            ("publish a 'b c'", command(&["publish", "a", "b c"], 1)),
        ] {
            assert_eq!(Line::read(line.as_bytes()), expected, "{line}");
        }
    }
}
