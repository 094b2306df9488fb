//! What commands change on a connection, as far as the client must know.

use fanfare_client::Value;
use fanfare_protocol::RespVersion;

use super::subscriptions::Subscriptions;

/// Which commands the server answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Replies {
    #[default]
    On,
    /// None until further notice.
    Off,
    /// All but the next.
    SkipNext,
}

/// What a server keeps about a connection.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) database: i32,
    pub(super) version: RespVersion,
    pub(super) in_transaction: bool,
    /// What a queued `SELECT` will choose when the transaction runs.
    queued_database: Option<i32>,
    pub(super) subscriptions: Subscriptions,
    pub(super) replies: Replies,
}

/// Credentials that were accepted, to be given again after a reconnect.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) user: Option<String>,
    pub(super) password: String,
}

impl State {
    /// Whether the server will answer this command; to be asked once before it is sent.
    pub(super) fn expects_reply(&mut self, arguments: &[Vec<u8>]) -> bool {
        let is_client_reply = arguments.len() == 3
            && is_word(arguments, 0, "client")
            && is_word(arguments, 1, "reply");
        if is_client_reply && is_word(arguments, 2, "off") {
            self.replies = Replies::Off;
        } else if is_client_reply && is_word(arguments, 2, "skip") && self.replies == Replies::On {
            self.replies = Replies::SkipNext;
        } else if is_client_reply && is_word(arguments, 2, "on") {
            self.replies = Replies::On;
        } else if self.replies == Replies::SkipNext {
            self.replies = Replies::On;
            return false;
        }
        self.replies == Replies::On
    }

    /// Takes the reply of a command into account. Gives credentials that it proved good.
    pub(super) fn follow(&mut self, arguments: &[Vec<u8>], reply: &Value) -> Option<Credentials> {
        let command = arguments.first()?.to_ascii_lowercase();
        let is_error = reply.as_error().is_some();
        if self.in_transaction {
            self.follow_in_transaction(&command, arguments, reply);
            return None;
        }
        match command.as_slice() {
            _ if is_error => {}
            b"select" => self.database = number(arguments, 1).unwrap_or(self.database),
            b"multi" => self.in_transaction = true,
            b"reset" => *self = Self::default(),
            b"auth" => return auth_credentials(&arguments[1..]),
            b"hello" => return self.follow_hello(arguments),
            _ => {}
        }
        None
    }

    fn follow_in_transaction(&mut self, command: &[u8], arguments: &[Vec<u8>], reply: &Value) {
        let is_error = reply.as_error().is_some();
        match command {
            b"exec" => {
                self.in_transaction = false;
                if let (Some(database), Value::Array(_)) = (self.queued_database.take(), reply) {
                    self.database = database;
                }
            }
            b"discard" if !is_error => {
                self.in_transaction = false;
                self.queued_database = None;
            }
            b"reset" if !is_error => *self = Self::default(),
            b"select" if !is_error => self.queued_database = number(arguments, 1),
            _ => {}
        }
    }

    fn follow_hello(&mut self, arguments: &[Vec<u8>]) -> Option<Credentials> {
        match arguments.get(1).map(Vec::as_slice) {
            Some(b"2") => self.version = RespVersion::Resp2,
            Some(b"3") => self.version = RespVersion::Resp3,
            _ => {}
        }
        let auth = (2..arguments.len()).find(|&index| is_word(arguments, index, "auth"))?;
        auth_credentials(arguments.get(auth + 1..auth + 3)?)
    }
}

fn auth_credentials(arguments: &[Vec<u8>]) -> Option<Credentials> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match arguments {
        [password] => Some(Credentials { user: None, password: text(password) }),
        [user, password] => Some(Credentials { user: Some(text(user)), password: text(password) }),
        _ => None,
    }
}

fn number(arguments: &[Vec<u8>], index: usize) -> Option<i32> {
    str::from_utf8(arguments.get(index)?).ok()?.parse().ok()
}

/// Whether an argument is a word, in any case.
pub(super) fn is_word(arguments: &[Vec<u8>], index: usize, word: &str) -> bool {
    arguments.get(index).is_some_and(|argument| argument.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(state: &mut State, line: &str, reply: &str) -> Option<Credentials> {
        let arguments: Vec<Vec<u8>> = line.split(' ').map(Into::into).collect();
        let reply = match reply.strip_prefix('-') {
            Some(error) => Value::Error(error.into()),
            None if reply == "[]" => Value::Array(vec![]),
            None if reply == "null" => Value::NullArray,
            None => Value::Simple(reply.into()),
        };
        state.follow(&arguments, &reply)
    }

    #[test]
    fn select_counts_when_it_succeeds() {
        let mut state = State::default();
        follow(&mut state, "SELECT 3", "OK");
        assert_eq!(state.database, 3);
        follow(&mut state, "select 99", "-ERR DB index is out of range");
        assert_eq!(state.database, 3);
    }

    #[test]
    fn select_in_a_transaction_counts_when_it_runs() {
        for (end, reply, database) in [
            ("exec", "[]", 5),
            ("exec", "null", 0),
            ("exec", "-EXECABORT x", 0),
            ("discard", "OK", 0),
        ] {
            let mut state = State::default();
            follow(&mut state, "multi", "OK");
            follow(&mut state, "select 5", "QUEUED");
            assert_eq!((state.in_transaction, state.database), (true, 0));
            follow(&mut state, end, reply);
            assert_eq!((state.in_transaction, state.database), (false, database), "{end} {reply}");
        }
    }

    #[test]
    fn credentials_are_kept_when_accepted() {
        let mut state = State::default();
        assert_eq!(follow(&mut state, "auth x", "-WRONGPASS no"), None);
        let default = Credentials { user: None, password: "x".into() };
        assert_eq!(follow(&mut state, "auth x", "OK"), Some(default));
        let named = || Some(Credentials { user: Some("u".into()), password: "p".into() });
        assert_eq!(follow(&mut state, "auth u p", "OK"), named());
        assert_eq!(follow(&mut state, "hello 3 auth u p setname x", "OK"), named());
        assert_eq!(state.version, RespVersion::Resp3);
    }

    #[test]
    fn reset_starts_over() {
        let mut state = State::default();
        for line in ["hello 3", "select 2", "multi"] {
            follow(&mut state, line, "OK");
        }
        follow(&mut state, "reset", "RESET");
        assert_eq!((state.database, state.in_transaction), (0, false));
        assert_eq!(state.version, RespVersion::Resp2);
    }

    #[test]
    fn client_reply_decides_what_is_awaited() {
        let mut state = State::default();
        let mut expects = |line: &str| {
            let arguments: Vec<Vec<u8>> = line.split(' ').map(Into::into).collect();
            state.expects_reply(&arguments)
        };
        assert!(expects("ping"));
        assert!(!expects("client reply skip"));
        assert!(!expects("ping"));
        assert!(expects("ping"));
        assert!(!expects("CLIENT REPLY OFF"));
        assert!(!expects("client reply skip"));
        assert!(!expects("ping"));
        assert!(expects("client reply on"));
        assert!(expects("ping"));
    }
}
